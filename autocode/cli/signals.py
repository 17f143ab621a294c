"""Signals that end a command: Ctrl-C, SIGTERM and a closed terminal (SIGHUP) save what is there.

What whoever started the command ignores stays ignored: `nohup` ignores SIGHUP, and a shell that
starts a command in the background ignores SIGINT for it.
"""

import atexit
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def interrupt_on_signals() -> None:
    """Let each of these signals interrupt whatever is under way, as Ctrl-C does."""
    heeded = _heeded()
    for number in heeded:
        signal.signal(number, signal.default_int_handler)
    # Python puts the defaults back as it ends: a late signal would kill it, and change its code.
    atexit.register(lambda: [signal.signal(number, signal.SIG_IGN) for number in heeded])


def ignore_signals() -> None:
    """Let nothing interrupt the end of a command that was interrupted already, or is done."""
    for number in _heeded():
        signal.signal(number, _ignore)  # SIG_IGN would be handed on to programs started later


@contextmanager
def cancelling() -> Iterator[None]:
    """Let the first of these signals cancel the current task, and ignore others from then on.

    So that a second Ctrl-C does not interrupt the saving that the first one began.
    """
    import asyncio  # not needed for --help

    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    if task is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    taken: list[int] = []

    def cancel(number: int, _: Any) -> None:
        if not taken:
            loop.call_soon_threadsafe(task.cancel)
        taken.append(number)

    before = {number: signal.signal(number, cancel) for number in _heeded()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, _ignore if taken else handler)


def _ignore(*_: Any) -> None:
    pass


def _heeded() -> list[int]:
    return [number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]
