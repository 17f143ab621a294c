"""The codings under review: chosen by name, known again by their hashes, never changed here."""

from collections.abc import Sequence

from autocode.coding.aliases import codebook_at, resolved
from autocode.coding.density import sayable_length
from autocode.coding.files import read_coding, verify
from autocode.coding.nouns import Coding
from autocode.coding.ranking import Threshold, kept
from autocode.coding.runs import Run, find_run, newest_run, run_folders
from autocode.coding.sources import Source, coders_of, run_source, source_at
from autocode.errors import InputError, StudyError
from autocode.review.decision import Mode, Reviewed
from autocode.review.threshold import Ranking, Rankings
from autocode.study import Study
from autocode.text import model_name
from autocode.transcript.nouns import Transcript

Reviews = list[tuple[Reviewed, Coding]]


def first_codings(
    study: Study,
    transcript: Transcript,
    reviewer: str,
    runs: Sequence[str],
    coders: Sequence[str],
    *,
    blind: bool,
) -> tuple[Mode, Reviews]:
    """What a review begins with: a discussion, the codings of others, or nothing where blind.

    Raises:
        StudyError: the study has no such run or coder.
        InputError: a coding cannot be read, or is not of this text.
    """
    if "+" in reviewer:
        return "discussion", discussed_codings(study, transcript, reviewer)
    codings = [] if blind else chosen_codings(study, transcript, reviewer, runs, coders)
    return ("assisted" if codings else "blind"), codings


def chosen_codings(
    study: Study,
    transcript: Transcript,
    reviewer: str,
    runs: Sequence[str] = (),
    coders: Sequence[str] = (),
    *,
    after: Sequence[Reviewed] = (),
) -> Reviews:
    """The codings to review beside those `after` which they come: runs and people by name.

    Without names the newest run, where there is one, and `gold`, where it is not the reviewer's.

    Raises:
        StudyError: the study has no such run or coder.
        InputError: a coding cannot be read, or is not of this text.
    """
    id_ = transcript.id
    if not runs and not after and run_folders(study, id_):
        runs = [newest_run(study, id_).name]
    if not coders and not after and reviewer != "gold" and study.gold_path(id_).is_file():
        coders = ["gold"]
    # By name alone: a path could lead out of the study.
    of_runs = [run_source(study, find_run(study, name, id_)) for name in runs]
    models = [(source, model_name(source.coding.coder.id)) for source in of_runs]
    people = [(_person(study, id_, name), name) for name in coders]
    there = {reviewed.name for reviewed in after}
    reviews: Reviews = []
    for letter, group in (("m", models), ("h", people)):
        number = sum(reviewed.key.startswith(letter) for reviewed in after)
        for source, coder in group:
            if source.name not in there:
                number += 1
                there.add(source.name)
                reviewed = _reviewed(f"{letter}{number}", source, coder)
                reviews.append((reviewed, _verified(source, transcript)))
    return reviews


def discussed_codings(study: Study, transcript: Transcript, reviewer: str) -> Reviews:
    """The codings of the people whose names `reviewer` joins with '+'.

    Raises:
        StudyError: one of them has not coded this transcript.
        InputError: a coding cannot be read, or its review is not finished.
    """
    reviews: Reviews = []
    coders = list(dict.fromkeys(reviewer.split("+")))
    if len(coders) < 2:
        raise InputError("a discussion needs two people, and this is one")
    for number, coder in enumerate(coders, 1):
        source = _person(study, transcript.id, coder)
        if source.coding.incomplete:
            raise InputError(
                f"there is nothing to discuss yet: {source.coding.incomplete}",
                where=source.name, hint=f"{coder} finishes it first.",
            )  # fmt: skip
        reviewed = _reviewed(f"h{number}", source, coder)
        reviews.append((reviewed, _verified(source, transcript)))
    return reviews


