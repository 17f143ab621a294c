"""Embeddings behind a server: one unit vector per text, in order."""

import json
from typing import Any

import numpy as np
import pytest
from scripted_server import Scripted, ScriptedServer, problem

from autocode.errors import ModelError
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
        embedder = open_embedder("bge-m3", server.url)
        vectors = embedder.embed(["abc", " ", "abcdefg"], "passage")
    assert vectors.dtype == np.float32
    assert vectors[:, 0] / np.maximum(vectors[:, 1], 1e-9) == pytest.approx([3, 0, 7])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1])
    assert server.received[0]["input"] == ["abc", "abcdefg"]
    assert embedder.name == f"bge-m3 ({server.url})"
    assert embedder.destination == f"{server.url} (a server on this machine)"


def test_many_texts_are_sent_in_batches() -> None:
    with ScriptedServer(embed) as server:
        vectors = open_embedder("m", server.url).embed(["a" * n for n in range(1, 301)], "query")
    assert [len(sent["input"]) for sent in server.received] == [128, 128, 44]
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx(np.arange(1, 301), rel=1e-4)


def test_too_few_vectors_are_an_error() -> None:
    short = Scripted(body=json.dumps({"object": "list", "model": "m", "data": []}))
    with ScriptedServer(short) as server, pytest.raises(ModelError, match="one vector per text"):
        open_embedder("m", server.url).embed(["a"], "query")


def test_a_server_that_refuses_is_one_line() -> None:
    with (
        ScriptedServer(problem(404, "no such model")) as server,
        pytest.raises(ModelError, match=r"no embeddings from m .*: no such model\. Check"),
    ):
        open_embedder("m", server.url).embed(["a"], "query")


def test_the_embedders_of_this_machine_are_opened_here_too() -> None:
    assert open_embedder("lexical").name == "lexical (no embedding model)"
