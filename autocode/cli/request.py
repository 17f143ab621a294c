"""What the commands that ask a model share: options, what is said before, and how asking ends."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from pydantic import ValidationError

from autocode.cli.signals import cancelling
from autocode.errors import InputError, InterruptedRunError, ModelError
from autocode.models.endpoint import Address, Endpoint, confirm
from autocode.models.provider import Provider
from autocode.models.runtimes import runtime_of
from autocode.propose.budget import Budget
from autocode.redaction.decisions import told
from autocode.redaction.likely import undecided
from autocode.redaction.names import Names
from autocode.redaction.redaction import redact
from autocode.study import SETTINGS_FILE, Settings, Study
from autocode.text import plural, visible
from autocode.transcript.doubts import DOUBTS, refuse_mixed
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, transcript_path

T = TypeVar("T")
# Options that override a key of autocode.toml.
OVERRIDES = (
    "model", "base_url", "strategy", "density", "max_codes", "examples", "roles", "anchor",
    "temperature", "seed", "concurrency", "runs", "critic", "deadline",
)  # fmt: skip
ROLES = ("participant", "interviewer")

model = click.option("--model", help="local (default), local:FILE.gguf, or a model on a server.")
base_url = click.option("--base-url", help="Address of an OpenAI-compatible server.")
trust = click.option("--trust", is_flag=True, help="Confirm the server that autocode.toml names.")
concurrency = click.option("--concurrency", type=int, help="Requests at a time (remote models).")
max_tokens = click.option(
    "--max-tokens", type=click.IntRange(min=1), help="Most tokens to spend, in all."
)
max_cost = click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="USD",
    help="Most dollars to spend, by your own prices.",
)
fresh = click.option("--fresh", is_flag=True, help="Ask again what earlier runs were answered.")
dry_run = click.option(
    "--dry-run", is_flag=True, help="Print prompts, tokens and cost; send nothing."
)


def with_overrides(study: Study, options: dict[str, Any]) -> Study:
    """The study with what the command line says instead of autocode.toml."""
    context = click.get_current_context()
    given = {
        name: options[name]
        for name in OVERRIDES
        if name in options and context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    if "roles" in given:
        names = [name.strip() for name in given["roles"].split(",")]
        given["roles"] = ROLES if names == ["all"] else tuple(names)
    try:
        settings = Settings.model_validate(study.settings.model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0]).replace("_", "-")
        raise click.BadParameter(f"{option}: {first['msg']}") from error
    return Study(study.root, settings, frozenset(given))


def refuse_server(model: str, options: dict[str, Any]) -> None:
    """Refuse what is said of a server that would not be asked.

    Raises:
        UsageError: that is so.
    """
    here = runtime_of(model).here
    if options["base_url"] and here:
        raise click.UsageError("--base-url needs --model: the local model uses no server.")
    if options["trust"] and (options["base_url"] or here):
        raise click.UsageError("--trust is for a server that only autocode.toml names.")


def announced(
    study: Study, ids: Sequence[str], options: dict[str, Any], *, as_it_is: bool
) -> Address:
    """Where the model is asked; said, with what is sent of these transcripts, before it is.

    Raises:
        ModelError: the model may not or cannot be asked.
        InputError: see `say_what_is_sent`.
    """
    address = Address.of(study)
    if options["trust"]:
        confirm(address)
    say_where(study.settings.model, address, dry=options["dry_run"])
    if options["dry_run"]:
        try:
            Budget.of(study.settings.model, options["max_tokens"], options["max_cost"])
        except ModelError as error:
            click.echo(visible(f"A real run would stop here: {error}"), err=True)
    say_what_is_sent(study, ids, as_it_is=as_it_is)
    return address


def asked(provider: Provider, asking: Coroutine[Any, Any, T]) -> T:
    """Ask until all is answered or a signal cancels it, and close the model.

    Raises:
        InterruptedRunError: a signal came.
    """

    async def closing() -> T:
        try:
            with cancelling():
                return await asking
        finally:
            await provider.aclose()

    try:
        return asyncio.run(closing())
    except asyncio.CancelledError as error:  # a signal after the last question
        raise InterruptedRunError("interrupted", hint="All that was asked is saved.") from error


def say_what_is_sent(study: Study, ids: Sequence[str], *, as_it_is: bool) -> None:
    """What may have gone wrong in reading who speaks, of all transcripts, before any is sent; and
    what a server will read of names: pseudonyms, or how many names there are or may be.

    Raises:
        InputError: a turn seems to hold the words of two people, and nobody said `as_it_is`.
    """
    remote = not runtime_of(study.settings.model).here
    hidden = study.settings.privacy == "redacted"
    names = Names.of(study) if remote and not hidden else None
    said: list[str] = []
    mixed = None
    for id_ in ids:
        path, transcript = transcript_path(study, id_), load(study, id_)
        for oddity in transcript.oddities:
            if oddity.kind in DOUBTS:
                place = f"{path.relative_to(study.root)}:{oddity.line}"
                click.echo(visible(f"{place}: {oddity.message} — {oddity.suggestion}"), err=True)
        try:
            if not as_it_is:
                refuse_mixed(transcript, path)
        except InputError as error:
            mixed = mixed or error
        said += _names_sent(transcript, names) if names else []
    if mixed:
        raise mixed
    if remote and hidden:
        said = ["Names: pseudonyms are sent (privacy = redacted)."]
    for words in said:
        click.echo(visible(words), err=True)


def _names_sent(transcript: Transcript, names: Names) -> Iterator[str]:
    """What a server will read of likely names, and of those that are listed but not replaced."""
    id_ = transcript.id
    if likely := undecided(transcript, names):
        yield f"{id_}: {told(likely)} will be sent; `autocode redact {id_}` replaces them."
    if listed := redact(transcript, names).counts.total():
        words = f"{id_}: {plural(listed, 'name')} of your list will be sent"
        yield f'{words}; privacy = "redacted" in {SETTINGS_FILE} sends pseudonyms.'


def say_where(model: str, address: Address, *, dry: bool) -> None:
    """The first line of every run: which model, and where the text goes.

    Raises:
        ModelError: it may not or cannot go there; a dry run says so and goes on.
    """
    if runtime_of(model).here:
        where = "text stays on this machine."
    else:
        try:
            endpoint = Endpoint(address)
            named = f", as {SETTINGS_FILE} of this study says" if endpoint.named_by_study else ""
            withheld = "; your key is not sent" if endpoint.key_withheld else ""
            where = f"text goes to {endpoint.destination}{named}{withheld}."
        except ModelError as error:
            if not dry:
                raise
            where = f"a real run would stop here: {error}"
    click.echo(visible(f"Model {model}: {where}"), err=True)
