"""Salience: how much a sentence invites coding, from six features of equal weight.

Equal weights of standardised features carry over to new data about as well as fitted ones (Dawes
1979, "The robust beauty of improper linear models in decision making"). Which features these are
was chosen on fifteen interviews of two studies; `docs/quality.md` says what they reach elsewhere.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autocode.files import package_table
from autocode.models.embedding import Embedder, Vectors, normalised
from autocode.propose.selection import Array, Candidates
from autocode.transcript.sentences import language_of

REACTIONS = ("Yeah, exactly, I agree.", "Okay, that makes sense.", "Yeah.")

# What opening a passage costs (see `selection.OPENING`) is stated in this scale.
SCALE = 2.0
# A turn of more characters is not more elaborated for it.
FULL_TURN = 500
# Thoughts are completed past the middle of a turn, before what only rounds it off.
RIPE = 0.55
# So many codes at most stand for the topic of a window.
TOPICS = 5
# How far salience spreads to the neighbouring sentences of a turn, in sentences.
SPREAD = 0.6
# What people give reasons with, by language.
_REASONS: dict[str, list[str]] = package_table("autocode.propose", "reasons.toml")
# A long sentence says more than a short one, up to here (characters).
FULL_WEIGHT = 150


def salience(
    sentences: Candidates, windows: Vectors, topics: Sequence[str], embedder: Embedder
) -> Array:
    """One number per candidate, larger for what is more worth coding; mean 0 before it spreads.

    windows: see `Candidates.windows`. topics: the labels of the codebook, or the research question;
    without any, what the candidates have in common stands for the topic.
    """
    if not sentences:
        return np.zeros(0)
    topical = (
        embedder.embed(list(topics), "query")
        if topics
        else normalised(windows.mean(axis=0, keepdims=True))
    )
    reactions = embedder.embed(list(REACTIONS), "query")
    alone = embedder.embed(sentences.words, "passage")
    nearest = np.sort(windows @ topical.T, axis=1)[:, -TOPICS:]
    middles = np.array([(span.start + span.end) / 2 for span in sentences.spans])
    starts = np.array([turn.start for turn in sentences.turns])
    lengths = np.array([turn.end - turn.start for turn in sentences.turns])
    features = [
        -np.abs((middles - starts) / lengths - RIPE),
        np.log(np.minimum(lengths, FULL_TURN)),
        (alone @ topical.T).max(axis=1),
        nearest.mean(axis=1),
        -(windows @ reactions.T).mean(axis=1),
        _reasoning(sentences.words, language_of(sentences.text)),
    ]
    total: Array = np.sum([standardised(feature) for feature in features], axis=0)
    return spread(SCALE * standardised(total), sentences)


def _reasoning(texts: Sequence[str], language: str | None) -> Array:
    """Reasoning words per square root of words; zeros in a language without a list."""
    terms = _REASONS.get(language or "")
    if not terms:
        return np.zeros(len(texts))
    any_of = "|".join(re.escape(term).replace("\\~", r"\w*") for term in terms)
    reason = re.compile(rf"\b(?:{any_of})\b")
    folded = [text.casefold().replace("’", "'") for text in texts]
    words = [max(1, len(re.findall(r"\w+", text))) for text in folded]
    return np.array([len(reason.findall(text)) for text in folded]) / np.sqrt(words)


def standardised(values: NDArray[np.floating]) -> Array:
    """With mean 0 and standard deviation 1; all zeros where the values are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))


def spread(raw: Array, sentences: Candidates) -> Array:
    """A Gaussian mean over the sentences of the same turn, weighted by their length."""
    weight = np.array([min(span.length, FULL_WEIGHT) for span in sentences.spans], dtype=float)
    turn = np.array([each.number for each in sentences.turns])
    total, mass = np.zeros_like(raw), np.zeros_like(raw)
    reach = range(-6, 7)
    for step in reach:
        here = np.arange(max(0, -step), min(len(sentences), len(sentences) - step))
        there = here + step
        share = np.exp(-((step / SPREAD) ** 2) / 2) * weight[there] * (turn[here] == turn[there])
        total[here] += share * raw[there]
        mass[here] += share
    return total / mass
