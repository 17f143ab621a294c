"""What `autocode propose` and `autocode runs show` print about a run."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from autocode.cli.terminal import indented, plain_table, print_json, result_console, tell
from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import characters_of
from autocode.coding.runs import Manifest, ReusedAnswers, Run, open_run
from autocode.coding.sources import coders_of
from autocode.models.runtimes import runtime_of
from autocode.propose.budget import Budget
from autocode.propose.run import Plan
from autocode.propose.series import check_budget, estimate
from autocode.propose.threshold import answers_of
from autocode.study import Study
from autocode.text import plural, visible

QUOTE_WIDTH, CODE_WIDTH = 22, 18
_FAR = 0.05  # from the share that was aimed at


class Results:
    """Runs as they end: shown at once unless `quiet`, and kept as no more than their folders."""

    def __init__(self, study: Study, *, quiet: bool) -> None:
        self._study, self._quiet = study, quiet
        self.runs: list[Path] = []
        self.failures = 0

    def add(self, run: Run, coding: Coding, asked: bool) -> None:
        self.runs.append(run.path)
        self.failures += len(coding.failures)
        if not asked:
            click.echo(f"{coding.transcript.id} is complete: {visible(run.name)}", err=True)
        elif not self._quiet:
            show_run(self._study, run, coding)

    def read(self) -> Iterator[tuple[Run, Coding]]:
        """The runs and their codings, in the order in which they ended."""
        for path in self.runs:
            run = open_run(path)
            yield run, read_coding(run.coding_path)


def show_run(study: Study, run: Run, coding: Coding) -> None:
    """The quotes as a table on stdout, and what `say_outcome` says."""
    show_quotes(coding)
    say_outcome(study, run, coding)


def print_runs(results: Iterable[tuple[Run, Coding]]) -> None:
    """The runs and their codings as JSON."""
    entries = [
        {"id": coding.transcript.id, "run": run.name, "path": str(run.path),
         "status": run.manifest.status, "coding": coding.model_dump(mode="json")}
        for run, coding in results
    ]  # fmt: skip
    print_json({"runs": entries})


def say_estimate(study: Study, budget: Budget, plans: Iterable[Plan], fresh: bool) -> None:
    """What the command may take at most, beside what it may spend.

    Raises:
        StudyError: not even one request is allowed.
    """
    left = estimate(study, plans, fresh=fresh)
    exceeded = check_budget(budget, left)
    tokens = left.prompt_tokens + left.reply_tokens
    cost = budget.cost(left.prompt_tokens, left.reply_tokens)
    priced = f", ${cost:.2f}" if budget.max_cost is not None else ""
    words = f"To ask: {plural(left.requests, 'request')}, at most {tokens:,} tokens{priced}."
    if exceeded:
        words += f" {exceeded} may stop it before its end; --resume then goes on."
    tell(words)


def say_outcome(study: Study, run: Run, coding: Coding) -> None:
    """On stderr: counts, failures, where the run is, and what next."""
    length, statuses = coding.transcript.length, Counter(quote.status for quote in coding.quotes)
    marked = characters_of(coding.located())
    how = ", ".join(f"{count} {status}" for status, count in statuses.items()) or "none"
    codes = {code for quote in coding.quotes for code in quote.axial}
    new = sum(code.defined_here for code in coding.codes)
    here, id_ = Path.cwd(), coding.transcript.id
    tell(
        f"{id_}: {plural(len(coding.quotes), 'quote')} ({how}), "
        f"{marked / length if length else 0:.0%} of the text marked; "
        f"{plural(len(codes), 'axial code')}, {new} of them new."
    )
    _say_kept(run.manifest, id_)
    _say_spent(run.manifest)
    for failure in coding.failures:
        tell(f"failed: chunk {failure.chunk}: {failure.kind}: {failure.detail}")
    if coding.incomplete:
        tell(f"incomplete: {coding.incomplete}.")
    if repairs := run.manifest.repairs:
        counts = ", ".join(f"{kind} ({count})" for kind, count in repairs.items())
        tell(f"note: replies had to be repaired: {counts}.")
    if not run.manifest.codebook.sent:
        tell("note: no codes were sent (gold/codebook.json), so every axial code is new.")
    if run.manifest.codebook.warning:
        tell(f"note: {run.manifest.codebook.warning}.")
    tell(f"Saved in {run.path.relative_to(here) if run.path.is_relative_to(here) else run.path}")
    tell(f"Next: {_next(study, coding)}")


def _next(study: Study, coding: Coding) -> str:
    id_, coders = coding.transcript.id, coders_of(study, coding.transcript.id)
    if coding.failures or (coding.incomplete or "").startswith("interrupted"):
        return f"autocode propose {id_} --resume   (with the options of this run)"
    if not coders:
        return f"autocode show {id_} --run"
    by = "" if coders[0] == "gold" else f" --gold {coders[0]}"
    return f"autocode diff {id_}{by}   (then: autocode compare {id_}{by})"


def _say_kept(made: Manifest, id_: str) -> None:
    """Where the ranking was cut and why, and how stable the answers are."""
    if made.thresholds:
        threshold = made.thresholds[-1]
        least = threshold.rank.at_least(answers_of(made))
        marked = threshold.marked or 0
        tell(f"Kept: {least}, {marked:.0%} of what may be coded; {threshold.why}.")
        if threshold.share and abs(marked - threshold.share) > _FAR:
            tell("Proposals of the same rank are kept or left out together.")
        tell(f"All proposals: autocode show {id_} --considered")
    if made.stability is None:
        return
    if made.stability.get("identical") == 1:
        tell(
            "note: all answers are the same to the letter: the server seems to ignore seed and "
            "temperature, so that support says nothing."
        )
    elif (kappa := made.stability.get("kappa")) is not None:
        tell(f"Answers agree with each other at κ = {kappa:.2f} (marked sentences).")


def _say_spent(made: Manifest) -> None:
    """What a run took, and what was saved because an earlier one had been answered the same."""
    if not runtime_of(made.model_asked).here:
        listed = f" (your prices of {made.price['as_of']})" if made.price else ""
        tell(f"{plural(made.requests, 'request')}, {_spent(made)}{listed}.")
    if reused := made.reused:
        words = f"{plural(reused.answers, 'answer')} reused from earlier runs"
        saved = f": {_spent(reused, ' and ')} saved" if reused.prompt_tokens is not None else ""
        tell(f"{words}{saved} (--fresh asks again).")


def _spent(made: Manifest | ReusedAnswers, joint: str = ", ") -> str:
    tokens = (made.prompt_tokens or 0) + (made.completion_tokens or 0)
    if tokens or made.prompt_tokens is not None:
        counted = f"{tokens:,} tokens"
    elif isinstance(made, Manifest) and made.requests:
        counted = "tokens not counted by the server"
    else:
        counted = "no tokens"
    return counted + (joint + dollars(made.cost_usd) if made.cost_usd is not None else "")


def dollars(amount: float) -> str:
    """An amount as people write it; what is less than ten cents with four places."""
    return f"${amount:.2f}" if amount >= 0.1 else f"${amount:.4f}"


def show_quotes(coding: Coding) -> None:
    """One row per quote, in 80 columns: turn, quote, open code, axial codes, status."""
    if not coding.quotes:
        return
    table = plain_table("turn", "quote", "open code", "axial codes", "status")
    table.columns[1].width = QUOTE_WIDTH
    table.columns[4].no_wrap = True
    for column in table.columns[2:4]:
        column.width, column.no_wrap, column.overflow = CODE_WIDTH, False, "fold"
    for quote in coding.quotes:
        table.add_row(
            str(quote.turn or "–"),
            shortened(quote.text, QUOTE_WIDTH),
            visible(quote.open_code or ""),
            "\n".join(wrapped(visible(code), CODE_WIDTH) for code in quote.axial),
            quote.status,
        )
    result_console().print(table)


def shortened(text: str, width: int) -> str:
    """A text on one line of at most so many characters."""
    words = " ".join(visible(text).split())
    return words if len(words) <= width else words[: width - 1] + "…"


def show_whole_quotes(coding: Coding, *, why: bool) -> None:
    """Every quote in full as wide as the terminal, its codes unbroken; why: with the rationale."""
    width = result_console().width
    for quote in coding.quotes:
        turn = f"turn {quote.turn}" if quote.turn else "no turn"
        status = "" if quote.status == "exact" else f", {quote.status}"
        click.echo(visible(f"{quote.id} ({turn}{status}): {quote.open_code or 'no open code'}"))
        # One on a line: to be copied, or looked up.
        for code in quote.axial:
            click.echo(visible(f"  {code}"))
        said = [
            f"“{quote.text}”",
            *([f"Why: {quote.rationale}"] if why and quote.rationale else []),
        ]
        for words in said:
            click.echo("\n".join(indented(" ".join(words.split()), width)))
        click.echo()


def wrapped(code: str, width: int) -> str:
    """An identifier over several lines, broken after its underscores rather than within words."""
    lines = [""]
    for part in re.findall(r"[^_]*_|[^_]+", code):
        if len(lines[-1]) + len(part) > width and lines[-1]:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
