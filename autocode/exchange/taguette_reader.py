"""Taguette's project (SQLite), read; its tables of highlights and codes are read as `tables`.

Highlights are UTF-8 bytes over the words of an HTML document, whose tags and paragraph ends have
no width (measured with Taguette 1.5.2). Parents of tags stand in their names: `Cost > Licence`.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

from autocode.errors import InputError
from autocode.exchange.database import Database, open_database
from autocode.exchange.offsets import Widths
from autocode.exchange.project import (
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    numbered,
    open_code_labelled,
)
from autocode.exchange.tables import code_at_path
from autocode.text import plural
from autocode.transcript.nouns import Span

_BLOCKS = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "blockquote", "pre", "h1", "h2",
     "h3", "h4", "h5", "h6", "caption")
)  # fmt: skip


def read_taguette(data: bytes, name: str) -> Project:
    """The documents, tags and highlights of a Taguette project.

    Raises:
        InputError: it is no such file, is damaged, or holds several projects.
    """
    with open_database(data, name, "documents", "highlights", "tags", "highlight_tags") as database:
        projects = database.rows("projects", "id")
        if len(projects) > 1:
            what = f"this database holds {len(projects)} projects"
            hint = "Export the one you want from Taguette: Project info > Export project."
            raise InputError(what, where=name, hint=hint)
        return _project(database)


def _project(database: Database) -> Project:
    codes: dict[str, ProjectCode] = {}
    tags: dict[int, tuple[str | None, str | None]] = {}
    for tag, path, description in database.rows("tags", "id", "path", "description"):
        open_code = open_code_labelled(str(path))
        id_ = None if open_code else code_at_path(codes, str(path))
        if id_ and description:
            codes[id_] = replace(codes[id_], definition=str(description))
        tags[tag] = (id_, open_code)
    names = Counter[str]()
    pages: dict[int, tuple[str, _Words, Widths]] = {}
    for document, title, contents in database.rows("documents", "id", "name", "contents"):
        words = _Words(str(contents))
        pages[document] = (str(numbered(title, names)), words, Widths.utf8(words.nodes))
    tagged: dict[int, list[tuple[str | None, str | None]]] = {}
    for highlight, tag in database.rows("highlight_tags", "highlight_id", "tag_id"):
        tagged.setdefault(highlight, []).append(tags.get(tag, (None, None)))
    passages, lost = [], 0
    fields = ("id", "document_id", "start_offset", "end_offset")
    for highlight, document, start, end in database.rows("highlights", *fields):
        name, words, widths = pages.get(document) or ("", _Words(""), Widths())
        span = words.span(widths.offset(_whole(start)), widths.offset(_whole(end)))
        if span is None:
            lost += 1
            continue
        given = tagged.get(highlight, [])
        ids = tuple(dict.fromkeys(id_ for id_, _ in given if id_))
        open_codes: list[str | None] = [open_code for _, open_code in given if open_code]
        marked = words.text[span.start : span.end]
        passages += [
            Passage(name, marked, ids, span=span, open_code=open_code)
            for open_code in open_codes or [None]
        ]
    remarks = (f"not read: {plural(lost, 'highlight')} outside of any text",) if lost else ()
    documents = tuple(ProjectDocument(name, words.text) for name, words, _ in pages.values())
    return Project(documents, tuple(codes.values()), tuple(passages), remarks)


def _whole(number: object) -> int:
    return number if isinstance(number, int) else -1


class _Words(HTMLParser):
    """The words of an HTML document.

    nodes: as they count there; text: the same, with a line end wherever a block begins anew.
    """

    def __init__(self, contents: str) -> None:
        super().__init__(convert_charrefs=True)
        self._nodes: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._breaks: list[int] = []
        # Whether a block has just ended, and whether words of one have just been read.
        self._ended = self._inline = False
        self.feed(contents)
        self.close()
        self.nodes, self.text = "".join(self._nodes), "".join(self._text)

    def span(self, start: int, end: int) -> Span | None:
        """A stretch of the nodes in the text; None where it is empty or beyond."""
        if not 0 <= start < end <= len(self.nodes):
            return None
        return Span(start + bisect_right(self._breaks, start), end + bisect_left(self._breaks, end))

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "br" or (tag in _BLOCKS and (self._ended or self._inline)):
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._ended, self._inline = True, False

    def handle_data(self, data: str) -> None:
        words = bool(data.strip())
        if self._ended and words:
            self._break()
        self._nodes.append(data)
        self._text.append(data)
        self._length += len(data)
        if words:
            self._ended, self._inline = False, True
        elif "\n" in data and not self._inline:
            self._ended = False  # A line end between blocks stands there already.

    def _break(self) -> None:
        self._breaks.append(self._length)
        self._text.append("\n")
        self._ended = self._inline = False
