"""What would have been reached without reading: chance, and coders who follow a trivial rule."""

from autocode.report.beside import TRIVIAL, beside
from autocode.report.cells import Notes, figure_cell, lean
from autocode.report.document import Block, Column, Line, Paragraph, Section, Strong, Table, line
from autocode.report.evidence import Evidence

_LEAVES = {
    "precision": ("precision", ("spans", "char", "precision")),
    "recall": ("recall", ("spans", "char", "recall")),
    "f1": ("character F1", ("spans", "char", "f1")),
    "relevance": ("|uα", ("spans", "u_alpha", "relevance")),
    "u_alpha": ("uα", ("spans", "u_alpha", "value")),
    "turn_kappa": ("turn κ", ("units", "turn", "kappa")),
    "sentence_kappa": ("sentence κ", ("units", "sentence", "kappa")),
    "axial_turn_f1": ("axial F1", ("axial", "turn", "f1")),
}


def chance(evidence: Evidence) -> Section:
    """The table of trivial coders under the compared coder, and what the nulls keep and break."""
    blocks: list[Block] = []
    if words := beside(evidence):
        blocks.append(Paragraph(line(Strong("Plainly: "), words), "lead"))
    blocks += [_table(evidence), Paragraph(_rules()), Paragraph(_nulls(evidence))]
    return Section("chance", "Chance and trivial coders", tuple(blocks))


def _table(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    who = evidence.other_name.removeprefix("the ")
    first = (line(Strong(who)), *(
        figure_cell(numbers, notes, *path) for _, path in _LEAVES.values()
    ))  # fmt: skip
    rows = [
        (line(words), *(figure_cell(numbers, notes, "baselines", name, leaf) for leaf in _LEAVES))
        for name, words in TRIVIAL.items()
    ]
    columns = (Column("Coder", 2.2), *(
        Column(words, 1, numeric=True) for words, _ in _LEAVES.values()
    ))  # fmt: skip
    title = "Coders who do not read, against the same reference coding"
    return lean("trivial", title, columns, (first, *rows), notes)


def _rules() -> Line:
    return line(
        "Trivial coders mark only what participants said. The longest turns and the random "
        "passages are as many and as long as the compared coder’s; random passages are the mean "
        "of many draws. Where codes count, trivial coders give every passage the code that the "
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
