"""What is told of a run while it goes on, where no bar can be drawn."""

from io import StringIO

from rich.console import Console

from autocode.cli.progress import progress_bars
from autocode.propose.session import Progress


def lines_of(*steps: Progress) -> list[str]:
    console = Console(file=StringIO(), width=80)
    with progress_bars(console) as bars:
        watch = bars.coding("p1")
        for step in steps:
            watch(step)
    written = console.file
    assert isinstance(written, StringIO)
    return [line.rstrip() for line in written.getvalue().splitlines() if line.strip()]


def test_a_line_tells_each_step() -> None:
    assert lines_of(Progress(total=2), Progress(1, 2, quotes=3, tokens=1500), Progress(2, 2)) == [
        "coding p1: 1/2 questions  3 quotes  1,500 tokens",
        "coding p1: 2/2 questions  0 quotes  0 tokens",
    ]


def test_a_server_that_does_not_answer_is_told_before_anything_is_done() -> None:
    (line,) = lines_of(Progress(total=2, unanswered=1))
    assert line == "coding p1: 0/2 questions  0 quotes  0 tokens  1 request unanswered"
