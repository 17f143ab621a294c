"""What `compare` and `report` are told alike: which codings, which embedder, how many draws."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Final

import click

from autocode.cli.terminal import progress_console
from autocode.coding.choice import Choice, materials_of
from autocode.coding.materials import Material
from autocode.models.embedding import (
    AUTO,
    E5,
    EMBEDDERS,
    Embedder,
    Kind,
    Vectors,
    open_embedder,
)
from autocode.panel.comparison import Comparison, compare, settings_for
from autocode.redaction.embedder import RedactedEmbedder
from autocode.redaction.names import Names
from autocode.study import Study

# From so many labels on e5 takes minutes on two cores.
LONG: Final = 20_000

_OPTIONS = (
    click.option(
        "--all", "everything", is_flag=True,
        help="Every transcript that has a human coding and a run."
    ),
    click.option(
        "--gold", metavar="G",
        help="A human coding, by its coder or file (default: gold).",
    ),
    click.option(
        "--run", metavar="R",
        help="A run, by its name, the beginning of it, or its folder (default: the newest).",
    ),
    click.option("--model", metavar="NAME", help="Use only runs of this model."),
    click.option(
        "--runs", default="1", metavar="N|all",
        callback=lambda _, __, value: None if value == "all" else click.IntRange(min=1)(value),
        help="Use so many of the newest runs, to see how stable the model is.",
    ),
    click.option(
        "--mixed", is_flag=True,
        help="Pool runs even of different models, strategies or prompts.",
    ),
    click.option(
        "--assisted", is_flag=True,
        help="Take human codings made with a model's help: acceptance, not agreement.",
    ),
    click.option("--incomplete", is_flag=True, help="Accept incomplete runs; the result says so."),
    click.option(
        "--similarity", metavar="|".join((*EMBEDDERS, "NAME")), default=AUTO, show_default=True,
        help="What compares open codes; NAME is an embedding model behind a server.",
    ),
    click.option("--base-url", help="Address of that OpenAI-compatible server."),
    click.option(
        "--permutations", type=click.IntRange(min=0), default=1000, show_default=True,
        help="Draws from which chance is estimated; 0 for none.",
    ),
    click.option(
        "--seed", type=int, default=0, show_default=True,
        help="The same seed gives the same draws.",
    ),
)  # fmt: skip


class SlowEmbedder:
    """e5, which says once that there is a quicker one where there is very much to compare."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.destination = embedder.name, embedder.destination
        self._embedder, self._count, self._told = embedder, 0, False

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self._count += len(texts)
        if self._count > LONG and not self._told:
            self._told = True
            click.echo(
                f"More than {LONG:,} labels take minutes. `--similarity static` takes a fiftieth "
                "of the time, or less.", err=True,
            )  # fmt: skip
        return self._embedder.embed(texts, kind)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that `compared` takes."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), function)


def compared(
    study: Study | None,
    names: Sequence[str],
    *,
    everything: bool,
    similarity: str,
    base_url: str | None,
    permutations: int,
    seed: int,
    **chosen: Any,
) -> tuple[list[Material], Comparison]:
    """What was chosen, and its comparison.

    Raises:
        UsageError: options that contradict each other.
        AutocodeError: what was chosen cannot be compared.
    """
    if everything == bool(names):
        command = click.get_current_context().command_path
        raise click.UsageError(f"Name what to compare ({command} p1), or use --all.")
    if chosen["run"] and (chosen["runs"] != 1 or chosen["model"]):
        raise click.UsageError("--run cannot be combined with --runs or --model.")
    materials = materials_of(study, names, Choice(**chosen))
    embedder = similarity_of(study, similarity, base_url)
    question = study.settings.research_question if study else ""
    config = settings_for(embedder, question, permutations=permutations, seed=seed)
    with progress_console().status("Comparing …"):
        return materials, compare(materials, config, embedder, incomplete=chosen["incomplete"])


def similarity_of(study: Study | None, similarity: str, base_url: str | None) -> Embedder:
    """The embedder asked for; where text goes is said before any of it is sent.

    In a study that is redacted a server is shown pseudonyms.

    Raises:
        ModelError: it is not installed, or the server cannot be used.
    """
    if similarity in EMBEDDERS:
        local = open_embedder(similarity)
        return SlowEmbedder(local) if isinstance(local, E5) else local
    # Only who names a server needs the library that talks to it.
    from autocode.models.endpoint import Address
    from autocode.models.runtimes import open_embedder as open_server

    embedder = open_server(similarity, Address.given(base_url))
    click.echo(f"Open codes go to {embedder.destination}.", err=True)
    if study and study.settings.privacy == "redacted":
        return RedactedEmbedder(embedder, Names.of(study))
    return embedder
