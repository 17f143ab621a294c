"""Progress on stderr while a model is loaded and asked: bars on a terminal, lines in a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from autocode.propose.session import Progress as Asked
from autocode.propose.session import Watch
from autocode.text import plural


class Bars:
    """A bar for what is being loaded and one for what is being asked; lines where no bar can be."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def loading(self, words: str, done: int, total: int) -> None:
        """A download, a verification, a load: `done` of `total`."""
        if words not in self._bars:
            self._line(f"{words} …")
        bar = self._bar(words)
        self._progress.update(bar, completed=done, total=total, note="")
        if done >= total:
            self._progress.update(bar, visible=False)

    def coding(self, id: str) -> Watch:
        """What tells how far the coding of a transcript is."""
        words = f"coding {id}"
        self._bar(words)

        def asking(asked: Asked) -> None:
            note = f"{asked.done}/{asked.total} questions  {plural(asked.quotes, 'quote')}"
            note += f"  {asked.tokens:,} tokens"
            if asked.reused:
                note += f"  {asked.reused} reused"
            if asked.unanswered:
                note += f"  {plural(asked.unanswered, 'request')} unanswered"
            if asked.failures:
                note += f"  {asked.failures} failed"
            done = asked.done == asked.total
            self._progress.update(
                self._bar(words),  # of a later round, after that of the first was taken away
                completed=asked.done,
                total=asked.total,
                note=note,
                visible=not done,
            )
            if asked.done or asked.unanswered:
                self._line(f"{words}: {note}")
            if done:
                self._progress.remove_task(self._bars.pop(words))

        return asking

    def _line(self, words: str) -> None:
        if not self._progress.console.is_terminal:
            self._progress.console.print(words, markup=False)

    def _bar(self, words: str) -> TaskID:
        if words not in self._bars:
            self._bars[words] = self._progress.add_task(words, total=None, note="")
        return self._bars[words]


@contextmanager
def progress_bars(console: Console) -> Iterator[Bars]:
    """Bars on a terminal; where stderr is a file, a line for each step."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with progress:
        yield Bars(progress)
