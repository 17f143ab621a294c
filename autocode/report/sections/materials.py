"""What was coded, by whom, and how much of it."""

from autocode.coding.materials import Part
from autocode.report.document import (
    Block,
    Code,
    Column,
    Inline,
    Line,
    Paragraph,
    Section,
    Table,
    line,
)
from autocode.report.evidence import Evidence

_TEXTS = (
    Column("Transcript", 1.2), Column("Characters", 1, numeric=True),
    Column("Turns", 0.8, numeric=True), Column("of participants", 1, numeric=True),
    Column("Participants’ share", 1.1, numeric=True),
    Column("Sentences", 0.9, numeric=True), Column("Speakers", 0.9, numeric=True),
)  # fmt: skip
_CODINGS = (
    Column("Transcript", 1.2), Column("Coder", 1.7), Column("Part", 1.1),
    Column("Quotes", 0.8, numeric=True), Column("not located", 0.8, numeric=True),
    Column("Mentions", 0.9, numeric=True), Column("Axial codes", 0.7, numeric=True),
    Column("Open codes", 0.7, numeric=True), Column("Text marked", 0.8, numeric=True),
)  # fmt: skip
_PARTS: dict[Part, str] = {
    "reference": "reference coding",
    "other": "compared",
    "human": "further human",
    "run": "further run",
}

_COUNTS = ("mentions", "axial_codes", "open_codes")


def materials(evidence: Evidence) -> Section:
    """Tables of the transcripts and of the codings."""
    blocks: list[Block] = [
        Paragraph(_counted()), _texts(evidence), Paragraph(_called()), _codings(evidence),
    ]  # fmt: skip
    blocks += [Paragraph(line(note), "note") for note in evidence.comparison.notes]
    return Section("materials", "Materials", tuple(blocks))


def _counted() -> Line:
    return line(
        "Lengths count characters (Unicode code points) of the canonical text: what was said, "
        "without speaker labels, headings and notes. Shares of speakers are shares of these "
        "characters."
    )


def _called() -> Line:
    return line(
        "The human coding is called the reference coding: it is what the other coding is compared "
        "with, not the truth. A mention is a code noted for a turn without quoting words."
    )


def _texts(evidence: Evidence) -> Table:
    numbers = evidence.numbers
    rows = []
    for name in evidence.documents:
        path = ("report", "documents", name)
        counts = [numbers.count(*path, key) for key in ("length", "turns", "participant_turns")]
        more = [numbers.count(*path, key) for key in ("sentences", "speakers")]
        share = numbers.share(*path, "participant_share")
        cells: tuple[Inline, ...] = (name, *counts, share, *more)
        rows.append(tuple(line(cell) for cell in cells))
    note = line("A dash: the transcript was not at hand, only its codings.")
    missing = not all(one.transcript_used for one in evidence.comparison.documents)
    return Table("transcripts", "Transcripts", _TEXTS, tuple(rows), (note,) if missing else ())


def _codings(evidence: Evidence) -> Table:
    numbers = evidence.numbers
    rows = []
    for document in evidence.comparison.documents:
        for at, coding in enumerate(document.codings):
            path = ("report", "documents", document.id, "coders", at)
            rows.append((
                line(document.id), coder_words(evidence, document.id, at),
                line(_PARTS[coding.part]), line(numbers.count(*path, "quotes")),
                line(numbers.count(*path, "statuses", "missing")),
                *(line(numbers.count(*path, key)) for key in _COUNTS),
                line(numbers.share(*path, "marked_share")),
            ))  # fmt: skip
    return Table("codings", "Codings", _CODINGS, tuple(rows))


def coder_words(evidence: Evidence, document: str, at: int) -> Line:
    """The id of a coder and whether a person or a model it is."""
    place = evidence.documents.index(document)
    coder = evidence.numbers.find("documents", place, "codings", at, "coder")
    how = " (assisted)" if coder["assisted"] else ""
    return line(Code(coder["id"]), f", {coder['kind']}{how}")
