"""What compares open codes: an embedder of this machine, or a server that the user named."""

from collections.abc import Callable
from typing import Any

import click

from autocode.models.embedding import AUTO, EMBEDDERS, Embedder, open_embedder


def similarity_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--similarity and --base-url."""
    named = click.option(
        "--similarity", metavar="|".join((*EMBEDDERS, "NAME")), default=AUTO, show_default=True,
        help="What compares open codes; NAME is an embedding model behind a server.",
    )  # fmt: skip
    address = click.option("--base-url", help="Address of that OpenAI-compatible server.")
    return named(address(function))


def similarity_of(similarity: str, base_url: str | None) -> Embedder:
    """The embedder asked for; where text goes is said before any of it is sent.

    Raises:
        ModelError: it is not installed, or the server cannot be used.
    """
    if similarity in EMBEDDERS:
        return open_embedder(similarity)
    # Only who names a server needs the library that talks to it.
    from autocode.models.endpoint import Address
    from autocode.models.runtimes import open_embedder as open_server

    embedder = open_server(similarity, Address.given(base_url))
    click.echo(f"Open codes go to {embedder.destination}.", err=True)
    return embedder
