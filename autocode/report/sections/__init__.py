"""The sections of a report in their order, and the values that their templates need."""

from collections.abc import Callable, Mapping
from typing import Any

from autocode import __version__
from autocode.report.document import Document, Paragraph
from autocode.report.evidence import Evidence
from autocode.report.prose import section_of
from autocode.report.sections import figures, record
from autocode.report.sections.vocabulary import vocabulary

_SECTIONS: dict[str, Callable[[Evidence], Mapping[str, Any]]] = {
    "summary": figures.summary,
    "materials": record.materials,
    "procedure": lambda _: {},
    "results": figures.results,
    "codes": figures.codes,
    "differences": record.differences,
    "baselines": figures.baselines,
    "repeated": figures.repeated,
    "limits": figures.limits,
    "paragraph": figures.paragraph,
    "runs": lambda _: {},
    "measures": figures.measures,
    "checklist": record.checklist,
    "appendix": record.appendix,
}


def document_of(evidence: Evidence) -> Document:
    """The whole report, without a format."""
    known = vocabulary(evidence)
    cover = section_of("cover", known)
    question = next((block.words for block in cover.blocks if isinstance(block, Paragraph)), ())
    return Document(
        title=cover.title,
        subtitle=question,
        sections=tuple(
            section_of(name, {**known, **values(evidence)}) for name, values in _SECTIONS.items()
        ),
        made_by=f"autocode {__version__}",
    )
