"""Do p and intervals keep their promises? Simulated studies whose truth is known.

(a) Two coders who do not read: quotes at random places of what participants said, whole sentences
    or from anywhere to anywhere, each a third of the studies. p of where is at most .05 how often?
(b) The second coder takes the reference's places and gives random codes: p of what.
(c) Two coders of known agreement, which differs between interviews: is the true value within every
    interval that the panel gives? The truth is that of 400 interviews (of one: what its own
    coders reach in a text 40 times as long).

Each with 1, 3, 5 and 10 documents, by the panel as `compare` prints it. Interviews of (a) and (b)
are short, and 39 draws each: for quotes that chance itself placed p ≤ .05 in 5 % of studies
whatever their number.

    python benchmarks/calibration.py                # some minutes on two cores
    python benchmarks/calibration.py --studies 30   # a rough look: ± .04

The last line of output is one JSON object: the largest share of p ≤ .05 over numbers of documents
and primary figures, and the smallest coverage of a figure that has an interval in at least half of
the studies.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from autocode.agreement.figure import Figure
from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.panel import PanelConfig, Segments
from autocode.panel.chance import Chance
from autocode.panel.counting import documents_of
from autocode.panel.uncertainty import groups_of

T = TypeVar("T")
Marked = list[tuple[int, int, frozenset[str]]]
Path = tuple[str, ...]
DOCUMENTS = (1, 3, 5, 10)
CODES = tuple(f"code {number}" for number in range(8))
WHERE: tuple[Path, ...] = (("spans", "char", "f1"), ("spans", "u_alpha", "relevance"))
WHAT: tuple[Path, ...] = (("axial", "turn", "alpha_masi"), ("spans", "u_alpha", "coded"))
DESCRIBED: tuple[Path, ...] = (("units", "turn", "kappa"), ("units", "sentence", "kappa"))
KNOWN: tuple[Path, ...] = (
    ("spans", "char", "precision"),
    ("spans", "char", "recall"),
    *WHERE,
    *DESCRIBED,
    ("spans", "u_alpha_layered", "value"),
    ("axial", "turn", "f1"),
    WHAT[0],
)


@dataclass(frozen=True)
class Interview:
    """Turns of interviewer and participant in turns, and the participant's sentences."""

    segments: Segments
    length: int
    sentences: Sequence[tuple[int, int, int]]


Study = Callable[[Generator, int], tuple[Interview, Marked, Marked]]


def interview(rng: Generator, turns: int) -> Interview:
    """Participants' turns of 1 to 12 sentences, each of 25 to 180 characters."""
    at, spoken, cuts, own = 0, [], [], []
    for number in range(turns):
        spoken.append((at, at + 120, "interviewer"))
        at += 122
        start = at
        for size in rng.integers(25, 180, rng.integers(1, 13)).tolist():
            cuts.append((at, at + size))
            own.append((at, at + size, number))
            at += size
        spoken.append((start, at, "participant"))
        at += 2
    return Interview(Segments(spoken, cuts), at, own)


def codes(rng: Generator) -> frozenset[str]:
    """One to three codes, the first ones oftener."""
    weights = 1 / np.arange(2, len(CODES) + 2)
    picked = rng.choice(len(CODES), rng.integers(1, 4), replace=False, p=weights / weights.sum())
    return frozenset(CODES[number] for number in picked)


def by_sentence(rng: Generator, text: Interview, quotes: int) -> Marked:
    """Runs of one to three sentences of one turn, wherever."""
    turn = [number for *_, number in text.sentences]
    free, found = np.ones(len(turn), dtype=bool), []
    for _ in range(40 * quotes):
        first, size = int(rng.integers(len(turn))), int(rng.integers(1, 4))
        run = slice(first, first + size)
        if len(found) < quotes and free[run].all() and turn[run] == [turn[first]] * size:
            free[run] = False
            span = text.sentences[first][0], text.sentences[first + size - 1][1]
            found.append((*span, codes(rng)))
    return sorted(found, key=lambda quote: quote[:2])