def same_codings(study: Study, transcript: Transcript, codings: Sequence[Reviewed]) -> Reviews:
    """The codings that a record names, as they were when it began.

    Raises:
        InputError: one is gone or has changed.
    """
    reviews = []
    for reviewed in codings:
        if reviewed.run:
            run = find_run(study, reviewed.run, transcript.id)
            source = _as_it_began(run_source(study, run), run, reviewed.sha256)
        else:
            source = _person(study, transcript.id, reviewed.coder)
        if source.sha256 != reviewed.sha256:
            raise InputError(
                "this coding has changed since its review began (SHA-256 differs)",
                where=source.name,
                hint="Restore it, or begin another review of it with --reviewer NAME.",
            )
        reviews.append((reviewed, _verified(source, transcript)))
    return reviews


def rankings_of(study: Study, transcript: Transcript, reviews: Reviews) -> Rankings:
    """The rankings of the runs under review, where they have one, each as the review began.

    Raises:
        InputError: one is gone or has changed.
    """
    rankings = []
    for reviewed, _ in reviews:
        if not (reviewed.run and reviewed.considered):
            continue
        run = find_run(study, reviewed.run, transcript.id)
        considered = read_coding(study.inside(run.considered_path))
        threshold = _threshold(run, considered, reviewed.sha256)
        if Source.of(considered).sha256 != reviewed.considered or threshold is None:
            raise InputError(
                "this ranking has changed since its review began (SHA-256 differs)",
                where=f"{reviewed.name}/{run.considered_path.name}",
                hint="Restore it, or begin another review of the run with --reviewer NAME.",
            )
        verify(considered, transcript, reviewed.name)
        codebook = codebook_at(study.codebook_path)
        rankings.append(Ranking.of(reviewed, resolved(considered, codebook)[0], threshold))
    length = sayable_length(transcript, study.settings.roles)
    return Rankings(tuple(rankings) if length else (), length, study.settings.density)


def _threshold(run: Run, considered: Coding, sha256: str) -> Threshold | None:
    """The threshold of a run that makes the coding with this hash of everything considered."""
    thresholds = reversed(run.manifest.thresholds)
    made = ((threshold, Source.of(kept(considered, threshold)).sha256) for threshold in thresholds)
    return next((threshold for threshold, hash_ in made if hash_ == sha256), None)


def _as_it_began(source: Source, run: Run, sha256: str) -> Source:
    """The coding of a run with this hash, where only its threshold has been moved since."""
    if source.sha256 != sha256 and run.considered_path.is_file():
        considered = read_coding(run.considered_path)
        if threshold := _threshold(run, considered, sha256):
            return Source.of(kept(considered, threshold), source.name)
    return source


def _reviewed(key: str, source: Source, coder: str) -> Reviewed:
    return Reviewed(
        key=key,
        name=source.name,
        kind=source.coding.coder.kind,
        coder=coder,
        run=source.run.name if source.run else None,
        assisted=source.coding.coder.assisted,
        sha256=source.sha256,
        considered=_considered(source),
    )


def _considered(source: Source) -> str | None:
    """The hash of everything a run proposed, where its coding is what a threshold leaves of it."""
    run = source.run
    if run is None or not run.considered_path.is_file():
        return None
    considered = read_coding(run.considered_path)
    known = _threshold(run, considered, source.sha256)
    return Source.of(considered).sha256 if known else None


def _person(study: Study, id: str, coder: str) -> Source:
    """A person's coding by its place in the study: the name is never taken for a path."""
    path = study.gold_path(id, coder)
    if not path.is_file():
        names = [name for name in coders_of(study, id) if "+" not in name]
        raise StudyError(
            f"{coder} has not coded {id}",
            hint=f"{' and '.join(names)} did." if names else "Nobody has coded it yet.",
        )
    source = source_at(study, path)
    if source.coding.coder.kind == "model":
        raise InputError("this is a model's coding, not a person's", where=source.name)
    return source


def _verified(source: Source, transcript: Transcript) -> Coding:
    verify(source.coding, transcript, source.name)
    return source.coding
