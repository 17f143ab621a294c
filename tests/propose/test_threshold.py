"""The threshold: set on other coded transcripts, never on the one under study."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from proposing import Model
from study_folder import Folder

from autocode.coding.density import sayable
from autocode.coding.ranking import Threshold
from autocode.models.embedding import Lexical
from autocode.models.provider import Request
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out, plan
from autocode.propose.threshold import USUAL_SHARE
from autocode.study import Settings, Study

QUICK = Limits(replies=1, transports=1, first_wait=0.0, longest_wait=0.0)
IDS = ("p1", "p2", "p3", "p4")
# Turns of the participant in a transcript of the folder: 2, 4, …, 24.
LONG = range(2, 26, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    for id_ in IDS:
        made.transcript(id_)
    return made


def graded(request: Request) -> str:
    """Every answer's first sentence; the first two answers at 5, the next four at 3, the rest 1."""
    lines = re.findall(r"^\[(\d+)\] I ask people first\.", request.user, re.MULTILINE)
    quotes = [
        {"first": int(n), "last": int(n), "rationale": "r", "open_code": "asking people",
         "axial": ["new code"], "new_code": "Asking people",
         "salience": 5 if at < 2 else 3 if at < 6 else 1}
        for at, n in enumerate(lines)
    ]  # fmt: skip
    return json.dumps({"quotes": quotes})


def propose(folder: Folder, id_: str, **settings: object) -> Threshold:
    study = Study(
        folder.root, Settings.model_validate({"strategy": "single", "examples": "none"} | settings)
    )
    planned = plan(study, id_, Model(graded), lambda: Lexical("lexical"))
    run, _ = asyncio.run(carry_out(study, planned, limits=QUICK))
    (threshold,) = run.manifest.thresholds
    return threshold


def human(folder: Folder, id_: str, answers: int, who: str = "anna", **about: object) -> None:
    """Somebody has marked the first so many answers."""
    folder.coding(f"gold/{id_}.json", who, set(LONG[:answers]), "asking", name=id_, **about)


def test_without_any_coding_the_usual_share_is_aimed_at(folder: Folder) -> None:
    threshold = propose(folder, "p1")
    assert (threshold.rule, threshold.share) == ("default", USUAL_SHARE)


def test_the_median_share_of_the_other_codings_is_aimed_at(folder: Folder) -> None:
    for id_, answers in (("p2", 2), ("p3", 6), ("p4", 9), ("p1", 12)):
        human(folder, id_, answers)
    threshold = propose(folder, "p1")
    _, length = sayable(folder.transcript("p3"), ("participant",))
    assert threshold.rule == "codings"
    assert threshold.share == pytest.approx(6 * 19 / length)
    assert (threshold.salience, threshold.kappa) == (3, None)


def test_what_an_assisted_person_marked_or_left_unfinished_does_not_count(folder: Folder) -> None:
    human(folder, "p2", 2, assisted=True)
    human(folder, "p3", 2, incomplete="the review is not finished")
    assert propose(folder, "p1").rule == "default"


@pytest.mark.parametrize(("answers", "salience"), [(2, 5), (6, 3), (12, 1)])
def test_it_is_set_where_other_runs_agree_best(folder: Folder, answers: int, salience: int) -> None:
    for id_ in ("p2", "p3"):
        human(folder, id_, answers)
        propose(folder, id_)
    human(folder, "p1", 12 if answers < 12 else 1)  # its own coding says otherwise
    threshold = propose(folder, "p1")
    assert (threshold.rule, threshold.salience) == ("runs", salience)
    assert threshold.kappa == 1
    assert "2 other transcripts" in threshold.why


def test_each_transcript_is_left_out_for_the_honest_figure(folder: Folder) -> None:
    for id_, answers in (("p2", 2), ("p3", 2), ("p4", 6)):
        human(folder, id_, answers)
        propose(folder, id_)
    threshold = propose(folder, "p1")
    assert threshold.salience == 5
    assert threshold.kappa is not None
    assert 0.5 < threshold.kappa < 1  # p4 is cut where p2 and p3 would have it


def test_runs_made_another_way_are_no_evidence(folder: Folder) -> None:
    for id_ in ("p2", "p3"):
        human(folder, id_, 2)
        propose(folder, id_, runs=2)
    assert propose(folder, "p1").rule == "codings"


def test_a_ceiling_holds_over_the_whole_transcript(folder: Folder) -> None:
    for id_ in ("p2", "p3"):
        human(folder, id_, 12)
        propose(folder, id_)
    free = propose(folder, "p1")
    assert free.marked is not None
    capped = propose(folder, "p1", density=free.marked / 1.5, chunk_tokens=200)
    assert capped.marked is not None
    assert capped.marked <= free.marked / 1.5
    assert capped.salience > free.salience
