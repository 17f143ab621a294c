"""`autocode gold`: the human coding in field notes becomes a coding file."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.coding.files import update_codebook, write_gold
from autocode.coding.nouns import Coding, Status
from autocode.coding.traces import code_traces
from autocode.errors import InputError, StudyError
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.seeds import load, transcript_ids, transcript_path

STATUSES: tuple[Status, ...] = ("exact", "normalised", "fuzzy", "missing")

_TRACES = "A trace begins with **OPEN CODING TRACE:** on a line of its own."


@click.command("gold")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="All transcripts that hold traces.")
@click.option("--force", is_flag=True, help="Also where quotes not from the notes would be lost.")
@json_option
@with_study
def command(study: Study, ids: tuple[str, ...], every: bool, force: bool, as_json: bool) -> None:
    """Turn the OPEN/AXIAL traces of field notes into gold/ID.json.

    Every line of an OPEN trace becomes a quote, located in the transcript (or
    kept as `missing`), or a mention of a code. The codes go into
    gold/codebook.json, where nothing you wrote is changed. Doing it twice
    changes nothing.

    \b
    Examples:
      autocode gold p1
      autocode gold --all
      autocode gold p1 --json
    """
    if bool(ids) == every:
        raise click.UsageError("Name one or more transcripts, or use --all.")
    done = [_one(study, id_, force) for id_ in (_with_traces(study) if every else ids)]
    if as_json:
        print_json(done)
    else:
        _print(done)


def _with_traces(study: Study) -> list[str]:
    found = [id_ for id_ in transcript_ids(study) if load(study, id_).traces]
    if not found:
        raise StudyError("no transcript here holds a trace", where=study.root, hint=_TRACES)
    return found


def _one(study: Study, id_: str, force: bool) -> dict[str, Any]:
    transcript = load(study, id_)
    if not transcript.traces:
        raise InputError(
            "there are no traces here, so there is nothing to turn into gold",
            where=transcript_path(study, id_), hint=_TRACES,
        )  # fmt: skip
    coding = code_traces(transcript)
    path = study.gold_path(id_)
    changed = write_gold(coding, path, force=force)
    changed = update_codebook(study, coding) or changed
    return {"id": id_, "traces": len(transcript.traces), **_counts(coding)} | {
        "file": _shown(path, study), "changed": changed,
    }  # fmt: skip


def _counts(coding: Coding) -> dict[str, Any]:
    statuses = Counter(quote.status for quote in coding.quotes)
    return {
        "quotes": {status: statuses[status] for status in STATUSES},
        "mentions": len(coding.mentions),
        "codes": len(coding.codes),
        "defined_here": [code.id for code in coding.codes if code.defined_here],
    }


def _shown(path: Path, study: Study) -> str:
    return str(path.relative_to(study.root))


def _print(done: list[dict[str, Any]]) -> None:
    table = plain_table("ID", "Traces", "Quotes", "Mentions", "Codes", "")
    for row in done:
        quotes = ", ".join(f"{count} {name}" for name, count in row["quotes"].items() if count)
        state = "written" if row["changed"] else "unchanged"
        numbers = (str(row["traces"]), quotes or "none", str(row["mentions"]), str(row["codes"]))
        table.add_row(visible(row["id"]), *numbers, state)
    result_console().print(table)
