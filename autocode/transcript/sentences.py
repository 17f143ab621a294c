"""Canonical text -> sentence spans that cover it exactly.

Where a line holds several sentences, sentencex (Wikimedia; rules for some 300 languages) says
where they part; a line break always ends a sentence. White space after a sentence belongs to it,
white space before the first sentence to the first.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

from autocode.transcript.nouns import Span

_NOT_SPACE = re.compile(r"\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
# sentencex needs time that grows with the square of a line's length: long lines go in pieces.
_PIECE = 4_000
# Abbreviations differ by language ("3. Mai", "Sra. López"). The commonest function words tell it.
_SAMPLE = 50_000
_FUNCTION_WORDS = {
    "en": "the and that of is it to you",
    "de": "und die das ist nicht ich wir auch",
    "fr": "et les est que nous pas une dans",
    "es": "y los que es por una el pero",
    "it": "che di non per una sono anche è",
    "pt": "que não uma os com para é mas",
    "nl": "het een dat niet ik wij van ook",
    "ru": "и не что это на я мы как",
}


def sentences(text: str, language: str | None = None) -> list[Span]:
    """The sentences of a text in order; joined they are the text, and none is empty.

    language: an ISO 639 code; None takes the likeliest of those whose commonest words are known
    here, else English (whose rules know the full stops of all scripts).
    """
    language = language or language_of(text) or "en"
    starts, begun = [0], _begin(text, 0)
    # sentencex takes UTF-8; the stand-in is one code point too.
    for line in re.finditer(r"[^\n]+", _SURROGATE.sub("\ufffd", text)):
        within = (line.start() + cut for cut in _cuts(line.group(), language))
        for cut in (*within, line.end()):
            if cut > begun:
                begun = _begin(text, cut)
                starts.append(begun)
    borders = starts if starts[-1] == len(text) else [*starts, len(text)]
    return [Span(start, end) for start, end in pairwise(borders)]


def _begin(text: str, offset: int) -> int:
    """Where the next sentence begins: at what is not white space, or at the end."""
    following = _NOT_SPACE.search(text, offset)
    return following.start() if following else len(text)


def strip(span: Span, text: str) -> Span:
    """The span without the white space at its ends (of white space alone: empty, at its start)."""
    passage = text[span.start : span.end]
    start = span.start + len(passage) - len(passage.lstrip())
    kept = len(passage.strip())
    return Span(start, start + kept) if kept else Span(span.start, span.start)


def language_of(text: str) -> str | None:
    """The language whose function words are the most frequent in the beginning of the text.

    An ISO 639 code, or None where there is none of the words known here.
    """
    words = re.findall(r"\w+", text[:_SAMPLE].lower())
    counts = {
        language: sum(map(words.count, common.split()))
        for language, common in _FUNCTION_WORDS.items()
    }
    likeliest = max(counts, key=lambda language: counts[language])
    return likeliest if counts[likeliest] else None


def _cuts(line: str, language: str) -> Iterator[int]:
    """Offsets in a line at which a sentence ends, its end excepted.

    The last sentence of a piece may go on in the next piece, which therefore begins with it.
    """
    done = 0
    while done < len(line):
        piece = line[done : done + _PIECE]
        ends = [int(boundary["end_index"]) for boundary in get_sentence_boundaries(language, piece)]
        whole = [end for end in ends if end < len(piece)]
        yield from (done + end for end in whole)
        if done + _PIECE >= len(line):
            return
        # Where nothing ends in a whole piece, the next one begins in the middle of it.
        done += whole[-1] if whole else _PIECE // 2
