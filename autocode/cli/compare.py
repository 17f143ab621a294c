"""`autocode compare`: how well codings agree, beside chance and baselines."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from autocode.cli.choice import choice_options, compared
from autocode.cli.codebook_pair import Pair, compared_codebooks, pair_options, print_codebooks
from autocode.cli.figures import (
    MOST,
    counted,
    number,
    print_groups,
    say,
    say_left_out,
    simple_table,
)
from autocode.cli.terminal import json_option, print_json, result_console, study_of
from autocode.errors import StudyError
from autocode.panel.catalogue import baselines, catalogue, entry, figure_name, groups, shown
from autocode.panel.comparison import Comparison
from autocode.panel.verdict import answer, beside_baselines
from autocode.study import Study
from autocode.text import visible

# Each takes several lines.
_MOST_DOCUMENTS, _MOST_NOTES = 12, 5
# Who has a code on a turn.
_USED = ("both", "first_only", "second_only")


@click.command("compare")
@click.argument("names", nargs=-1, metavar="[A [B]...]")
@choice_options
@pair_options
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, names: tuple[str, ...], pair: Pair | None, as_json: bool, **options: Any
) -> None:
    """Print how far codings agree: a fixed panel of figures, each with its unit, n
    and interval, next to what chance and the baselines reach.

    An id compares its human coding with its newest run; several ids are pooled.
    Other codings (a file, a run, a run folder, or id and coder as in p1.anna) are
    compared with the first one named, the reference. Several runs of one model
    show how stable it is, a second human coding (gold/p1.anna.json) how well people
    agree with each other.

    \b
    Examples:
      autocode compare p1
      autocode compare --all --json > comparison.json
      autocode compare p1 --runs 5
      autocode compare --all --model gpt-4o-mini
      autocode compare gold/p1.json gold/p1.anna.json
      autocode compare --codebooks gold runs

    What each figure means, and which one to quote: docs/measures.md.
    """
    study = _study(ctx, pair.names if pair else names)
    if pair:
        of_codes = compared_codebooks(study, names, pair, **options)
        told, print_it = of_codes.model_dump(mode="json"), partial(print_codebooks, of_codes)
    else:
        _, comparison = compared(study, names, **options)
        told, print_it = comparison.model_dump(mode="json"), partial(print_comparison, comparison)
    if as_json:
        print_json(told)
    else:
        print_it()


def _study(ctx: click.Context, names: Sequence[str]) -> Study | None:
    """None where there is none and none is needed: files and folders can be compared without."""
    try:
        return study_of(ctx)
    except StudyError:
        if not names or not all(Path(name).exists() for name in names):
            raise
        return None


def print_comparison(comparison: Comparison) -> None:
    """The answer first, then everything it rests on, in 80 columns."""
    console = result_console()
    say(answer(comparison))
    for line in comparison.incomplete[:_MOST_NOTES]:
        say(f"Incomplete: {line}.", "  ")
    say_left_out(len(comparison.incomplete), "incomplete codings", _MOST_NOTES)
    for line in beside_baselines(comparison):
        say(line)
    _print_materials(console, comparison)
    print_groups(console, comparison)
    _print_codes(console, comparison)
    _print_baselines(console, comparison)
    if pairs := comparison.branch("uncertainty", "pairs"):
        console.print(Text("\nEvery two coders", "bold"))
        _print_each(console, pairs, "pairs of coders")
    _print_ceiling(console, comparison)
    _print_runs(console, comparison)
    _print_trust(console, comparison)


def _print_materials(console: Console, comparison: Comparison) -> None:
    console.print(Text(f"\nWhat is compared ({comparison.measures})", "bold"))
    for document in comparison.documents[:_MOST_DOCUMENTS]:
        say(f"{document.id}, {document.length:,} characters, SHA-256 {document.sha256[:8]}:")
        for coding in document.codings:
            who = f"{coding.coder.kind} coder {coding.coder.id}"
            who += " (assisted)" if coding.coder.assisted else ""
            lost = f", {len(coding.unlocated)} not located" if coding.unlocated else ""
            say(f"  {coding.part}: {coding.source}, {who}, {coding.quotes} quotes{lost}", "  ")
    say_left_out(len(comparison.documents), "transcripts", _MOST_DOCUMENTS)
    for failure in comparison.failures[:MOST]:
        say(f"Failed: {failure.document}, chunk {failure.chunk}: {failure.kind}.")
    say_left_out(len(comparison.failures), "failures", MOST)
    for note in comparison.notes[:_MOST_NOTES]:
        say(f"Note: {note}.", "  ")
    say_left_out(len(comparison.notes), "notes", _MOST_NOTES)


def _print_codes(console: Console, comparison: Comparison) -> None:
    """Turns per axial code; coefficients only where the code is used often enough."""
    codes = comparison.branch("units", "turn", "per_code")
    if not codes or len(comparison.coders) > 2:
        return
    console.print(Text(f"\n{groups()['codes']}", "bold"))
    figures = list(shown("codes", "everywhere"))
    at = ("units", "turn", "per_code")
    uses = {
        code: [comparison.figure(*at, code, "prevalence_index").parts[cell] for cell in _USED]
        for code in codes
    }
    if len(codes) > MOST:  # Those on most turns tell most.
        uses = dict(sorted(uses.items(), key=lambda item: -sum(item[1]))[:MOST])
    rows = [
        [code, *map(str, counts),
         *(number(comparison.figure(*at, code, known.path[-1]).value) for known in figures)]
        for code, counts in uses.items()
    ]  # fmt: skip
    console.print(
        simple_table(("", "both", "first", "second", *(known.short for known in figures)), rows)
    )
    say_left_out(len(codes), "codes, on fewer turns", MOST)
    if any("–" in row for row in rows):
        say("– too few turns carry the code for a coefficient.")


def _print_baselines(console: Console, comparison: Comparison) -> None:
    console.print(Text(f"\n{groups()['baselines']}", "bold"))
    columns = {known.short: known.baseline or "" for known in catalogue() if known.floor}
    columns = {entry("baselines", "*", "marked").short: "marked", **columns}
    rows, missing = [], dict[str, list[str]]()
    for coder, figures in comparison.baselines.items():
        if all(leaf["value"] is None for leaf in figures.values()):
            missing.setdefault(figures["f1"]["reason"], []).append(baselines()[coder])
            continue
        cells = (number(figures[leaf]["value"]) for leaf in columns.values())
        rows.append([baselines()[coder], *cells])
    if rows:
        console.print(simple_table(("", *columns), rows))
        where = (
            "in the other transcripts" if len(comparison.documents) > 1 else "in this transcript"
        )
        say(f"Where codes count, they give every quote the code the reference uses most {where}.")
    for reason, coders in missing.items():
        say(f"– {'; '.join(coders)} – {reason}.")


def _print_ceiling(console: Console, comparison: Comparison) -> None:
    for human, figures in comparison.branch("uncertainty", "ceiling").items():
        console.print(Text(f"\nThe human-human ceiling: {visible(human)}", "bold"))
        rows = []
        for path in figures:
            ratio = comparison.figure("uncertainty", "ceiling", human, path)
            numbers = (*ratio.parts["pairs"], ratio.parts["human_human"], ratio.value)
            rows.append([entry(path).short, *map(number, numbers), counted(ratio)])
        headings = ("", "M–H1", "M–H2", "H1–H2", "ratio", "n")
        console.print(simple_table(headings, rows))
        say(f"M is the model, H1 the reference, H2 {human}; ratio is the mean of M–H over H1–H2.")
    for name in comparison.branch("uncertainty", "alt_test"):
        at = ("uncertainty", "alt_test", name)
        if (figure := comparison.figure(*at)).value is not None:
            say(f"{figure_name(*at)}: {number(figure.value)} ({counted(figure)}).")


def _print_each(console: Console, branch: Mapping[str, Any], noun: str) -> None:
    """A row of figures for every two coders, or for every transcript."""
    headings = [entry(path).short for path in next(iter(branch.values()))]
    rows = [
        [name, *(number(leaf["value"]) for leaf in figures.values())]
        for name, figures in branch.items()
    ]
    console.print(simple_table(("", *headings), rows[:MOST]))
    say_left_out(len(rows), noun, MOST)


def _print_runs(console: Console, comparison: Comparison) -> None:
    runs = comparison.branch("uncertainty", "runs")
    if not runs:
        return
    console.print(Text("\nSeveral runs: how steady is the model?", "bold"))
    rows = []
    for path in runs["mean"]:
        mean = comparison.figure("uncertainty", "runs", "mean", path)
        between = comparison.figure("uncertainty", "runs", "between", path)
        spread = [number(mean.parts[name]) for name in ("sd", "min", "max")]
        rows.append(
            [entry(path).short, number(mean.value), *spread, counted(mean), number(between.value)]
        )
    headings = ("against the reference", "mean", "SD", "min", "max", "n", "run–run")
    console.print(simple_table(headings, rows))
    survival = comparison.figure("uncertainty", "runs", "survival")
    say(f"A quote comes back in {number(survival.value)} of the other runs ({counted(survival)}).")
    say("Runs that are like each other are steady, not right: they share their bias.")


def _print_trust(console: Console, comparison: Comparison) -> None:
    console.print(Text("\nHow far to trust this", "bold"))
    if documents := comparison.branch("uncertainty", "documents"):
        _print_each(console, documents, "transcripts")
    intervals = comparison.figure("uncertainty", "intervals")
    if len(comparison.documents) == 1:
        say(
            "One transcript cannot show how transcripts differ: no interval here speaks of other "
            "interviews."
        )
    if intervals.value is None:
        say(f"No intervals: {intervals.reason}.")
    else:
        say(f"Intervals: {intervals.parts['methods'][0]}.")
    where = comparison.figure("spans", "u_alpha", "relevance")
    if where.null:
        say(f"Chance, of where: {where.null.method}.")
    what = comparison.figure("axial", "turn", "alpha_masi")
    if what.null:
        say(f"Chance, of what: {what.null.method}.")
    say(f"Open codes were compared by: {comparison.similarity}.")
    say(f"Settings SHA-256 {comparison.config_sha256}; autocode {comparison.autocode}.")
