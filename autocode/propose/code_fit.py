"""How well each code fits a passage: likeness that stands out, and shared words.

Embeddings know what a passage is about and not what it calls things: a code whose very words stand
in the passage, or in the question before it, is likelier than one that is only near.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from autocode.coding.nouns import Code
from autocode.models.embedding import Embedder, Vectors
from autocode.propose.question import code_line
from autocode.propose.selection import Array
from autocode.transcript.nouns import Span, Transcript

# What shared words weigh beside one standard deviation of likeness.
WORDS = 0.5
# So much of the question before a passage is read for words (characters).
ASKED = 300

_ENDING = re.compile(r"(?<=\w{3})(?:ies|es|s|ing|ed)$")


def fit(
    transcript: Transcript,
    codes: Sequence[Code],
    spans: Sequence[Span],
    windows: Vectors,
    embedder: Embedder,
) -> Array:
    """Shape (passages, codes): larger fits better; 1 is one standard deviation above the usual.

    windows: of the whole interview. A code is compared with how like it is to the interview at
    large: without that a general code ("data catalog") is near everything (hubness; Radovanović
    et al. 2010).
    """
    text = transcript.text
    labels = embedder.embed([code_line(code) for code in codes], "query")
    passages = [text[span.start : span.end] for span in spans]
    usual = windows @ labels.T
    likeness = embedder.embed(passages, "passage") @ labels.T - usual.mean(axis=0)
    asked = [_asked_before(transcript, span) for span in spans]
    said = _shared_words(codes, passages) + _shared_words(codes, asked)
    fit: Array = likeness / max(float(usual.std()), 1e-9) + WORDS * said
    return fit


def _asked_before(transcript: Transcript, span: Span) -> str:
    """The end of what the interviewer said last before a passage."""
    asked = ""
    for turn in transcript.turns:
        if turn.start >= span.start:
            break
        if turn.role == "interviewer":
            asked = transcript.text[max(turn.start, turn.end - ASKED) : turn.end]
    return asked


def _shared_words(codes: Sequence[Code], texts: Sequence[str]) -> Array:
    """Per text and code the share of the label's words and pairs of words that are said in it.

    Weighted by how rare they are among labels (inverse document frequency; Spärck Jones 1972).
    """
    labels = [_terms(code.words) for code in codes]
    frequency = Counter(term for label in labels for term in label)
    weight = {term: math.log(1 + len(labels) / count) for term, count in frequency.items()}
    total = np.array([max(1e-9, sum(weight[term] for term in label)) for label in labels])
    shared = np.zeros((len(texts), len(labels)))
    for row, text in zip(shared, texts, strict=True):
        said = _terms(text)
        row[:] = [sum(weight[term] for term in label & said) for label in labels]
    shared /= total
    return shared


def _terms(text: str) -> set[str]:
    words = [_ENDING.sub("", word) for word in re.findall(r"\w+", text.casefold())]
    return {*words, *map(" ".join, pairwise(words))}
