"""How long `autocode --help` takes beside `python -c "import click"`, in one run, pair by pair.

    python benchmarks/startup.py [--pairs 15]

Aim: under 2.5 times. Prints the ratio of each pair's medians and, last, one JSON object.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    pairs = parser.parse_args().pairs
    ours = [sys.executable, "-m", "autocode", "--help"]
    peer = [sys.executable, "-c", "import click"]
    seconds(ours), seconds(peer)  # the first of each reads from disk
    ratios = [seconds(ours) / seconds(peer) for _ in range(pairs)]
    print(f"ratio over {pairs} pairs: {min(ratios):.2f} to {max(ratios):.2f}")
    print(json.dumps({"help_ratio": round(statistics.median(ratios), 3)}))


if __name__ == "__main__":
    main()
