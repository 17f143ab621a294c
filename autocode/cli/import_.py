"""`autocode import`: transcripts, human codings and codebooks come into the study."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.exchange.intake import (
    ImportedCodings,
    ImportedTranscript,
    import_codebook,
    import_codings,
    import_traces,
    import_transcript,
    relocate,
)
from autocode.study import Study
from autocode.text import excerpt, plural, visible
from autocode.transcript.source import Told

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
# A project of QualCoder is a folder.
_PROJECT = click.Path(exists=True, path_type=Path)


class TranscriptsByDefault(click.Group):
    """A group whose first subcommand is meant where none is named: `autocode import FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["transcripts", *args]
        return super().parse_args(ctx, args)


def _pairs(_: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """`A=B,C=D`, given once or several times."""
    parts = [part for text in value for part in text.split(",")]
    if wrong := [part for part in parts if "=" not in part]:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=VALUE", param=parameter)
    return {key.strip(): held.strip() for key, _, held in (part.partition("=") for part in parts)}


_columns = click.option(
    "--map", "columns", multiple=True, callback=_pairs, metavar="FIELD=COLUMN",
    help="What a column is called, where it is not understood: --map quote=Fragment,code=Kod",
)  # fmt: skip


@click.group(
    "import",
    cls=TranscriptsByDefault,
    epilog="""\b
Examples:
  autocode import interviews/*.docx
  autocode import "Interview 01 - Ola (final).txt" --interviewer Ada
  autocode import talk.vtt --id p7 --speakers "Ada,Ola"
  autocode import coding coded-segments.xlsx --coder jo
  autocode import coding quotes.csv --map quote=Fragment,code=Kod
  autocode import codebook codes.csv
  autocode import --relocate p1""",
)
def command() -> None:
    """Bring transcripts, human codings or a codebook into the study.

    `autocode import FILE...` is for transcripts; see also `autocode import coding
    --help` and `autocode import codebook --help`."""


@command.command("transcripts", epilog="""\b
Examples:
  autocode import anna.docx ben.vtt
  autocode import talk.txt --id p7 --speakers "Ada,Ola" --interviewer Ada
  autocode import --relocate p7""")  # fmt: skip
@click.argument("files", nargs=-1, type=_EXISTING, metavar="FILE...")
@click.option("--id", "id_", metavar="ID", help="The transcript's id (default: from its name).")
@click.option("--speakers", metavar="A,B", help="These labels are speakers, and no others.")
@click.option("--no-speakers", is_flag=True, help="The text has no speakers.")
@click.option("--interviewer", metavar="NAME", help="The speaker who asks.")
@click.option("--encoding", metavar="NAME", help="What the text is encoded in, like cp1253.")
@click.option("--coder", metavar="NAME", help="Write the traces of field notes as NAME's coding.")
@click.option(
    "--relocate", metavar="ID",
    help="After the text of ID has changed: find its human codings' quotes again.",
)  # fmt: skip
@json_option
@with_study
def transcripts(
    study: Study,
    files: tuple[Path, ...],
    id_: str | None,
    speakers: str | None,
    no_speakers: bool,
    interviewer: str | None,
    encoding: str | None,
    coder: str | None,
    relocate: str | None,
    as_json: bool,
) -> None:
    """Copy transcripts to seeds/ under clean ids, and say how each was read.

    Text, Markdown, Word, OpenDocument, RTF, PDF, subtitles (.vtt, .srt) and the JSON
    of speech recognition can be read. What you say of a file (speakers, encoding) is
    kept beside it in seeds/ID.toml. Files put into seeds/ by hand read the same."""
    if bool(files) == bool(relocate):
        raise click.UsageError("Name files to import, or use --relocate ID.")
    if id_ and len(files) > 1:
        raise click.UsageError("--id is for one file.")
    if speakers and no_speakers:
        raise click.UsageError("Choose one of --speakers and --no-speakers.")
    if relocate:
        _relocated(study, relocate, as_json)
        return
    names = [name.strip() for name in (speakers or "").split(",") if name.strip()]
    named = tuple(names) if speakers is not None or no_speakers else None
    told = Told(encoding=encoding, speakers=named, interviewer=interviewer)
    imported = [import_transcript(study, file, id_, told) for file in files]
    for each in imported if coder else ():
        import_traces(study, each.transcript, coder or "")
    if as_json:
        print_json([_as_record(each, study) for each in imported])
        return
    for each in imported:
        _print_transcript(each, study)


def _print_transcript(imported: ImportedTranscript, study: Study) -> None:
    transcript, record = imported.transcript, _as_record(imported, study)
    state = "" if imported.new else " (was there already)"
    click.echo(visible(f"{record['file']}: {plural(len(transcript.turns), 'turn')}{state}"))
    table = plain_table("  Speaker", "Turns", "Role")
    for speaker in record["speakers"]:
        table.add_row(
            f"  {visible(speaker['name'])}", str(speaker["turns"]), speaker["role"] or "-"
        )
    result_console().print(table) if record["speakers"] else click.echo("  no speakers")
    for oddity in transcript.oddities:
        hint = f" — {oddity.suggestion}" if oddity.suggestion else ""
        click.echo(visible(f"  line {oddity.line}: {oddity.message}{hint}"))


def _as_record(imported: ImportedTranscript, study: Study) -> dict[str, Any]:
    transcript = imported.transcript
    turns = Counter((turn.speaker, turn.role) for turn in transcript.turns if turn.speaker)
    return {
        "id": transcript.id,
        "file": imported.file.relative_to(study.root).as_posix(),
        "new": imported.new,
        "turns": len(transcript.turns),
        "speakers": [
            {"name": name, "role": role, "turns": count} for (name, role), count in turns.items()
        ],
        "remarks": [
            {"line": oddity.line, "kind": oddity.kind, "message": oddity.message}
            for oddity in transcript.oddities
        ],
    }


def _relocated(study: Study, id_: str, as_json: bool) -> None:
    changes = relocate(study, id_)
    if as_json:
        print_json(
            [
                {"coder": each.coding.coder.id, "kept": each.kept.name,
                 "quotes": len(each.coding.quotes), "lost": [quote.text for quote in each.lost]}
                for each in changes
            ]
        )  # fmt: skip
        return
    for each in changes:
        located = plural(sum(1 for _ in each.coding.located()), "quote")
        click.echo(
            visible(f"{each.file.name}: {located} located, {len(each.lost)} lost; "
                    f"the old file is {each.kept.name}")
        )  # fmt: skip
        for quote in each.lost:
            click.echo(visible(f"  lost: {excerpt(quote.text, 60)}"))
    if not changes:
        click.echo(f"Every coding of {id_} is of the text as it is.")


@command.command("coding", epilog="""\b
Examples:
  autocode import coding coded-segments.xlsx --coder jo
  autocode import coding project.qdpx
  autocode import coding p1-commented.docx
  autocode import coding quotes.csv --document "Interview 01=p1"
  autocode import coding quotes.csv --map quote=Fragment,code=Kod""")  # fmt: skip
@click.argument("files", nargs=-1, required=True, type=_PROJECT, metavar="FILE...")
@click.option("--coder", metavar="NAME", help="Who coded, where the file does not say.")
@click.option(
    "--document", "documents", multiple=True, callback=_pairs, metavar="NAME=ID",
    help="The transcript that a document in the file is, where the names differ.",
)  # fmt: skip
@_columns
@click.option(
    "--offsets", metavar="UNIT",
    help="How a .qdpx file counts: cp or utf16, then ,bom ,crlf1 ,incl where they hold.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace codings that are there.")
@json_option
@with_study
def coding(
    study: Study,
    files: tuple[Path, ...],
    coder: str | None,
    documents: dict[str, str],
    columns: dict[str, str],
    offsets: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Read human codings made in another program, and write them to gold/.

    FILE is a table (.csv, .xlsx), a Word document with comments, a .qdpx project of
    NVivo, MAXQDA, ATLAS.ti and others, a project of Taguette (.sqlite3) or QualCoder
    (.qda), or an export of doccano, Label Studio or brat.

    Quotes are located in the transcripts by their words, or by their offsets where
    the file has the very text; what cannot be found is kept as missing and listed.
    The codes are added to the codebook."""
    records = []
    for file in files:
        imported = import_codings(
            study, file, coder=coder, documents=documents, columns=columns, offsets=offsets,
            force=force,
        )  # fmt: skip
        for made, path in imported.codings:
            records.append({
                "id": made.transcript.id, "coder": made.coder.id,
                "file": path.relative_to(study.root).as_posix(), "quotes": len(made.quotes),
                "located": sum(1 for _ in made.located()),
            })  # fmt: skip
        if not as_json:
            _print_codings(imported, records[len(records) - len(imported.codings) :])
    if as_json:
        print_json(records)


def _print_codings(imported: ImportedCodings, records: Sequence[dict[str, Any]]) -> None:
    for record in records:
        click.echo(visible("{file}: {located} of {quotes} quotes located".format(**record)))
    for unplaced in imported.unplaced:
        words = excerpt(unplaced.passage.words, 50)
        click.echo(
            visible(f"  not located in {unplaced.passage.document}: {words} ({unplaced.reason})")
        )
    for remark in imported.remarks:
        click.echo(visible(f"  {remark}"))


@command.command("codebook", epilog="""\b
Examples:
  autocode import codebook codes.csv
  autocode import codebook codes.md""")  # fmt: skip
@click.argument("file", type=_EXISTING)
@_columns
@json_option
@with_study
def codebook(study: Study, file: Path, columns: dict[str, str], as_json: bool) -> None:
    """Add the codes in FILE to gold/codebook.json.

    A table has the columns code, parent (or category), definition and examples; a
    Markdown list has children indented under their parents (`- Code: definition`);
    a Python file has CodeableModels definitions (`code = CClass(kind, "Label")`),
    and its comments are left out. What the codebook says already is not changed."""
    codes = import_codebook(study, file, columns)
    if as_json:
        print_json([code.model_dump(exclude_none=True) for code in codes])
    else:
        click.echo(f"{plural(len(codes), 'code')} read into the codebook.")
