"""What would have been reached without reading: chance, and the baselines, which follow a rule."""

from autocode.panel.catalogue import catalogue, entry
from autocode.report.beside import TRIVIAL, beside
from autocode.report.cells import Notes, figure_cell, lean
from autocode.report.document import Block, Column, Line, Paragraph, Section, Strong, Table, line
from autocode.report.evidence import Evidence


def chance(evidence: Evidence) -> Section:
    """The table of baselines under the compared coder, and what the nulls keep and break."""
    blocks: list[Block] = []
    if words := beside(evidence):
        blocks.append(Paragraph(line(Strong("Plainly: "), words), "lead"))
    blocks += [_table(evidence), Paragraph(_rules()), Paragraph(_nulls(evidence))]
    return Section("chance", "Chance and baselines", tuple(blocks))


def _table(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    known = [figure for figure in catalogue() if figure.floor]
    who = evidence.other_name.removeprefix("the ")
    marked = [figure_cell(numbers, notes, "spans", "marked", "other")]
    first = [figure_cell(numbers, notes, *figure.path) for figure in known]
    rows = [(line(Strong(who)), *marked, *first)]
    leaves = ["marked", *(figure.baseline or "" for figure in known)]
    rows += [
        (line(words), *(figure_cell(numbers, notes, "baselines", name, leaf) for leaf in leaves))
        for name, words in TRIVIAL.items()
    ]
    words = [entry("baselines.*.marked").name, *(figure.name for figure in known)]
    columns = (Column("Coder", 2.2), *(Column(name, 1, numeric=True) for name in words))
    title = "Baselines, against the same reference coding"
    return lean("baselines", title, columns, tuple(rows), notes)


def _rules() -> Line:
    return line(
        "The baselines mark only what participants said. The longest turns and the random "
        "passages are as many and as long as the compared coder’s; random passages are the mean "
        "of many draws. Where codes count, they give every passage the code that the "
        "reference coding uses most."
    )


def _nulls(evidence: Evidence) -> Line:
    method = evidence.numbers.find("spans", "char", "f1", "null", "method")
    kept = (
        "For passages, chance moves all quotes of the compared coder round the text by one random "
        "offset: their number, lengths, order and codes stay, their place does not. For codes, it "
        "shuffles the codes among the compared coder’s passages; for turns and sentences, it moves "
        "the decisions on by some units."
    )
    return line(kept, f" ({method}.)" if method else "")
