"""Which reader takes which file that comes in, and what writes which format that goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autocode.errors import InputError
from autocode.exchange.brat import brat_bytes, read_brat
from autocode.exchange.codeable import codeable
from autocode.exchange.doccano import doccano_bytes, read_doccano
from autocode.exchange.exports import Selection
from autocode.exchange.fieldnotes import fieldnotes
from autocode.exchange.label_studio import label_studio_bytes, read_label_studio
from autocode.exchange.margin import margin_page
from autocode.exchange.outline import read_outline
from autocode.exchange.project import Project, ProjectCode, Written
from autocode.exchange.qualcoder import qualcoder_file, read_qualcoder
from autocode.exchange.quotes import quotes_csv, quotes_xlsx
from autocode.exchange.refi_codebook import qdc_bytes, read_qdc
from autocode.exchange.refi_reader import read_qdpx
from autocode.exchange.refi_writer import TARGETS, Target, qdpx_bytes
from autocode.exchange.tables import read_code_table, read_coded_table
from autocode.exchange.taguette_reader import read_taguette
from autocode.exchange.taguette_writer import taguette_bytes, taguette_codebook
from autocode.exchange.web_annotation import web_annotation_bytes
from autocode.exchange.word_reader import read_word_comments
from autocode.exchange.word_writer import word_bytes
from autocode.transcript.decoding import read_bytes

Columns = Mapping[str, str]
CODINGS: dict[str, Callable[[bytes, str, Columns], Project]] = {
    ".csv": read_coded_table,
    ".tsv": read_coded_table,
    ".xlsx": read_coded_table,
    ".qdpx": lambda data, name, _: read_qdpx(data, name),
    ".docx": lambda data, name, _: read_word_comments(data, name),
    ".sqlite3": lambda data, name, _: read_taguette(data, name),
    ".qda": lambda data, name, _: read_qualcoder(data, name),
    ".jsonl": lambda data, name, _: read_doccano(data, name),
    ".json": lambda data, name, _: read_label_studio(data, name),
    ".zip": lambda data, name, _: read_brat(data, name),
}
CODEBOOKS: dict[str, Callable[[bytes, str, Columns], list[ProjectCode]]] = {
    ".csv": read_code_table,
    ".tsv": read_code_table,
    ".xlsx": read_code_table,
    ".md": read_outline,
    ".txt": read_outline,
    ".py": read_outline,
    ".qdc": lambda data, name, _: list(read_qdc(data, name).codes),
    ".qdpx": lambda data, name, _: list(read_qdpx(data, name).codes),
}


def read_project(path: Path, columns: Columns, offsets: str | None = None) -> Project:
    """The coded passages in a file of another program, or in the folder of QualCoder.

    offsets: how the program of a .qdpx file counts: see `offsets.convention_named`.

    Raises:
        InputError: it cannot be read, or is of no kind read here.
    """
    suffix = path.suffix.lower()
    reader = CODINGS.get(suffix)
    if reader is None:
        raise _unknown(path, "codings", CODINGS)
    if offsets and suffix != ".qdpx":
        what = "only .qdpx files need to be told how offsets count"
        raise InputError(what, where=path, hint="Leave out --offsets.")
    if offsets:
        return read_qdpx(read_bytes(path), path.name, offsets)
    return reader(read_bytes(qualcoder_file(path)), path.name, columns)


def read_codebook(path: Path, columns: Columns) -> list[ProjectCode]:
    """The codes in a file.

    Raises:
        InputError: it cannot be read, or is of no kind read here.
    """
    reader = CODEBOOKS.get(path.suffix.lower())
    if reader is None:
        raise _unknown(path, "a codebook", CODEBOOKS)
    return reader(read_bytes(path), path.name, columns)


def _unknown(path: Path, what: str, readers: Mapping[str, object]) -> InputError:
    return InputError(
        f"{path.suffix or 'files without a suffix'} cannot be read as {what}", where=path,
        hint=f"Save it as one of {', '.join(readers)}.",
    )  # fmt: skip


Writer = Callable[[Selection, Target | None], Written]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that goes out: what it is in words, and its writers by the suffix of their files.

    of: `codings` of transcripts, `coding` where a file holds one, or the `codebook` of the study.
    binary: the suffixes of files that no terminal can show; the first suffix is the usual one.
    targets: the programs for which it differs.
    """

    what: str
    writers: Mapping[str, Writer]
    of: str = "codings"
    binary: frozenset[str] = frozenset()
    targets: tuple[Target, ...] = ()


