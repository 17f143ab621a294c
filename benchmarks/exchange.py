"""Exchange, measured: a `.qdpx` of 10 MB of transcript and 20,000 codings, written and read.

Against `zipfile` and `ElementTree` alone, doing what nobody can leave out: for reading, unpack all
members and parse the project file; for writing, serialise its tree and pack the same members. The
project has emoji, three coders, 200 nested codes and notes; what is read is checked against it.
The exponent is that of time over size, from an eighth of it to all of it.

    python benchmarks/exchange.py

The last line of output is one JSON object: `vs_parse` is the worse of the two ratios.
"""

import io
import json
import math
import random
import sys
import time
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument
from autocode.exchange.refi_reader import read_qdpx
from autocode.exchange.refi_writer import qdpx_bytes
from autocode.transcript.nouns import Span

CHARACTERS, CODINGS, CODES = 10_000_000, 20_000, 200
SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
SYLLABLES = ("da", "ta", "ho", "ney", "be", "e", "com", "pa", "ny", "so", "we", "in", "te", "r")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def invented(share: float) -> Project:
    """A project of that share of the size: one transcript of turns, passages all over it."""
    rng = random.Random(1)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(20_000)] + ["🐝"]
    parts, length = [], 0
    while length < CHARACTERS * share:
        turn = " ".join(rng.choices(words, k=rng.randint(5, 200))) + ".\n\n"
        parts.append(turn)
        length += len(turn)
    text = "".join(parts)
    codes = tuple(
        ProjectCode(f"c{n}", f"Code {n}", f"c{n // 5}" if n >= 5 else None, f"What {n} means.")
        for n in range(CODES)
    )
    passages = []
    for _ in range(int(CODINGS * share)):
        start = rng.randrange(len(text) - 500)
        span = Span(start, start + rng.randint(20, 400))
        code, coder = f"c{rng.randrange(CODES)}", rng.choice(("ada", "jo", "local:qwen (model)"))
        words_ = text[span.start : span.end]
        passages.append(Passage("p1", words_, (code,), coder, span, note="Because it says so."))
    return Project((ProjectDocument("p1", text),), codes, tuple(passages))


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The least time of some repeats, of this process alone."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def unpacked(data: bytes) -> tuple[dict[str, bytes], ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return members, ElementTree.fromstring(members["project.qde"])


def packed(members: dict[str, bytes], root: ElementTree.Element) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            xml = ElementTree.tostring(root, "utf-8") if name == "project.qde" else data
            archive.writestr(name, xml)
    return out.getvalue()


def exponent(sizes: list[float], times: list[float]) -> float:
    """The slope of a straight line through the logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(each) for each in times]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


def main() -> None:
    times, worst = [], 0.0
    for share in SHARES:
        project = invented(share)
        data = qdpx_bytes(project, "benchmark").data
        back = read_qdpx(data, "benchmark")
        assert [(p.span, p.coder, p.words) for p in back.passages] == [
            (p.span, p.coder, p.words) for p in project.passages
        ]
        members, root = unpacked(data)
        write = seconds(lambda project=project: qdpx_bytes(project, "benchmark"))
        read = seconds(lambda data=data: read_qdpx(data, "benchmark"))
        pack = seconds(lambda members=members, root=root: packed(members, root))
        parse = seconds(lambda data=data: unpacked(data))
        times.append(write + read)
        worst = max(write / pack, read / parse)
        say(
            f"{len(project.documents[0].text or '') / 1e6:5.2f} MB, "
            f"{len(project.passages):6,} codings: written in {write:.2f} s ({write / pack:.1f} "
            f"times packing alone), read in {read:.2f} s ({read / parse:.1f} times parsing alone)"
        )
    say(json.dumps({"vs_parse": round(worst, 2), "exponent": round(exponent([*SHARES], times), 2)}))


if __name__ == "__main__":
    main()
