"""Tables of coded quotes and of codes: whose columns mean what, in and out.

A row is a quote with a code (MAXQDA, Taguette, our own), with codes one per line (ATLAS.ti), or
with a column for every code (Dedoose). Rows seldom say where a quote stands: `placing` finds it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from autocode.coding.codebook import bare
from autocode.errors import InputError
from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument
from autocode.exchange.sheets import csv_bytes, read_sheet, records
from autocode.files import package_table
from autocode.transcript.nouns import Span

OURS = ("document", "start", "end", "quote", "code", "open code", "coder", "memo")
_APPLIED = re.compile(r"code:\s*(.*?)\s*applied", re.I)
_PARENTS = re.compile(r"\s*(?:>|::|\\)\s*")
_DIGITS = 20
_TRUE = {"true", "1", "yes", "x", "wahr"}


def read_coded_table(data: bytes, name: str, columns: Mapping[str, str] | None = None) -> Project:
    """The coded quotes of a table; `columns` names what the column of a field is called there.

    Raises:
        InputError: it cannot be read, or no column holds documents, quotes or codes.
    """
    rows = read_sheet(data, name)
    named = columns_of(rows[0], columns or {}, name)
    wide = {column: match[1] for column in rows[0] if (match := _APPLIED.fullmatch(column))}
    wanted = ["document", "quote"] + ([] if wide or "open_code" in named else ["code"])
    if missing := [field for field in wanted if field not in named]:
        raise InputError(
            f"no column for {' and '.join(missing)} among: {', '.join(rows[0])}", where=name,
            hint=f"Say which it is: --map {missing[0]}=COLUMN.",
        )  # fmt: skip
    codes: dict[str, ProjectCode] = {}
    passages = []
    for number, row in records(rows):
        cell = {field: row.get(column, "").strip() for field, column in named.items()}
        if cell["quote"] and not cell["document"]:
            raise InputError("this row names no document", where=name, line=number)
        if cell["quote"]:
            applied = [code for column, code in wide.items() if bare(row.get(column, "")) in _TRUE]
            written = [path.strip() for path in re.split(r"[\n;]", cell.get("code", ""))]
            paths = applied or [path for path in written if path]
            ids = tuple(code_at_path(codes, path, cell.get("parent", "")) for path in paths)
            passages.append(_passage(cell, ids))
    documents = dict.fromkeys(passage.document for passage in passages)
    return Project(tuple(map(ProjectDocument, documents)), tuple(codes.values()), tuple(passages))


def _passage(cell: Mapping[str, str], codes: tuple[str, ...]) -> Passage:
    # Where a passage stands only our own tables say; programs name pages or paragraphs.
    start, end = cell.get("start", ""), cell.get("end", "")
    ours = start.isdecimal() and end.isdecimal() and len(start + end) < _DIGITS
    number = re.match(r"\d{1,9}", cell.get("paragraph", ""))  # of `62` or `62 - 64` the first
    return Passage(
        document=cell["document"],
        words=cell["quote"],
        codes=codes,
        coder=cell.get("coder") or None,
        span=Span(int(start), int(end)) if ours else None,
        paragraph=int(number[0]) if number else None,
        open_code=cell.get("open_code") or None,
        note=cell.get("memo", ""),
    )


def read_code_table(
    data: bytes, name: str, columns: Mapping[str, str] | None = None
) -> list[ProjectCode]:
    """The codebook in a table (code, parent, definition, examples), parents before children.

    Raises:
        InputError: it cannot be read, or no column holds codes.
    """
    rows = read_sheet(data, name)
    named = columns_of(rows[0], columns or {}, name)
    if "code" not in named:
        raise InputError(
            f"no column for codes among: {', '.join(rows[0])}", where=name,
            hint="Say which it is: --map code=COLUMN.",
        )  # fmt: skip
    codes: dict[str, ProjectCode] = {}
    for _, row in records(rows):
        cell = {field: row.get(column, "").strip() for field, column in named.items()}
        if cell["code"]:
            id_ = code_at_path(codes, cell["code"], cell.get("parent", ""))
            definition = cell.get("definition") or cell.get("memo") or codes[id_].definition
            examples = (cell["examples"],) if cell.get("examples") else codes[id_].examples
            codes[id_] = replace(codes[id_], definition=definition, examples=examples)
    return list(codes.values())


def columns_of(header: Sequence[str], given: Mapping[str, str], name: str) -> dict[str, str]:
    """Field -> column of a header: as given, else by the names that programs use.

    Raises:
        InputError: a column that was given is not there, or a field is unknown.
    """
    known = package_table("autocode.exchange", "columns.toml")
    for field, column in given.items():
        if field not in known or column not in header:
            what = f"no field {field!r}" if field not in known else f"no column {column!r}"
            choices = known if field not in known else header
            raise InputError(what, where=name, hint=f"There are: {', '.join(choices)}.")
    named = dict(given)
    for field, names in known.items():
        by_name = {bare(column): column for column in reversed(header)}
        usual = next((by_name[known] for known in map(bare, names) if known in by_name), None)
        if usual is not None and field not in named and usual not in named.values():
            named[field] = usual
    return named


def code_at_path(codes: dict[str, ProjectCode], path: str, parent: str = "") -> str:
    """The id of a code given as a path (`Cost > Licence`), with its parents; added where new."""
    names = [name for name in _PARENTS.split(f"{parent} > {path}" if parent else path) if name]
    above = None
    for depth in range(len(names)):
        id_ = " > ".join(names[: depth + 1])
        codes.setdefault(id_, ProjectCode(id_, names[depth], above))
        above = id_
    return above or path


def coded_table(project: Project) -> bytes:
    """The passages of a project as CSV, a row for each code; codes as paths of names."""
    rows: list[Sequence[object]] = [OURS]
    paths = code_paths(project.codes)
    for passage in project.passages:
        start, end = (passage.span.start, passage.span.end) if passage.span else ("", "")
        place = (passage.document, start, end, passage.words)
        about = (passage.open_code, passage.coder, passage.note)
        rows += [(*place, paths.get(code, code), *about) for code in passage.codes or ("",)]
    return csv_bytes(rows)


def code_paths(codes: Iterable[ProjectCode]) -> dict[str, str]:
    """Each code's name after its parents' (`Cost > Licence`), by id; a circle is cut."""
    by_id = {code.id: code for code in codes}
    paths = {}
    for code in by_id.values():
        line = [code]
        while (above := by_id.get(line[-1].parent or "")) and above not in line:
            line.append(above)
        paths[code.id] = " > ".join(code.name for code in reversed(line))
    return paths
