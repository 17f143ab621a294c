"""Cores are counted as the process may use them, and OpenMP is told to wait without spinning."""

import os
from pathlib import Path

import pytest

from autocode.models import cores


@pytest.mark.parametrize(
    ("quota", "expected"), [("max 100000", 8), ("150000 100000", 2), ("10000 100000", 1), ("", 8)]
)
def test_a_containers_quota_counts(
    quota: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    monkeypatch.setattr(cores, "_QUOTA", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8), raising=False)
    assert cores.usable_cores() == expected


def test_without_a_container_the_affinity_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "_QUOTA", tmp_path / "none")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert cores.usable_cores() == 1


def test_the_users_own_openmp_settings_win(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"OMP_WAIT_POLICY": "active"}
    monkeypatch.setattr(os, "environ", settings)
    cores.prepare_openmp()
    assert settings == {"OMP_WAIT_POLICY": "active", "OMP_NUM_THREADS": str(cores.usable_cores())}
