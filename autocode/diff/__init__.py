"""Two codings of one transcript side by side, turn by turn, as in a code review."""

from autocode.diff.codings import diff_codings
from autocode.diff.page import diff_page
from autocode.diff.record import DIFF_FORMAT, Diff
from autocode.diff.scope import only_disagreements, only_turns

__all__ = [
    "DIFF_FORMAT",
    "Diff",
    "diff_codings",
    "diff_page",
    "only_disagreements",
    "only_turns",
]
