"""Invented projects of every kind, for what goes out to other programs and comes in again."""

from itertools import pairwise

from hypothesis import strategies as st

from autocode.coding.nouns import Relation
from autocode.exchange.project import Memo, Passage, Project, ProjectCode, ProjectDocument
from autocode.transcript.nouns import Span, Turn

# Emoji, a family joined by ZWJ, an accent apart, a mark, right to left, markup, a formula.
PIECES = (
    "Yes", " ", "of course", ".", "\n", "\n\n", "\U0001f469\u200d\U0001f469\u200d\U0001f467", "🐝",
    "e\u0301", "\ufeff", "\u200d", "שלום", "<b>", "&amp;", "]]>", "=1+1", '"', "'", "ä", "\t", "…",
    "\u2028", "data", "\U0001d400", "%", "\\", "漢字",
)  # fmt: skip
# What names and notes may hold besides: characters that XML cannot.
DIRT = (*PIECES, "\x00", "\x0b", "\x1b", "\ufffe", "\r\n")

texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)
names = st.lists(st.sampled_from(DIRT), min_size=1, max_size=5).map("".join)
CODERS = ("anna", "gold", "local:qwen2.5 (model)")


@st.composite
def passages_of(draw: st.DrawFn, documents: list[ProjectDocument], codes: list[str]) -> Passage:
    """Codes, an open code or both, on any stretch of a text: overlapping, nested, the same."""
    document = draw(st.sampled_from(documents))
    text = document.text or ""
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    used = draw(st.lists(st.sampled_from(codes), unique=True, max_size=3)) if codes else []
    open_code = draw(st.sampled_from((None, None, "hives & mites", "🐝 bees", "open\tcode")))
    coder = draw(st.sampled_from(CODERS))
    note = draw(st.sampled_from(("", "", "why\nnot", "<i>&</i>")))
    words = text[start:end]
    return Passage(
        document.name, words, tuple(used), coder, Span(start, end), None, open_code, note
    )


@st.composite
def projects(draw: st.DrawFn, *, dirty: bool = False) -> Project:
    """A project; `dirty` with names that repeat and hold what files cannot."""
    count = draw(st.integers(1, 3))
    documents = [ProjectDocument(f"p{number}", draw(texts)) for number in range(count)]
    titles = draw(st.lists(names, max_size=6)) if dirty else ["Cost", "Time", "Own & <share>", "蜂"]
    ids = [f"c{number}" for number in range(len(titles))]
    parents = [draw(st.sampled_from([None, *ids])) for _ in ids] if dirty else [None, "c0"] * 2
    codes = [
        ProjectCode(id_, title, parent, draw(names), draw(st.sampled_from((None, "#aa00ff"))))
        for id_, title, parent in zip(ids, titles, parents, strict=True)
    ]
    drawn = draw(st.lists(passages_of(documents, ids), max_size=8))
    links = [Relation(source=a, relation="needs", target=b) for a, b in pairwise(ids)]
    memos = (Memo("How", "a model\nwas asked"),) if draw(st.booleans()) else ()
    return Project(
        tuple(documents), tuple(codes), tuple(drawn), relations=tuple(links), memos=memos
    )


def coded(project: Project) -> list[tuple[object, ...]]:
    """What must survive: where, which words, whose, which codes by name, which open code."""
    names = {code.id: code.name for code in project.codes}
    rows = [
        (p.document, p.span.start, p.span.end, p.words, p.coder or "", names.get(code, ""))
        for p in project.passages
        for code in p.codes
        if p.span
    ]
    rows += [
        (p.document, p.span.start, p.span.end, p.words, p.coder or "", f"open: {p.open_code}")
        for p in project.passages
        if p.span and p.open_code
    ]
    return sorted(set(rows))


def speech(*turns: tuple[str, str]) -> ProjectDocument:
    """A document in which people speak in turn."""
    at, placed = 0, []
    for number, (speaker, words) in enumerate(turns, 1):
        role = "interviewer" if number % 2 else "participant"
        placed.append(Turn(number, speaker, role, at, at + len(words), number))
        at += len(words) + 2
    return ProjectDocument("p1", "\n\n".join(words for _, words in turns), tuple(placed))
