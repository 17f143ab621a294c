"""A report on disk: the whole folder is written beside its place, then swapped in."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autocode.errors import StudyError
from autocode.report.evidence import Evidence
from autocode.report.references import bibliography
from autocode.report.render.html import html_of
from autocode.report.render.latex import latex_of
from autocode.report.render.markdown import markdown_of
from autocode.report.render.tables import tables_of
from autocode.report.render.word import word_of
from autocode.report.sections import document_of
from autocode.text import visible_json

COMPARISON, PAGE = "comparison.json", "report.html"
# What a report may replace; anything else in its folder is somebody's own and stays.
_OURS = {
    COMPARISON, PAGE, "report.md", "report.tex", "report.docx", "references.bib",
    "tables", "figures",
}  # fmt: skip

Files = Mapping[str, str | bytes]


def report_files(evidence: Evidence) -> dict[str, str | bytes]:
    """The files of a report by their path in its folder; the same evidence, the same bytes."""
    document = document_of(evidence)
    tree = evidence.numbers.tree
    files: dict[str, str | bytes] = {
        COMPARISON: visible_json(tree) + "\n",
        PAGE: html_of(document),
        "report.md": markdown_of(document),
        "report.tex": latex_of(document),
        "report.docx": word_of(document),
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
    with _beside(folder) as new:
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            path.write_bytes(data)
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in _OURS:
                copy = shutil.copytree if path.is_dir() else shutil.copy2
                copy(path, new / path.name)
        new.chmod(0o755)
        _swap(new, folder)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder next to `folder`, gone at the end unless it was moved away."""
    new: Path | None = None
    try:
        # A folder is replaced only when it is empty or shows that a report made it.
        ours = not folder.exists() or (folder / COMPARISON).is_file()
        if not ours and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError(
                "this is no report, and would be replaced", where=folder,
                hint="Name a new folder with --out.",
            )  # fmt: skip
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Its name does not hold the folder's, which may be as long as a name can be.
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".report."))
        yield new
    except OSError as error:
        raise StudyError(
            f"cannot be written: {error.strerror}", where=folder,
            hint="Make the folder writable, or name another one with --out.",
        ) from error  # fmt: skip
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; if that fails, the old one is back."""
    if not folder.exists():
        new.rename(folder)
        return
    old = new.with_name(f"{new.name}.old")
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
