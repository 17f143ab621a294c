"""A line as plain text, the same in all formats that have no marks of their own."""

from autocode.report.document import By, Cite, Inline, Line, Marked, Picture, Table
from autocode.report.references import cited
from autocode.text import visible

SIGNS: dict[By, str] = {"both": "=", "reference": "−", "other": "+"}


def plain(words: Line) -> str:
    """The characters of a line."""
    return "".join(map(text_of, words))


def text_of(part: Inline) -> str:
    """The characters of one part; control characters are written out."""
    if isinstance(part, str):
        return visible(part)
    if isinstance(part, Cite):
        return f"{part.brackets.strip(')')}{cited(part.key)}{part.brackets.strip('(')}"
    if isinstance(part, Marked):
        return f"[{SIGNS[part.by]} {visible(part.text)}]"
    return visible(part.text)


def parted(reference: str) -> tuple[str, str]:
    """A work as it stands in the references: its words, and its address or nothing."""
    words, scheme, address = reference.rpartition("https://")
    return (words, scheme + address.removesuffix(".")) if scheme else (reference, "")


def caption(block: Table | Picture) -> str:
    """`Table 3. Title`."""
    return f"{block.label.text}. {block.title}"
