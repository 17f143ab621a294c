"""A comparison as text: the answer, what was compared, the panel, and how far it can be trusted."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from autocode.cli.figures import counted, number, print_groups, say, simple_table
from autocode.cli.terminal import result_console
from autocode.panel.catalogue import baselines, catalogue, entry, figure_name, groups, shown
from autocode.panel.comparison import ComparedCoding, Comparison
from autocode.panel.verdict import answer, beside_baselines
from autocode.text import visible


def print_comparison(comparison: Comparison) -> None:
    """The answer first, then everything it rests on, in 80 columns."""
    console = result_console()
    say(answer(comparison))
    for line in comparison.incomplete:
        say(f"Incomplete: {line}.", "  ")
    for line in beside_baselines(comparison):
        say(line)
    _print_materials(console, comparison)
    print_groups(console, comparison)
    _print_codes(console, comparison)
    _print_baselines(console, comparison)
    _print_pairs(console, comparison)
    _print_ceiling(console, comparison)
    _print_runs(console, comparison)
    _print_trust(console, comparison)


def _print_materials(console: Console, comparison: Comparison) -> None:
    console.print(Text(f"\nWhat is compared ({comparison.measures})", "bold"))
    for document in comparison.documents:
        say(f"{document.id}, {document.length:,} characters, SHA-256 {document.sha256[:8]}:")
        for one in document.codings:
            say(f"  {one.part}: {_described(one)}", "  ")
    for failure in comparison.failures:
        say(f"Failed: {failure.document}, chunk {failure.chunk}: {failure.kind}.")
    for note in comparison.notes:
        say(f"Note: {note}.", "  ")


def _described(one: ComparedCoding) -> str:
    lost = f", {len(one.unlocated)} not located" if one.unlocated else ""
    who = f"{one.coder.kind} coder {one.coder.id}" + (" (assisted)" if one.coder.assisted else "")
    return f"{one.source}, {who}, {one.quotes} quotes{lost}"


def _print_codes(console: Console, comparison: Comparison) -> None:
    """Turns per axial code; coefficients only where the code is used often enough."""
    codes = comparison.branch("units", "turn", "per_code")
    if not codes or len(comparison.coders) > 2:
        return
    console.print(Text(f"\n{groups()['codes']}", "bold"))
    figures = list(shown("codes", "everywhere"))
    rows = []
    for code in codes:
        at = ("units", "turn", "per_code", code)
        counts = comparison.figure(*at, "prevalence_index").parts
        values = [number(comparison.figure(*at, known.path[-1]).value) for known in figures]
        rows.append(
            [code, *(f"{counts[cell]}" for cell in ("both", "first_only", "second_only")), *values]
        )
    console.print(
        simple_table(("", "both", "first", "second", *(known.short for known in figures)), rows)
    )
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
        say("Where codes count, they give every quote the reference's commonest code.")
    for reason, coders in missing.items():
        say(f"– {'; '.join(coders)} – {reason}.")


def _print_ceiling(console: Console, comparison: Comparison) -> None:
    for human, figures in comparison.branch("uncertainty", "ceiling").items():
        console.print(Text(f"\nThe human-human ceiling: {visible(human)}", "bold"))
        rows = []
        for path in figures:
            found = comparison.figure("uncertainty", "ceiling", human, path)
            first, second = found.parts["pairs"]
            numbers = (first, second, found.parts["human_human"], found.value)
            rows.append([_short(path), *map(number, numbers), counted(found)])
        headings = ("", "M–H1", "M–H2", "H1–H2", "ratio", "n")
        console.print(simple_table(headings, rows))
        say(f"M is the model, H1 the reference, H2 {human}; ratio is the mean of M–H over H1–H2.")
    for name in comparison.branch("uncertainty", "alt_test"):
        at = ("uncertainty", "alt_test", name)
        if (found := comparison.figure(*at)).value is not None:
            say(f"{figure_name(*at)}: {number(found.value)} ({counted(found)}).")


def _print_pairs(console: Console, comparison: Comparison) -> None:
    pairs = comparison.branch("uncertainty", "pairs")
    if not pairs:
        return
    console.print(Text("\nEvery two coders", "bold"))
    rows = [
        [name, *(number(leaf["value"]) for leaf in figures.values())]
        for name, figures in pairs.items()
    ]
    headings = [_short(path) for path in next(iter(pairs.values()))]
    console.print(simple_table(("", *headings), rows))


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
            [_short(path), number(mean.value), *spread, counted(mean), number(between.value)]
        )
    headings = ("against the reference", "mean", "SD", "min", "max", "n", "run–run")
    console.print(simple_table(headings, rows))
    survival = comparison.figure("uncertainty", "runs", "survival")
    say(f"A quote comes back in {number(survival.value)} of the other runs ({counted(survival)}).")
    say("Runs that are like each other are steady, not right: they share their bias.")


def _print_trust(console: Console, comparison: Comparison) -> None:
    console.print(Text("\nHow far to trust this", "bold"))
    documents = comparison.branch("uncertainty", "documents")
    if documents:
        paths = list(next(iter(documents.values())))
        rows = [
            [name, *(number(figures[path]["value"]) for path in paths)]
            for name, figures in documents.items()
        ]
        console.print(simple_table(("", *(_short(path) for path in paths)), rows))
    for line in _trust(comparison):
        say(line)


def _short(path: str) -> str:
    return entry(path).short


def _trust(comparison: Comparison) -> Iterator[str]:
    intervals = comparison.figure("uncertainty", "intervals")
    if len(comparison.documents) == 1:
        yield (
            "One transcript cannot show how transcripts differ: no interval here speaks of other "
            "interviews."
        )
    if intervals.value is None:
        yield f"No intervals: {intervals.reason}."
    else:
        yield f"Intervals: {intervals.parts['methods'][0]}."
    where = comparison.figure("spans", "u_alpha", "relevance")
    if where.null:
        yield f"Chance, of where: {where.null.method}."
    what = comparison.figure("axial", "turn", "alpha_masi")
    if what.null:
        yield f"Chance, of what: {what.null.method}."
    yield f"Open codes were compared by: {comparison.similarity}."
    yield f"Settings SHA-256 {comparison.config_sha256}; autocode {comparison.autocode}."
