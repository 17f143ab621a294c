"""The sections of a report, in the order a reader wants them."""

from autocode import __version__
from autocode.report.checklist import checklist
from autocode.report.document import Document, line
from autocode.report.evidence import Evidence
from autocode.report.sections.answer import answer
from autocode.report.sections.appendix import appendix
from autocode.report.sections.chance import chance
from autocode.report.sections.codes import codes
from autocode.report.sections.limits import limits
from autocode.report.sections.materials import materials
from autocode.report.sections.measures import measures
from autocode.report.sections.model import model
from autocode.report.sections.parting import parting
from autocode.report.sections.paste import paste
from autocode.report.sections.procedure import procedure
from autocode.report.sections.repeated import repeated
from autocode.report.sections.results import results

_SECTIONS = (
    answer, paste, materials, procedure, model, measures, results, codes, chance, parting, repeated,
    limits, checklist, appendix,
)  # fmt: skip


def document_of(evidence: Evidence) -> Document:
    """The whole report, without a format."""
    word = evidence.measured.capitalize()
    who = evidence.other_name
    coders = "several coders" if evidence.several_coders else f"{who} with the reference coding"
    return Document(
        title=f"{word} of {coders}: {_named(evidence)}",
        subtitle=line(_question(evidence)),
        sections=tuple(section(evidence) for section in _SECTIONS),
        made_by=f"autocode {__version__}",
    )


def _named(evidence: Evidence) -> str:
    documents = evidence.documents
    return ", ".join(documents) if len(documents) <= 4 else f"{len(documents)} transcripts"


def _question(evidence: Evidence) -> str:
    asked = {ran.manifest.research_question for ran in evidence.ran} - {""}
    return f"Research question: {' / '.join(sorted(asked))}" if asked else ""
