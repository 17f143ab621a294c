"""What a stranger's coding, codebook or file name may hold, and a document that holds it all."""

import dataclasses

from reported import MARKS, OTHERS, coding, evidence, material, transcript

from autocode.coding.sources import Source
from autocode.report.document import (
    Bullets,
    Code,
    Column,
    Document,
    Excerpt,
    Heading,
    Marked,
    Paragraph,
    Raised,
    Section,
    Strong,
    Table,
    Verbatim,
)
from autocode.report.plots.style import drawing, picture, short

HOSTILE = (
    # HTML and SVG
    '<script>alert("x")</script>', '"><img src=https://evil.example/x onerror=alert(1)>',
    "' onmouseover='alert(1)", "</title></style></svg></textarea><b>", "&lt;b&gt; &#60;i&#62;",
    "javascript:alert(1)", "]]><!--", "{{ 7 * 7 }} {% raw %}", "url(https://evil.example/x)",
    # Markdown
    "![a](https://evil.example/x.png)", "[a](https://evil.example)", "<https://evil.example>",
    "https://evil.example/auto www.evil.example", "a` | <script>alert(1)</script> | `b",
    "`|`", "``` \n<script>alert(1)</script>", "````", "# heading", "- item", "+ item", "1. item",
    "12) item", "> quote", "===", "---", "***", "a\n===\nb", "a\n\n    code\n\n# b", "    indented",
    "\ttab first", "[a]: https://evil.example", "[^1]: note", "| a | b |\n|---|---|\n| c | d |",
    "**bold** _it_ ~~out~~ $x$ \\ a\\", "line  \nbreak", "\\",
    # spreadsheets
    '=HYPERLINK("https://evil.example")', "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1",
    "\r=1", "＝1", '"quoted", and\nbroken',
    # LaTeX
    r"\input{/etc/passwd}", r"\end{document}", r"\write18{touch x}", "[2em] row", "* starred",
    "] closes", "}{", "a % b & c # d _ e ^ f ~ g", "$\\frac{$", "$x^", "^^5cinput",
    ",,a,, ``b'' --",
    "a\n\nb", "\\\\[1em]",
    # terminals, editors, XML
    "\x1b[2J\x1b]0;title\x07", "\x00\x08\x7f\x9b31m", "\u202egnp.exe\u202c\u2066x\u2069",
    "a\u2028b\u2029c", "\ufffe\uffff", "\ud800", "\ufeff\u200b", "a\u0301\u0302",
    # mere length and mere writing
    "long " * 60, "x" * 300, "合意 Ж עברית 🙂", "", " ", "#1d1d1b font: 3px x;",
)  # fmt: skip


def document(words=HOSTILE, figures=()):
    """Every kind of block and of words, with every string in each of them."""
    cells = tuple(((text,), (Code(text),), (Strong(text), Raised("a"))) for text in words)
    head = tuple(Column(text, 1) for text in words[:3])
    table = Table("cells", words[0], head, cells, tuple((Raised("a"), text) for text in words))
    inline = tuple(part for text in words for part in (text, Code(text), Strong(text), "; "))
    blocks = [
        *(Paragraph((text,), kind) for text in words for kind in ("text", "warning", "paste")),
        *(Paragraph((word(text),)) for text in words for word in (Code, Strong)),
        Paragraph(inline), *(Heading(text) for text in words),
        Bullets(tuple((text,) for text in words)),
        table, *(Verbatim(text, text, text) for text in words),
        *(Excerpt((text,), (Marked(text, "both"), text), ((text, (text,)),)) for text in words),
        *figures,
    ]  # fmt: skip
    sections = (*(Section(f"s{at}", text, ()) for at, text in enumerate(words)),)
    title = " ".join(words)
    return Document(title, inline, (*sections, Section("all", "All", tuple(blocks))), "autocode")


def drawn(words):
    """A figure whose labels, caption and alt text are the strings."""
    with drawing(12) as figure:
        axis = figure.subplots()
        axis.set_yticks(range(len(words)), [short(text) for text in words])
        axis.text(0, 0, short(words[0]))
        return picture(figure, "drawn", words[0], tuple(words), " ".join(words))


def hostile_evidence():
    """A comparison of codings in which all names and words come from a stranger."""
    texts = [text for text in HOSTILE if text.strip() and text != "\ud800"]
    of = transcript(says=" ".join(texts).replace("\n", " "))
    ours = [(start, end, *texts[n::16]) for n, (start, end, _) in enumerate(MARKS)]
    theirs = [(start, end, *texts[n::16]) for n, (start, end, _) in enumerate(OTHERS, 1)]
    found = material(of, ours, theirs, gold={"lost": texts})
    anna = coding(of, '../<anna> ![a](https://evil.example/x)|`"', ours)
    return evidence(dataclasses.replace(found, humans=(Source.of(anna),)))
