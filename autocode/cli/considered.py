"""`autocode show --considered`: the ranking of a run, and where it is cut."""

import click

from autocode.cli.proposals import QUOTE_WIDTH, shortened
from autocode.cli.terminal import plain_table, result_console
from autocode.coding.density import sayable_length
from autocode.coding.files import coding_json, read_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import Rank, Threshold, levels
from autocode.coding.sources import model_source
from autocode.errors import StudyError
from autocode.study import Settings, Study
from autocode.text import visible
from autocode.transcript.seeds import load


def show_considered(study: Study, id_: str, name: str | None, *, as_json: bool) -> None:
    """Every passage that a run proposed: the levels at which it can be cut, then each by rank.

    Raises:
        StudyError: there is no such run, or it has no ranking.
    """
    source = model_source(study, id_, name or None)
    run = source.run
    if run is None or not run.considered_path.is_file():
        raise StudyError(
            f"{source.name} has no ranking: nothing was considered and left out",
            hint="Runs of --strategy single have one, and runs with --runs.",
        )
    considered = read_coding(run.considered_path)
    if as_json:
        click.echo(coding_json(considered), nl=False)
        return
    transcript, threshold = load(study, source.coding.transcript.id), run.manifest.thresholds[-1]
    roles = run.manifest.settings.get("roles") or Settings().roles
    _print_levels(considered, threshold, sayable_length(transcript, roles))
    click.echo()
    _print_passages(considered, threshold)


def _print_levels(considered: Coding, threshold: Threshold, length: int) -> None:
    table = plain_table("answers", "salience", "passages", "marked so far", "")
    for level in levels(considered):
        answers, salience = level.rank
        share = f"{level.characters / length:.0%}" if length else "–"
        last = "← kept down to here" if level.rank == threshold.rank else ""
        table.add_row(
            str(answers) if answers else "dropped", str(salience or "–"), str(level.passages),
            share, last,
        )  # fmt: skip
    result_console().print(table)


def _print_passages(considered: Coding, threshold: Threshold) -> None:
    criticised = any(quote.critique for quote in considered.quotes)
    columns = ("kept", "rank", "turn", "passage", "open code", *(("critic",) if criticised else ()))
    table = plain_table(*columns)
    for column in table.columns[:3]:
        column.min_width = len(str(column.header))  # narrow as they are, they are read first
    table.columns[3].width, table.columns[-1].overflow = QUOTE_WIDTH, "fold"
    for quote in sorted(considered.located(), key=Rank.of, reverse=True):
        (answers, salience), critique = Rank.of(quote), quote.critique
        row = (
            "yes" if (answers, salience) >= threshold.rank else "no",
            f"{answers}/{salience}", str(quote.turn or "–"), shortened(quote.text, QUOTE_WIDTH),
            visible(quote.open_code or ""),
            visible(f"{critique.verdict}: {critique.reason}") if critique else "",
        )  # fmt: skip
        table.add_row(*row[: len(columns)])
    result_console().print(table)
