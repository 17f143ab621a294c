"""How fast the page of a review is: p1, and an interview of 60,000 words with 1,500 quotes.

    python benchmarks/review.py [--decisions 40]
    python benchmarks/review.py --picture docs/review.png        # of p1, and no measurement

Chromium (the system's own) opens the page of `autocode review` and accepts item after item. Of p1
the run in tests/frozen is reviewed beside the human coding; in the large interview (constructed,
see scale.py) each of two coders has 1,500 quotes, 1,800 passages in all. The first paint is when
the page has been painted and answers keys; a decision lasts from the key until the page shows it
as made, which is after it was written to the disk. Aims for the large interview on two cores:
usable within 1,000 ms, a decision within 100 ms. Prints medians of both and, last, one JSON object
of the large interview.
"""

import argparse
import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from scale import Study

ROOT = Path(__file__).parent.parent
QUOTES = 1500
OPENED = 5
# Beside the run of p1 the human coding is shown without being named.
CODERS = {"p1": (), "large": ("gold", "anna")}
# When the page says that it is ready, and when it has been painted, whichever is later.
USABLE = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0];
  const ready = performance.getEntriesByName("ready")[0];
  done(Math.max(ready ? ready.startTime : performance.now(), painted ? painted.startTime : 0));
})))"""
# The panel is that of the passage chosen in the list.
ARRIVED = """() => document.querySelector(".row [aria-current]")?.parentElement.id
  === "row-" + document.querySelector("article[data-status=open]")?.dataset.item"""
DECIDE = """() => new Promise((done) => {
  const before = document.body.dataset.seq, start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
  const look = () => {
    if (document.body.dataset.seq === before) return setTimeout(look);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  };
  look();
})"""


def small(folder: Path) -> None:
    """The study of this repository, with the run of the tests."""
    for name in ("autocode.toml", "seeds", "gold"):
        path = ROOT / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, folder / name)
    run = "20260101T000000.000Z-scripted-00000000"
    shutil.copytree(ROOT / "tests" / "frozen" / "p1" / "run", folder / "runs" / "p1" / run)


@contextmanager
def serving(folder: Path, id: str, *coders: str) -> Iterator[str]:
    """The address of the page of a review."""
    command = [sys.executable, "-m", "autocode", "--study", folder, "review", id, "--no-open"]
    command += ["--reviewer", "jo", *(f"--coder={coder}" for coder in coders)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield next(word for line in server.stdout for word in line.split() if "http://" in word)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


def measured(page: Page, address: str, decisions: int) -> dict[str, float]:
    """Medians in milliseconds."""
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    home, opened, took = address.split("?")[0], [], []
    for _ in range(OPENED):
        page.goto(home)
        opened.append(page.evaluate(USABLE))
    page.keyboard.press("n")
    for _ in range(decisions):
        page.wait_for_function(ARRIVED, timeout=10_000)
        took.append(page.evaluate(DECIDE))
    print(f"  opened in {min(opened):.0f} to {max(opened):.0f} ms", end=", ")
    print(f"decided in {min(took):.0f} to {max(took):.0f} ms")
    return {
        "first_paint_ms": round(statistics.median(opened)),
        "decision_ms": round(statistics.median(took)),
    }


def picture(page: Page, address: str, path: Path) -> None:
    """The page of p1 in mid-review, as the README shows it; few colours, so that it is small."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    for key in ("n", "a", "r", "1"):
        page.keyboard.press(key)
        page.wait_for_timeout(500)
    with Image.open(BytesIO(page.screenshot())) as image:
        image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=40)
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    decisions = given.decisions
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        repository, large = Path(folder, "p1"), Path(folder, "large")
        repository.mkdir()
        small(repository)
        if given.picture:
            with serving(repository, "p1") as address:
                picture(browser.new_page(), address, given.picture)
            return
        Study(large).coded("large", QUOTES)
        for study, name in ((repository, "p1"), (large, "large")):
            with serving(study, name, *CODERS[name]) as address:
                print(name)
                medians = measured(browser.new_page(), address, decisions if study == large else 15)
        browser.close()
    print(json.dumps(medians))


if __name__ == "__main__":
    main()
