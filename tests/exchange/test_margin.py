"""Codings in the margin: the whole text, every code beside its quote, and markup is data."""

from html.parser import HTMLParser

from selected import HOSTILE, TALK, coding, selection, transcript

from autocode.coding.sources import Source
from autocode.exchange.exports import CodedTranscript, Selection
from autocode.exchange.margin import margin_page
from autocode.text import visible


class Page(HTMLParser):
    """The elements of a page, and the words of each turn's text without the numbers in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr", "link", "img"):
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        classes = [name for _, name in self._open]
        if "text" in classes and "badge" not in classes:
            self.text.append(data)
            if self._open[-1][0] == "mark":
                self.marked.append((self._open[-1][1], data))


def test_the_text_is_whole_and_marked_by_whom_it_was() -> None:
    page = Page(margin_page(selection()).decode())
    assert "".join(page.text) == visible(TALK.replace("\n\n", ""))
    assert [name for name, _ in page.marked] == ["several", "several", "c1"]
    assert page.marked[-1][1] == " 🜁 a catalog.\nReally"


def test_every_quote_has_its_codes_beside_it() -> None:
    page = Page(margin_page(selection()).decode())
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert {link.removeprefix("#") for link in links if link} <= ids
    assert {f"d1-q{n}" for n in (1, 2, 3)} <= ids
    text = margin_page(selection()).decode()
    for words in ("nowhere said", "&lt;u&gt;m", "m-1 (model)", "@SUM(1)", "-memo"):
        assert words in text


def test_markup_is_data_and_nothing_is_fetched_or_run() -> None:
    text = margin_page(selection()).decode()
    tags = Page(text).tags
    assert not {"script", "link", "img", "i", "u", "b", "iframe"} & {tag for tag, _ in tags}
    assert all(attrs["href"].startswith("#") for _, attrs in tags if "href" in attrs)
    assert not [attrs for _, attrs in tags if any(key.startswith(("on", "src")) for key in attrs)]
    assert "url(" not in text
    assert "@import" not in text
    policy = next(a["content"] for t, a in tags if t == "meta" and "http-equiv" in a)
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )
    assert "\x1b" not in text
    assert HOSTILE not in text


def test_the_same_codings_are_the_same_bytes() -> None:
    assert margin_page(selection()) == margin_page(selection())


def test_quotes_over_several_turns_are_marked_in_each_and_numbered_once() -> None:
    whole = coding("jo", "human", TALK)
    document = CodedTranscript(transcript(), (Source.of(whole),))
    page = Page(margin_page(Selection((document,))).decode())
    assert [visible(TALK).split("\n\n")[0], visible(TALK).split("\n\n")[1]] == [
        words for _, words in page.marked
    ]
    assert sum(attrs.get("class") == "badge" for _, attrs in page.tags) == 1
