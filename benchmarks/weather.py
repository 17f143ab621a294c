"""A run of 500 chunks in bad weather, killed again and again, beside the same run on a calm day.

One request in ten goes wrong: 408, 409, 429 (with and without Retry-After, as seconds, as a date
and as nonsense), 500, 503, resets, dripping and hanging answers, answers cut in the middle, empty
ones and no JSON at all; a question fails at most twice in a row. Meanwhile the command is ended 20
times by SIGKILL and begun again with --resume. The coding must be the same bytes in the end, no
more may be asked twice than was under way when it was killed, and no file may hold the key.

    python benchmarks/weather.py                 # some minutes on two cores
    python benchmarks/weather.py --chunks 100 --kills 5

The last line of output is one JSON object: whether the codings are the same bytes (and the key in
no file), how many answers were asked for again, and how many might have been (kills × concurrency).
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from loopback import Loopback, Reply, serving, write_study

from autocode.coding.calls import read_calls
from autocode.coding.runs import newest_run
from autocode.study import Study

KEY = "sk-weather-0123456789abcdef"
CONCURRENCY, FAULTS = 16, 0.10


def fault(digest: str, time_: int) -> Reply | str | None:
    """What goes wrong when a question comes for the `time_`-th time; "" where nothing does."""
    rng = random.Random(f"{digest} {time_}")
    if time_ % 3 == 0 or rng.random() >= FAULTS:
        return ""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    error = json.dumps({"error": {"message": f"bad weather for {KEY}"}}).encode()
    kinds: list[Reply | str | None] = [
        (408, {}, error), (409, {}, error), (429, {}, error), (429, {"Retry-After": "0.2"}, error),
        (429, {"Retry-After": soon}, error), (429, {"Retry-After": "-1e9"}, error),
        (503, {"Retry-After": "soon"}, error), (500, {}, b"<html>oops</html>"),
        (200, {}, b"not JSON"), None, "drip", "hang", "malformed", "empty",
    ]  # fmt: skip
    return rng.choice(kinds)


def command(study: Path, server: Loopback, *words: str) -> list[str]:
    where = ("--model", "loopback", "--base-url", server.url, "--concurrency", str(CONCURRENCY))
    autocode = (sys.executable, "-m", "autocode", "--study", str(study))
    return [*autocode, "propose", "d1", *where, *words]


def calm(study: Path, server: Loopback) -> bytes:
    done = subprocess.run(command(study, server), env=environment(), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"weather: the calm run ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return newest_run(Study.open(study), "d1").coding_path.read_bytes()


def environment() -> dict[str, str]:
    return os.environ | {"OPENAI_API_KEY": KEY}


def killed(study: Path, server: Loopback, kills: int, chunks: int) -> int:
    """Begin, kill and resume; how many kills there were before it came to its end."""
    rng, done = random.Random(1), 0
    for _ in range(kills * 3):
        begun = bool(list((study / "runs").glob("d1/*/manifest.json")))
        process = subprocess.Popen(
            command(study, server, *(["--resume"] if begun else [])), env=environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if done >= kills:
            _, words = process.communicate()
            if process.returncode == 0:
                return done
            print(f"exit {process.returncode}: {words.strip().splitlines()[-1]}")
            continue
        # So that the kills spread over the whole run.
        wanted = server.asked + max(1, chunks // (kills + 1)) + rng.randint(-3, 3)
        while process.poll() is None and server.asked < wanted:
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            done += 1
        process.communicate()
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    settings = {"chunk_tokens": 400, "context_sentences": 0, "request_minutes": 0.05,
                "privacy": "none"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        fair, foul = (
            write_study(Path(folder) / name, 1, options.chunks, **settings)
            for name in ("fair", "foul")
        )
        with serving() as server:
            expected, chunks = calm(fair, server), server.asked
        print(f"calm: {chunks} requests, {len(expected):,} bytes")
        with serving(0.02, fault) as server:
            kills = killed(foul, server, options.kills, chunks)
        run = newest_run(Study.open(foul), "d1")
        identical = run.manifest.status == "complete" and run.coding_path.read_bytes() == expected
        calls = read_calls(run.calls_path)
        outcomes = Counter(call["outcome"] for call in calls)
        # Sent without a record: killed before the answer was written down.
        repeated = server.asked - len(calls)
        twice = Counter((call["step"], call["chunk"]) for call in calls if call["outcome"] == "ok")
        repeated += sum(count - 1 for count in twice.values())
        leaks = sum(KEY.encode() in p.read_bytes() for p in foul.rglob("*") if p.is_file())
    print(f"foul: {server.asked} requests, {kills} kills, {dict(outcomes)}, key in {leaks} files")
    figures = {"identical": identical and not leaks, "repeated": repeated,
               "bound": kills * CONCURRENCY}  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
