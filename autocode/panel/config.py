"""What is decided before any figure is seen; its SHA-256 travels with the results."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from autocode.errors import AgreementError


@dataclass(frozen=True, slots=True)
class PanelConfig:
    """The settings of a panel; the same settings and codings give the same figures.

    overlapping: how u-alpha takes quotes with several codes, as one layer per code or as code
    sets (codings without overlap need neither). thresholds: IoU from which quotes match;
    `matched`: the one used for quote pairs. turns: whose turns and sentences are units.
    resamples, permutations: 0 leaves intervals or nulls out. block: turns per block of the
    within-document bootstrap. similarity: the name of the function that compares open codes.
    """

    overlapping: Literal["layered", "sets"] = "layered"
    thresholds: tuple[float, ...] = (0.3, 0.5, 0.7)
    matched: float = 0.5
    turns: Literal["participants", "everyone"] = "participants"
    minimum_uses: int = 5
    gamma_alpha: float = 1.0
    gamma_beta: float = 1.0
    gamma_samples: int = 30
    similarity: str = "none"
    label_threshold: float = 0.5
    label_threshold_from: str = "default, not calibrated on this study"
    keywords: tuple[str, ...] = ()
    baseline_draws: int = 100
    resamples: int = 2000
    permutations: int = 1000
    level: float = 0.95
    block: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        shares = (*self.thresholds, self.matched, self.label_threshold)
        if not all(0 <= share <= 1 for share in shares) or not 0 < self.level < 1:
            raise AgreementError("thresholds and the interval's level lie between 0 and 1")
        if min(self.resamples, self.permutations) < 0 or self.baseline_draws < 1 or self.block < 1:
            raise AgreementError(
                "the panel needs numbers of resamples and draws, not negative ones"
            )

    @property
    def sha256(self) -> str:
        """Hash of the settings as JSON with sorted keys, in UTF-8."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
