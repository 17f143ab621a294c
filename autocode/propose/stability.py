"""How far several independent answers about one transcript agree with each other.

High agreement is stability, not validity: the answers share the model's bias.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean
from typing import Any

import numpy as np

from autocode.agreement.labels import kappa
from autocode.agreement.overlap import atom_counts, char_rates
from autocode.agreement.runs import quote_survival, total_agreement
from autocode.agreement.spans import Unit, relevant
from autocode.agreement.tables import contingency
from autocode.coding.nouns import Coding
from autocode.transcript.nouns import Span


def stability(
    answers: Sequence[Coding], said: Sequence[Span], texts: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """Agreement of two or more answers, each figure 0 to 1 (κ: up to 1), or None where undefined.

    said: the sentences that may be marked; texts: the replies to each question. kappa and f1 are
    means over pairs of answers, of Cohen's κ on marked sentences and of F1 on marked characters;
    survival is how often a quote comes back in another answer (IoU at least .5); identical the
    share of questions whose replies were the same to the letter (TARr, Atil et al. 2024).
    """
    marks = [units_of(answer) for answer in answers]
    pairs = list(combinations(marks, 2))
    length = answers[0].transcript.length
    shared = [
        float(char_rates(atom_counts(relevant(a), relevant(b), length))["f1"]) for a, b in pairs
    ]
    complete = [replies for replies in texts.values() if len(replies) == len(answers)]
    same = total_agreement(list(zip(*complete, strict=True)), of="raw").value if complete else None
    return {
        "answers": len(answers),
        "kappa": _mean([sentence_kappa(a, b, said) for a, b in pairs]),
        "f1": _mean(shared),
        "survival": _rounded(quote_survival(marks).value),
        "identical": _rounded(same),
    }


def sentence_kappa(reference: Sequence[Unit], other: Sequence[Unit], said: Sequence[Span]) -> float:
    """Cohen's κ (1960) on whether sentences are marked, as the panel counts them; nan: undefined.

    A sentence is marked by every quote that shares a character with it.
    """
    table = contingency(_marked(reference, said), _marked(other, said), [True, False])
    return float(kappa.of(table))


def _marked(units: Sequence[Unit], said: Sequence[Span]) -> list[bool]:
    """Whether each sentence is touched; sentences and units are walked side by side."""
    touched, waiting = [], list(relevant(units))[::-1]
    for sentence in said:
        while waiting and waiting[-1].end <= sentence.start:
            waiting.pop()
        touched.append(bool(waiting) and waiting[-1].start < sentence.end)
    return touched


def units_of(coding: Coding) -> list[Unit]:
    """The located quotes as units without codes."""
    return [Unit(quote.span.start, quote.span.end) for quote in coding.located() if quote.span]


def _mean(values: Sequence[float]) -> float | None:
    known = [value for value in values if not np.isnan(value)]
    return _rounded(fmean(known)) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