def by_character(rng: Generator, text: Interview, quotes: int) -> Marked:
    """Stretches of 40 to 400 characters within a turn, wherever."""
    taken, found = np.zeros(text.length, dtype=bool), []
    turns = [(start, end) for start, end, role in text.segments.turns if role == "participant"]
    said = np.cumsum([end - start for start, end in turns])
    for _ in range(40 * quotes):
        size, place = int(rng.integers(40, 400)), int(rng.integers(said[-1]))
        number = int(np.searchsorted(said, place, side="right"))
        start, last = turns[number]
        start += place - int(said[number - 1] if number else 0)
        if start + size <= last and not taken[start : start + size].any():
            taken[start : start + size] = True
            found.append((start, start + size, codes(rng)))
        if len(found) == quotes:
            break
    return sorted(found, key=lambda quote: quote[:2])


def recoded(rng: Generator, marked: Marked) -> Marked:
    """The same places, any codes."""
    return [(start, end, codes(rng)) for start, end, _ in marked]


def second_reading(rng: Generator, text: Interview, first: Marked, skill: float) -> Marked:
    """Quotes that are kept, moved at their borders and coded alike with a probability `skill`."""
    found = []
    for start, end, own in first:
        if rng.random() < skill:
            kept = own if rng.random() < skill else codes(rng)
            found.append((start, end - int((end - start) * rng.uniform(0, 0.4)), kept))
    extra = by_sentence(rng, text, 1 + int(len(first) * (1 - skill)))
    apart = [q for q in extra if all(q[1] <= s or e <= q[0] for s, e, _ in found)]
    return sorted([*found, *apart], key=lambda quote: quote[:2])


def compared(
    studies: Sequence[tuple[Interview, Marked, Marked]], config: PanelConfig, paths: Sequence[Path]
) -> dict[Path, Figure]:
    """Figures of the panel of a study's documents as coded by two, with those beside them."""
    codings, segments = [], []
    for number, (text, *both) in enumerate(studies):
        about = TranscriptRef(id=f"d{number}", sha256=f"{number:064}", length=text.length)
        codings.append([_coding(about, who, own) for who, own in zip("ab", both, strict=True)])
        segments.append(text.segments)
    documents = documents_of(codings, segments)
    chance = Chance(documents, config)
    found: dict[Path, Figure] = {}
    for group in groups_of(documents, config, chance):
        wanted = [measure for measure in group.measures if set(measure.paths) & set(paths)]
        found |= replace(group, measures=wanted).figures(config)
    return found


def _coding(about: TranscriptRef, who: str, marked: Marked) -> Coding:
    quotes = [
        Quote(id=f"q{n}", start=start, end=end, text="", status="exact", axial=sorted(own))
        for n, (start, end, own) in enumerate(marked, 1)
    ]
    return Coding(transcript=about, coder=Coder(id=who, kind="human"), quotes=quotes)


def rejected(
    study: Study, paths: Sequence[Path], documents: int, asked: argparse.Namespace
) -> dict[Path, float]:
    """The share of studies in which p of each figure is at most .05."""
    each = partial(_significant, study, paths, documents, asked)
    return {
        path: float(np.mean([said[path] for said in counted if path in said]))
        for counted in [in_parallel(each, asked.studies)]
        for path in paths
    }


def _significant(
    study: Study, paths: Sequence[Path], documents: int, asked: argparse.Namespace, number: int
) -> dict[Path, bool]:
    rng = np.random.default_rng([asked.seed, documents, number])
    coded = [study(rng, number) for _ in range(documents)]
    found = compared(coded, quick(asked.draws, number), paths)
    return {path: null.p <= 0.05 for path in paths if (null := found[path].null)}


def in_parallel(each: Callable[[int], T], studies: int) -> list[T]:
    """`each` of all numbers of studies, on two cores."""
    with ProcessPoolExecutor(2) as cores:
        return list(cores.map(each, range(studies), chunksize=5))


def quick(draws: int, seed: int) -> PanelConfig:
    """A panel without what is not looked at."""
    return PanelConfig(permutations=draws, baseline_draws=1, gamma_samples=2, seed=seed)


