"""Where the ranking of a run is cut: by the user, or by the study's other coded transcripts.

`docs/ranking.md` says in words what is done here and why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autocode.coding.density import (
    MOST_CODED,
    coded_elsewhere,
    marked_share,
    sayable,
    sayable_length,
)
from autocode.coding.files import read_coding, write_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import (
    Rank,
    Threshold,
    at_rank,
    at_share,
    capped,
    from_decisions,
    is_ranked,
    kept,
    levels,
)
from autocode.coding.runs import Manifest, Run, newest_run, read_runs
from autocode.coding.strategies import STRATEGIES
from autocode.errors import InputError, StudyError
from autocode.propose.stability import sentence_kappa, units_of
from autocode.study import Study
from autocode.text import plural
from autocode.transcript.nouns import Span, Transcript
from autocode.transcript.seeds import load

# What is marked of the text that may be coded where nothing is known of the study: human coders of
# the interviews that autocode was developed on marked .09 to .27 of the text.
USUAL_SHARE = 0.2
# A threshold set on one transcript would follow that one.
LEAST_RUNS = 2

# A number of answers (at least so many), or a share of the text that may be coded.
Keep = int | float
# Which passages of everything considered a person has accepted, or not, by their ids.
Decided = Callable[[Coding], Mapping[str, bool]]


@dataclass(frozen=True)
class Coded:
    """Another transcript of the study with its human coding, and the newest run like the one at
    hand, where there is one.

    said: its sentences that may be marked; length: characters that may be.
    """

    human: Coding
    said: Sequence[Span]
    length: int
    considered: Coding | None = None

    @property
    def share(self) -> float:
        """The share of the text that may be coded that the human marked."""
        return marked_share(self.human, self.length)

    @property
    def ranks(self) -> list[Rank]:
        return [level.rank for level in levels(self.considered)] if self.considered else []

    def kappa(self, rank: Rank) -> float:
        """Cohen's κ on sentences between the human and the run cut at a rank; 0 if undefined."""
        if self.considered is None:
            return 0.0
        coding = kept(self.considered, at_rank(rank, rule="runs", why=""))
        value = sentence_kappa(units_of(self.human), units_of(coding), self.said)
        return 0.0 if np.isnan(value) else value


def threshold_for(
    study: Study,
    transcript: Transcript,
    considered: Coding,
    made: Manifest,
    keep: Keep | None = None,
) -> Threshold:
    """The threshold of a run: as chosen, else as the study's other coded transcripts say.

    Of the transcript itself no coding is looked at. `density` of the settings is a ceiling.

    Raises:
        StudyError: more answers are asked for than there are.
    """
    roles, ceiling = study.settings.roles, study.settings.density
    if made.strategy in STRATEGIES and STRATEGIES[made.strategy].embeds:
        ceiling = None  # the selection has kept to it already
    length = sayable_length(transcript, roles)
    if isinstance(keep, int):
        threshold = _at_support(keep, made)
        return capped(considered, threshold, length, ceiling)
    if keep is not None:
        why = f"the user asked for {keep:.1%} of what may be coded"
        return at_share(considered, keep, length, ceiling=ceiling, rule="chosen", why=why)
    others = list(islice(_others(study, transcript, made, roles), MOST_CODED))
    ran = [coded for coded in others if coded.considered is not None]
    if len(ran) >= LEAST_RUNS:
        return capped(considered, _from_runs(ran), length, ceiling)
    if others:
        share = median(coded.share for coded in others)
        number = plural(len(others), "other coded transcript")
        why = f"the median share that people marked in {number} is {share:.1%}"
        return at_share(
            considered, share, length, ceiling=ceiling, likely=True, rule="codings", why=why
        )
    why = f"no other transcript of the study is coded: {USUAL_SHARE:.0%} is the usual share"
    return at_share(considered, USUAL_SHARE, length, ceiling=ceiling, rule="default", why=why)


def cut(
    study: Study, transcript: Transcript, run: Run, considered: Coding, keep: Keep | None
) -> tuple[Coding, dict[str, Any]]:
    """The coding of a run, written with everything considered, and what its manifest says of that.

    Where passages do not differ in rank they are all kept, and nothing else is written.
    """
    coding, about = considered, dict[str, Any]()
    if is_ranked(considered):
        threshold = threshold_for(study, transcript, considered, run.manifest, keep)
        coding, about = kept(considered, threshold), {"thresholds": [threshold]}
        write_coding(considered, run.considered_path)
    write_coding(coding, run.coding_path)
    return coding, about


