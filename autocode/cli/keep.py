"""`autocode propose --keep`: how much of a ranking is kept, now or in a run that is there."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import click
from click.core import ParameterSource

from autocode.cli.proposals import print_runs, show_run
from autocode.propose.threshold import Keep, moved
from autocode.review.summary import decided_in
from autocode.study import Study

# As the decisions of the reviews so far say.
REVIEW: Literal["review"] = "review"
# What may stand beside --keep where it moves the threshold of a run that is there.
_BESIDE = ("ids", "everything", "keep", "as_json")


class KeepType(click.ParamType[Keep | Literal["review"]]):
    """A number of answers (`2`), a share with a dot or a sign (`.15`, `15%`), or `review`."""

    name = "K|SHARE|review"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002 - the interface
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Keep | Literal["review"]:
        if value == "review":
            return REVIEW
        try:
            if value.endswith("%"):
                share: Keep = float(value[:-1]) / 100
            else:
                share = float(value) if "." in value else int(value)
        except ValueError:
            share = 0
        if not (0 < share <= 1 if isinstance(share, float) else share > 0):
            self.fail(f"{value!r} is neither a number of answers (2) nor a share (.15 or 15%)")
        return share


def moves_only() -> bool:
    """Whether nothing on the command line asks for a new run: only the threshold moves then."""
    context = click.get_current_context()
    given = {
        name
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    return "keep" in given and given <= set(_BESIDE)


def refuse(keep: Keep | Literal["review"] | None, runs: int) -> None:
    """Refuse what a new run cannot keep: more answers than it asks for, or what was decided on it.

    Raises:
        click.UsageError: that is so.
    """
    if moves_only():
        return
    if keep == REVIEW:
        raise click.UsageError("--keep review is for a run that is there: give no other option.")
    if isinstance(keep, int) and keep > runs:
        raise click.UsageError(
            f"--keep {keep} needs as many answers (--runs); a share has a dot or a "
            "percent sign: --keep 15%."
        )


def move(
    study: Study, ids: Sequence[str], keep: Keep | Literal["review"], *, as_json: bool
) -> None:
    """Move the threshold of the newest run on each transcript, and show what is kept then.

    Raises:
        StudyError: there is no run with a ranking, or too little is decided.
    """
    results = [
        moved(study, id_, partial(decided_in, study, id_) if keep == "review" else keep)
        for id_ in ids
    ]
    if as_json:
        print_runs(results)
        return
    for run, coding in results:
        show_run(study, run, coding)
