"""What commands are told alike: that there is a quicker embedder for very many labels."""

import numpy as np
import pytest

from autocode.cli import choice
from autocode.cli.choice import LONG, SlowEmbedder, similarity_of
from autocode.models.embedding import STATIC, Kind, Vectors


class Counting:
    name, destination = "counting", "nowhere"

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts: list[str], kind: Kind) -> Vectors:  # noqa: ARG002 - the interface
        self.texts += len(texts)
        return np.ones((len(texts), 1), dtype=np.float32)


def test_a_quicker_embedder_is_named_once_and_only_where_it_matters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counting = Counting()
    slow = SlowEmbedder(counting)  # type: ignore[arg-type]
    assert slow.name == "counting"
    assert slow.embed(["a"] * LONG, "query").shape == (LONG, 1)
    assert capsys.readouterr() == ("", "")
    slow.embed(["b"], "query")
    slow.embed(["c"], "query")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "More than 20,000 labels take minutes. `--similarity static` takes a fiftieth of the time, "
        "or less.\n"
    )
    assert counting.texts == LONG + 2


def test_it_is_said_of_e5_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not isinstance(similarity_of(None, STATIC, None), SlowEmbedder)
    monkeypatch.setattr(choice, "E5", Counting)
    monkeypatch.setattr(choice, "open_embedder", lambda _: Counting())
    assert isinstance(similarity_of(None, "local", None), SlowEmbedder)
