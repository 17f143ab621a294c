"""Grounding, measured: are quotes found where they were planted, how fast, and next to whom?

(a) 100 verbatim, 100 edited (3 to 8 % of the characters substituted, deleted or inserted) and 20
    absent quotes in 50,000 characters, against langextract's resolver on the same input.
(b) 10,000 quotes (half of them edited) in 1,000,000 characters, against one
    `rapidfuzz.fuzz.partial_ratio_alignment` over the whole text per quote. That peer is timed on a
    sample, and seconds per quote are compared; places are compared on the sample.

A place is right when its intersection over union with the planted span is at least .9. Texts are
random walks over the words of the seed interview, the same every time: same words, recurring
phrases, so that wrong places look right. Index building is part of our seconds.

    python benchmarks/grounding.py                    # langextract if an interpreter is named
    python benchmarks/grounding.py --install-peers    # langextract in a temporary environment
    AUTOCODE_LANGEXTRACT_PYTHON=…/bin/python python benchmarks/grounding.py

The last line of output is one JSON object (shares: the lower of (a) and (b); false finds: of both);
what could not be measured is null, with its reason above it.
"""

import argparse
import json
import os
import random
import re
import subprocess
import tempfile
import time
import venv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rapidfuzz import fuzz

from autocode.coding.grounding import Grounder
from autocode.transcript.nouns import Span

SEED_INTERVIEW = Path(__file__).parent.parent / "seeds" / "p1.md"
RIGHT = 0.9
REPEATS = 5
PEER_SAMPLE = 100
LANGEXTRACT = """
import json, sys, time
from langextract import data, resolver
job = json.load(sys.stdin)
asked = [data.Extraction("quote", quote) for quote in job["quotes"]]
start = time.perf_counter()
aligned = list(resolver.Resolver().align(asked, job["text"], 0, 0))
seconds = time.perf_counter() - start
places = [e.char_interval and [e.char_interval.start_pos, e.char_interval.end_pos] for e in aligned]
print(json.dumps({"seconds": seconds, "places": places}))
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """A quote and where it belongs (None: nowhere)."""

    words: str
    span: Span | None
    kind: str


class Walk:
    """Endless random prose in the interview's words.

    Half of the words follow the one before them as they do somewhere in the interview, so phrases
    recur; the others are drawn freely, so that what is planted once stands there once.
    """

    def __init__(self, seed: int) -> None:
        said = re.findall(r"(?m)^> ?(.*)", SEED_INTERVIEW.read_text(encoding="utf-8"))
        self._words = " ".join(said).split()
        self._next = defaultdict(list)
        for word, following in zip(self._words, self._words[1:] + self._words[:1], strict=True):
            self._next[word].append(following)
        self._chance, self._word = random.Random(seed), self._words[0]

    def text(self, length: int) -> str:
        """Prose of exactly that many characters."""
        parts: list[str] = []
        total = 0
        while total <= length:
            follows = self._chance.random() < 0.5
            self._word = self._chance.choice(self._next[self._word] if follows else self._words)
            parts.append(self._word)
            total += len(self._word) + 1
        return " ".join(parts)[:length]


def edited(words: str, chance: random.Random) -> str:
    """The words with 3 to 8 % of their characters substituted, deleted or inserted."""
    letters = list(words)
    edits = max(1, round(chance.uniform(0.03, 0.08) * len(words)))
    for at in sorted(chance.sample(range(len(words)), edits), reverse=True):
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz ")
        kind = chance.choice(("substitute", "delete", "insert"))
        letters[at : at + (kind != "insert")] = [] if kind == "delete" else [letter]
    return "".join(letters)


def plant(text: str, verbatim: int, edits: int, absent: int, seed: int) -> list[Planted]:
    """Quotes of 40 to 250 characters from word to word, each once in the text, in its order."""
    chance = random.Random(seed)
    borders = [match.start() for match in re.finditer(r"(?<=\s)\S", text)]
    planted: list[Planted] = []
    while len(planted) < verbatim + edits:
        start = chance.choice(borders[:-60])
        end = borders[bisect_left(borders, start + chance.randint(40, 250))] - 1
        words = text[start:end]
        if text.count(words) == 1:
            kind = "verbatim" if len(planted) < verbatim else "edited"
            said = words if kind == "verbatim" else edited(words, chance)
            planted.append(Planted(said, Span(start, end), kind))
    elsewhere = Walk(seed + 1).text(400 * absent)
    for at in range(0, len(elsewhere), 400):
        _, *whole, _ = elsewhere[at : at + chance.randint(50, 260)].split(" ")
        planted.append(Planted(" ".join(whole), None, "absent"))
    chance.shuffle(planted)
    return sorted(
        planted, key=lambda one: one.span.start if one.span else chance.randrange(len(text))
    )


def is_right(found: Span | None, planted: Span | None) -> bool:
    """Whether the two overlap by at least .9 of what they cover together."""
    if not found or not planted:
        return False
    both = min(found.end, planted.end) - max(found.start, planted.start)
    together = max(found.end, planted.end) - min(found.start, planted.start)
    return both / together >= RIGHT


def score(planted: Sequence[Planted], found: Sequence[Span | None]) -> dict[str, float | int]:
    """Shares of right places by kind, wrong places, and absent quotes that were found."""
    result: dict[str, float | int] = {}
    for kind in ("verbatim", "edited"):
        pairs = [(f, p.span) for f, p in zip(found, planted, strict=True) if p.kind == kind]
        result[f"{kind}_right"] = sum(is_right(*pair) for pair in pairs) / len(pairs)
        result[f"{kind}_wrong_place"] = sum(bool(p[0]) and not is_right(*p) for p in pairs)
    result["false_finds"] = sum(
        bool(f) for f, p in zip(found, planted, strict=True) if p.kind == "absent"
    )
    return result


def ours(text: str, planted: Sequence[Planted]) -> tuple[float, list[Span | None]]:
    """Seconds for all quotes, folding and index included, and where they were found."""
    start = time.perf_counter()
    grounder = Grounder(text)
    spans = [grounder.locate(quote.words).span for quote in planted]
    return time.perf_counter() - start, spans


def langextract(
    python: str, text: str, planted: Sequence[Planted]
) -> tuple[float, list[Span | None]]:
    """The same by langextract's resolver, all quotes in one call and in text order."""
    answer = told_by(python, LANGEXTRACT, {"text": text, "quotes": [one.words for one in planted]})
    return answer["seconds"], [place and Span(*place) for place in answer["places"]]


