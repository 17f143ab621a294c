"""`autocode propose --keep`: how much of a ranking is kept, now or in a run that is there."""

from collections.abc import Sequence
from typing import Any

import click
from click.core import ParameterSource

from autocode.cli.proposals import print_runs, show_run
from autocode.propose.threshold import Keep, moved
from autocode.study import Study

# What may stand beside --keep where it moves the threshold of a run that is there.
_BESIDE = ("ids", "everything", "keep", "as_json")


class KeepType(click.ParamType[Keep]):
    """A number of answers (`2`), or a share with a dot or a percent sign (`.15`, `15%`)."""

    name = "K|SHARE"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002 - the interface
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Keep:
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


def move(study: Study, ids: Sequence[str], keep: Keep, *, as_json: bool) -> None:
    """Move the threshold of the newest run on each transcript, and show what is kept then.

    Raises:
        StudyError: there is no run with a ranking.
    """
    results = [moved(study, id_, keep) for id_ in ids]
    if as_json:
        print_runs(results)
        return
    for run, coding in results:
        show_run(study, run, coding)
