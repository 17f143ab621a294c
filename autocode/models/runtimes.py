"""What runs the model or embedder that a name stands for; a vendor is imported when it is named."""

from autocode.models import embedding
from autocode.models.embedding import AUTO, EMBEDDERS, Embedder
from autocode.models.provider import Progress, Provider


def is_local(model: str) -> bool:
    """Whether `model` names weights on this machine: `local`, `local:0.5b`, `local:FILE.gguf`."""
    return model == "local" or model.startswith("local:")


def open_provider(
    model: str, base_url: str | None = None, *, progress: Progress | None = None
) -> Provider:
    """The model called `model`: weights on this machine, else a server by the OpenAI SDK.

    The server is at `base_url`, else `OPENAI_BASE_URL`, else OpenAI; nothing is sent yet.

    Raises:
        ModelError: the model cannot be used; the line says what to do.
    """
    if is_local(model):
        from autocode.models.llama import open_local

        return open_local(model, progress=progress)
    from autocode.models.endpoint import Endpoint
    from autocode.models.openai_chat import RemoteModel

    return RemoteModel(model, Endpoint(base_url))


def open_embedder(spec: str = AUTO, base_url: str | None = None) -> Embedder:
    """The embedder called `spec`: one of `autocode.models.embedding`, else a model behind a server.

    Raises:
        ModelError: it cannot be used; the line says what to do.
    """
    if spec in EMBEDDERS:
        return embedding.open_embedder(spec)
    from autocode.models.endpoint import Endpoint
    from autocode.models.openai_embedding import RemoteEmbedder

    return RemoteEmbedder(spec, Endpoint(base_url))