def moved(study: Study, id: str, keep: Keep | Decided) -> tuple[Run, Coding]:
    """The newest run on a transcript with the threshold of its ranking moved.

    Nothing is asked. The manifest keeps every threshold the run has had, the last one holds; one
    that changes nothing is not written again. keep: an amount, or what a person has decided on this
    very transcript: then the threshold is assisted.

    Raises:
        StudyError: there is no run, it has no ranking, the transcript has changed, or too little
            is decided.
    """
    settings = study.settings
    run = newest_run(study, id)
    if not run.considered_path.is_file():
        raise StudyError(
            f"{run.name} has no ranking: its passages were chosen before the model was asked",
            hint="Ask with --strategy single, or more than once with --runs.",
        )
    considered, transcript = read_coding(run.considered_path), load(study, id)
    if considered.transcript.sha256 != transcript.sha256:
        raise StudyError(f"{id} has changed since {run.name}", hint="Run `autocode propose` again.")
    with run.alone():
        if callable(keep):
            length = sayable_length(transcript, settings.roles)
            now, ceiling = run.manifest.thresholds[-1], settings.density
            threshold = from_decisions(considered, keep(considered), now, length, ceiling)
        else:
            threshold = threshold_for(study, transcript, considered, run.manifest, keep)
        coding = kept(considered, threshold)
        if run.manifest.thresholds[-1:] != [threshold]:
            write_coding(coding, run.coding_path)
            history = [*run.manifest.thresholds, threshold]
            run = run.updated(thresholds=history, quotes=len(coding.quotes))
    return run, coding


def _at_support(answers: int, made: Manifest) -> Threshold:
    asked = answers_of(made)
    if answers > asked:
        raise StudyError(
            f"--keep {answers}: this run asked for {plural(asked, 'answer')} to each question",
            hint="A share of the text has a dot or a percent sign: --keep 15%.",
        )
    why = f"the user asked for what stands in at least {answers} of {plural(asked, 'answer')}"
    return at_rank(Rank(answers, 0), rule="chosen", why=why)


def _from_runs(others: Sequence[Coded]) -> Threshold:
    """The rank at which the other transcripts' runs agree best with their human codings.

    Of ranks that agree as well the highest.
    """
    ranks = sorted({rank for coded in others for rank in coded.ranks})
    ranks = [rank for rank in ranks if rank.support] or [Rank(1, 0)]
    kappas = np.array([[coded.kappa(rank) for coded in others] for rank in ranks])

    def best(chosen: NDArray[np.float64]) -> int:
        means = chosen.mean(axis=1).round(9)
        return int(np.flatnonzero(means == means.max())[-1])

    left_out = [best(np.delete(kappas, i, axis=1)) for i in range(len(others))]
    kappa = round(fmean(kappas[rank, i] for i, rank in enumerate(left_out)), 4)
    why = (
        f"the rank at which runs agree best with people on {len(others)} other transcripts "
        f"(κ {kappa:.2f} by sentence when each is left out in turn)"
    )
    return at_rank(ranks[best(kappas)], rule="runs", why=why, kappa=kappa)


def _others(
    study: Study, transcript: Transcript, made: Manifest, roles: Sequence[str]
) -> Iterator[Coded]:
    """The other transcripts that a person has coded without seeing a model's proposals."""
    for other, coding in coded_elsewhere(study, transcript):
        said, length = sayable(other, roles)
        if length:
            yield Coded(coding, said, length, _run_alike(study, other, made))


def _run_alike(study: Study, other: Transcript, made: Manifest) -> Coding | None:
    """Everything considered in the newest whole run on another transcript that was made alike."""
    for run in read_runs(study, other.id)[0]:
        asked = run.manifest
        alike = (asked.procedure, answers_of(asked)) == (made.procedure, answers_of(made))
        whole = asked.status == "complete" and run.considered_path.is_file()
        if alike and whole and asked.transcript.sha256 == other.sha256:
            try:
                return read_coding(run.considered_path)
            except InputError:
                continue
    return None


def answers_of(made: Manifest) -> int:
    """How many independent answers to each question a run asked for."""
    return int(made.settings.get("runs") or 1)
