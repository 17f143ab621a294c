"""Processor cores: how many this process may use, and how threads of C libraries share them."""

import math
import os
from contextlib import suppress
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores() -> int:
    """Cores this process may use, at least 1: its affinity, and its container's quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota = math.inf
    with suppress(OSError, ValueError):  # no container, or the limit is "max"
        limit, period = _QUOTA.read_text(encoding="ascii").split()
        quota = float(limit) / float(period)
    return max(1, math.ceil(min(cores or 1, quota)))


def prepare_openmp() -> None:
    """Call before a library that uses OpenMP is loaded: it reads these settings then, once.

    By default its threads wait for each other by spinning. On cores shared with other work they
    then hold up the very thread they wait for: llama.cpp generated 0.5 tokens a second where it
    generates 20 with threads that sleep, and lost nothing by it on free cores.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("OMP_NUM_THREADS", str(usable_cores()))
