"""The codes that a request offers: by parent and kind, defined, each with a quote from elsewhere.

When the codebook is longer than its budget, the codes nearest to the chunk are explained and the
others only named, as many as there is room for.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autocode.coding.codebook import forest
from autocode.coding.nouns import Code
from autocode.models.embedding import Embedder, Vectors, normalised
from autocode.propose.examples import COMPARED
from autocode.propose.precedents import Precedent
from autocode.propose.question import code_line
from autocode.text import one_line

# OpenAI takes schemas of so many enum values in all; for other servers, too, more is no choice.
MOST_CODES = 500
# Words of a quote beside a code.
QUOTED = 30
# A quote with more codes than this shows none of them by itself, unless it says the code's words.
TELLING = 1
# Lines of codes as vectors, by the name and the place of what embedded them: the transcripts of a
# study share most of its codebook, and e5 takes a second for 40 lines.
_VECTORS: dict[tuple[str, str], dict[str, Vectors]] = {}


@dataclass(frozen=True)
class Example:
    """A passage coded with a code in another transcript, as it is shown beside that code."""

    transcript: str
    quote: str
    words: str


def quotes_of(codes: Sequence[Code], precedents: Sequence[Precedent]) -> dict[str, Example]:
    """Per code the sentence that shows it best: it says the code's words, and has few codes."""
    shown = {}
    for code in codes:
        stems = _stems(f"{code.id.replace('_', ' ')} {code.label or ''}")
        best = max(_sentences(code, precedents, stems), key=lambda entry: entry[0], default=None)
        if best:
            shown[code.id] = best[1]
    return shown


def _sentences(
    code: Code, precedents: Sequence[Precedent], stems: set[str]
) -> Iterator[tuple[tuple[float, int, int], Example]]:
    """The sentences coded with a code, each with how well it shows it."""
    for precedent in precedents:
        for quote in precedent.coding.quotes:
            if code.id not in quote.axial:
                continue
            for at in precedent.marked(quote):
                said = precedent.said(at, quote.start or 0, quote.end or 0)
                words = said.split()
                overlap = len(stems & _stems(said)) / max(1, len(stems))
                if overlap or len(quote.axial) <= TELLING:
                    worth = (round(overlap, 2), -len(quote.axial), -abs(len(words) - QUOTED))
                    cut = " ".join(words[:QUOTED]) + (" …" if len(words) > QUOTED else "")
                    yield worth, Example(precedent.transcript.id, quote.id, one_line(cut))


def _stems(text: str) -> set[str]:
    """The beginnings of the longer words."""
    return {word[:5] for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}


@dataclass(frozen=True)
class Offer:
    """The codebook as requests show it, within a budget of tokens; examples: by code id."""

    codes: Sequence[Code]
    examples: Mapping[str, Example]
    budget: int
    count: Callable[[str], int]
    embedder: Callable[[], Embedder]

    @cached_property
    def fits(self) -> bool:
        """Whether all codes are explained in every request: then all requests begin alike."""
        return len(self.codes) <= MOST_CODES and sum(self._costs) <= self.budget

    @property
    def tokens(self) -> int:
        """The most that the codes of a request take."""
        return sum(self._costs) if self.fits else self.budget

    @cached_property
    def _costs(self) -> list[int]:
        return [self.count(f"{self.line(code)}\n") for code in self.codes]

    def to(self, parts: Sequence[str]) -> tuple[list[Code], list[str]]:
        """The codes offered for a chunk, in the order of the codebook, and their lines.

        parts: the turns of the chunk.
        """
        if self.fits:
            return list(self.codes), self.lines(self.codes, {code.id for code in self.codes})
        order, spent = self._nearest(parts)[:MOST_CODES], 0
        explained: list[int] = []
        for at in order:
            # Half of the budget explains; the rest names, so that the enum holds what it can.
            if spent + self._costs[at] > self.budget // 2:
                break
            explained.append(at)
            spent += self._costs[at]
        named = list(explained)
        for at in order[len(explained) :]:
            spent += self.count(f"- {self.codes[at].id}\n")
            if spent > self.budget:
                break
            named.append(at)
        offered = [self.codes[at] for at in sorted(named)]
        return offered, self.lines(offered, {self.codes[at].id for at in explained})

    def _nearest(self, parts: Sequence[str]) -> list[int]:
        raw = self.embedder().embed([part[:COMPARED] for part in parts], "passage")
        # Without what all codes have in common, which makes a general code near everything.
        vectors = normalised(self._vectors - self._vectors.mean(axis=0))
        return [int(at) for at in np.argsort(-(vectors @ raw.T).max(axis=1), kind="stable")]

    @cached_property
    def _vectors(self) -> Vectors:
        embedder, lines = self.embedder(), [code_line(code) for code in self.codes]
        known = _VECTORS.setdefault((embedder.name, embedder.destination), {})
        if new := [line for line in dict.fromkeys(lines) if line not in known]:
            known.update(zip(new, embedder.embed(new, "query"), strict=True))
        return np.stack([known[line] for line in lines])

    def lines(self, codes: Sequence[Code], explained: set[str]) -> list[str]:
        """Codes as lines: by kind, children under their parents; who is not explained is named."""
        kinds: dict[str | None, list[tuple[int, Code]]] = {}
        kind = None
        for depth, code in forest(codes):
            kind = code.kind if depth == 0 else kind  # a family stays together
            kinds.setdefault(kind, []).append((depth, code))
        lines = []
        for kind in sorted(kinds, key=lambda kind: kind is None):
            if len(kinds) > 1:
                lines.append(f"{one_line(kind).capitalize()}:" if kind else "Of no kind:")
            for depth, code in kinds[kind]:
                full = code.id in explained
                line = self.line(code, kind) if full else one_line(f"- {code.id}")
                lines.append("  " * depth + line)
        return lines

    def line(self, code: Code, kind: str | None = None) -> str:
        """`- id: Label (kind) — definition. “quote”`, without what would say the id again."""
        label = code.label or ""
        again = label.casefold() == code.id.replace("_", " ").casefold()
        parts = [f"- {code.id}"]
        if label and not again:
            parts.append(f": {label}")
        if code.kind and code.kind != kind:
            parts.append(f" ({code.kind})")
        if code.definition:
            parts.append(f" — {code.definition}")
        if example := self.examples.get(code.id):
            parts.append(f" | e.g. “{example.words}”")
        return one_line("".join(parts))
