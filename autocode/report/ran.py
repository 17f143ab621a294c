"""A run as the report needs it: its manifest, and what its calls say about time and failures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from autocode.coding.runs import Manifest, Run


@dataclass(frozen=True)
class Ran:
    """A run and its calls, oldest first."""

    manifest: Manifest
    calls: Sequence[dict[str, Any]] = ()

    @property
    def outcomes(self) -> dict[str, int]:
        """How the calls ended, by outcome, `ok` first."""
        found = Counter(str(call.get("outcome")) for call in self.calls)
        return dict(sorted(found.items(), key=lambda item: (item[0] != "ok", item[0])))

    @property
    def fingerprints(self) -> list[str]:
        """The system fingerprints that servers sent."""
        return sorted(
            {str(c["system_fingerprint"]) for c in self.calls if c.get("system_fingerprint")}
        )

    def as_facts(self) -> dict[str, Any]:
        """The numbers of the run; times in seconds, None where they are not recorded."""
        own = self.manifest
        took = [call["latency"] for call in self.calls if isinstance(call.get("latency"), float)]
        return {
            "questions": own.questions,
            "answered": own.answered,
            "requests": own.requests,
            "repeated": max(0, own.requests - own.questions),
            "prompt_tokens": own.prompt_tokens,
            "completion_tokens": own.completion_tokens,
            "failures": own.failures,
            "outcomes": self.outcomes,
            "seconds": _seconds(own),
            "latency_median": median(took) if took else None,
            "latency_p95": quantiles(took, n=20)[-1] if len(took) > 1 else None,
            "codes_sent": len(own.codebook.sent),
            "codes_held_back": len(own.codebook.held_back),
            "settings": _numeric(own.settings),
            "parameters": _numeric(own.parameters_sent),
        }


def read_ran(run: Run) -> Ran:
    """The run with its calls."""
    return Ran(run.manifest, run.calls())


def _seconds(manifest: Manifest) -> float | None:
    if manifest.ended is None:
        return None
    try:
        begun, ended = map(datetime.fromisoformat, (manifest.started, manifest.ended))
        return (ended - begun).total_seconds()
    except (ValueError, TypeError):
        return None


def _numeric(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in settings.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
