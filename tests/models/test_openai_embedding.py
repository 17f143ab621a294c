"""Embeddings behind a server: one unit vector per text, in order."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted_server import Listener, Scripted, ScriptedServer, problem

from autocode.errors import ModelError
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_embedder


def embed(body: dict[str, Any]) -> Scripted:
    """Vectors that say which text they belong to; the last text first, as servers may."""
    data = [
        {"object": "embedding", "index": place, "embedding": [float(len(text)), 1.0]}
        for place, text in enumerate(body["input"])
    ]
    return Scripted(body=json.dumps({"object": "list", "model": "m", "data": data[::-1]}))


def test_vectors_come_in_the_order_of_the_texts() -> None:
    with ScriptedServer(embed) as server:
        embedder = open_embedder("bge-m3", Address.given(server.url))
        vectors = embedder.embed(["abc", " ", "abcdefg"], "passage")
    assert vectors.dtype == np.float32
    assert vectors[:, 0] / np.maximum(vectors[:, 1], 1e-9) == pytest.approx([3, 0, 7])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1])
    assert server.received[0]["input"] == ["abc", "abcdefg"]
    assert embedder.name == f"bge-m3 ({server.url})"
    assert embedder.destination == f"{server.url} (a server on this machine)"


def test_many_texts_are_sent_in_batches() -> None:
    with ScriptedServer(embed) as server:
        vectors = open_embedder("m", Address.given(server.url)).embed(
            ["a" * n for n in range(1, 301)], "query"
        )
    assert [len(sent["input"]) for sent in server.received] == [128, 128, 44]
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx(np.arange(1, 301), rel=1e-4)


def test_too_few_vectors_are_an_error() -> None:
    short = Scripted(body=json.dumps({"object": "list", "model": "m", "data": []}))
    with ScriptedServer(short) as server, pytest.raises(ModelError, match="one vector per text"):
        open_embedder("m", Address.given(server.url)).embed(["a"], "query")


def test_a_server_that_refuses_is_one_line() -> None:
    with (
        ScriptedServer(problem(404, "no such model")) as server,
        pytest.raises(ModelError, match=r"no embeddings from m .*: no such model\. Check"),
    ):
        open_embedder("m", Address.given(server.url)).embed(["a"], "query")


def test_the_embedders_of_this_machine_are_opened_here_too() -> None:
    assert open_embedder("lexical").name == "lexical (no embedding model)"


def test_no_redirect_is_followed() -> None:
    with Listener() as other:
        sends_on = Scripted(307, "", (("Location", f"{other.url}/embeddings"),))
        with (
            ScriptedServer(sends_on) as server,
            pytest.raises(ModelError, match=r"sends the request on to 127\.0\.0\.1, which is not"),
        ):
            open_embedder("m", Address.given(server.url)).embed(["a"], "query")
    assert other.connections == []


def test_a_server_on_this_machine_that_only_a_study_names_gets_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    monkeypatch.setenv("OPENAI_ORG_ID", "sk-secret-organisation")
    with ScriptedServer(embed) as server:
        open_embedder("m", Address(server.url, tmp_path)).embed(["a"], "query")
        assert "sk-secret" not in str(server.headers)
        open_embedder("m", Address.given(server.url)).embed(["a"], "query")
        assert "sk-secret" in str(server.headers)
