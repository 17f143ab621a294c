"""An embedder on a server, which is shown pseudonyms: its vectors are those of redacted texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from autocode.models.embedding import Embedder, Kind, Vectors
from autocode.redaction.names import Names


@dataclass(frozen=True)
class RedactedEmbedder:
    """`embedder`, given every text without the names of the list.

    Names are replaced in any case: nobody reviews open codes, which are often in lower case.
    """

    embedder: Embedder
    names: Names

    @property
    def name(self) -> str:
        return f"{self.embedder.name} (names replaced)"

    @property
    def destination(self) -> str:
        return self.embedder.destination

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """One row per text (see `Embedder`)."""
        return self.embedder.embed([self.names.replace(t, any_case=True) for t in texts], kind)
