"""What a user chooses to compare: ids, coding files and runs become materials."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autocode.coding.codebook import Codebook
from autocode.coding.files import verify
from autocode.coding.materials import (
    Material,
    copies,
    judged_apart,
    procedures,
    shared_coders,
)
from autocode.coding.nouns import TranscriptRef
from autocode.coding.runs import newest_run, read_runs, run_folders
from autocode.coding.sources import (
    Source,
    coders_of,
    human_source,
    model_source,
    run_source,
    source_at,
    source_of,
)
from autocode.errors import InputError, StudyError
from autocode.study import GOLD, Study
from autocode.text import plural
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, transcript_ids

_STATES = {"running": "still in progress"}


@dataclass(frozen=True)
class Choice:
    """What is chosen beside the names.

    gold: a human coder's id or file; run: a run by name or folder; model: only runs that asked
    this model; runs: how many of the newest runs (None: all); assisted: pool assisted human
    codings, not the blind ones, and take whole what a reviewer coded partly blind; incomplete:
    take codings that are incomplete; mixed: pool runs of several models, strategies or prompts.
    """

    gold: str | None = None
    run: str | None = None
    model: str | None = None
    runs: int | None = 1
    assisted: bool = False
    incomplete: bool = False
    mixed: bool = False


def materials_of(
    study: Study | None, names: Sequence[str], choice: Choice | None = None
) -> list[Material]:
    """What `names` ask to compare; without names every transcript with a human coding and a run.

    Ids: their human coding against their newest runs. An id, or a run alone, and other codings:
    its human coding against these. Other codings: the first is the reference.

    Raises:
        StudyError: there is nothing to compare, a name is unknown, or what would be pooled is not
            of one kind.
        InputError: a coding cannot be read, or is about another text.
    """
    choice = choice or Choice()
    ids = transcript_ids(study) if study else []
    if study and not names:
        materials = _every(study, choice)
    elif study and all(name in ids for name in names):
        materials = [
            _of_runs(study, choice, _person(study, id_, choice), *_runs(study, id_, choice))
            for id_ in dict.fromkeys(names)
        ]
    else:
        materials = [_of_codings(study, names, choice)]
    kinds = procedures(materials)
    if len(kinds) < 2:
        return materials
    told = "; ".join(f"{kind} ({', '.join(ids)})" for kind, ids in kinds.items())
    if not choice.mixed:
        raise StudyError(
            f"these runs were not made the same way: {told}",
            hint="Choose with --model or --run, or pool them all the same with --mixed.",
        )
    note = f"the runs pooled as one model were not made the same way: {told}"
    first, *others = materials
    return [replace(first, notes=(*first.notes, note)), *others]


def _every(study: Study, choice: Choice) -> list[Material]:
    """Every id with a human coding and a usable run; the notes say what is left out and why."""
    kept, left_out = [], []
    for id_ in transcript_ids(study):
        if not study.gold_path(id_, choice.gold or "gold").is_file() or not run_folders(study, id_):
            continue
        gold = _person(study, id_, choice)
        if gold.coding.coder.assisted != choice.assisted:
            kind = "blind" if choice.assisted else "assisted"
            left_out.append(f"{id_} is left out: its human coding is {kind}")
            continue
        try:
            runs, notes = _runs(study, id_, choice, whole=not choice.incomplete)
            kept.append(_of_runs(study, choice, gold, runs, notes))
        except StudyError as error:
            left_out.append(f"{id_} is left out: {error.what}")
    if kept:
        return [replace(kept[0], notes=(*kept[0].notes, *left_out)), *kept[1:]]
    if left_out:
        raise StudyError(
            f"there is nothing to compare: {'; '.join(left_out)}",
            hint="Try without --assisted." if choice.assisted else "See --assisted, --incomplete.",
        )
    coders = sorted({coder for id_ in transcript_ids(study) for coder in coders_of(study, id_)})
    named = " or ".join(f"--gold {coder}" for coder in coders if coder != (choice.gold or "gold"))
    by = f" by {choice.gold or 'gold'}" if choice.gold or named else ""
    raise StudyError(
        f"no transcript has both a human coding{by} in {GOLD}/ and a run",
        hint=f"Use {named}."
        if named
        else "Make them with `autocode review ID --blind` and `autocode propose ID`.",
    )


def _person(study: Study, id: str, choice: Choice) -> Source:
    """The human coding chosen of a transcript, as far as it is of the kind asked for."""
    source = human_source(study, id, choice.gold)
    return source if choice.assisted else judged_apart(source)


def _of_runs(
    study: Study, choice: Choice, gold: Source, runs: Sequence[Source], notes: Sequence[str]
) -> Material:
    """A human coding, one or more runs on its transcript, and the further human codings of it."""
    humans, others = [], list(notes)
    id_ = gold.coding.transcript.id
    for path in study.gold_paths(id_):
        usual = path == study.gold_path(id_)
        if usual or path.stem in transcript_ids(study) or (gold.path and path.samefile(gold.path)):
            continue
        other = source_at(study, path)
        if not gold.coding.coder.assisted:
            other = judged_apart(other)
        if other.coding.coder.kind == "model":
            others.append(f"{path.name} is left out: it is a model's coding")
        elif shared_coders(gold.coding, other.coding):
            others.append(f"{path.name} is left out: its coder has a part in the other coding")
        elif "+" in other.coding.coder.id:
            others.append(f"{path.name} is left out: it was agreed on, not coded alone")
        elif other.coding.incomplete and not choice.incomplete:
            others.append(f"{path.name} is left out: it is not whole: {other.coding.incomplete}")
        elif other.coding.coder.assisted == gold.coding.coder.assisted:
            humans.append(other)
        else:
            others.append(f"{path.name} is left out: one of the two coders saw a model's proposals")
    return _material(study, [gold, runs[0]], runs=runs[1:], humans=humans, notes=others)


def _runs(
    study: Study, id_: str, choice: Choice, *, whole: bool = False
) -> tuple[list[Source], list[str]]:
    """The runs chosen on a transcript, newest first, and a sentence for each that is left out.

    whole: pass over newer runs that are incomplete.
    """
    if choice.run:
        return [model_source(study, id_, choice.run)], []
    runs, unreadable = read_runs(study, id_)
    notes = [f"{_named(study, path)} is left out: it cannot be read" for path in unreadable]
    runs = [run for run in runs if choice.model in (None, run.manifest.model_asked)]
    if not runs:
        newest = newest_run(study, id_)  # which says why there is none at all
        raise StudyError(
            f"no run on {id_} asked {choice.model}",
            hint=f"The newest asked {newest.manifest.model_asked}; `autocode runs` lists all.",
        )
    if choice.runs != 1:
        procedure = runs[0].manifest.procedure
        runs = [run for run in runs if run.manifest.procedure == procedure]
        whole = not choice.incomplete
    kept = [run for run in runs if not whole or run.manifest.status == "complete"]
    count = len(kept) if choice.runs is None else choice.runs
    if not kept or len(kept) < count:
        by = f" by {runs[0].manifest.model_asked}" if choice.runs != 1 else ""
        number = "no complete run" if not kept else plural(len(kept), "complete run")
        raise StudyError(
            f"{id_} has {number}{by}",
            hint=f"Make more with `autocode propose {id_}`, or ask for fewer.",
        )
    chosen = kept[:count]
    notes += [
        f"{_named(study, run.path)} is left out: {_STATES.get(run.state, run.state)}"
        for run in runs[: runs.index(chosen[-1])]
        if run not in chosen
    ]
    return [run_source(study, run) for run in chosen], notes


def _of_codings(study: Study | None, names: Sequence[str], choice: Choice) -> Material:
    """The first is the reference; several codings by one model against a human are its runs."""
    if choice.run or choice.model or choice.runs != 1:
        raise StudyError(
            "--run, --runs and --model choose among the runs on an id, and these are codings",
            hint="Name the runs to compare, or only ids.",
        )
    first = names[0] if study and names[0] in transcript_ids(study) else None
    sources = [human_source(study, first, choice.gold)] if study and first else []
    sources += [source_of(study, name) for name in names[len(sources) :]]
    sources = [source if choice.assisted else judged_apart(source) for source in sources]
    if len(sources) == 1:
        id_ = sources[0].coding.transcript.id
        if not study or id_ not in transcript_ids(study) or sources[0].coding.coder.kind == "human":
            raise InputError(
                "there is only this coding, and nothing to compare it with",
                where=sources[0].name, hint="Name another coding of the same transcript as well.",
            )  # fmt: skip
        sources = [_person(study, id_, choice), *sources]
    reference, *others = sources
    coders = {(other.coding.coder.kind, other.coding.coder.id) for other in others}
    if reference.coding.coder.kind == "human" and len(coders) == 1 and "model" in dict(coders):
        return _material(study, [reference, others[0]], runs=others[1:])
    return _material(study, sources)


def _material(
    study: Study | None,
    codings: Sequence[Source],
    *,
    runs: Sequence[Source] = (),
    humans: Sequence[Source] = (),
    notes: Sequence[str] = (),
) -> Material:
    transcript, missing = _transcript(study, codings[0].coding.transcript)
    material = Material(tuple(codings), transcript, runs=tuple(runs), humans=tuple(humans))
    about: list[str] = []
    for _, source in material.sources:
        if transcript and source.coding.transcript.same_text(TranscriptRef.of(transcript)):
            verify(source.coding, transcript, source.name)
        about += _about(source)
    if len({source.run.manifest.recipe for source in (*codings[1:], *runs) if source.run}) > 1:
        id_ = codings[0].coding.transcript.id
        about.append(
            f"{id_}: the runs differ in what was asked (prompts, settings), not in chance alone"
        )
    about += copies(material)
    codes = Codebook.load(study.codebook_path).codes if study else []
    return replace(
        material,
        notes=tuple(dict.fromkeys([*missing, *notes, *about])),
        parents={code.id: code.parent for code in codes if code.parent},
    )


def _transcript(study: Study | None, about: TranscriptRef) -> tuple[Transcript | None, list[str]]:
    """The transcript of a coding where the study has it as it was, and why not otherwise."""
    without = "nothing is counted by turn or sentence"
    if study is None or about.id not in transcript_ids(study):
        return None, [f"the transcript {about.id} is not at hand: {without}"]
    transcript = load(study, about.id)
    if TranscriptRef.of(transcript).same_text(about):
        return transcript, []
    return None, [f"the transcript {about.id} is not what was coded (SHA-256 differs): {without}"]


def _about(source: Source) -> Iterator[str]:
    """What a reader of the figures must know about a coding."""
    id_ = source.coding.transcript.id
    if source.coding.blind and not source.coding.coder.assisted:
        yield (
            f"{id_}: of {source.name} only the {plural(len(source.coding.blind), 'quote')} coded "
            "before the proposals were seen count; --assisted takes the rest too, as acceptance"
        )
    if "+" in source.coding.coder.id:
        people = " and ".join(source.coding.coder.id.split("+"))
        yield f"{id_}: {source.name} is what {people} agreed on in discussion"
    if any(quote.mapping == "trace" and len(quote.axial) > 1 for quote in source.coding.quotes):
        yield (
            f"{id_}: the notes give every quote of a trace all axial codes of that trace, so axial "
            "agreement is to be read per turn and per document"
        )
    if source.run and source.run.manifest.codebook.warning:
        yield f"{id_}: {source.run.manifest.codebook.warning.removesuffix('.')}"


def _named(study: Study, folder: Path) -> str:
    return folder.relative_to(study.root).as_posix()
