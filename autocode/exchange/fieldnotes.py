"""A transcript and a coding of it as field notes with OPEN and AXIAL traces (the seeds' format).

What is written is read again at once: notes that would say something else are refused, or the
difference is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from autocode.coding.nouns import Coding, Mention, Quote
from autocode.coding.traces import code_traces
from autocode.errors import InputError
from autocode.exchange.tracing import Noted, traces_of
from autocode.text import one_line, plural
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.field_notes import read_fieldnotes
from autocode.transcript.source import Source

_SPLIT_ID = re.compile(r"([A-Za-z]{1,8})(\d+)")


def fieldnotes(transcript: Transcript, coding: Coding) -> tuple[str, tuple[str, ...]]:
    """The notes, and a remark for everything in them that reads otherwise than the coding says.

    Raises:
        InputError: field notes cannot hold this text: read again it would be another one.
    """
    traces = traces_of(transcript, coding)
    lines = []
    # The id as the seeds write it, then what is known of the source.
    if name := _SPLIT_ID.fullmatch(transcript.metadata.get("id", transcript.id)):
        lines += [f"# {name[1]}", name[2]]
    for key, value in transcript.metadata.items():
        if key != "id":
            lines += [f"## {one_line(key)}", *value.split("\n")]
    lines += ["", "# coding", "", *_body(transcript, traces)]
    text = "\n".join(lines)
    return text, tuple(_differences(text, transcript, coding))


def _body(transcript: Transcript, traces: Sequence[Noted]) -> Iterator[str]:
    """What was said, a paragraph for each line, with every trace under what it speaks of."""
    waiting = list(traces)
    for turn in transcript.turns:
        yield from _due(waiting, turn.start)
        if turn.speaker:
            yield from (f"> {turn.speaker}", "")
        end = turn.start
        for paragraph in _paragraphs(transcript.text[turn.start : turn.end]):
            yield from _due(waiting, end)
            yield from (f"> {paragraph}", "")
            end += len(paragraph) + 1
    yield from _due(waiting, None)


def _paragraphs(words: str) -> Iterator[str]:
    """The lines of a turn; one that ends in white space keeps it only with the next below it."""
    held = ""
    for line in words.split("\n"):
        held += line
        if line != line.rstrip():
            held += "\n"
            continue
        yield held
        held = ""
    if held:
        yield held.removesuffix("\n")


def _due(waiting: list[Noted], offset: int | None) -> Iterator[str]:
    """The lines of the traces that stand above `offset`, which then no longer wait."""
    while waiting and (offset is None or waiting[0].offset < offset):
        yield from waiting.pop(0).lines()


def _differences(text: str, transcript: Transcript, coding: Coding) -> Iterator[str]:
    """What the notes say otherwise than the coding, as sentences."""
    id_, data = transcript.id, text.encode("utf-8", "replace")
    hint = "Use another format: `autocode export --help` lists them."
    try:
        again = read_fieldnotes(Source(data, id_, Path("notes")))
    except InputError as error:
        what = (
            f"{id_} cannot be written as field notes, which could not be read again: {error.what}"
        )
        raise InputError(what, hint=hint) from error
    if again.text != transcript.text:
        both = enumerate(zip_longest(again.text, transcript.text))
        at = next(number for number, (read, said) in both if read != said)
        words = transcript.text[max(0, at - 20) : at + 20]
        raise InputError(
            f"{id_} cannot be written as field notes: its text would be read otherwise "
            f"at character {at} ({one_line(words)!r})",
            hint=hint,
        )
    if [turn.speaker for turn in again.turns] != [turn.speaker for turn in transcript.turns]:
        yield f"{id_}: some turns would be read with other speakers; look at them after importing"
    yield from _coding_differences(id_, code_traces(again), coding)


def _coding_differences(id_: str, again: Coding, coding: Coding) -> Iterator[str]:
    pairs = (
        ("quote", _quotes(coding.quotes), _quotes(again.quotes), "another place or other codes"),
        ("mention", _mentions(coding.mentions), _mentions(again.mentions), "another turn or code"),
        ("relation", _links(coding), _links(again), "other codes"),
        ("code", _ids(coding), _ids(again), "no use"),
    )
    for noun, ours, theirs, what in pairs:
        if lost := (ours - theirs).total():
            yield f"{id_}: {plural(lost, noun)} would be read with {what}"
    names = Counter(quote.open_code for quote in coding.quotes if quote.open_code)
    if lost := (names - Counter(q.open_code for q in again.quotes if q.open_code)).total():
        held = plural(lost, "open code")
        yield f"{id_}: field notes have no place for open codes: comments hold {held}"


def _quotes(quotes: Iterable[Quote]) -> Counter[tuple[object, ...]]:
    return Counter(
        (quote.start, quote.end, None if quote.span else quote.text, *sorted(set(quote.axial)))
        for quote in quotes
    )


def _mentions(mentions: Iterable[Mention]) -> Counter[tuple[object, ...]]:
    return Counter((mention.code, mention.turn) for mention in mentions)


def _ids(coding: Coding) -> Counter[tuple[object, ...]]:
    return Counter((code.id,) for code in coding.codes)


def _links(coding: Coding) -> Counter[tuple[object, ...]]:
    # Noted twice, a link is one link.
    return Counter({link.triple for link in coding.relations})
