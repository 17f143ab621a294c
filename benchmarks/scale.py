"""How time and memory grow: one interview with 625 to 10,000 quotes of either coder.

The interview grows with its quotes, so that their density stays: every second turn is an answer of
four sentences, and every third sentence of the answers is quoted. The second coder leaves out a
quarter of the first one's quotes, cuts every fifth, gives every fifth another code and has as many
of their own. Half of all open codes are worded anew each time.

    python benchmarks/scale.py                                   # all of it: about ten minutes
    python benchmarks/scale.py --sizes 625 2500 --commands diff

There are 120 axial codes whatever the size. Every measurement is a process of its own, which first
does the same with a small interview: neither start-up nor imports count. Seconds are the median of
three runs, or of fewer where one takes long: those of the processor, which other work on the
machine hardly changes, and those of the clock. Memory is the peak of the process. `compare` and
`report` draw chance 200 times (--draws) and compare open codes lexically. `check` reads 125 to
1,000 interviews. Exponents are the slope of log processor seconds over log size, at most 1.25; the
last line of output is one JSON object of them.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SIZES = (625, 1250, 2500, 5000, 10000)
DOCUMENTS = (125, 250, 500, 1000)
SMALL = 40
PATIENCE = 8.0
COMMANDS = ("show", "diff", "compare", "report", "check")
TOPICS = [f"topic_{number:03}" for number in range(120)]
WORDS = [
    "water", "garden", "fence", "meeting", "money", "letter", "neighbour", "summer", "tool",
    "path", "key", "compost", "school", "bus", "city", "office", "table", "window",
    "paper", "phone", "market", "friend", "doctor", "street", "bread", "river", "winter",
    "train",
]  # fmt: skip


class Study:
    """A study folder with interviews of constructed words."""

    def __init__(self, folder: Path) -> None:
        self.dice = random.Random(0)
        self.folder = folder
        (folder / "seeds").mkdir(parents=True)
        (folder / "gold").mkdir()
        question = 'research_question = "Who shares the water of the garden?"\n'
        (folder / "autocode.toml").write_text(question, encoding="utf-8")

    def words(self, fewest: int, most: int) -> str:
        chosen = self.dice.choices(WORDS, k=self.dice.randint(fewest, most))
        return " ".join(chosen).capitalize()

    def interview(self, name: str, answers: int) -> None:
        """`answers` questions, each with an answer of four sentences."""
        said = []
        for _ in range(answers):
            said += [f"Interviewer: {self.words(5, 10)}?\n", "Participant:"]
            said += [f" {self.words(6, 18)}." for _ in range(4)] + ["\n"]
        (self.folder / "seeds" / f"{name}.txt").write_text("".join(said), encoding="utf-8")

    def coded(self, name: str, quotes: int) -> None:
        """An interview and both codings of it, `quotes` quotes each."""
        from autocode.transcript.readers import read_transcript
        from autocode.transcript.sentences import sentences, strip

        self.interview(name, answers=round(quotes * 3 / 4))
        text = read_transcript(self.folder / "seeds" / f"{name}.txt", name)
        turns = {turn.start: turn for turn in text.turns}
        turn, said = text.turns[0], []
        for sentence in sentences(text.text):
            turn = turns.get(sentence.start, turn)
            if turn.role == "participant":
                said.append((strip(sentence, text.text), turn.number))
        first = set(self.dice.sample(range(len(said)), quotes))
        left_out = set(self.dice.sample(sorted(first), quotes // 4))
        new = self.dice.sample(sorted(set(range(len(said))) - first), quotes // 4)
        topic = {at: self.dice.choice(TOPICS) for at in first}
        self._coding(text, "gold", [(*said[at], topic[at], False) for at in sorted(first)])
        theirs = []
        for at in sorted((first - left_out) | set(new)):
            other = at not in topic or self.dice.random() < 0.2
            code = self.dice.choice(TOPICS) if other else topic[at]
            theirs.append((*said[at], code, self.dice.random() < 0.2))
        self._coding(text, "anna", theirs)

    def _coding(self, text, who, marked) -> None:
        from autocode.coding.files import write_coding
        from autocode.coding.nouns import CodedWith, Coder, Coding, Quote, TranscriptRef

        quotes = []
        for number, (span, turn, topic, cut) in enumerate(marked, 1):
            start = text.text.index(" ", span.start) + 1 if cut else span.start
            own = self.words(2, 6) if self.dice.random() < 0.5 else f"about {topic}"
            quotes.append(
                Quote(id=f"q{number}", start=start, end=span.end, status="exact", turn=turn,
                      text=text.text[start : span.end], axial=[topic], open_code=own)
            )  # fmt: skip
        codes = [CodedWith(id=topic, label=topic) for topic in TOPICS]
        coder = Coder(id=who, kind="human")
        made = Coding(transcript=TranscriptRef.of(text), coder=coder, quotes=quotes, codes=codes)
        name = f"{text.id}.json" if who == "gold" else f"{text.id}.{who}.json"
        write_coding(made, self.folder / "gold" / name)


def words_of(command: str, study: Path, draws: int) -> list[str]:
    """The command line that is timed, in the folder `study`."""
    both = ["gold/q.json", "gold/q.anna.json"]
    chance = ["--permutations", str(draws), "--similarity", "lexical"]
    return {
        "show": ["show", "q", "--gold", "anna"],
        "diff": ["diff", *both],
        "compare": ["compare", *both, *chance],
        "report": ["report", *both, *chance, "--out", str(study / "report")],
        "check": ["check"],
    }[command]


def measure(command: str, study: Path, draws: int) -> None:
    """In a process of its own: print seconds of processor and clock, and the peak of megabytes."""
    from click.testing import CliRunner

    from autocode.cli import group

    def seconds(folder: Path) -> tuple[float, float]:
        os.chdir(folder)
        start = time.process_time(), time.perf_counter()
        done = CliRunner().invoke(group, words_of(command, folder, draws), catch_exceptions=False)
        # `check` counts what the constructed study lacks, such as prompts of its own.
        assert done.exit_code == 0 or command == "check", done.output[-2000:]
        return time.process_time() - start[0], time.perf_counter() - start[1]

    seconds(study.parent / "small")
    taken = [seconds(study)]
    while len(taken) < 3 and sum(processor for processor, _ in taken) < PATIENCE:
        taken.append(seconds(study))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak *= 1 if sys.platform == "darwin" else 1024
    print(json.dumps([*map(statistics.median, zip(*taken, strict=True)), peak / 1e6]))


def measured(command: str, study: Path, draws: int) -> list[float]:
    """Seconds of processor and clock, and megabytes."""
    task = ["--measure", command, str(study), "--draws", str(draws)]
    done = subprocess.run(
        [sys.executable, __file__, *task], stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(number) for number in json.loads(done.stdout.splitlines()[-1])]


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """The slope of log seconds over log size; None for a single size."""
    if len(sizes) < 2:
        return None
    return round(float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0]), 3)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--documents", type=int, nargs="+", default=DOCUMENTS)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=COMMANDS)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--measure", nargs=2, metavar=("COMMAND", "STUDY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.measure[0], Path(asked.measure[1]), asked.draws)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        Study(root / "small").coded("q", SMALL)
        exponents = {}
        for command in asked.commands:
            sizes = asked.documents if command == "check" else asked.sizes
            taken = []
            for size in sizes:
                study = root / f"{'documents' if command == 'check' else 'quotes'}-{size}"
                if not study.exists():
                    made = Study(study)
                    if command == "check":
                        for number in range(1, size + 1):
                            made.interview(f"p{number}", 30)
                    else:
                        made.coded("q", size)
                processor, clock, megabytes = measured(command, study, asked.draws)
                taken.append(processor)
                unit = "documents" if command == "check" else "quotes"
                print(
                    f"{command:8} {size:6,} {unit}: {processor:8.2f} s of processor, "
                    f"{clock:8.2f} s, {megabytes:6.0f} MB",
                    flush=True,
                )
            exponents[f"exponent_{command}"] = exponent(sizes, taken)
    print(json.dumps(exponents))


if __name__ == "__main__":
    main()
