"""Two codebooks compared, as a report of its own."""

from autocode import __version__
from autocode.panel.codebooks import CodebookComparison
from autocode.report import document as parts
from autocode.report.document import Document, line
from autocode.report.folder import CODED, files_of
from autocode.report.numbers import Numbers
from autocode.report.prose import section_of

_SECTIONS = ("codebooks", "categories")


def codebook_files(comparison: CodebookComparison) -> dict[str, str | bytes]:
    """The files of the report by their paths; the same comparison, the same bytes."""
    tree = comparison.model_dump(mode="json")
    numbers = Numbers(tree)
    values = {
        "compared": comparison, "count": numbers.count, "leaf": numbers.leaf,
        "number": numbers.number, "listed": parts.listed, "code": parts.Code,
    }  # fmt: skip
    document = Document(
        title=f"Two codebooks: {comparison.first} and {comparison.second}",
        subtitle=line("What two codebooks share, beside chance"),
        sections=tuple(section_of(name, values) for name in _SECTIONS),
        made_by=f"autocode {__version__}",
        numbers=CODED,
    )
    return files_of(document, tree, CODED)
