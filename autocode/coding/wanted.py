"""From what a user names to what is compared: ids, coding files and run folders to materials."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autocode.coding.files import verify
from autocode.coding.materials import Material, Source
from autocode.coding.nouns import Coding
from autocode.coding.runs import CODING, MANIFEST, Manifest, newest_run, open_run, runs_of
from autocode.coding.sources import Named, coding_at, human_coding, model_coding
from autocode.errors import InputError, StudyError
from autocode.study import GOLD, Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, transcript_ids, transcript_path


@dataclass(frozen=True)
class Wanted:
    """What is chosen beside the names.

    gold: a human coder's id or file; run: a run by name or folder; runs: how many of the newest
    runs (None: all); assisted: pool assisted human codings, not the blind ones.
    """

    gold: str | None = None
    run: str | None = None
    runs: int | None = 1
    assisted: bool = False
    incomplete: bool = False


def materials_of(
    study: Study | None, names: Sequence[str], wanted: Wanted | None = None
) -> list[Material]:
    """What `names` ask to compare; without names every transcript with a human coding and a run.

    Ids: their human coding against their newest runs. An id, or a run alone, and files or run
    folders: its human coding against these. Files and folders: the first is the reference.

    Raises:
        StudyError: there is nothing to compare, or a name is unknown.
        InputError: a coding cannot be read, or is about another text.
    """
    wanted = wanted or Wanted()
    ids = transcript_ids(study) if study else []
    if study and not names:
        return [_of_id(study, id_, wanted) for id_ in _codable(study, wanted)]
    if study and all(name in ids for name in names):
        return [_of_id(study, id_, wanted) for id_ in dict.fromkeys(names)]
    for name in names:
        if study and not Path(name).exists() and Path(name).stem == name:
            transcript_path(study, name)  # an id mistyped: this says which was probably meant
    if wanted.run or wanted.runs != 1:
        raise StudyError(
            "--run and --runs choose among the runs of ids, and these are files or folders",
            hint="Name the runs to compare, or ids alone.",
        )
    first = [human_coding(study, names[0], wanted.gold)] if study and names[0] in ids else []
    rest = [coding_at(Path(name)) for name in names[len(first) :]]
    return [_of_codings(study, first + rest, wanted)]


def _codable(study: Study, wanted: Wanted) -> list[str]:
    """Ids with a human coding and a run; blind and assisted codings are never pooled."""
    both = [
        id_
        for id_ in transcript_ids(study)
        if study.gold_path(id_, wanted.gold or "gold").is_file() and runs_of(study, id_)
    ]
    kept = [
        id_
        for id_ in both
        if human_coding(study, id_, wanted.gold).coding.coder.assisted == wanted.assisted
    ]
    if kept:
        return kept
    if both:
        kind, option = (
            ("assisted", "without --assisted") if wanted.assisted else ("blind", "--assisted")
        )
        raise StudyError(
            f"no {kind} human coding with a run", hint=f"Compare the others: {option}."
        )
    raise StudyError(
        f"no transcript has both a human coding in {GOLD}/ and a run",
        hint="Make them with `autocode gold` and `autocode propose`.",
    )


def _of_id(study: Study, id_: str, wanted: Wanted) -> Material:
    gold = human_coding(study, id_, wanted.gold)
    runs = _runs(study, id_, wanted)
    humans, notes = _other_humans(study, id_, gold)
    return _material(study, [gold, runs[0]], runs=runs[1:], humans=humans, notes=notes)


def _runs(study: Study, id_: str, wanted: Wanted) -> list[Named]:
    """The newest runs, newest first; of several only those of the newest one's kind."""
    if wanted.runs == 1 or wanted.run:
        return [model_coding(study, id_, wanted.run)]
    newest = newest_run(study, id_)
    kind = _kind(newest.manifest)
    alike = [run for run in runs_of(study, id_) if _kind(run.manifest) == kind]
    whole = [run for run in alike if wanted.incomplete or run.manifest.status == "complete"]
    if not whole or len(whole) < (wanted.runs or 1):
        raise StudyError(
            f"{id_} has {len(whole)} complete runs by {newest.manifest.model_asked}",
            hint=f"Make more with `autocode propose {id_}`, or ask for fewer.",
        )
    return [coding_at(run.path) for run in whole[: wanted.runs]]


def _kind(manifest: Manifest) -> tuple[str, str]:
    return manifest.model_asked, manifest.strategy


