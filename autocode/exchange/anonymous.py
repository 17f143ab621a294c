"""Records without the words of the transcripts: offsets, hashes and codes stay."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from autocode.coding.folding import unspaced

# So many words in a row are taken for the transcript's own.
SEQUENCE = 5
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]*>|\\[a-z]+\{|[*_`\\]")
# What a coding quotes; whatever else it says is kept unless it repeats the transcript.
_WRITTEN = ("as_written", "as_read")
_QUOTED = ("text", *_WRITTEN)


class Spoken:
    """Every sequence of `SEQUENCE` words of some transcripts, without case and punctuation.

    codes: names of codes, which stay even where they are a participant's words, as `in_vivo` says;
    own: what autocode itself writes, which a transcript may happen to say too.
    """

    def __init__(
        self, texts: Iterable[str], *, codes: Iterable[str] = (), own: Iterable[str] = ()
    ) -> None:
        self._said = {sequence for text in texts for sequence in _sequences(text)}
        self.in_vivo = sorted(code for code in set(codes) if self.repeated_in(code))
        for text in (*self.in_vivo, *own):
            self._said.difference_update(*map(_sequences, _readings(text)))

    def repeated_in(self, text: str) -> bool:
        """Whether a text says so many words in a row of a transcript; markup does not hide them."""
        readings = _readings(text)
        return any(sequence in self._said for way in readings for sequence in _sequences(way))

    def without(self, tree: Any) -> Any:
        """A record with every string emptied that quotes or repeats a transcript."""
        if isinstance(tree, Mapping):
            return {key: self.without(value) for key, value in tree.items()}
        if isinstance(tree, list):
            return [self.without(value) for value in tree]
        return "" if isinstance(tree, str) and self.repeated_in(tree) else tree


def without_quotes(coding: Mapping[str, Any]) -> dict[str, Any]:
    """A coding's record whose quotes and mentions have their places and codes, and no words."""
    bare = dict(coding)
    for quotes in ("quotes", "blind"):
        if quotes in coding or quotes == "quotes":
            bare[quotes] = [
                {k: "" if k == "text" else v for k, v in quote.items() if k not in _WRITTEN}
                for quote in coding.get(quotes, ())
            ]
    bare["mentions"] = [
        {key: value for key, value in mention.items() if key not in _QUOTED}
        for mention in coding.get("mentions", ())
    ]
    return bare


def _readings(text: str) -> tuple[str, ...]:
    """A text as it stands, and with its markup taken for spaces, or for nothing."""
    return text, _TAG.sub(" ", text), _TAG.sub("", text)


def _sequences(text: str) -> Iterator[tuple[str, ...]]:
    words = [part for word in _WORD.findall(text.casefold()) for part in _parts(word)]
    for start in range(len(words) - SEQUENCE + 1):
        yield tuple(words[start : start + SEQUENCE])


def _parts(word: str) -> Iterator[str]:
    """A word; in scripts without spaces (Chinese, Japanese, Thai) its characters."""
    if not any(map(unspaced, word)):
        yield word
        return
    cuts = sorted(
        {0, len(word), *(at for n, c in enumerate(word) if unspaced(c) for at in (n, n + 1))}
    )
    yield from (word[start:end] for start, end in pairwise(cuts))