def _fieldnotes(selection: Selection, _: Target | None) -> Written:
    (document,) = selection.documents
    (source,) = document.sources
    return _utf8(*fieldnotes(document.transcript, source.coding))


def _utf8(text: str, remarks: tuple[str, ...]) -> Written:
    return Written(text.encode("utf-8", "replace"), remarks)


FORMATS: Mapping[str, Format] = {
    "quotes": Format(
        "every quote with its codes, as a table (.csv or .xlsx)",
        {
            ".csv": lambda chosen, _: Written(quotes_csv(chosen)),
            ".xlsx": lambda chosen, _: Written(quotes_xlsx(chosen)),
        },
        binary=frozenset({".xlsx"}),
    ),
    "html": Format(
        "the text with its codes in the margin, as a web page",
        {".html": lambda chosen, _: Written(margin_page(chosen))},
    ),
    "word": Format(
        "a Word document with the codes as comments",
        {".docx": lambda chosen, _: word_bytes(chosen.project())},
        binary=frozenset({".docx"}),
    ),
    "qdpx": Format(
        "a REFI-QDA project, for NVivo, MAXQDA, ATLAS.ti, QualCoder",
        {".qdpx": lambda chosen, target: qdpx_bytes(chosen.project(), chosen.name, target)},
        binary=frozenset({".qdpx"}), targets=TARGETS,
    ),
    "taguette": Format(
        "a Taguette project",
        {".sqlite3": lambda chosen, _: taguette_bytes(chosen.project(), chosen.name)},
        binary=frozenset({".sqlite3"}),
    ),
    "w3c": Format(
        "W3C Web Annotations (JSON-LD)",
        {".jsonld": lambda chosen, _: web_annotation_bytes(chosen.project())},
    ),
    "doccano": Format(
        "lines of JSON for doccano", {".jsonl": lambda chosen, _: doccano_bytes(chosen.project())}
    ),
    "label-studio": Format(
        "tasks for Label Studio",
        {".json": lambda chosen, _: label_studio_bytes(chosen.project())},
    ),
    "brat": Format(
        "brat's standoff files, in a ZIP",
        {".zip": lambda chosen, _: brat_bytes(chosen.project())},
        binary=frozenset({".zip"}),
    ),
    "fieldnotes": Format(
        "field notes with OPEN and AXIAL traces", {".md": _fieldnotes}, of="coding"
    ),
    "codeable": Format(
        "the codebook and its relations as CodeableModels Python",
        {".py": lambda chosen, _: _utf8(*codeable(chosen.codebook, chosen.relations))},
        of="codebook",
    ),
    "qdc": Format(
        "the codebook for other programs (REFI-QDA)",
        {".qdc": lambda chosen, target: qdc_bytes(chosen.project(), target or "")},
        of="codebook", targets=TARGETS,
    ),
    "taguette-codebook": Format(
        "the codebook for Taguette",
        {".csv": lambda chosen, _: taguette_codebook(chosen.project())},
        of="codebook",
    ),
}  # fmt: skip


def export(
    name: str, selection: Selection, suffix: str | None = None, target: Target | None = None
) -> Written:
    """A selection in the format of that name.

    suffix: of the file, where there are several kinds; target: the program it is for.

    Raises:
        InputError: the format has no such files, or cannot hold what was selected.
    """
    form = FORMATS[name]
    suffix = (suffix or next(iter(form.writers))).lower()
    if suffix not in form.writers:
        raise InputError(
            f"{name} cannot be written as {suffix}",
            hint=f"Name a file that ends in {' or '.join(form.writers)}.",
        )
    several = len(selection.documents) > 1 or any(
        len(document.sources) > 1 for document in selection.documents
    )
    if form.of == "coding" and several:
        raise InputError(
            f"{name} holds one coding of one transcript",
            hint="Name one transcript, and choose its coding with --gold or --run.",
        )
    return form.writers[suffix](selection, target)
