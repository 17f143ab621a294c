"""Several runs, several humans, several documents: stability, ceiling, saturation."""

from autocode.panel.catalogue import figure_name
from autocode.report.cells import Notes, figure_cell, figure_table, lean
from autocode.report.document import (
    Block,
    Cite,
    Column,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
    line,
)
from autocode.report.evidence import Evidence
from autocode.report.plots.curves import saturation
from autocode.report.plots.dots import run_to_run

_RUNS = ("uncertainty", "runs")
_CEILING = ("uncertainty", "ceiling")
ENOUGH = 5


def repeated(evidence: Evidence) -> Section:
    """Stability over runs, human-human ceiling, saturation; what is not there is said."""
    blocks: list[Block] = [Heading("Stability over runs"), *_stability(evidence)]
    blocks += [Heading("Human–human ceiling"), *_ceiling(evidence)]
    blocks += [Heading("Saturation"), *_saturation(evidence)]
    return Section("repeated", "Runs, humans, saturation", tuple(blocks))


def runs_per_document(evidence: Evidence) -> int:
    """How many runs of the model the comparison has of each document."""
    return 1 + len(evidence.materials[0].runs)


def _stability(evidence: Evidence) -> list[Block]:
    numbers = evidence.numbers
    if numbers.find(*_RUNS) is None:
        words = (
            "There is one run. How much the figures would differ in another is not known: models "
            "answer differently even at temperature 0 "
        )
        return [Paragraph(line(words, Cite("atil2024"), ". Five runs or more are advised."))]
    few = runs_per_document(evidence) < ENOUGH
    told = "The same figures for every run against the reference coding, and the runs against each "
    told += "other. Agreement between runs is stability, not validity: runs share their bias "
    ends = "; fewer than five runs show little of the spread." if few else "."
    blocks: list[Block] = [Paragraph(line(told, Cite("barrie2025"), ends)), _means(evidence)]
    once: list[tuple[str, ...]] = [(*_RUNS, "survival"), (*_RUNS, "same_turns")]
    more = [(figure_name(*path), path) for path in once]
    more += [
        (f"runs against each other, {figure_name(path)}", (*_RUNS, "between", path))
        for path in numbers.find(*_RUNS, "between") or {}
    ]
    rows = [(words, path) for words, path in more if numbers.find(*path) is not None]
    blocks.append(figure_table(numbers, "between-runs", "Runs against each other", rows))
    return [*blocks, *(one for one in (run_to_run(evidence),) if one)]


def _means(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    path = (*_RUNS, "mean")
    rows = tuple(
        (
            line(figure_name(name)), figure_cell(numbers, notes, *path, name),
            *(line(numbers.number(*path, name, "parts", key)) for key in ("sd", "min", "max")),
            numbers.interval(*path, name), line(numbers.count(*path, name, "n")),
        )
        for name in numbers.find(*path)
    )  # fmt: skip
    words = [
        ("Mean", 0.8),
        ("SD", 0.8),
        ("Least", 0.8),
        ("Most", 0.8),
        ("Interval", 1.5),
        ("Runs", 0.7),
    ]
    columns = (Column("Figure", 2), *(Column(w, share, numeric=True) for w, share in words))
    return lean("runs", "The headline figures over runs", columns, rows, notes)


def _ceiling(evidence: Evidence) -> list[Block]:
    humans = evidence.numbers.find(*_CEILING) or {}
    if pairs := evidence.numbers.find("uncertainty", "pairs"):
        return [_pairs(evidence, pairs)]
    if not humans:
        words = (
            "There is one human coding of these transcripts: how far two people would agree here "
            "is not known, and no figure above can be judged against that. Where inductive work "
            "reports it, agreement between people is often low."
        )
        return [Paragraph(line(words))]
    told = (
        "The same figures between two people, and between the model and each of them. A ratio of 1 "
        "says that the model is as close to the people as they are to each other."
    )
    return [
        Paragraph(line(told)),
        *(_with_human(evidence, name, at) for at, name in enumerate(humans, 1)),
    ]


def _pairs(evidence: Evidence, pairs: dict[str, dict[str, object]]) -> Table:
    """Every two coders, where more than two were compared at once."""
    numbers, notes = evidence.numbers, Notes()
    figures = list(next(iter(pairs.values())))
    rows = tuple(
        (
            line(pair),
            *(figure_cell(numbers, notes, "uncertainty", "pairs", pair, one) for one in figures),
        )
        for pair in pairs
    )
    columns = (Column("Coders", 2), *(Column(figure_name(f), 1, numeric=True) for f in figures))
    return lean("pairs", "Every two coders", columns, rows, notes)


def _with_human(evidence: Evidence, name: str, number: int) -> Table:
    numbers, notes, path = evidence.numbers, Notes(), (*_CEILING, name)

    def row(figure: str) -> tuple[Line, ...]:
        parts = (*path, figure, "parts")
        pair = [line(numbers.number(*parts, "pairs", at)) for at in (0, 1)]
        return (
            line(figure_name(figure)), line(numbers.number(*parts, "human_human")), *pair,
            figure_cell(numbers, notes, *path, figure), line(numbers.number(*parts, "difference")),
            numbers.range_at(*parts, "difference_interval"),
        )  # fmt: skip

    rows = tuple(row(figure) for figure in numbers.find(*path))
    titles = (
        "people",
        "model and reference",
        f"model and {name}",
        "ratio",
        "difference",
        "interval",
    )
    columns = (Column("Figure", 2), *(Column(words, 1, numeric=True) for words in titles))
    title = f"Two people and the model: reference and {name}"
    return lean(f"ceiling-{number}", title, columns, rows, notes)


def _saturation(evidence: Evidence) -> list[Block]:
    numbers = evidence.numbers
    if evidence.single:
        return [Paragraph(line("A single document has no curve of new codes over documents."))]
    rows = [
        (f"{figure_name('coverage', key, side)}, {who}", ("coverage", key, side))
        for key in ("saturation", "slope_ratio")
        for side, who in (("reference", "reference"), ("other", evidence.other_name))
    ]  # fmt: skip
    table = figure_table(numbers, "saturation", "Saturation of axial codes", rows)
    curve = saturation(evidence)
    words = line("A curve that flattens is no proof that nothing new would come ",
                 Cite("guest2020"), "; the claim is the researcher’s.")  # fmt: skip
    return [*([curve] if curve else []), table, Paragraph(words)]
