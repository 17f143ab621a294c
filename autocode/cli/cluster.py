"""`autocode propose --engine dask`: transcripts shared among workers; what cannot be is refused.

Its own module because no other command may need what a cluster needs.
"""

from collections.abc import Sequence
from typing import Any

import click

from autocode.cli.proposals import Results
from autocode.propose.cluster import Order, coded
from autocode.study import Study

# What one process counts for all of its transcripts, and workers cannot count together.
_ALONE = ("batch", "max_tokens", "max_cost")


def over_cluster(
    study: Study,
    wanted: Sequence[str],
    chosen: dict[str, Any],
    options: dict[str, Any],
    results: Results,
) -> None:
    """Have the workers code the transcripts, and add each run when it is done.

    Raises:
        UsageError: an option that holds for one process.
        StudyError: Dask or its scheduler cannot be used, or some transcripts could not be coded.
    """
    for name in _ALONE:
        if options[name]:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} holds for one process, and so not with --engine.")
    order = Order.of(study, wanted, chosen, resume=options["resume"], fresh=options["fresh"])
    for run, coding in coded(order, wanted, options["scheduler"]):
        results.add(run, coding, asked=True)
