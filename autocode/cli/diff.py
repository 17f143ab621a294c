"""`autocode diff`: two codings of one transcript, read like a code review."""

from pathlib import Path

import click

from autocode.cli.diff_text import print_diff
from autocode.cli.terminal import (
    json_option,
    print_json,
    progress_console,
    result_console,
    with_study,
)
from autocode.coding.sources import Source, human_source, model_source, source_of, transcript_of
from autocode.diff import diff_codings, diff_page, only_disagreements, only_turns
from autocode.diff.view import DEFAULT_CONTEXT
from autocode.errors import StudyError
from autocode.files import write_whole
from autocode.study import Study
from autocode.transcript.sentences import sentences


@click.command(
    name="diff",
    epilog="""\b
Examples:
  autocode diff p1
  autocode diff p1 --only disagreements --html p1.html
  autocode diff p1 --code persona_to_tool_approach
  autocode diff gold/p1.json gold/p1.anna.json""",
)
@click.argument("codings", nargs=-1, required=True, metavar="ID | A B")
@click.option("--run", metavar="R", help="A run, by its name or folder (default: the newest).")
@click.option("--gold", metavar="G", help="A human coding, by its coder or file (default: gold).")
@click.option("--only", type=click.Choice(["disagreements"]), help="Leave out turns that agree.")
@click.option(
    "--turn",
    "turns",
    type=int,
    multiple=True,
    metavar="N",
    help="Show only turn N (may be repeated).",
)
@click.option("--code", metavar="C", help="Compare only quotes with this axial code (id or label).")
@click.option(
    "--context",
    type=click.IntRange(min=0),
    default=DEFAULT_CONTEXT,
    show_default=True,
    metavar="N",
    help="Sentences to show around a marked passage.",
)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write one HTML file instead."
)
@json_option
@with_study
def command(
    study: Study,
    codings: tuple[str, ...],
    run: str | None,
    gold: str | None,
    only: str | None,
    turns: tuple[int, ...],
    code: str | None,
    context: int,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show what two coders marked, and with which codes, turn by turn.

    ID compares the human coding of a transcript with its newest run. A and B are
    any two codings of one transcript: a coding file, a run or its folder, an id
    (its human coding), or an id with a coder (p1.anna).

    \b
    = both   ~ overlapping   - only the first coder   + only the second
    """
    # A typing mistake in a path must not create folders.
    if html and not html.parent.is_dir():
        hint = "Create it first."
        raise StudyError("this folder does not exist", where=html.parent, hint=hint)
    first, second = _chosen(study, codings, run, gold)
    transcript = transcript_of(study, first)
    sources = _shown(first, study), _shown(second, study)
    diff = diff_codings(first.coding, second.coding, transcript, sources=sources, code=code)
    diff = only_turns(diff, turns) if turns else diff
    diff = only_disagreements(diff) if only else diff
    spans = sentences(transcript.text)
    if html:
        write_whole(html, diff_page(diff, spans, context=context, differing=bool(only)))
        progress_console().print(f"Wrote {html}", markup=False)
    if as_json:
        print_json(diff.model_dump(mode="json"))
    elif not html:
        print_diff(result_console(), diff, spans, context=context, differing=bool(only))


def _chosen(
    study: Study, codings: tuple[str, ...], run: str | None, gold: str | None
) -> tuple[Source, Source]:
    if len(codings) == 1:
        return human_source(study, codings[0], gold), model_source(study, codings[0], run)
    if len(codings) > 2 or run or gold:
        raise click.UsageError("Name one transcript (with --run, --gold) or two codings.")
    return source_of(study, codings[0]), source_of(study, codings[1])


def _shown(source: Source, study: Study) -> Path | None:
    """The path within the study: a page passed on should not name folders of this machine."""
    if source.path is None:
        return None
    path = source.path.resolve()
    return path.relative_to(study.root) if path.is_relative_to(study.root) else Path(path.name)
