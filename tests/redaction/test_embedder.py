"""An embedder on a server is given no name."""

from autocode.models.embedding import Lexical
from autocode.redaction.embedder import RedactedEmbedder
from autocode.redaction.names import Names


def test_texts_are_redacted_and_vectors_are_theirs() -> None:
    inner = Lexical("m")
    embedder = RedactedEmbedder(inner, Names().replacing("Anna", "person"))
    made = embedder.embed(["asking anna", "asking Anna twice"], "query")
    wanted = inner.embed(["asking Person 1", "asking Person 1 twice"], "query")
    assert (made == wanted).all()
    assert embedder.name == "m (names replaced)"
    assert embedder.destination == inner.destination
