"""What a comparison says in words: one sentence first, and whether the baselines do as well."""

from collections.abc import Sequence

from autocode.agreement.figure import Figure
from autocode.panel.catalogue import Path, baselines, figure_name
from autocode.panel.comparison import Comparison
from autocode.panel.tables import Row, floors

SURE = 0.05
WHERE: Path = ("spans", "char", "f1")
WHERE_OF_SEVERAL: Path = ("spans", "u_alpha", "relevance")
WHAT: Path = ("axial", "turn", "alpha_masi")


def answer(comparison: Comparison) -> str:
    """The comparison in one sentence, for readers who read one."""
    where, what = comparison.figure(*_where(comparison)), comparison.figure(*WHAT)
    on = _listed([document.id for document in comparison.documents], most=3, many="transcripts")
    who = _coders(comparison)
    if where.value is None:
        return f"On {on} nothing can be said of {who}: {where.reason}."
    first = f"{figure_name(*_where(comparison))} {_beside_chance(where)}"
    if what.value is None:
        second, codes = "", f"On which codes, nothing can be said: {what.reason}."
    else:
        second = f"{figure_name(*WHAT)} {_beside_chance(what)}"
        codes = f"Given where they marked, they {_agree(what, 'on the codes')} ({second})."
    if comparison.assisted:
        # The coders did not judge apart: what was kept is no agreement, whatever the figures.
        kept = "; ".join(filter(None, (f"where, {first}", second and f"which codes, {second}")))
        return (
            f"On {on} the human coding was made with the proposals in view (acceptance, not a "
            f"second opinion: {kept})."
        )
    return f"On {on} {who} {_agree(where, 'on where to mark')} ({first}). {codes}"


def beside_baselines(comparison: Comparison) -> list[str]:
    """Whether the other coder beats the baselines, in plain sentences."""
    if len(comparison.coders) > 2:
        return []
    other = _called(comparison, 1)
    rows = floors(comparison)
    if not rows:
        reason = comparison.figure("baselines", "mark_all", "f1").reason or "nothing to compare"
        return [f"The baselines could not be computed for {other}: {reason}."]
    said = []
    for standing, words in (
        ("not above", "does not beat the best baseline on"),
        ("not clearly above", "is not clearly better than the best baseline on"),
        ("above, no interval", "is above every baseline, with no interval to say how surely, on"),
        ("above", "beats every baseline on"),
    ):
        some = [_against(row) for row in rows if row.standing == standing]
        if some:
            who = other.replace("the ", "The ", 1) if other.startswith("the ") else other
            said.append(f"{who} {words} {_listed(some)}.")
    return said


def _against(row: Row) -> str:
    baseline, reached = row.baseline or ("", 0.0)
    return f"{row.entry.name} ({row.figure.value:.2f}; {baselines()[baseline]} {reached:.2f})"


def _where(comparison: Comparison) -> Path:
    return WHERE if len(comparison.coders) == 2 else WHERE_OF_SEVERAL


def _beside_chance(figure: Figure) -> str:
    if figure.null is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.2f}, by chance {figure.null.mean:.2f}, p = {figure.null.p:.3f}"


def _agree(figure: Figure, what: str) -> str:
    """Whether they agree, as far as the figure and its p show."""
    least = (figure.null and figure.null.least) or 0
    if figure.value is not None and figure.value <= 0 and least <= SURE:
        return f"do not agree {what}"
    if figure.null is None:
        return f"agree {what}, beside no chance"
    if figure.null.p <= SURE:
        return f"agree {what} more than by chance"
    so_few = f"; no smaller p than {least:.2f} was possible" if least > SURE else ""
    return f"are not shown to agree {what} more than by chance{so_few}"


def _coders(comparison: Comparison) -> str:
    number = len(comparison.coders)
    if number > 2:
        return f"the {number} coders"
    return f"{_called(comparison, 0)} and {_called(comparison, 1)}"


def _called(comparison: Comparison, place: int) -> str:
    coder = comparison.coders[place]
    if len({(other.kind, other.id) for other in comparison.coders}) == 1:
        return f"the {('first', 'second')[place]} coding by {coder.id}"
    if coder.kind == "model":
        both = all(other.kind == "model" for other in comparison.coders)
        return coder.id if both else "the model"
    return "the human coder" if coder.id == "gold" else coder.id


def _listed(items: Sequence[str], most: int = 99, many: str = "") -> str:
    if len(items) > most:
        return f"{len(items)} {many}"
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]
