"""`--codebooks A B`: two codebooks instead of two codings, for `compare` and `report`."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from autocode.cli.choice import similarity_of
from autocode.cli.figures import number, say, simple_table
from autocode.cli.terminal import progress_console, result_console
from autocode.codebook.usage import sources
from autocode.coding.codebook import Codebook
from autocode.coding.sources import source_of
from autocode.errors import StudyError
from autocode.exchange.formats import read_codebook
from autocode.exchange.placing import code_ids, project_code
from autocode.panel.codebooks import Categories, CodebookComparison, compare_codebooks
from autocode.panel.comparison import settings_for
from autocode.panel.labels import similarity_of as cosine
from autocode.study import Study
from autocode.text import excerpt, plural
from autocode.transcript.decoding import read_bytes


class Pair(NamedTuple):
    """Two codebooks by their names, and files of codebooks of other studies."""

    names: tuple[str, str]
    foreign: tuple[Path, ...]


def pair_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--codebooks A B` and `--foreign FILE`, handed over as `pair`; None without them."""

    @click.option(
        "--codebooks",
        nargs=2,
        metavar="A B",
        default=None,
        help="Compare two codebooks: a file, gold or runs, a coder, or a coding.",
    )
    @click.option(
        "--foreign",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="With --codebooks: a codebook of another study, to see what is chance.",
    )
    @wraps(function)
    def with_pair(
        *args: Any, codebooks: tuple[str, str] | None, foreign: tuple[Path, ...], **kwargs: Any
    ) -> Any:
        return function(*args, pair=Pair(codebooks, foreign) if codebooks else None, **kwargs)

    return with_pair  # fmt: skip


_FIGURES = {
    "precision": "second's categories paired with one of the first",
    "recall": "first's categories paired with one of the second",
    "f1": "F1 of the pairs (one to one)",
    "mean": "similarity of the pairs, mean over the larger",
    "any_recall": "first's categories like any of the second",
    "any_precision": "second's categories like any of the first",
    "quotes_covered": "first's quotes whose category the second has",
    "second_quotes_covered": "second's quotes whose category the first has",
    "same_quotes": "first's quotes that the second codes alike",
}


def compared_codebooks(
    study: Study | None,
    names: Sequence[str],
    pair: Pair,
    *,
    similarity: str,
    base_url: str | None,
    seed: int,
    everything: bool,
    **_: Any,
) -> CodebookComparison:
    """Two codebooks by their names, compared.

    Raises:
        UsageError: transcripts are named beside them.
        AutocodeError: one of them cannot be read, or has no categories.
    """
    if names or everything:
        raise click.UsageError("--codebooks compares codebooks alone: name no transcripts.")
    first, second = (_categories(study, name) for name in pair.names)
    others = [_from_file(path) for path in pair.foreign]
    embedder = similarity_of(study, similarity, base_url)
    threshold = settings_for(embedder).label_threshold
    with progress_console().status("Comparing …"):
        return compare_codebooks(
            first, second, cosine(embedder),
            named=embedder.name, threshold=threshold, foreign=others, seed=seed,
        )  # fmt: skip


def print_codebooks(comparison: CodebookComparison) -> None:
    """The figures beside chance, then what is the same and what each has alone."""
    console = result_console()
    size, other = comparison.sizes
    say(f"{comparison.first} ({plural(size, 'category', 'categories')}) and {comparison.second} "
        f"({plural(other, 'category', 'categories')}); labels alike from {comparison.threshold:g} "
        f"on ({comparison.similarity}).")  # fmt: skip
    rows = []
    for name, words in _FIGURES.items():
        figure = comparison.figures[name]
        known = figure.get("parts", {})
        p = known.get("p")
        chance = (number(known.get("chance")), "–" if p is None else f"{p:.3f}")
        rows.append([words, number(figure["value"]), *chance, f"{figure['n']}"])
    console.print(simple_table(("", "value", "chance", "p", "n"), rows))
    say("Chance: the second's words dealt anew among its labels; for quotes, its categories "
        "permuted.")  # fmt: skip
    for name, value in comparison.foreign.items():
        say(f"F1 with the foreign codebook {name}: {number(value)}.")
    for name, figure in comparison.figures.items():
        if figure["value"] is None and name in _FIGURES:
            say(f"– {_FIGURES[name]}: {figure['reason']}.")
    pairs = [(excerpt(a, 34), excerpt(b, 34), f"{alike:.2f}") for a, b, alike in comparison.pairs]
    if pairs:
        console.print(simple_table((comparison.first, comparison.second, "alike"), pairs))
    for code, alike in comparison.groups.items():
        say(f"{code} takes in {', '.join(alike)}.", "  ")
    for name, alone in zip((comparison.first, comparison.second), comparison.alone, strict=True):
        say(f"Only in {name}: {', '.join(alone) or 'none'}.", "  ")
    for name, curve in comparison.saturation.items():
        steps = zip(curve["different"], curve["permuted"], strict=True)
        told = ", ".join(f"{now} ({usual:g})" for now, usual in steps)
        say(f"Different categories after each transcript, {name} (in random order): {told}.", "  ")


def _categories(study: Study | None, name: str) -> Categories:
    """A file of codes; else codings: everybody's, the runs', a coder's, or one by its name."""
    path = Path(name)
    if path.is_file() and (path.suffix != ".json" or b'"autocode/codebook' in read_bytes(path)):
        return _from_file(path)
    if study and name in ("gold", "runs"):
        chosen = sources(study, humans=name == "gold", runs=name == "runs")
        return Categories.of_codings(name, (source.coding for source in chosen))
    if study is None or path.exists():
        return Categories.of_codings(name, [source_of(study, name).coding])
    of_coder = [s.coding for s in sources(study) if s.coding.coder.id == name]
    if of_coder:
        return Categories.of_codings(name, of_coder)
    try:
        return Categories.of_codings(name, [source_of(study, name).coding])
    except StudyError as error:
        raise StudyError(
            f"no codebook, coder or coding is called {name!r}",
            hint="Name a file of codes, gold, runs, a coder, or a coding.",
        ) from error


def _from_file(path: Path) -> Categories:
    if path.suffix == ".json":
        return Categories.of_codes(path.name, Codebook.load(path).codes)
    codes = read_codebook(path, {})
    ids = code_ids(codes)
    return Categories.of_codes(path.name, (project_code(code, ids) for code in codes))
