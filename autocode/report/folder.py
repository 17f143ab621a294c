"""The files of a report, and its folder on disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autocode.files import Files, replace_folder
from autocode.report.document import Document
from autocode.report.evidence import Evidence
from autocode.report.references import bibliography
from autocode.report.render.html import html_of
from autocode.report.render.latex import latex_of
from autocode.report.render.markdown import markdown_of
from autocode.report.render.tables import tables_of
from autocode.report.render.word import word_of
from autocode.report.sections import document_of
from autocode.text import visible_json

COMPARISON, CODED, PAGE = "comparison.json", "coded.json", "report.html"
# What a report may replace; anything else in its folder is somebody's own and stays.
_OURS = {
    COMPARISON, CODED, PAGE, "report.md", "report.tex", "report.docx", "references.bib",
    "tables", "figures",
}  # fmt: skip


def report_files(evidence: Evidence) -> dict[str, str | bytes]:
    """The files of a report by their path in its folder; the same evidence, the same bytes."""
    return files_of(document_of(evidence), evidence.numbers.tree, COMPARISON)


def files_of(document: Document, tree: Mapping[str, Any], numbers: str) -> dict[str, str | bytes]:
    """A document in every format, and the tree of its numbers in the file of that name."""
    printed = document.printed
    files: dict[str, str | bytes] = {
        numbers: visible_json(tree) + "\n",
        PAGE: html_of(printed),
        "report.md": markdown_of(printed),
        "report.tex": latex_of(printed),
        "report.docx": word_of(printed),
        "references.bib": bibliography(document.cited),
    }
    files |= {f"tables/{name}": text for name, text in tables_of(document, tree).items()}
    files |= {f"figures/{picture.name}.svg": picture.svg for picture in document.pictures}
    files |= {f"figures/{picture.name}.png": picture.png for picture in document.pictures}
    return files


def write_folder(files: Files, folder: Path) -> None:
    """Make the folder hold these files; what it held of an earlier report is gone, the rest stays.

    Raises:
        StudyError: the folder holds something else than a report, or cannot be written.
    """
    replace_folder(
        files, folder, marks=(COMPARISON, CODED), ours=_OURS, noun="report", option="--out"
    )
