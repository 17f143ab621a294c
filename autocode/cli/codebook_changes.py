"""`autocode codebook merge`, `rename`, `move` and the other changes; `undo` and `log`."""

from functools import partial

import click

from autocode.cli.terminal import json_option, print_json, with_study
from autocode.codebook import changes, history
from autocode.codebook.changes import Change
from autocode.codebook.usage import usage
from autocode.study import Study
from autocode.text import one_line


@click.command("merge", epilog="""\b
Example:
  autocode codebook merge role_based_access role_bases_access""")  # fmt: skip
@click.argument("keep", metavar="KEEP")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@with_study
def merge(study: Study, keep: str, others: tuple[str, ...]) -> None:
    """Count OTHER as KEEP from now on, wherever a coding has it.

    OTHER becomes an alias; its children, relations, and what KEEP lacks (label,
    kind, definition) are taken over."""
    in_use = usage(study).keys()
    for other in others:
        to = partial(changes.merged, keep=keep, drop=other, in_use=in_use)
        _do(study, "merge", f"merge {keep} ← {other}", to)


@click.command("rename", epilog="""\b
Examples:
  autocode codebook rename dp_test testing_of_data_products
  autocode codebook rename dp_test "Testing of data products\"""")  # fmt: skip
@click.argument("code")
@click.argument("name")
@with_study
def rename(study: Study, code: str, name: str) -> None:
    """Give a code another id; the old one stays as an alias.

    From NAME in words, the id is made and NAME becomes the label."""
    _do(study, "rename", f"rename {code} to {name}", lambda book: changes.renamed(book, code, name))


@click.command("alias", epilog="""\b
Example:
  autocode codebook alias data_catalog data_directory""")  # fmt: skip
@click.argument("code")
@click.argument("name")
@with_study
def alias(study: Study, code: str, name: str) -> None:
    """Give a code a further name, by which codings may have it."""
    _do(study, "alias", f"alias {code} = {name}", lambda book: changes.aliased(book, code, name))


@click.command("move", epilog="""\b
Examples:
  autocode codebook move data_lineage --under governance
  autocode codebook move data_lineage --top""")  # fmt: skip
@click.argument("code")
@click.option("--under", metavar="PARENT", help="The code to stand under.")
@click.option("--top", is_flag=True, help="Under no other code.")
@with_study
def move(study: Study, code: str, under: str | None, top: bool) -> None:
    """Put a code under another one, or at the top."""
    if top == bool(under):
        raise click.UsageError("Say where: --under PARENT, or --top.")
    words = f"move {code} under {under}" if under else f"move {code} to the top"
    _do(study, "move", words, lambda book: changes.moved(book, code, under))


@click.command("define", epilog="""\b
Examples:
  autocode codebook define data_lineage "Where data come from and go to"
  autocode codebook define data_lineage --label "Data lineage" --kind practice""")  # fmt: skip
@click.argument("code")
@click.argument("definition", required=False)
@click.option("--label", help="Its name for people.")
@click.option("--kind", help="Such as practice, pattern or force.")
@with_study
def define(
    study: Study, code: str, definition: str | None, label: str | None, kind: str | None
) -> None:
    """Write down what a code means; models are told."""
    if not (definition or label or kind):
        raise click.UsageError("Give a definition, --label or --kind.")
    _do(
        study, "define", f"define {code}",
        lambda book: changes.defined(book, code, definition=definition, label=label, kind=kind),
    )  # fmt: skip


@click.command("retire", epilog="""\b
Examples:
  autocode codebook retire old_code
  autocode codebook retire old_code --back""")  # fmt: skip
@click.argument("code")
@click.option("--back", is_flag=True, help="Offer it again.")
@with_study
def retire(study: Study, code: str, back: bool) -> None:
    """Offer a code to models no longer; codings keep it."""
    words = f"{'bring back' if back else 'retire'} {code}"
    _do(study, "retire", words, lambda book: changes.retired(book, code, back=back))


@click.command("relate", epilog="""\b
Example:
  autocode codebook relate missing_metadata causes mistrust""")  # fmt: skip
@click.argument("source", metavar="CODE")
@click.argument("relation")
@click.argument("target", metavar="CODE")
@with_study
def relate(study: Study, source: str, relation: str, target: str) -> None:
    """Note a relation between two codes: causes, context, strategy, your own."""
    words = f"relate {source} {relation} {target}"
    _do(study, "relate", words, lambda book: changes.related(book, source, relation, target))


@click.command("undo", epilog="""\b
Example:
  autocode codebook undo""")  # fmt: skip
@with_study
def undo(study: Study) -> None:
    """Take back the last change that still stands; again for the one before."""
    click.echo(one_line(f"Done: {history.undo(study).words}"), err=True)


@click.command("log", epilog="""\b
Examples:
  autocode codebook log
  autocode codebook log --json""")  # fmt: skip
@json_option
@with_study
def log(study: Study, as_json: bool) -> None:
    """Show every change, oldest first."""
    entries = history.read_log(study)
    if as_json:
        print_json({"changes": [entry.model_dump(mode="json") for entry in entries]})
        return
    if not entries:
        click.echo("The codebook has not been changed yet.", err=True)
    undone = {entry.undoes for entry in entries}
    for entry in entries:
        gone = "  (undone)" if entry.number in undone else ""
        click.echo(one_line(f"{entry.number:4}  {entry.at[:19]}  {entry.words}{gone}"))


def _do(study: Study, name: str, words: str, to: Change) -> None:
    done = history.change(study, name, words, to)
    told = f"Done: {words} (`autocode codebook undo` takes it back)"
    click.echo(one_line(told if done else f"Nothing to change: {words}"), err=True)


CHANGES = (merge, rename, alias, move, define, retire, relate, undo, log)