def _other_humans(study: Study, id_: str, gold: Named) -> tuple[list[Named], list[str]]:
    """Further human codings, `gold/p1.anna.json`: what the human-human ceiling is made of."""
    notes, humans = [], []
    for path in study.gold_paths(id_):
        usual = path == study.gold_path(id_)
        if usual or path.stem in transcript_ids(study) or path.resolve() == gold.path.resolve():
            continue
        other = human_coding(study, id_, path.stem.removeprefix(f"{id_}."))
        if other.coding.coder.assisted == gold.coding.coder.assisted:
            humans.append(other)
        else:
            notes.append(f"{path.name} is left out: one of the two coders saw a model's proposals")
    return humans, notes


def _of_codings(study: Study | None, named: list[Named], wanted: Wanted) -> Material:
    """The first is the reference; several codings by one model against a human are its runs."""
    if len(named) == 1:
        id_ = named[0].coding.transcript.id
        if not study or id_ not in transcript_ids(study) or named[0].coding.coder.kind == "human":
            raise InputError(
                "a coding alone has nothing to be compared with", where=named[0].path,
                hint="Name another coding of the same transcript after it.",
            )  # fmt: skip
        named = [human_coding(study, id_, wanted.gold), *named]
    reference, *others = named
    coders = {(one.coding.coder.kind, one.coding.coder.id) for one in others}
    if reference.coding.coder.kind == "human" and len(coders) == 1 and ("model" in dict(coders)):
        return _material(study, [reference, others[0]], runs=others[1:])
    return _material(study, named)


def _material(
    study: Study | None,
    codings: Sequence[Named],
    *,
    runs: Sequence[Named] = (),
    humans: Sequence[Named] = (),
    notes: Sequence[str] = (),
) -> Material:
    transcript, missing = _transcript(study, codings[0].coding)
    everyone = [*codings, *humans, *runs]
    for one in everyone:
        _refuse_unanswered(one)
        if transcript and one.coding.transcript.sha256 == transcript.sha256:
            verify(one.coding, transcript, one.path)
    about = [note for one in everyone for note in _about(one)]
    return Material(
        tuple(_source(study, one) for one in codings),
        transcript,
        runs=tuple(_source(study, one) for one in runs),
        humans=tuple(_source(study, one) for one in humans),
        notes=tuple(dict.fromkeys([*missing, *notes, *about, *_recipes([*codings[1:], *runs])])),
    )


def _transcript(study: Study | None, coding: Coding) -> tuple[Transcript | None, list[str]]:
    """The transcript of a coding where the study has it as it was, and why not otherwise."""
    id_, without = coding.transcript.id, "nothing is counted by turn or sentence"
    if study is None or id_ not in transcript_ids(study):
        return None, [f"the transcript {id_} is not at hand: {without}"]
    transcript = load(study, id_)
    if transcript.sha256 == coding.transcript.sha256:
        return transcript, []
    return None, [f"the transcript {id_} is not what was coded (SHA-256 differs): {without}"]


def _about(named: Named) -> Iterable[str]:
    """What a reader of the figures must know about a coding."""
    id_ = named.coding.transcript.id
    if any(quote.mapping == "trace" and len(quote.axial) > 1 for quote in named.coding.quotes):
        yield (
            f"{id_}: the notes give every quote of a trace all axial codes of that trace, so axial "
            "agreement is to be read per turn and per document"
        )
    manifest = _manifest(named)
    if manifest and manifest.codebook.warning:
        yield f"{id_}: {manifest.codebook.warning.removesuffix('.')}"


def _refuse_unanswered(named: Named) -> None:
    manifest = _manifest(named)
    if manifest and manifest.status != "complete" and not manifest.answered:
        raise InputError(
            f"the run has no answers (its status is {manifest.status})",
            where=named.path.parent,
            hint="Resume it with `autocode propose`, or name another run.",
        )


def _recipes(named: Sequence[Named]) -> list[str]:
    """Runs that were not asked the same are no repetitions: that must be said."""
    recipes = {manifest.recipe for one in named if (manifest := _manifest(one))}
    if len(recipes) < 2:
        return []
    id_ = named[0].coding.transcript.id
    return [f"{id_}: the runs differ in what was asked (prompts, settings), not in chance alone"]


def _manifest(named: Named) -> Manifest | None:
    folder = named.path.parent
    if named.path.name != CODING or not (folder / MANIFEST).is_file():
        return None
    return open_run(folder).manifest


def _source(study: Study | None, named: Named) -> Source:
    path = named.path.parent if _manifest(named) else named.path
    root = study.root if study else Path.cwd()
    whole = path.resolve()
    name = whole.relative_to(root) if whole.is_relative_to(root) else path
    return Source(
        named.coding, name.as_posix(), hashlib.sha256(named.path.read_bytes()).hexdigest()
    )
