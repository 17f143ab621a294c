"""The appendix: prompts as they were, hashes, and what a reader needs to check the rest."""

from autocode.report.document import (
    Block,
    Code,
    Column,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
    Verbatim,
    line,
)
from autocode.report.evidence import Evidence


def appendix(evidence: Evidence) -> Section:
    """Hashes of texts and codings, then every prompt once, verbatim."""
    blocks: list[Block] = [Heading("Hashes"), _hashes(evidence), Heading("Prompts, verbatim")]
    prompts = {one.sha256: one for ran in evidence.runs.values() for one in ran.manifest.prompts}
    blocks += [
        Verbatim(f"{one.step} ({one.source})", one.sha256, one.text) for one in prompts.values()
    ]
    if not prompts:
        blocks.append(Paragraph(line("No prompt is recorded: the compared coding is from no run.")))
    else:
        words = (
            "Words in double braces were filled in for each request. Every request and answer, in "
            "full, is in the calls.jsonl of its run."
        )
        blocks.append(Paragraph(line(words), "note"))
    blocks.append(Paragraph(_more(), "note"))
    return Section("appendix", "Appendix", tuple(blocks))


def _hashes(evidence: Evidence) -> Table:
    rows: list[tuple[Line, ...]] = []
    for document in evidence.comparison.documents:
        rows.append((line(f"{document.id}: canonical text"), line(Code(document.sha256))))
        rows += [
            (line(f"{document.id}: ", Code(coding.source)), line(Code(coding.sha256)))
            for coding in document.codings
        ]
    rows += [
        (line("codebook of ", Code(ran.manifest.run)), line(Code(ran.manifest.codebook.sha256)))
        for ran in evidence.runs.values()
        if ran.manifest.codebook.sha256
    ]
    rows.append((line("settings"), line(Code(evidence.comparison.config_sha256))))
    columns = (Column("What", 1.2), Column("SHA-256", 2))
    return Table("hashes", "SHA-256 of what was compared", columns, tuple(rows))


def _more() -> Line:
    return line(
        "Every figure with all its parts, at full precision, is in ", Code("comparison.json"),
        " and, one figure a line, in ", Code("tables/all-figures.csv"), ".",
    )  # fmt: skip
