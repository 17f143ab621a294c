"""Which reader takes which file: the one table of other programs' formats that come in."""

from collections.abc import Callable, Mapping
from pathlib import Path

from autocode.errors import InputError
from autocode.exchange.outline import read_outline
from autocode.exchange.project import Project, ProjectCode
from autocode.exchange.tables import read_code_table, read_coded_table
from autocode.transcript.decoding import read_bytes

Columns = Mapping[str, str]
CODINGS: dict[str, Callable[[bytes, str, Columns], Project]] = {
    ".csv": read_coded_table,
    ".tsv": read_coded_table,
    ".xlsx": read_coded_table,
}
CODEBOOKS: dict[str, Callable[[bytes, str, Columns], list[ProjectCode]]] = {
    ".csv": read_code_table,
    ".tsv": read_code_table,
    ".xlsx": read_code_table,
    ".md": read_outline,
    ".txt": read_outline,
    ".py": read_outline,
}


def read_project(path: Path, columns: Columns) -> Project:
    """The coded passages in a file of another program.

    Raises:
        InputError: it cannot be read, or is of no kind read here.
    """
    reader = CODINGS.get(path.suffix.lower())
    if reader is None:
        raise _unknown(path, "codings", CODINGS)
    return reader(read_bytes(path), path.name, columns)


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
