"""How many tokens a text costs, without the network.

Exact where the model's vocabulary is on this machine, otherwise a cautious over-estimate that
says so. What budgets tokens takes a counter (text -> number), so that a local model can bring its
own tokenizer.
"""

import hashlib
import math
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tiktoken

# Vocabularies of other makers are smaller: in English they need up to a fifth more tokens.
MARGIN = 1.25
_BUNDLED = "cl100k_base"
# Where tiktoken would fetch a vocabulary unless its cache holds it: file name there, and SHA-256.
_CACHED = {
    "o200k_base": (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    )
}
# Beyond Latin letters and common punctuation a small vocabulary falls back to single bytes.
_BEYOND_LATIN = re.compile("[^\\x00-\u024f\u2000-\u206f]+")


@dataclass(frozen=True, slots=True)
class TokenCount:
    """A number of tokens: exact, or meant to be no fewer than the model will count.

    vocabulary: the one counted with, for example `cl100k_base`; for an estimate what it was
    reckoned from, for example `cl100k_base × 1.25`.
    """

    n: int
    exact: bool
    vocabulary: str


def count_tokens(text: str, model: str) -> TokenCount:
    """The tokens of a text for a model by its name; special tokens count as the text they are.

    Never tries the network. Message frames (a few tokens each) are not included.
    """
    vocabulary = None
    with suppress(KeyError):  # no model of OpenAI; else whoever serves it (`openai/gpt-4o`)
        vocabulary = tiktoken.encoding_name_for_model(model.rsplit("/", 1)[-1])
    encoding = _on_this_machine(vocabulary) if vocabulary else None
    if vocabulary and encoding:
        return TokenCount(len(encoding.encode_ordinary(text)), True, vocabulary)
    if vocabulary:  # OpenAI's: the later vocabularies are larger, so the bundled one is cautious.
        return TokenCount(_with_margin(text), False, f"{_BUNDLED} × {MARGIN}")
    beyond = "".join(_BEYOND_LATIN.findall(text))
    n = _with_margin(_BEYOND_LATIN.sub("", text)) + len(beyond.encode("utf-8", "surrogatepass"))
    return TokenCount(n, False, f"{_BUNDLED} × {MARGIN}" + (", bytes beyond Latin" * bool(beyond)))


def expected_tokens(text: str) -> int:
    """About how many tokens a text has in the vocabularies of today, on the low side.

    Those of other makers need between 0.6 (256,000 entries, another language than English) and 1.3
    times as many for Latin letters; for others between a quarter and two thirds of a token each.
    """
    return int(sum(map(_expected_in_line, text.splitlines(keepends=True))))


@lru_cache(maxsize=4096)  # most lines of a prompt are those of the last one
def _expected_in_line(line: str) -> float:
    latin, beyond = _BEYOND_LATIN.subn(" ", line)[0], "".join(_BEYOND_LATIN.findall(line))
    return len(_bundled().encode_ordinary(latin)) + len(beyond) / 4


def _with_margin(text: str) -> int:
    return math.ceil(MARGIN * len(_bundled().encode_ordinary(text)))


@lru_cache
def _bundled() -> tiktoken.Encoding:
    return tiktoken.get_encoding(f"{_BUNDLED}_offline")


@lru_cache
def _on_this_machine(vocabulary: str) -> tiktoken.Encoding | None:
    """The vocabulary if it is bundled, or whole in tiktoken's cache; it is never fetched."""
    if vocabulary == _BUNDLED:
        return _bundled()
    if vocabulary not in _CACHED:
        return None
    name, sha256 = _CACHED[vocabulary]
    try:
        data = (_cache_folder() / name).read_bytes()
    except OSError:
        return None
    # A damaged file would be fetched again.
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    return tiktoken.get_encoding(vocabulary)


def _cache_folder() -> Path:
    """Where tiktoken keeps what it has fetched."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            return Path(os.environ[variable] or os.devnull)
    return Path(tempfile.gettempdir()) / "data-gym-cache"
