"""What a comparison says in words: one sentence first, and whether trivial coders do as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autocode.agreement.figure import Figure
from autocode.panel.comparison import Comparison

Path = tuple[str, ...]
Standing = Literal["above", "above, no interval", "not clearly above", "not above"]

# Figures that a coder who does not read can reach too -> their name under `baselines.CODER`.
# Precision and recall are left out: marking everything has recall 1.
BESIDE: dict[Path, str] = {
    ("spans", "char", "f1"): "f1",
    ("spans", "char", "iou"): "iou",
    ("spans", "u_alpha", "relevance"): "relevance",
    ("spans", "u_alpha", "value"): "u_alpha",
    ("units", "turn", "kappa"): "turn_kappa",
    ("units", "sentence", "kappa"): "sentence_kappa",
    ("axial", "turn", "f1"): "axial_turn_f1",
}
NAMES: dict[Path, str] = {
    ("spans", "char", "f1"): "character F1",
    ("spans", "char", "iou"): "character IoU",
    ("spans", "u_alpha", "relevance"): "|uα",
    ("spans", "u_alpha", "value"): "uα",
    ("units", "turn", "kappa"): "κ of turns",
    ("units", "sentence", "kappa"): "κ of sentences",
    ("axial", "turn", "f1"): "axial F1 of turns",
}
WHERE: Path = ("spans", "char", "f1")
WHERE_OF_SEVERAL: Path = ("spans", "u_alpha", "relevance")
WHAT: Path = ("spans", "u_alpha", "value")


@dataclass(frozen=True)
class Floor:
    """A figure beside the best trivial coder's; `best` is that coder's name in `baselines`."""

    path: Path
    value: float
    best: str
    reached: float
    standing: Standing

    @property
    def name(self) -> str:
        return NAMES[self.path]


def floors(comparison: Comparison) -> list[Floor]:
    """Every figure that trivial coders reach too, beside the best of them.

    "not clearly above": higher, but the trivial coder's value lies within the figure's interval;
    "above, no interval": higher, and there is no interval.
    """
    found = []
    for path, leaf in BESIDE.items():
        figure, best = comparison.figure(*path), best_trivial(comparison, leaf)
        if figure.value is not None and best:
            found.append(Floor(path, figure.value, *best, _standing(figure, best[1])))
    return found


def best_trivial(comparison: Comparison, leaf: str) -> tuple[str, float] | None:
    """Name and value of the trivial coder that reaches most; None where none has a value."""
    reached = {
        coder: figures[leaf]["value"]
        for coder, figures in comparison.baselines.items()
        if figures[leaf]["value"] is not None
    }
    if not reached:
        return None
    best = max(reached, key=lambda coder: reached[coder])
    return best, reached[best]


def answer(comparison: Comparison) -> str:
    """The comparison in one sentence, for readers who read one."""
    several = len(comparison.coders) > 2
    where, what = comparison.figure(*_where(comparison)), comparison.figure(*WHAT)
    on = _listed([document.id for document in comparison.documents], most=3, many="transcripts")
    who = _coders(comparison)
    if where.value is None:
        return f"On {on} nothing can be said of {who}: {where.reason}."
    first = f"{'|uα' if several else 'character F1'} {_beside_chance(where)}"
    second = f"uα {_beside_chance(what)}" if what.value is not None else f"unknown: {what.reason}"
    if comparison.assisted:
        # The coders did not judge apart: what was kept is no agreement, whatever the figures.
        kept = f"acceptance, not a second opinion: where, {first}; where and what, {second}"
        return f"On {on} the human coding was made with the proposals in view ({kept})."
    return (
        f"On {on} {who} agree on where to mark{_than_chance(where)} ({first}) and on where and "
        f"what{_than_chance(what)} ({second})."
    )


def beside_trivial(comparison: Comparison) -> list[str]:
    """Whether the other coder beats those who do not read, in plain sentences."""
    if len(comparison.coders) > 2:
        return []
    other = _called(comparison, 1)
    found = floors(comparison)
    if not found:
        reason = comparison.figure("baselines", "mark_all", "f1").reason or "nothing to compare"
        return [f"Trivial coders could not be set beside {other}: {reason}."]
    said = []
    for standing, words in (
        ("not above", "does not beat the best trivial coder by"),
        ("not clearly above", "is not clearly better than the best trivial coder by"),
        (
            "above, no interval",
            "is above every trivial coder, with no interval to say how surely, by",
        ),
        ("above", "beats every trivial coder by"),
    ):
        some = [_against(floor) for floor in found if floor.standing == standing]
        if some:
            said.append(f"{other[0].upper()}{other[1:]} {words} {_listed(some)}.")
    return said


def _standing(figure: Figure, reached: float) -> Standing:
    if figure.value is None or figure.value <= reached:
        return "not above"
    if figure.interval is None:
        return "above, no interval"
    return "above" if figure.interval.low > reached else "not clearly above"


def _against(floor: Floor) -> str:
    coder = floor.best.replace("_", " ")
    return f"{floor.name} ({floor.value:.2f}; {coder} {floor.reached:.2f})"


def _where(comparison: Comparison) -> Path:
    return WHERE if len(comparison.coders) == 2 else WHERE_OF_SEVERAL


def _beside_chance(figure: Figure) -> str:
    if figure.null is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f}, by chance {figure.null.mean:.2f}, p = {figure.null.p:.3f}"


def _than_chance(figure: Figure) -> str:
    if figure.null is None:
        return ""
    return (
        " more than by chance" if figure.null.p <= 0.05 else " not demonstrably more than by chance"
    )


def _coders(comparison: Comparison) -> str:
    number = len(comparison.coders)
    if number > 2:
        return f"the {number} coders"
    return f"{_called(comparison, 0)} and {_called(comparison, 1)}"


def _called(comparison: Comparison, place: int) -> str:
    coder = comparison.coders[place]
    if len({(one.kind, one.id) for one in comparison.coders}) == 1:
        return f"the {('first', 'second')[place]} coding by {coder.id}"
    if coder.kind == "model":
        both = all(one.kind == "model" for one in comparison.coders)
        return coder.id if both else "the model"
    return "the human coder" if coder.id == "gold" else coder.id


def _listed(items: Sequence[str], most: int = 99, many: str = "") -> str:
    if len(items) > most:
        return f"{len(items)} {many}"
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]
