"""`autocode gold`: the human coding in field notes becomes a coding file."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import click

from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.codebook.history import add_codes_of
from autocode.coding.files import write_gold
from autocode.coding.nouns import Status
from autocode.coding.traces import code_traces
from autocode.errors import AutocodeError, InputError, StudyError
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, transcript_ids, transcript_path

STATUSES: tuple[Status, ...] = ("exact", "normalised", "fuzzy", "missing")

_TRACES = "A trace begins with **OPEN CODING TRACE:** on a line of its own."


@click.command("gold")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="Every transcript that has traces.")
@click.option("--force", is_flag=True, help="Overwrite quotes that are not from the notes.")
@json_option
@with_study
def command(study: Study, ids: tuple[str, ...], every: bool, force: bool, as_json: bool) -> None:
    """Turn the OPEN and AXIAL traces of field notes into gold/ID.json.

    Every line of an OPEN trace becomes a quote, located in the transcript (or
    kept as `missing`), or a mention of a code. New codes are added to
    gold/codebook.json; nothing you wrote there is changed. Running the command
    again changes nothing. With --all a file that cannot be read is named and left
    out (exit code 3).

    \b
    Examples:
      autocode gold p1
      autocode gold --all
      autocode gold p1 --json
    """
    if bool(ids) == every:
        raise click.UsageError("Name one or more transcripts, or use --all.")
    rows: list[dict[str, Any]] = []
    failed: list[AutocodeError] = []
    for id_ in ids or transcript_ids(study):
        try:
            transcript = load(study, id_)
            if transcript.traces or not every:
                rows.append(_written(study, transcript, force))
        except AutocodeError as error:
            if not every:
                raise
            failed.append(error)
    if not rows and not failed:
        raise StudyError("no transcript here has traces", where=study.root, hint=_TRACES)
    if as_json:
        print_json(rows)
    else:
        _print(rows)
    for failure in failed:
        click.echo(f"autocode: {failure}", err=True)
    if failed:
        click.get_current_context().exit(3)


def _print(rows: Sequence[dict[str, Any]]) -> None:
    table = plain_table("ID", "Traces", "Quotes", "Mentions", "Codes", "")
    for row in rows:
        quotes = ", ".join(f"{count} {name}" for name, count in row["quotes"].items() if count)
        state = "written" if row["changed"] else "unchanged"
        numbers = (str(row["traces"]), quotes or "none", str(row["mentions"]), str(row["codes"]))
        table.add_row(visible(row["id"]), *numbers, state)
    result_console().print(table)


def _written(study: Study, transcript: Transcript, force: bool) -> dict[str, Any]:
    """What `gold --json` prints of one transcript, after writing its coding and its codes."""
    id_ = transcript.id
    path = study.gold_path(id_)
    if not transcript.traces:
        raise InputError(
            "this transcript has no traces, so there is no coding to write",
            where=transcript_path(study, id_), hint=_TRACES,
        )  # fmt: skip
    coding = code_traces(transcript)
    changed = write_gold(coding, path, force=force)
    changed = add_codes_of(study, coding) or changed
    statuses = Counter(quote.status for quote in coding.quotes)
    return {
        "id": id_,
        "traces": len(transcript.traces),
        "quotes": {status: statuses[status] for status in STATUSES},
        "mentions": len(coding.mentions),
        "codes": len(coding.codes),
        "defined_here": [code.id for code in coding.codes if code.defined_here],
        "file": str(path.relative_to(study.root)),
        "changed": changed,
    }
