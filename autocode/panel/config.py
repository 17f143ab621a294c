"""The settings of a panel; their SHA-256 travels with the results, so that others can name it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from autocode.errors import AgreementError


@dataclass(frozen=True, slots=True)
class PanelConfig:
    """The settings of a panel; the same settings and codings give the same figures.

    thresholds: IoU from which quotes match; `matched`: the one used for quote pairs. turns: whose
    turns and sentences are units and may be marked. minimum_uses: how many turns a figure of one
    code, or the interval of a share, must rest on. permutations: how often chance is drawn; 0
    leaves it out. similarity: the name of the function that compares open codes.
    """

    thresholds: tuple[float, ...] = (0.3, 0.5, 0.7)
    matched: float = 0.5
    turns: Literal["participants", "everyone"] = "participants"
    minimum_uses: int = 5
    gamma_alpha: float = 1.0
    gamma_beta: float = 1.0
    gamma_samples: int = 200
    similarity: str = "none"
    label_threshold: float = 0.5
    label_threshold_from: str = "default, not calibrated on this study"
    keywords: tuple[str, ...] = ()
    baseline_draws: int = 100
    permutations: int = 1000
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        shares = (*self.thresholds, self.matched, self.label_threshold)
        if not all(0 <= share <= 1 for share in shares) or not 0 < self.level < 1:
            raise AgreementError("thresholds and the interval's level lie between 0 and 1")
        if self.permutations < 0 or self.baseline_draws < 1:
            raise AgreementError("the panel needs numbers of draws, not negative ones")

    @property
    def sha256(self) -> str:
        """Hash of the settings as JSON with sorted keys, in UTF-8."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
