"""What runs the model or embedder that a name stands for; a vendor is imported when it is named."""

from typing import TYPE_CHECKING, Protocol

from autocode.errors import ModelError
from autocode.models import embedding
from autocode.models.embedding import AUTO, EMBEDDERS, Embedder
from autocode.models.endpoint import Address, Endpoint
from autocode.models.prices import known_model
from autocode.models.provider import Progress, Provider

if TYPE_CHECKING:
    from autocode.models.openai_batch import BatchModel


class Runtime(Protocol):
    """What can run models; the name of a model says which.

    here: text stays on this machine, there is no server and nothing to pay.
    strategy: what models there are asked by, unless the settings choose.
    """

    here: bool
    strategy: str

    def takes(self, model: str) -> bool:
        """Whether `model` is a name for something that runs here."""

    def context_tokens(self, model: str) -> int | None:
        """Tokens of prompt and reply together, known before the model is opened."""

    def open(self, model: str, address: Address | None, progress: Progress | None) -> Provider:
        """The model, ready to be asked."""


class _Local:
    """Weights on this machine: `local`, `local:0.5b`, `local:FILE.gguf`. Small models name a
    passage well and select passages near chance, hence the strategy."""

    here, strategy = True, "staged"

    def takes(self, model: str) -> bool:
        return model == "local" or model.startswith("local:")

    def context_tokens(self, model: str) -> int | None:  # noqa: ARG002 - the interface
        from autocode.models.llama import CONTEXT_TOKENS

        return CONTEXT_TOKENS

    def open(
        self,
        model: str,
        address: Address | None,  # noqa: ARG002 - the interface
        progress: Progress | None,
    ) -> Provider:
        from autocode.models.llama import open_local

        return open_local(model, progress=progress)


class _Server:
    """Any other name is asked for at an OpenAI-compatible server."""

    here, strategy = False, "single"

    def takes(self, model: str) -> bool:  # noqa: ARG002 - the interface
        return True

    def context_tokens(self, model: str) -> int | None:
        listed = known_model(model)
        return listed.context_tokens if listed else None

    def open(
        self,
        model: str,
        address: Address | None,
        progress: Progress | None,  # noqa: ARG002 - the interface
    ) -> Provider:
        if address is None:
            raise ModelError(
                f"no server was named for {model!r}",
                hint="Give one: Address.given(URL), or Address.given() for OpenAI.",
            )
        from autocode.models.openai_chat import RemoteModel

        return RemoteModel(model, Endpoint(address))


# The first that takes a name runs it; the last takes every name.
RUNTIMES: tuple[Runtime, ...] = (_Local(), _Server())


def runtime_of(model: str) -> Runtime:
    """What runs the model called `model`."""
    return next(runtime for runtime in RUNTIMES if runtime.takes(model))


def open_provider(
    model: str, address: Address | None = None, *, progress: Progress | None = None
) -> Provider:
    """The model called `model`: weights on this machine, else the server at `address`.

    address: `Address.of(study)`, or `Address.given(url)` where the user named the model; without
    one there is no server to ask. Nothing is sent yet.

    Raises:
        ModelError: the model cannot be used; the line says what to do.
    """
    return runtime_of(model).open(model, address, progress)


def open_batches(model: str, address: Address) -> "BatchModel":
    """The model called `model` at a server that takes batches. Nothing is sent yet.

    Raises:
        ModelError: it runs on this machine, or cannot be used.
    """
    if runtime_of(model).here:
        raise ModelError(
            f"{model} runs on this machine, which takes no batches",
            hint="Leave out --batch, or name a model on a server with --model.",
        )
    from autocode.models.openai_batch import BatchModel

    return BatchModel(model, Endpoint(address))


def open_embedder(spec: str = AUTO, address: Address | None = None) -> Embedder:
    """The embedder called `spec`: one of `autocode.models.embedding`, else that of a server.

    Raises:
        ModelError: it cannot be used; the line says what to do.
    """
    if spec in EMBEDDERS or address is None:
        return embedding.open_embedder(spec)
    from autocode.models.openai_embedding import RemoteEmbedder

    return RemoteEmbedder(spec, Endpoint(address))
