"""What these figures cannot say: written from the data, not from a template."""

from collections.abc import Iterator

from autocode.panel.tables import floors
from autocode.report.document import Bullets, Cite, Line, Paragraph, Section, Strong, line
from autocode.report.evidence import Evidence
from autocode.report.sections.codes import PER_CODE, paradoxes
from autocode.report.sections.repeated import ENOUGH, runs_per_document

FEW_DOCUMENTS = 10
_RARE = 0.1


def limits(evidence: Evidence) -> Section:
    """One item per limit that the data show."""
    items = tuple(
        one
        for group in (_documents, _humans, _marked, _codes, _leaks, _runs, _lost)
        for one in group(evidence)
    )
    opening = Paragraph(line("Each of these follows from the data of this report."))
    return Section("limits", "Limitations", (opening, Bullets(items)))


def _documents(evidence: Evidence) -> Iterator[Line]:
    count = evidence.numbers.count("report", "total", "documents")
    if evidence.single:
        yield line(Strong("One document. "), "Nothing can be said of other interviews, speakers or "
                   "topics; intervals, where given, are of this document only.")  # fmt: skip
    elif len(evidence.documents) < FEW_DOCUMENTS:
        yield line(Strong("Few documents. "), "There are ", count, "; intervals from so few are "
                   "too narrow (in simulation a 95% interval from five documents held the true "
                   "value about 86 times in 100).")  # fmt: skip
    if not all(one.transcript_used for one in evidence.comparison.documents):
        yield line(Strong("Codings without their transcripts. "), "Turns and sentences are not "
                   "known for all documents, and what needs them is not given.")  # fmt: skip


def _humans(evidence: Evidence) -> Iterator[Line]:
    if evidence.comparison.assisted:
        yield line(Strong("Assisted coding. "), "The reference coding was made with proposals in "
                   "view. The figures are of acceptance; anchoring makes them high.")  # fmt: skip
    if not evidence.numbers.find("uncertainty", "ceiling") and not evidence.several_coders:
        yield line(Strong("No second person. "), "How far two people agree on this material is not "
                   "known; the reference coding is one reading among possible ones.")  # fmt: skip


def _marked(evidence: Evidence) -> Iterator[Line]:
    numbers = evidence.numbers
    share = numbers.share("report", "total", "coders", 0, "marked_share")
    if share.value is not None and share.value < _RARE:
        yield line(Strong("Little is marked. "), "The reference coding marks ", share, " of the "
                   "text: chance-corrected figures hang on few passages, and uα on how much is not "
                   "marked.")  # fmt: skip
    quotes = numbers.count("report", "total", "coders", 0, "located")
    if quotes.value is not None and quotes.value < 30:
        yield line(Strong("Few quotes. "), "The reference coding has ", quotes, ": a single quote "
                   "moves the figures on quotes visibly.")  # fmt: skip
    beside = floors(evidence.comparison)
    if lost := [floor for floor in beside if floor.standing == "not above"]:
        count = "all" if len(lost) == len(beside) else "some"
        yield line(Strong("Baselines. "), f"On {count} of the figures that baselines "
                   "have too, one of them reaches as much: there, the figure is no evidence of "
                   "reading.")  # fmt: skip


def _codes(evidence: Evidence) -> Iterator[Line]:
    numbers = evidence.numbers
    codes = numbers.find(*PER_CODE) or {}
    parts = [numbers.find(*PER_CODE, code, "prevalence_index", "parts") or {} for code in codes]
    counted = [one for one in parts if "both" in one]
    fewest = numbers.find("config", "minimum_uses")
    rare = [one for one in counted if sum(one.values()) - one["neither"] < fewest]
    if rare:
        yield line(Strong("Rare codes. "), _of(len(rare), len(counted)), " are used on fewer than ",
                   numbers.number("config", "minimum_uses", kind="setting"), " turns; nothing can "
                   "be said of agreement on them one by one.")  # fmt: skip
    if paradoxes(evidence):
        yield line(Strong("κ and AC1 part. "), "Where an outcome is rare, κ is low and AC1 high on "
                   "the same counts; see the flags under the codes ",
                   Cite("feinstein1990"), ".")  # fmt: skip


def _of(some: int, every: int) -> str:
    if some == every:
        return "All codes"
    return "Most codes" if 2 * some > every else "Some codes"


def _leaks(evidence: Evidence) -> Iterator[Line]:
    warnings = {ran.manifest.codebook.warning for ran in evidence.ran} - {None}
    for warning in sorted(map(str, warnings)):
        yield line(Strong("The codebook gives codes away. "), f"{warning[0].upper()}{warning[1:]}.")
    threshold = evidence.comparison.config["label_threshold_from"]
    if evidence.numbers.value("labels", "f1") is not None and "not calibrated" in threshold:
        yield line(Strong("Threshold of similarity not calibrated. "), "From which similarity on "
                   "two open codes mean the same was not judged by people.")  # fmt: skip
    if any(source.coding.coder.kind == "model" for _, source in evidence.materials[0].sources):
        yield line(Strong("Memorisation. "), "Whether the model saw these transcripts in training "
                   "is not known to this tool.")  # fmt: skip


def _runs(evidence: Evidence) -> Iterator[Line]:
    if not evidence.ran:
        return
    if runs_per_document(evidence) == 1:
        yield line(Strong("One run. "), "The figures of another run, of another version of the "
                   "model, or under another prompt may differ.")  # fmt: skip
    elif runs_per_document(evidence) < ENOUGH:
        yield line(Strong("Few runs. "), "The spread over runs is uncertain itself.")


def _lost(evidence: Evidence) -> Iterator[Line]:
    if evidence.comparison.incomplete:
        yield line(Strong("Incomplete. "), "A coding is not whole; what was not coded counts as "
                   "not marked, which lowers recall.")  # fmt: skip
    if evidence.comparison.failures:
        yield line(Strong("Failures. "), "Parts of a transcript could not be coded; they are "
                   "listed and count as not marked.")  # fmt: skip
    missing = evidence.numbers.value("coverage", "missing")
    if missing:
        yield line(Strong("Quotes not located. "),
                   evidence.numbers.share("coverage", "missing", "value"),
                   " of the compared coder’s quotes are not in the transcript.")  # fmt: skip
