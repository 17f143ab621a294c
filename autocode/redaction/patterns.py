"""What gives people away by its form alone: addresses, links, telephone and other numbers, dates.

Patterns rather than a library: a telephone number that no library takes for one (mistyped,
half-heard) gives its owner away all the same, so any six digits that stand together are replaced.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autocode.transcript.nouns import Span

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
# No letter or digit before, none behind.
_FIRST, _LAST = r"(?<![^\W_])", r"(?![^\W_])"
# Years in a row and thousands ("2015-2020", "1.000.000") are no numbers of somebody.
_HARMLESS = r"(?!(?:19|20)\d\d\W{1,3}(?:19|20)\d\d(?!\d)|[1-9]\d{0,2}(?:\.\d{3})+(?!\d))"
# Of two that begin at the same place, the one that stands first here is taken.
_PATTERNS = {
    "E-mail": r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+",
    "Link": r"(?i:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?'’”)\]]",
    "Account": r"(?<![\w@.])@\w{2,}",
    "Date": rf"{_FIRST}(?:\d{{1,2}}([./-])\d{{1,2}}\1(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|{_DAY}(?:\sof)?\s{_MONTH},?\s\d{{4}}|{_MONTH}\s{_DAY},?\s\d{{4}}){_LAST}",
    "Phone": rf"(?<![^\W_])(?:\+|\(?0)(?:[\s()./-]{{0,2}}\d){{7,14}}{_LAST}",
    "Number": rf"{_FIRST}(?<!\d\.){_HARMLESS}\d(?:[ ./-]?\d){{5,}}{_LAST}"
    rf"|{_FIRST}[A-Z]{{2}}\d\d(?:[ ]?[A-Z0-9]{{4}}){{3,7}}(?:[ ]?[A-Z0-9]{{1,3}})?{_LAST}"
    rf"|{_FIRST}[^\W\d_]+\d{{5,}}[^\W_]*",
}
SHAPES = tuple(_PATTERNS)
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}


@dataclass(frozen=True, slots=True)
class Detail:
    """A stretch of text that may give somebody away.

    kind: one of `SHAPES`, None for what may be a name. begins: it begins a sentence, which makes
    a name less likely.
    """

    span: Span
    kind: str | None = None
    begins: bool = False


def key_of(kind: str | None, text: str) -> str:
    """Equal for two ways of writing the same: `+31 6 1234 5678` and `+31612345678`."""
    return re.sub(r"[\W_]", "", text) if kind in ("Phone", "Number") else text.casefold()


def details(text: str) -> Iterator[Detail]:
    """The details in a text, in its order; none overlaps another."""
    matches = [
        (match.start(), order, match.end())
        for order, pattern in enumerate(_COMPILED.values())
        for match in pattern.finditer(text)
    ]
    taken = 0
    for start, order, end in sorted(matches):
        if start >= taken:
            yield Detail(Span(start, end), SHAPES[order])
            taken = end
