"""A matrix of codes by places: who used which code where?"""

from collections import Counter

from autocode.report.document import Code, Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.names import code_label
from autocode.report.plots.dots import MOST
from autocode.report.plots.style import (
    BOTH,
    GRID,
    INK,
    OTHER,
    REFERENCE,
    drawing,
    key,
    picture,
    rows,
    short,
)

_MOST_COLUMNS = 30
# Who used a code at a place: marker, colour, and the words of the legend.
_MARKS = {
    "=": ("s", BOTH, "both"),
    "-": (">", REFERENCE, "{0} only"),
    "+": ("<", OTHER, "{1} only"),
}


def who_used_what(evidence: Evidence) -> Picture | None:
    """Codes by places (turns of a single document, else documents), marked by who used them."""
    uses = _uses(evidence)
    if not uses or evidence.several_coders:
        return None
    every = list(dict.fromkeys(place for place, _ in uses))
    places = every[:_MOST_COLUMNS]
    tally = Counter(code for _, code in uses)
    codes = sorted(tally, key=lambda code: (tally[code], code))[-MOST:]
    heads = [short(head, 24) for head in evidence.heads]
    with drawing(1.0 + 0.2 * len(codes)) as figure:
        axis = rows(figure, [short(code_label(evidence, code)) for code in codes])
        for sign, (marker, colour, _) in _MARKS.items():
            here = [at for at, used in uses.items() if used == sign and at[0] in places]
            here = [(place, code) for place, code in here if code in codes]
            x, y = (
                [places.index(place) for place, _ in here],
                [codes.index(code) for _, code in here],
            )
            axis.plot(x, y, marker, color=colour, markersize=9, markeredgecolor=INK, mew=0.6)
        upright = not evidence.single and (len(places) > 8 or max(map(len, places)) > 8)
        names = [short(place, 16) for place in places]
        axis.set_xticks(range(len(places)), names, rotation=90 if upright else 0)
        axis.set(xlim=(-0.6, len(places) - 0.4), xlabel="Turn" if evidence.single else "Document")
        axis.grid(color=GRID)
        keys = [key(sign, colour, said.format(*heads)) for sign, colour, said in _MARKS.values()]
        axis.tick_params(length=0)
        axis.spines["bottom"].set_visible(False)
        figure.legend(handles=keys, loc="outside upper right", ncols=3, fontsize=8)
        numbers, path = evidence.numbers, ("report", "parting", "codes")
        reading = line(
            "" if evidence.single else "A square says that both used the code in that document, "
            "though not always in the same turn. ",
            "Counting each code once per turn, both coders used ", numbers.count(*path, "both"),
            f", only {evidence.first} ", numbers.count(*path, "reference"),
            f", only {evidence.second} ", numbers.count(*path, "other"), ".",
            _left_out(evidence, (len(codes), len(tally)), (len(places), len(every))),
        )  # fmt: skip
        alt = f"Matrix of {len(codes)} codes by {len(places)} places with a mark for each use."
        return picture(figure, "who-used-what", "Who used which code where", reading, alt)


def _left_out(evidence: Evidence, codes: tuple[int, int], places: tuple[int, int]) -> Line:
    """How many of the codes and places there is room for, where that is not for all."""
    kind = "turns with a code" if evidence.single else "transcripts"
    many = [f"the {codes[0]} codes used most of {codes[1]}"] if codes[0] < codes[1] else []
    many += [f"the first {places[0]} of {places[1]} {kind}"] if places[0] < places[1] else []
    shown = f" Shown: {' and '.join(many)}; the counts of every code are in "
    return line(shown, Code("tables/codes.csv"), ".") if many else ()


def _uses(evidence: Evidence) -> dict[tuple[str, str], str]:
    """(place, code) to who used it there; a document counts as a place when there are several."""
    uses: dict[tuple[str, str], str] = {}
    for name, diff in evidence.diffs.items():
        for turn in diff.turns:
            for use in turn.codes:
                at = (str(turn.number) if evidence.single else name, use.code)
                uses[at] = use.sign if uses.get(at, use.sign) == use.sign else "="
    return uses
