"""Span agreement, measured: against counting every character, against pygamma, and at scale.

(a) The u-alpha family of 2 coders × 200 quotes × 30 codes on 60,000 characters, against nominal α
    of the 60,000 characters as units, by our own `alpha` on the same coding.
(b) γ with 30 samples of the same two coders, against pygamma-agreement (shuffle sampler)
    in an environment of its own; its import and one warm-up run (compilation) are not counted.
(c) The span panel (γ apart) of 50 documents × 40 quotes with 1,000 draws of chance per question.
(d) The span panel of 10 to 1,000 documents: exponent of time, and memory per document.

    python benchmarks/agreement.py                        # pygamma only if an interpreter is named
    AUTOCODE_PYGAMMA_PYTHON=…/bin/python python benchmarks/agreement.py

The last line of output is one JSON object; what could not be measured is null, with its reason
above it.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from autocode.agreement import Continuum, Unit, u_alpha
from autocode.agreement.alpha import alpha
from autocode.agreement.gamma import disorder, gamma
from autocode.panel import PanelConfig
from autocode.panel.counting import Document, Marks
from autocode.panel.spans import span_groups

CODES = [f"code {number}" for number in range(30)]
SAMPLES = 30
SIZES = (10, 30, 100, 300, 1000)
PYGAMMA = """
import json, sys, time
import numpy as np
from pyannote.core import Segment
from pygamma_agreement import CombinedCategoricalDissimilarity as Dissimilarity
from pygamma_agreement import Continuum, ShuffleContinuumSampler
job = json.load(sys.stdin)
continuum = Continuum()
for coder, units in enumerate(job["coders"]):
    for start, end, code in units:
        continuum.add(str(coder), Segment(start, end), code)
found = []
for run in range(4):
    np.random.seed(run)
    start = time.perf_counter()
    result = continuum.compute_gamma(
        Dissimilarity(alpha=1, beta=1, delta_empty=1),
        n_samples=job["samples"], sampler=ShuffleContinuumSampler())
    value = float(result.gamma)
    found.append(time.perf_counter() - start)
print(json.dumps({"seconds": min(found[1:]), "gamma": value,
                  "disorder": float(result.best_alignment.disorder)}))
"""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def coder(rng: random.Random, quotes: int, length: int) -> tuple[Unit, ...]:
    """Quotes at random places that do not overlap."""
    cuts = sorted(rng.sample(range(length), 2 * quotes))
    places = zip(cuts[::2], cuts[1::2], strict=True)
    return tuple(Unit(start, end, rng.choice(CODES)) for start, end in places)


def second_coder(rng: random.Random, first: Sequence[Unit], length: int) -> tuple[Unit, ...]:
    """The same quotes with moved ends, every fourth with another code, every fifth left out."""
    kept = [unit for unit in first if rng.random() < 0.8]
    moved: list[Unit] = []
    for unit in kept:
        start = max(unit.start + rng.randint(-9, 9), moved[-1].end if moved else 0)
        end = min(unit.end + rng.randint(-9, 9), length)
        code = unit.code if rng.random() < 0.75 else rng.choice(CODES)
        if start < end:
            moved.append(Unit(start, end, code))
    return tuple(moved)


def seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """The least time of some repeats."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def characters(units: Sequence[Unit], length: int) -> list[str]:
    """The code of every character, "" where there is none."""
    codes = [""] * length
    for start, end, code in units:
        codes[start:end] = [code] * (end - start)
    return codes


def u_alpha_speedup(coders: Sequence[Sequence[Unit]], length: int) -> float:
    def by_character() -> object:
        ratings = zip(*(characters(units, length) for units in coders), strict=True)
        return alpha(list(ratings), unit="character")

    def by_unit() -> object:
        return u_alpha([Continuum(length, *coders)])

    slow, fast = seconds(by_character, 3), seconds(by_unit, 20)
    say(f"u-alpha family {fast * 1000:.2f} ms, {length:,} character units {slow * 1000:.0f} ms")
    return slow / fast


