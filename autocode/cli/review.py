"""`autocode review`: a person decides on proposals, and every decision is on record."""

import getpass
import webbrowser
from collections.abc import Mapping
from typing import Any

import click
from rich.text import Text

from autocode.cli.figures import say
from autocode.cli.review_terminal import review_in_terminal
from autocode.cli.terminal import (
    json_option,
    plain_table,
    print_json,
    result_console,
    with_study,
)
from autocode.errors import StudyError
from autocode.review import Review
from autocode.review.discussion import discussion_of
from autocode.review.lessons import Lessons, lessons_of
from autocode.review.summary import LONGEST_GAP, OUTCOMES, Summary, summary_of
from autocode.study import Study, is_id
from autocode.text import plural, visible
from autocode.transcript.seeds import transcript_ids, transcript_path


@click.command("review", epilog="""\b
Examples:
  autocode review p1 --reviewer anna
  autocode review p1 --reviewer anna --blind
  autocode review p1 --reviewer anna --terminal
  autocode review p1 --reviewer anna --summary
  autocode review p1 --discuss anna jo
  autocode review --lessons""")  # fmt: skip
@click.argument("id", required=False, metavar="[ID]")
@click.option("--run", "runs", multiple=True, metavar="R", help="A run to review (repeatable).")
@click.option("--coder", "coders", multiple=True, metavar="C", help="A person's coding beside it.")
@click.option("--reviewer", metavar="NAME", help="Who decides (default: your login name).")
@click.option("--blind", is_flag=True, help="Show nothing that a model or another person coded.")
@click.option("--discuss", nargs=2, metavar="A B", help="Agree on one coding out of two people's.")
@click.option("--terminal", is_flag=True, help="Decide here, one item at a time.")
@click.option("--summary", is_flag=True, help="Print what the review came to so far.")
@click.option("--rebuild", is_flag=True, help="Write gold/ID.NAME.json again from the record.")
@click.option("--lessons", is_flag=True, help="Print what was rejected or recoded most.")
@click.option("--no-open", is_flag=True, help="Print the address; open no browser.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Serve there, as for a tunnel (default: any)."
)
@json_option
@with_study
def command(study: Study, id: str | None, lessons: bool, **options: Any) -> None:
    """Decide on a model's proposals beside the human coding, or code a transcript by
    hand.

    A page opens in your browser, from this machine alone. Every decision is written
    to reviews/ID/NAME.jsonl at once; the coding that they lead to is
    gold/ID.NAME.json. A coding made with proposals in view is compared as
    acceptance, never as agreement; --blind shows none.
    """
    if options["as_json"] and not (options["summary"] or lessons):
        raise click.UsageError("--json goes with --summary and --lessons.")
    if lessons:
        ids = [id] if id else transcript_ids(study)
        _print_lessons(lessons_of(study, ids), as_json=options["as_json"])
    elif id is None:
        raise click.UsageError("Name a transcript.")
    else:
        _review(study, id, **options)


def _review(
    study: Study,
    id: str,
    *,
    runs: tuple[str, ...],
    coders: tuple[str, ...],
    reviewer: str | None,
    blind: bool,
    discuss: tuple[str, str] | None,
    terminal: bool,
    summary: bool,
    rebuild: bool,
    no_open: bool,
    port: int | None,
    as_json: bool,
) -> None:
    if blind and (runs or coders):
        raise click.UsageError("--blind shows nothing of others: leave out --run and --coder.")
    if discuss and (runs or coders or blind or reviewer):
        raise click.UsageError("--discuss A B says already who decides, and on what.")
    if (summary or rebuild) and (runs or coders):
        raise click.UsageError("--run and --coder choose what is reviewed: leave them out here.")
    name = discussion_of(study, id, *discuss) if discuss else reviewer or _login()
    if summary or rebuild:
        _refuse_unknown(study, id, name)
    review = Review.open(study, id, name, runs=runs, coders=coders, blind=blind)
    for note in review.notes:
        click.echo(visible(f"Note: {note}."), err=True)
    if summary:
        _print_summary(summary_of(review), as_json=as_json)
        return
    try:
        if terminal:
            review_in_terminal(review)
        elif not rebuild:
            _review_in_browser(review, open_=not no_open, port=port or 0)
    finally:
        path = review.write().relative_to(study.root)
        click.echo(visible(f"{_progress(review)}. The coding is {path}."), err=True)


