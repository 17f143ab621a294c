"""Decisions on the names of a study, and the redacted texts in `private/` that come of them."""

from collections.abc import Iterable, Sequence
from typing import Literal

from autocode.errors import StudyError
from autocode.files import read_record, to_json
from autocode.redaction.likely import Likely, undecided
from autocode.redaction.names import Names, write_private
from autocode.redaction.patterns import key_of
from autocode.redaction.redaction import OffsetMap, Redaction, redact
from autocode.study import Study, check_id
from autocode.text import plural
from autocode.transcript.nouns import Transcript

Rest = Literal["yes", "no"]
_TOLD = 5
_NOTHING = 'nothing is sent under privacy = "redacted"'


def decide(
    study: Study,
    transcripts: Sequence[Transcript],
    *,
    replace: Iterable[str] = (),
    keep: Iterable[str] = (),
    rest: Rest | None = None,
) -> Names:
    """The study's list of names with what is decided on now, written to `private/names.json`.

    replace: names, or `NAME=PSEUDONYM`; keep: words that are sent as they are; rest: what is done
    with all other likely names of the transcripts. Details that a pattern finds (`Phone`) are
    always replaced, unless they are kept.

    Raises:
        InputError: the list cannot be read.
        StudyError: it cannot be written, or a pseudonym would give a name away.
    """
    names = Names.of(study)
    for word in keep:
        names = names.keeping(word)
    for given in replace:
        name, _, pseudonym = given.partition("=")
        names = names.replacing(name, pseudonym)
    for transcript in transcripts:
        for likely in undecided(transcript, names):
            if likely.kind:
                names = names.replacing(likely.name, _pseudonym(names, likely))
            elif rest == "yes":
                names = names.replacing(likely.name)
            elif rest == "no":
                names = names.keeping(likely.name)
    names.save(study)
    return names


def _pseudonym(names: Names, detail: Likely) -> str | None:
    """That of the same number or address, where it is in the list in other characters."""
    key = key_of(detail.kind, detail.name)
    same = (
        entry.pseudonym
        for entry in names.replaced
        if key in {key_of(detail.kind, name) for name in entry.names}
    )
    return next(same, detail.kind)


def write_redaction(study: Study, redaction: Redaction) -> None:
    """Write the redacted text of a transcript and the way back from it, for their owner alone.

    Raises:
        StudyError: the file system refuses.
    """
    id_ = redaction.original.id
    write_private(study, f"{id_}.txt", redaction.redacted.text)
    write_private(study, f"{id_}.redaction.json", to_json(OffsetMap.of(redaction)))


def redaction_of(study: Study, transcript: Transcript) -> Redaction:
    """What may be sent of a transcript under `privacy = "redacted"`, and the way back.

    Raises:
        InputError: the list of names or the redaction cannot be read.
        StudyError: `autocode redact` has not seen this text with this list of names, or somebody
            has to decide on likely names first.
    """
    id_, names = check_id(transcript.id), Names.of(study)
    redaction = redact(transcript, names)
    path = study.inside(study.private_path / f"{id_}.redaction.json")
    made = read_record(path, OffsetMap) if path.is_file() else None
    now = OffsetMap.of(redaction)
    if made is None or (made.transcript, made.redacted) != (now.transcript, now.redacted):
        what = (
            f"{id_} or the list of names has changed since {id_} was redacted"
            if made
            else f"{id_} has not been redacted"
        )
        raise StudyError(f"{_NOTHING}: {what}", hint=f"Run `autocode redact {id_}`.")
    if likely := undecided(transcript, names):
        raise StudyError(
            f"{_NOTHING}: {told(likely)} in {id_} to decide on",
            hint=f"See `autocode redact {id_} --review`.",
        )
    return redaction


def told(likely: Sequence[Likely]) -> str:
    """`7 likely names (Sarah, Utrecht, …)`, each once: a speaker may be named in the text too."""
    names = list(dict.fromkeys(each.name for each in likely))
    more = ", …" if len(names) > _TOLD else ""
    return f"{plural(len(names), 'likely name')} ({', '.join(names[:_TOLD])}{more})"
