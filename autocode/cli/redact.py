"""`autocode redact`: pseudonyms in the place of names, before a server reads an interview."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from autocode.cli.terminal import (
    json_option,
    named_transcripts,
    plain_table,
    print_json,
    result_console,
    with_study,
)
from autocode.redaction.decisions import Rest, decide, told, write_redaction
from autocode.redaction.likely import Likely, undecided
from autocode.redaction.names import NAMES_FILE, Names
from autocode.redaction.redaction import Redaction, redact
from autocode.study import PRIVATE, SETTINGS_FILE, Study
from autocode.text import plural, visible
from autocode.transcript.seeds import load

_HELP = f"""Replace names, places and organisations in transcripts by pseudonyms.

The same person is the same pseudonym in every transcript of the study. E-mail
addresses, links, accounts, telephone and other long numbers and full dates are
found by their form and always replaced. Likely names are only listed; you
decide: --yes replaces a name, --no keeps a word, --rest decides on all others.
Decisions are kept in {PRIVATE}/{NAMES_FILE}, outside git.

A likely name is a word with a capital letter within a sentence, or at the
beginning of one if the transcript never has it in lower case. Missed are names
in lower case, names that begin a sentence and are words too (Mark, Will), all
names in scripts without capital letters, and whoever is described without a
name. Read the result (--text) before you send it.

With privacy = "redacted" in autocode.toml a server gets the redacted text or
nothing; local models read the original. Quotes are mapped back to it.
Exit code 3: there are likely names to decide on.
"""

_NAMED = 3  # files that are to be read, by name


@click.command(
    name="redact",
    help=_HELP,
    epilog="""\b
Examples:
  autocode redact p1 --review
  autocode redact p1 --yes "Sarah Miller=person" --yes "Sarah=Person 1"
  autocode redact p1 --yes Utrecht=place --no SQL --rest no
  autocode redact --all
  autocode redact p1 --text""",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Redact every transcript of the study.")
@click.option("--review", is_flag=True, help="Only list likely names, with counts and context.")
@click.option(
    "--yes", "replace", multiple=True, metavar="NAME[=WORD]",
    help="Replace this name: by a pseudonym of your own, or by a number of the kind person, "
    "place or organisation.",
)  # fmt: skip
@click.option("--no", "keep", multiple=True, metavar="NAME", help="This is no name: keep it.")
@click.option(
    "--rest", type=click.Choice(["yes", "no"]), help="Decide on all other likely names alike."
)
@click.option("--text", is_flag=True, help="Print the redacted text.")
@json_option
@with_study
def command(
    study: Study,
    ids: tuple[str, ...],
    everything: bool,
    review: bool,
    replace: tuple[str, ...],
    keep: tuple[str, ...],
    rest: Rest | None,
    text: bool,
    as_json: bool,
) -> None:
    """Redact: decisions first, then every transcript, then what is left to decide on."""
    wanted = named_transcripts(study, ids, everything, "redact")
    if review and (replace or keep or rest or text):
        raise click.UsageError("--review changes nothing: use it alone.")
    if text and as_json:
        raise click.UsageError("--text and --json exclude each other.")
    transcripts = [load(study, id_) for id_ in wanted]
    if review:
        names = Names.of(study)
    else:
        names = decide(study, transcripts, replace=replace, keep=keep, rest=rest)
    redactions = [redact(transcript, names) for transcript in transcripts]
    for redaction in redactions if not review else ():
        write_redaction(study, redaction)
    left = {transcript.id: undecided(transcript, names) for transcript in transcripts}
    if as_json:
        print_json({"transcripts": [_entry(each, left[each.original.id]) for each in redactions]})
    elif text:
        for redaction in redactions:
            click.echo(visible(redaction.redacted.text))
    else:
        hidden = study.settings.privacy == "redacted"
        _show(redactions, left, review=review, hidden=hidden)
    click.get_current_context().exit(3 if any(left.values()) else 0)


def _entry(redaction: Redaction, left: list[Likely]) -> dict[str, object]:
    id_, counts = redaction.original.id, redaction.counts
    return {
        "id": id_,
        "text": f"{PRIVATE}/{id_}.txt",
        "replaced": [{"pseudonym": name, "count": count} for name, count in counts.items()],
        "undecided": [asdict(likely) for likely in left],
    }


def _show(
    redactions: Sequence[Redaction], left: dict[str, list[Likely]], *, review: bool, hidden: bool
) -> None:
    """What was replaced and the likely names in their contexts on stdout; what next on stderr."""
    for redaction in redactions:
        id_, counts = redaction.original.id, redaction.counts
        done = ", ".join(f"{visible(name)} ({count})" for name, count in counts.items())
        state = "to replace" if review else "replaced"
        click.echo(f"{id_}: {plural(counts.total(), 'name')} {state}{': ' if done else ''}{done}")
        if review and left[id_]:
            table = plain_table("times", "likely name", "line", "in context")
            table.columns[1].max_width, table.columns[1].no_wrap = 24, False
            for likely in left[id_]:
                name = f"{likely.name} ({likely.kind})" if likely.kind else likely.name
                cells = (visible(name), str(likely.line or "–"), visible(likely.context))
                table.add_row(str(likely.count), *cells)
            result_console().print(table)
        elif left[id_]:
            click.echo(visible(f"{id_}: {told(left[id_])} to decide on: see --review"))
    if any(left.values()):
        ids = " ".join(id_ for id_ in left if left[id_])
        click.echo(
            f"Likely names: decide with `autocode redact {ids} --yes NAME`, `--no NAME`, and "
            "`--rest no` once you have read them all.",
            err=True,
        )
    elif not review:
        files = ", ".join(f"{PRIVATE}/{each.original.id}.txt" for each in redactions[:_NAMED])
        files += ", …" if len(redactions) > _NAMED else ""
        then = (
            "servers get that text."
            if hidden
            else f'then set privacy = "redacted" in {SETTINGS_FILE}: servers get that text.'
        )
        click.echo(f"Read {files}{': ' if hidden else ', '}{then}", err=True)
