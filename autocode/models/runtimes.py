"""What runs the model or embedder that a name stands for; a vendor is imported when it is named."""

from autocode.errors import ModelError
from autocode.models import embedding
from autocode.models.embedding import AUTO, EMBEDDERS, Embedder
from autocode.models.endpoint import Address, Endpoint
from autocode.models.provider import Progress, Provider


def is_local(model: str) -> bool:
    """Whether `model` names weights on this machine: `local`, `local:0.5b`, `local:FILE.gguf`."""
    return model == "local" or model.startswith("local:")


def open_provider(
    model: str, address: Address | None = None, *, progress: Progress | None = None
) -> Provider:
    """The model called `model`: weights on this machine, else the server at `address`.

    address: `Address.of(study)`, or `Address.given(url)` where the user named the model; without
    one there is no server to ask. Nothing is sent yet.

    Raises:
        ModelError: the model cannot be used; the line says what to do.
    """
    if is_local(model):
        from autocode.models.llama import open_local

        return open_local(model, progress=progress)
    if address is None:
        raise ModelError(
            f"no server was named for {model!r}",
            hint="Give one: Address.given(URL), or Address.given() for OpenAI.",
        )
    from autocode.models.openai_chat import RemoteModel

    return RemoteModel(model, Endpoint(address))


def open_embedder(spec: str = AUTO, address: Address | None = None) -> Embedder:
    """The embedder called `spec`: one of `autocode.models.embedding`, else that of a server.

    Raises:
        ModelError: it cannot be used; the line says what to do.
    """
    if spec in EMBEDDERS or address is None:
        return embedding.open_embedder(spec)
    from autocode.models.openai_embedding import RemoteEmbedder

    return RemoteEmbedder(spec, Endpoint(address))
