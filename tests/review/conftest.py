"""The study of twelve interviews, and a small one with two runs and a human coding of a text."""

import json
from pathlib import Path

import pytest
from twelve import write_twelve

from autocode.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    write_twelve(tmp_path)
    return Study.open(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """For tests that leave nothing behind but reviews by names of their own."""
    root = tmp_path_factory.mktemp("twelve")
    write_twelve(root)
    return Study.open(root)


def put(study: Study, name: str, data: object) -> None:
    path = study.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
