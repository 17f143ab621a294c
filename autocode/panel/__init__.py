"""The panel: every figure of one comparison at once, so that none is picked.

`compare(materials)` sets codings side by side and returns a `Comparison` (autocode/comparison@1);
`tables.table_of` makes tables of it, `catalogue.entry` says what a figure means. `panel` has the
bare figures, for those who have their codings in memory.
"""

from autocode.panel.comparison import Comparison, compare, settings_for
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Segments
from autocode.panel.figures import Panel, panel

__all__ = ["Comparison", "Panel", "PanelConfig", "Segments", "compare", "panel", "settings_for"]