def told_by(python: str, script: str, job: dict[str, Any]) -> Any:
    """What a script that reads `job` prints last, both as JSON, in another interpreter.

    Raises:
        RuntimeError: it fails; with the last line of what it says.
    """
    done = subprocess.run(
        [python, "-c", script], input=json.dumps(job), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError((done.stderr.splitlines() or ["no message"])[-1])
    return json.loads(done.stdout.splitlines()[-1])


def install_langextract(folder: str, package: str = "langextract") -> str:
    """An interpreter that has langextract, in a new environment in the folder."""
    venv.create(folder, with_pip=True)
    python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", package], check=True)
    return str(python)


def small(python: str | None) -> tuple[dict[str, float | int], float | None]:
    """Part (a): our scores, and how many times faster than langextract."""
    text = Walk(1).text(50_000)
    planted = plant(text, verbatim=100, edits=100, absent=20, seed=2)
    runs = [ours(text, planted) for _ in range(REPEATS)]
    seconds, scores = median(run[0] for run in runs), score(planted, runs[0][1])
    print(f"(a) autocode     {seconds:8.3f} s (median of {REPEATS})  {scores}", flush=True)
    if not python:
        print("speedup_langextract is null: no interpreter named (see --help), nor --install-peers")
        return scores, None
    try:
        theirs, places = langextract(python, text, planted)
    except (OSError, RuntimeError) as error:
        print(f"speedup_langextract is null: {error}")
        return scores, None
    print(f"(a) langextract  {theirs:8.3f} s (one run)  {score(planted, places)}", flush=True)
    return scores, theirs / seconds


def large() -> tuple[dict[str, float | int], float]:
    """Part (b): our scores, and how many times faster than rapidfuzz over the whole text."""
    text = Walk(3).text(1_000_000)
    planted = plant(text, verbatim=5_000, edits=5_000, absent=200, seed=4)
    seconds, found = ours(text, planted)
    each, scores = seconds / len(planted), score(planted, found)
    print(f"(b) autocode     {each * 1000:8.3f} ms a quote, {seconds:.1f} s in all  {scores}")
    there = [at for at, one in enumerate(planted) if one.span]
    sample = random.Random(5).sample(there, PEER_SAMPLE)
    start = time.perf_counter()
    aligned = [fuzz.partial_ratio_alignment(planted[at].words, text) for at in sample]
    theirs = (time.perf_counter() - start) / len(sample)
    places = [Span(one.dest_start, one.dest_end) if one else None for one in aligned]
    right = sum(is_right(p, planted[at].span) for at, p in zip(sample, places, strict=True))
    our_right = sum(is_right(found[at], planted[at].span) for at in sample)
    print(f"(b) rapidfuzz    {theirs * 1000:8.3f} ms a quote, on a sample of {len(sample)} quotes")
    print(f"(b) right places in the sample: autocode {our_right}, rapidfuzz {right}")
    return scores, theirs / each


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--langextract-python",
        default=os.environ.get("AUTOCODE_LANGEXTRACT_PYTHON"),
        help="an interpreter that has langextract (or set AUTOCODE_LANGEXTRACT_PYTHON)",
    )
    parser.add_argument("--install-peers", action="store_true", help="install langextract for it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python = options.langextract_python
        if options.install_peers and not python:
            python = install_langextract(folder)
        of_small, speedup_langextract = small(python)
    of_large, speedup_rapidfuzz = large()
    result = {
        "verbatim_right": min(of_small["verbatim_right"], of_large["verbatim_right"]),
        "edited_right": min(of_small["edited_right"], of_large["edited_right"]),
        "false_finds": of_small["false_finds"] + of_large["false_finds"],
        "speedup_langextract": speedup_langextract and round(speedup_langextract, 1),
        "speedup_rapidfuzz": round(speedup_rapidfuzz, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
