"""Where the coders part: what was missed, what was added, with examples; what was lost."""

from collections.abc import Iterator

from autocode.report.document import (
    Block,
    Bullets,
    Column,
    Heading,
    Line,
    Marked,
    Paragraph,
    Section,
    Table,
    line,
)
from autocode.report.evidence import Evidence
from autocode.report.examples import examples
from autocode.report.names import code_label
from autocode.report.sections.codes import PER_CODE

_MOST = 40


def parting(evidence: Evidence) -> Section:
    """Counts, codes, examples, quotes not located and failures."""
    blocks: list[Block] = []
    if evidence.diffs:
        blocks += [_quotes(evidence), Paragraph(_codes_in_words(evidence))]
    blocks += _examples(evidence)
    blocks += [Heading("Quotes that are not in the transcript"), *_unlocated(evidence)]
    blocks += [Heading("Failures"), *_failures(evidence)]
    return Section("parting", "Where the coders part", tuple(blocks))


def _quotes(evidence: Evidence) -> Table:
    numbers, path = evidence.numbers, ("report", "parting", "quotes")
    words = {
        "same": "the other coder has the same passage",
        "overlapping": "the other coder has a part of it, or more",
        "only": "the other coder has nothing of it",
        "missing": "not located in the transcript",
    }
    rows = tuple(
        (line(said), *(line(numbers.count(*path, who, key)) for who in ("reference", "other")))
        for key, said in words.items()
    )
    who = evidence.other_name.removeprefix("the ")
    columns = (Column("Of the quotes of each coder", 3), Column("reference", 1, numeric=True),
               Column(who, 1, numeric=True))  # fmt: skip
    return Table("parting", "Quotes shared and not shared", columns, rows)


def _codes_in_words(evidence: Evidence) -> Line:
    missed, added = (_only(evidence, key) for key in ("first_only", "second_only"))
    parts = line("Codes that the reference coding uses and ", evidence.other_name, " never: ")
    parts = line(parts, ", ".join(missed) or "none", ". Codes that ", evidence.other_name)
    return line(parts, " uses and the reference coding never: ", ", ".join(added) or "none", ".")


def _only(evidence: Evidence, key: str) -> list[str]:
    """Codes that only one side ever used, by the counts per turn."""
    numbers = evidence.numbers
    found = []
    for code in numbers.find(*PER_CODE) or {}:
        parts = numbers.find(*PER_CODE, code, "prevalence_index", "parts") or {}
        others = [parts.get(one) for one in ("both", "first_only", "second_only") if one != key]
        if parts.get(key) and not any(others):
            found.append(code_label(evidence, code))
    return found


def _examples(evidence: Evidence) -> Iterator[Block]:
    if not evidence.excerpts:
        yield Paragraph(line("Words of the transcripts were left out of this report on request."))
        return
    yield Paragraph(_legend(evidence))
    for title, found in examples(evidence).items():
        yield Heading(title)
        if found:
            yield from found
        else:
            yield Paragraph(line("There is none."))


def _legend(evidence: Evidence) -> Line:
    return line(
        "In the excerpts, ", Marked("words", "both"), " are marked by both coders, ",
        Marked("words", "reference"), " by the reference coding only, ", Marked("words", "other"),
        f" by {evidence.other_name} only. Of each kind the longest are shown.",
    )  # fmt: skip


def _unlocated(evidence: Evidence) -> list[Block]:
    lost = [
        (document.id, coding.coder.id, one)
        for document in evidence.comparison.documents
        for coding in document.codings
        for one in coding.unlocated
    ]
    if not lost:
        return [Paragraph(line("Every quote of every coder was located in its transcript."))]
    words = "They count as quotes that were not found, and enter no measure of place."
    items = [
        line(f"{document}, {coder}, {one.id}", *(f": “{one.text[:300]}”",) * evidence.excerpts)
        for document, coder, one in lost[:_MOST]
    ]
    more = [Paragraph(line("The rest is in comparison.json."))] if len(lost) > _MOST else []
    return [Paragraph(line(words)), Bullets(tuple(items)), *more]


def _failures(evidence: Evidence) -> list[Block]:
    failures = evidence.comparison.failures
    if not failures:
        return [Paragraph(line("No part of a transcript is recorded as failed."))]
    rows = tuple(
        (
            line(one.document), line("–" if one.chunk is None else str(one.chunk)), line(one.step),
            line(one.kind), line(one.detail[:300]),
        )
        for one in failures[:_MOST]
    )  # fmt: skip
    columns = (Column("Transcript"), Column("Chunk", 0.6), Column("Step", 0.8), Column("Kind", 1),
               Column("What happened", 3))  # fmt: skip
    note = line("Failed parts count as not marked.")
    return [Table("failures", "Parts the model did not code", columns, rows, (note,))]