def gamma_speedup(
    coders: Sequence[Sequence[Unit]], length: int, interpreter: str | None
) -> float | None:
    continuum = Continuum(length, *coders)
    fast = seconds(lambda: gamma([continuum], samples=SAMPLES), 3)
    value, best = gamma([continuum], samples=SAMPLES).value.value, disorder(continuum)
    say(f"γ {fast * 1000:.0f} ms, value {value:.4f}, best disorder {best:.6f}")
    if not interpreter:
        say("gamma_speedup is null: no interpreter with pygamma-agreement was named")
        return None
    job = json.dumps({"coders": coders, "samples": SAMPLES})
    done = subprocess.run(
        [interpreter, "-c", PYGAMMA], input=job, capture_output=True, text=True, check=False
    )
    if done.returncode:
        say(f"gamma_speedup is null: {(done.stderr.splitlines() or ['it failed'])[-1]}")
        return None
    theirs = json.loads(done.stdout.splitlines()[-1])
    shown = f"value {theirs['gamma']:.4f}, best disorder {theirs['disorder']:.6f}"
    say(f"pygamma {theirs['seconds'] * 1000:.0f} ms, {shown}")
    if best is None or not math.isclose(best, theirs["disorder"], rel_tol=1e-4):
        say("gamma_speedup is null: the best disorders differ")
        return None
    return float(theirs["seconds"]) / fast


def corpus(size: int, quotes: int = 40, length: int = 16_000) -> list[Document]:
    rng = random.Random(size)
    documents = []
    for number in range(size):
        first = coder(rng, quotes, length)
        both = (first, second_coder(rng, first, length))
        marks = (
            Marks(tuple(unit._replace(code=frozenset({unit.code})) for unit in units))
            for units in both
        )
        documents.append(Document(str(number), length, tuple(marks), ((0, length),)))
    return documents


def span_panel(documents: Sequence[Document]) -> list[object]:
    """Every span figure with its interval and without null, γ apart."""
    bare = PanelConfig(permutations=0)
    return [group.figures(bare) for group in span_groups(documents, bare)]


def chance_seconds() -> float:
    """Computed anew each time: marks keep what they have derived."""
    config = PanelConfig(permutations=1000)
    documents = corpus(50)
    start = time.perf_counter()
    for group in span_groups(documents, config):
        group.figures(config)
    spent = time.perf_counter() - start
    say(f"span panel with 1,000 draws of each question {spent:.1f} s")
    return spent


def exponent() -> float:
    times = []
    for size in SIZES:
        repeats = [corpus(size) for _ in range(max(2, 100 // size))]
        times.append(min(seconds(partial(span_panel, documents), 1) for documents in repeats))
        fresh = corpus(size)
        tracemalloc.start()
        span_panel(fresh)
        peak = tracemalloc.get_traced_memory()[1] / size / 1024
        tracemalloc.stop()
        say(f"{size:5} documents {times[-1] * 1000:7.0f} ms, {peak:.0f} KiB per document")
    slope = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
    return float(slope)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the span agreement of autocode.")
    parser.add_argument(
        "--pygamma-python",
        default=os.environ.get("AUTOCODE_PYGAMMA_PYTHON"),
        help="the interpreter of an environment that has pygamma-agreement",
    )
    named = parser.parse_args().pygamma_python
    rng, length = random.Random(11), 60_000
    first = coder(rng, 200, length)
    coders = (first, coder(rng, 200, length))
    results = {
        "u_alpha_speedup": u_alpha_speedup(coders, length),
        "gamma_speedup": gamma_speedup(coders, length, named),
        "chance_seconds": chance_seconds(),
        "exponent": exponent(),
    }
    rounded = {name: value and round(value, 3) for name, value in results.items()}
    say(json.dumps(rounded))


if __name__ == "__main__":
    main()