def covered(
    documents: int, asked: argparse.Namespace, truth: dict[Path, Figure]
) -> dict[Path, tuple[float, float]]:
    """Of each figure: how often there is an interval, and how often it holds the true value."""
    held: dict[Path, list[bool]] = defaultdict(list)
    studies = max(asked.studies // 2, 1)
    for said in in_parallel(partial(_holding, documents, asked.seed, truth), studies):
        for path, holds in said.items():
            held[path].append(holds)
    return {path: (len(some) / studies, float(np.mean(some))) for path, some in held.items()}


def _holding(documents: int, seed: int, truth: dict[Path, Figure], number: int) -> dict[Path, bool]:
    rng = np.random.default_rng([seed, 100 + documents, number])
    skill = agreement(rng, documents)
    if documents == 1:
        truth = compared([reading(rng, skill[0]) for _ in range(40)], quick(0, 0), KNOWN)
    found = compared([reading(rng, share) for share in skill], quick(0, 0), KNOWN)
    return {
        path: interval.low <= value <= interval.high
        for path in KNOWN
        if (interval := found[path].interval) and (value := truth[path].value) is not None
    }


def agreement(rng: Generator, documents: int) -> list[float]:
    """How well the coders of each interview agree: SD .8 on the logit, about .75."""
    return (1 / (1 + np.exp(-(1.1 + 0.8 * rng.standard_normal(documents))))).tolist()


def reading(rng: Generator, skill: float) -> tuple[Interview, Marked, Marked]:
    """An interview, and two codings of it that agree as much as `skill` says."""
    text = interview(rng, 30)
    first = by_sentence(rng, text, 15)
    return text, first, second_reading(rng, text, first, skill)


def random_coders(rng: Generator, number: int) -> tuple[Interview, Marked, Marked]:
    """A short interview as coded by two who do not read."""
    text = interview(rng, 12)
    kinds = ((by_sentence, by_sentence), (by_character, by_character), (by_sentence, by_character))
    first, second = kinds[number % 3]
    return text, first(rng, text, 6), second(rng, text, 6)


def random_codes(rng: Generator, _: int) -> tuple[Interview, Marked, Marked]:
    """A short interview as coded by two at the same places."""
    text = interview(rng, 12)
    first = by_sentence(rng, text, 6)
    return text, first, recoded(rng, first)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def shares(name: str, documents: int, found: dict[Path, float]) -> None:
    listed = ", ".join(f"{'.'.join(path)} {share:.3f}" for path, share in found.items())
    say(f"{name}, {documents:2} documents: p ≤ .05: {listed}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how well p and intervals are calibrated.")
    parser.add_argument(
        "--studies",
        type=int,
        default=300,
        help="of each number of documents; half of them for coverage",
    )
    parser.add_argument("--draws", type=int, default=39, help="chance codings of each study")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    start = time.perf_counter()
    where, what, coverage = [], [], []
    for documents in DOCUMENTS:
        found = rejected(random_coders, (*WHERE, *DESCRIBED), documents, asked)
        shares("random coders", documents, found)
        where += [found[path] for path in WHERE]
        found = rejected(random_codes, WHAT, documents, asked)
        shares("the same places, random codes", documents, found)
        what += [found[path] for path in WHAT]
    rng = np.random.default_rng(asked.seed)
    truth = compared([reading(rng, skill) for skill in agreement(rng, 400)], quick(0, 0), KNOWN)
    for documents in DOCUMENTS:
        for path, (given, held) in covered(documents, asked, truth).items():
            name = ".".join(path)
            say(f"coverage, {documents:2} documents: {name} {held:.3f} (given in {given:.2f})")
            coverage += [held] if given >= 0.5 else []
    say(f"{time.perf_counter() - start:.0f} s")
    results = {"type1_where": max(where), "type1_what": max(what), "coverage_min": min(coverage)}
    say(json.dumps({name: round(value, 3) for name, value in results.items()}))


if __name__ == "__main__":
    main()
