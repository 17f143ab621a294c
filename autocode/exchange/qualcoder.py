"""QualCoder's project, read: the SQLite file `data.qda` in its folder, of any version.

Positions are code points of the stored text, the end exclusive (measured with schema 17).
"""

from collections.abc import Iterator
from pathlib import Path

from autocode.exchange.database import Database, open_database
from autocode.exchange.offsets import SourceText
from autocode.exchange.project import (
    Memo,
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    colour_of,
)
from autocode.text import plural, whole

_FILE = "data.qda"
_NOT_READ = {
    "code_image": "coded part of a picture", "code_av": "coded part of a recording",
    "annotation": "annotation", "cases": "case", "attribute": "attribute",
}  # fmt: skip
_SEVERAL = {
    "code_image": "coded parts of pictures", "code_av": "coded parts of recordings",
}  # fmt: skip


def qualcoder_file(path: Path) -> Path:
    """The database of a project, which is a folder `NAME.qda`, or that file itself."""
    return path / _FILE if path.is_dir() else path


def read_qualcoder(data: bytes, name: str) -> Project:
    """The texts, codes, categories, codings and journals of a QualCoder database.

    Raises:
        InputError: it is no such database, or is damaged.
    """
    with open_database(data, name, "source", "code_name", "code_text") as database:
        texts = dict(_texts(database))
        codes = tuple(_codes(database))
        known = {code.id for code in codes}
        passages: list[Passage] = []
        lost = 0
        fields = ("cid", "fid", "seltext", "pos0", "pos1", "owner", "memo")
        for cid, fid, words, start, end, owner, memo in database.rows("code_text", *fields):
            title, text = texts.get(fid, ("", None))
            if text is None or f"code {cid}" not in known:
                lost += 1
                continue
            # The words may be others where the text was edited after it was coded.
            span, marked = text.marked(start, end, whole(str(words or "")))
            if marked:
                who, note = str(owner or "") or None, str(memo or "")
                passages.append(Passage(title, marked, (f"code {cid}",), who, span, note=note))
            else:
                lost += 1
        journals = database.rows("journal", "name", "jentry")
        return Project(
            tuple(ProjectDocument(title, text.text) for title, text in texts.values()),
            codes,
            tuple(passages),
            tuple(_remarks(database, lost)),
            memos=tuple(Memo(str(title or ""), str(entry or "")) for title, entry in journals),
        )


def _texts(database: Database) -> Iterator[tuple[int, tuple[str, SourceText]]]:
    """The texts by their ids there; recordings and pictures have none."""
    for id_, name, text in database.rows("source", "id", "name", "fulltext"):
        if text is not None:
            yield id_, (str(name), SourceText(whole(str(text)).encode()))


def _codes(database: Database) -> Iterator[ProjectCode]:
    """Categories and codes; a code stands under another code (of late) or in a category."""
    for catid, name, above, memo in database.rows(
        "code_cat", "catid", "name", "supercatid", "memo"
    ):
        parent = f"category {above}" if above is not None else None
        yield ProjectCode(f"category {catid}", str(name), parent, str(memo or ""))
    fields = ("cid", "name", "catid", "supercid", "memo", "color")
    for cid, name, catid, above, memo, colour in database.rows("code_name", *fields):
        parent = f"category {catid}" if catid is not None else None
        parent = f"code {above}" if above is not None else parent
        shade = colour_of(str(colour or ""))
        yield ProjectCode(f"code {cid}", str(name), parent, str(memo or ""), shade)


def _remarks(database: Database, lost: int) -> Iterator[str]:
    if lost:
        yield f"not read: {plural(lost, 'coding')} without a text or a code"
    for table, what in _NOT_READ.items():
        if count := len(database.rows(table, "memo")):
            yield f"not read: {plural(count, what, _SEVERAL.get(table, ''))}"
