"""The baselines: what anyone marks without reading, as the floor under a coder's figures.

They mark only what may be marked (`stretches`, in text order) and give every quote the code that
the reference uses most in the other transcripts; in this one where there is no other.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autocode.agreement.placement import Stretch, placed
from autocode.agreement.spans import Unit
from autocode.errors import AgreementError
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document, Segments
from autocode.panel.measure import NO_TEXT
from autocode.panel.ratings import rated

Sentence = tuple[int, int]
# Every draw marks all documents: with many of them, or many quotes, fewer draws are as steady.
_FEWEST = 10
_MANY = 500


def mark_all(stretches: Iterable[Stretch]) -> list[Unit]:
    """Everything that may be marked, one unit per turn."""
    return [Unit(start, end) for start, end in stretches]


def longest_turns(stretches: Iterable[Stretch], number: int) -> list[Unit]:
    """The `number` longest turns (the earlier of equals), in text order."""
    longest = sorted(stretches, key=lambda turn: (turn[0] - turn[1], turn[0]))[:number]
    return [Unit(start, end) for start, end in sorted(longest)]


def longest_sentences(stretches: Iterable[Stretch], sentences: Sequence[Sentence]) -> list[Unit]:
    """The longest sentence of each turn (the first of equals); none, no unit."""
    units = []
    starts = [start for start, _ in sentences]
    for start, end in stretches:
        begun = sentences[bisect_left(starts, start) : bisect_left(starts, end)]
        within = [sentence for sentence in begun if sentence[1] <= end]
        if within:
            units.append(Unit(*max(within, key=lambda sentence: sentence[1] - sentence[0])))
    return units


def keyword_sentences(
    text: str, stretches: Sequence[Stretch], sentences: Iterable[Sentence], words: Iterable[str]
) -> list[Unit]:
    """The sentences that hold one of the words, whole and whatever the case."""
    wanted = [re.escape(word) for word in words if word.strip()]
    if not wanted:
        raise AgreementError(
            "the keyword baseline needs words", hint="Name a research question, or keywords."
        )
    ends = [end for _, end in stretches]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", re.IGNORECASE)
    return [
        Unit(*sentence)
        for sentence in sentences
        for at in [bisect_right(ends, sentence[0])]
        if at < len(ends)
        and stretches[at][0] <= sentence[0]
        and sentence[1] <= ends[at]
        and pattern.search(text, *sentence)
    ]


@dataclass(frozen=True)
class Baseline:
    """A coder who does not read: (document, its segments, draw) to units; `draws` of them."""

    mark: Callable[[Document, Segments, int], Sequence[Unit]]
    draws: int = 1

    def coded(self, documents: Sequence[Document], draw: int) -> list[Document]:
        """The documents with the baseline in the place of the other coder.

        Raises AgreementError for a document without its transcript.
        """
        coded = []
        every = [_uses(document) for document in documents]
        total = sum(every, Counter[str]())
        for document, uses in zip(documents, every, strict=True):
            code = _commonest(total - uses if len(documents) > 1 else total)
            if document.segments is None:
                raise AgreementError(NO_TEXT)
            units = self.mark(document, document.segments, draw)
            coded.append(document.with_other(unit._replace(code=code) for unit in units))
        return coded


def _uses(document: Document) -> Counter[str]:
    """How many of the reference's quotes carry each code."""
    return Counter(code for quote in document.marks[0].quotes for code in quote.code)


def _commonest(uses: Counter[str]) -> frozenset[str]:
    """The code that most quotes carry (of equals the first by name)."""
    return frozenset(sorted(uses, key=lambda code: (-uses[code], code))[:1])


def baselines_of(config: PanelConfig, documents: Sequence[Document]) -> Mapping[str, Baseline]:
    """By name; the longest turns and random spans are as many and as long as the other coder's."""
    quotes = sum(len(document.marks[1].quotes) for document in documents)
    size = max(len(documents), quotes // _MANY, 1)
    draws = max(config.baseline_draws // size, _FEWEST)
    at_once: dict[str, list[tuple[Unit, ...]]] = {}

    def as_many_turns(document: Document, _: Segments, __: int) -> list[Unit]:
        turns = rated(document, "turn")
        return longest_turns(document.stretches, int(turns.marked[1].sum()) if turns else 0)

    def at_random(document: Document, given: Segments, draw: int) -> list[Unit]:
        if document.id not in at_once:
            dice = [np.random.default_rng(config.seed + each) for each in range(draws)]
            at_once[document.id] = placed(
                document.marks[1].relevant, document.stretches, draws, dice, given.sentences
            )
        return list(at_once[document.id][draw])

    return {
        "mark_all": Baseline(lambda doc, *_: mark_all(doc.stretches)),
        "mark_nothing": Baseline(lambda *_: []),
        "longest_turns": Baseline(as_many_turns),
        "longest_sentences": Baseline(
            lambda doc, given, _: longest_sentences(doc.stretches, given.sentences)
        ),
        "random_spans": Baseline(at_random, draws),
        "keyword": Baseline(
            lambda doc, given, _: keyword_sentences(
                given.text or "", doc.stretches, given.sentences, config.keywords
            )
        ),
    }