def _progress(review: Review) -> str:
    """How far a review is, as a sentence without its full stop."""
    decided, total = review.progress
    added = sum(item.status == "added" for item in review.items())
    words = [f"{decided} of {total} decided"] if total else []
    words += [f"{plural(added, 'quote')} added"] if added or not total else []
    return ", ".join(words)


def _review_in_browser(review: Review, *, open_: bool, port: int) -> None:
    """Serve the page until Ctrl-C."""
    from autocode.review.app import serve  # which takes a moment to load

    def shown(address: str) -> None:
        click.echo(f"The review is at {address} (Ctrl-C ends it; every decision is saved).")
        if open_:
            webbrowser.open(address)

    serve(review, shown, port)


def _login() -> str:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = ""
    if not is_id(name):
        raise click.UsageError("Say who decides: --reviewer NAME.")
    return name


def _refuse_unknown(study: Study, id: str, reviewer: str) -> None:
    """Only who begins a review makes a record of it."""
    transcript_path(study, id)
    if study.review_path(id, reviewer).is_file():
        return
    names = [path.stem for path in study.review_paths(id)]
    hint = f"There is one by {' and '.join(names)}: --reviewer {names[0]}." if names else ""
    raise StudyError(
        f"there is no review of {id} by {reviewer}",
        hint=hint or f"Begin one with `autocode review {id}`.",
    )


def _print_summary(summary: Summary, *, as_json: bool) -> None:
    data = summary.as_json()
    if as_json:
        print_json(data)
        return
    console = result_console()
    state = "finished" if summary.finished else "not finished"
    say(f"{summary.transcript}, reviewed by {summary.reviewer} ({summary.mode}), {state}.")
    share = data["acceptance"]
    if share["value"] is None:
        say(f"Acceptance: {share['reason']}.")
    else:
        low, high = share["interval"]["low"], share["interval"]["high"]
        say(
            f"Of {plural(share['n'], 'decided proposal')}, {share['value']:.0%} were accepted as "
            f"they were (95% interval {low:.0%} to {high:.0%}, Wilson). This is acceptance, not "
            "agreement."
        )
    minutes = summary.time.seconds / 60
    cut = f"; {plural(summary.time.cut, 'longer gap')} cut to that" if summary.time.cut else ""
    say(f"Time between decisions: {minutes:.0f} min, gaps up to {LONGEST_GAP // 60} min{cut}.")
    say(f"Quotes added by the reviewer: {summary.added}.")
    for name, threshold in summary.thresholds.items():
        say(f"The threshold of {name} was moved: {threshold.why}.")
    if summary.considered:
        passages = plural(summary.considered, "passage")
        say(f"Under the threshold, considered and not decided on: {passages}.")
    decisions = plain_table("Decision", "Count")
    for kind, count in summary.decisions.items():
        decisions.add_row(kind.replace("_", " "), str(count))
    if summary.taken_back:
        decisions.add_row("taken back", str(summary.taken_back))
    if decisions.rows:
        console.print(decisions)
    if summary.codes:
        console.print(Text("\nProposals by axial code", "bold"))
        console.print(_outcomes(summary.codes, "Code"))


def _outcomes(rows: Mapping[str, Mapping[Any, int]], heading: str) -> Any:
    table = plain_table(
        heading, *(outcome.capitalize() for outcome in OUTCOMES), folded={heading: 40}
    )
    for name, counts in rows.items():
        table.add_row(visible(name), *(str(counts[outcome]) for outcome in OUTCOMES))
    return table


def _print_lessons(lessons: Lessons, *, as_json: bool) -> None:
    if as_json:
        print_json(lessons.as_json())
        return
    if not lessons.proposals:
        say("No proposal is decided on yet. Begin with `autocode review ID`.")
        return
    console = result_console()
    share = "" if lessons.share is None else f", {lessons.share:.0%} of them rejected or recoded"
    reviews = plural(lessons.reviews, "review")
    say(f"{plural(lessons.proposals, 'decided proposal')} in {reviews}{share}.")
    for what, groups in (("Axial codes", lessons.codes), ("Kinds of passage", lessons.passages)):
        table = plain_table(what, "Proposed", "Rejected", "Recoded", folded={what: 40})
        for group in groups:
            counts = (group.proposals, group.rejected, group.recoded)
            table.add_row(visible(group.name), *map(str, counts))
        console.print(Text(""))
        console.print(table)
    console.print(Text("\nWhat could be changed", "bold"))
    for sentence in lessons.suggestions or ("Nothing stands out from the rest so far.",):
        say(f"- {sentence}", "  ")
    say("Nothing was changed.")
