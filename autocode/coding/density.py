"""How much of a transcript may be coded, and how much of the others in the study people marked."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from statistics import median

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import characters_of
from autocode.errors import InputError, StudyError
from autocode.study import Study
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.seeds import load, transcript_ids
from autocode.transcript.sentences import sentences

# So many coded transcripts say how a study codes; more add little, and take time.
MOST_CODED = 40


def to_be_coded(transcript: Transcript, turn: Turn, roles: Sequence[str]) -> bool:
    """Whether a turn has one of `roles`; in a source without speakers every turn counts."""
    return turn.role in roles or (turn.role is None and not transcript.has_speakers)


def coded_turns(transcript: Transcript, roles: Sequence[str]) -> list[Turn]:
    """The turns of a transcript that are to be coded."""
    return [turn for turn in transcript.turns if to_be_coded(transcript, turn, roles)]


def sayable_length(transcript: Transcript, roles: Sequence[str]) -> int:
    """How many characters of a transcript may be coded."""
    return sum(turn.span.length for turn in coded_turns(transcript, roles))


def sayable(transcript: Transcript, roles: Sequence[str]) -> tuple[list[Span], int]:
    """The sentences that may be marked, cut at the end of their turn; and all such characters."""
    spans = [
        sentence.within(turn.span)
        for sentence, turn in with_turns(sentences(transcript.text), coded_turns(transcript, roles))
        if sentence.start >= turn.start
    ]
    return spans, sayable_length(transcript, roles)


def with_turns(spans: Iterable[Span], turns: Iterable[Turn]) -> Iterator[tuple[Span, Turn]]:
    """Each sentence with the first turn that ends behind where it begins, as long as there is one.

    spans: sentences in order; turns: some of the turns of their text, in order.
    """
    waiting = iter(turns)
    turn = next(waiting, None)
    for span in spans:
        while turn is not None and turn.end <= span.start:
            turn = next(waiting, None)
        if turn is None:
            return
        yield span, turn


def marked_share(coding: Coding, length: int) -> float:
    """The share of the `length` characters that may be coded that a coding marks, 0 to 1."""
    return min(1.0, characters_of(coding.located()) / length)


def coded_elsewhere(study: Study, transcript: Transcript) -> Iterator[tuple[Transcript, Coding]]:
    """The other transcripts that a person has coded without seeing a model's proposals."""
    coded = study.coded_ids()
    for id_ in transcript_ids(study) if coded else ():
        if id_ == transcript.id or id_ not in coded:
            continue
        try:
            paths, read = study.gold_paths(id_), partial(load, study, id_)
            codings = (read_coding(path, read) for path in paths)
            coding = next((coding for coding in codings if coding.independent), None)
            other = read() if coding else transcript
        except (InputError, StudyError):
            continue  # `autocode check` names it
        if coding and transcript.sha256 != other.sha256 == coding.transcript.sha256:
            yield other, coding


def usual_share(study: Study, transcript: Transcript) -> float | None:
    """The median share that people marked in the other transcripts; None where none is coded."""
    coded = (
        (coding, sayable_length(other, study.settings.roles))
        for other, coding in islice(coded_elsewhere(study, transcript), MOST_CODED)
    )
    shares = [marked_share(coding, length) for coding, length in coded if length]
    return median(shares) if shares else None
