"""Coding files: read, verified against their transcript, and written."""

from collections.abc import Callable, Iterator
from pathlib import Path

from autocode.coding.handwritten import completed
from autocode.coding.nouns import Coding, TranscriptRef
from autocode.errors import InputError
from autocode.files import read_record, to_json, write_whole
from autocode.study import Study
from autocode.transcript.nouns import Transcript

# Keys a coding file leaves out where they hold nothing; offsets and open codes are always there.
_LEAN = {"chunk", "score", "as_written", "as_read", "mapping", "rationale", "incomplete"} | {
    "assisted", "parent", "definition", "aliases", "first_defined_in", "relations", "note",
    "examples", "salience", "provenance", "review", "blind", "also_defined_in", "retired",
    "evidence", "support", "follows", "critique", "answer",
}  # fmt: skip


def read_coding(path: Path, transcript: Callable[[], Transcript] | None = None) -> Coding:
    """The coding in a file; of a known transcript, what it leaves out is filled in.

    Raises:
        InputError: no such file, not JSON, no coding, a newer version, or a wrong value.
    """
    if transcript is None:
        return read_record(path, Coding)
    return read_record(path, Coding, lambda data: completed(data, path, transcript))


def write_coding(coding: Coding, path: Path) -> None:
    """Write a coding; the same coding is always the same bytes, and unknown keys are kept.

    Raises:
        StudyError: the file system refuses.
    """
    write_whole(path, coding_json(coding))


def coding_json(coding: Coding) -> str:
    """The coding as the text of its file."""
    # People do not fail in the sense of `Failure`; of a model it matters that there was none.
    return to_json(coding, _LEAN | ({"failures"} if coding.coder.kind == "human" else set()))


def write_gold(coding: Coding, path: Path, *, force: bool = False) -> bool:
    """Write the coding made from traces over the one made before; whether that changed the file.

    Raises:
        InputError: the file holds quotes that are not from traces and would be lost, or no coding.
        StudyError: the file system refuses.
    """
    if path.exists() and not force:
        old = read_coding(path)
        others = [quote.id for quote in old.quotes if quote.mapping != "trace"]
        if others:
            what = f"{len(others)} quotes here are not from the notes and would be lost"
            raise InputError(what, where=path, hint="Rename the file, or use --force.")
        coding = with_additions(coding, old)
        if path.read_text(encoding="utf-8-sig") == coding_json(coding):
            return False
    write_coding(coding, path)
    return True


def with_additions(coding: Coding, old: Coding) -> Coding:
    """The coding with the keys unknown here, and the notes on quotes, that were added to it."""
    before = {(quote.text, quote.trace): quote for quote in old.quotes}
    quotes = []
    for quote in coding.quotes:
        was = before.get((quote.text, quote.trace), quote)
        added = (was.model_extra or {}) | {"note": quote.note or was.note}
        quotes.append(quote.model_copy(update=added))
    return coding.model_copy(update={**(old.model_extra or {}), "quotes": quotes})


def verify(coding: Coding, transcript: Transcript, where: Path | str | None = None) -> None:
    """Make sure that a coding is about this very text and that every quote stands where it says.

    Raises:
        InputError: another text, offsets out of range, or a quote that is not what stands there.
    """
    hint = (
        f"Locate its quotes again with `autocode import --relocate {transcript.id}`; a coding "
        f"from field notes is made again by `autocode gold {transcript.id}`."
    )
    about = TranscriptRef.of(transcript)
    if what := next(contradictions(coding, about, transcript.text), None):
        raise InputError(what, where=where, hint=hint)


def contradictions(coding: Coding, about: TranscriptRef, text: str | None) -> Iterator[str]:
    """Why a coding is not of a text, or where it is not what stands there, in sentences.

    text: None where it is left out: then only its length bounds the offsets.
    """
    if not coding.transcript.same_text(about):
        yield f"this coding is about another text than {about.id} is now (SHA-256 differs)"
        return
    if coding.transcript.length != about.length:
        there = coding.transcript.length
        yield f"transcript.length is {there}, but the text has {about.length} characters"
        return
    for quote in coding.located():
        span = quote.span
        if span is None or span.end > about.length:
            yield f"quote {quote.id} ends beyond the text ({about.length} characters)"
        elif text is not None and text[span.start : span.end] != quote.text:
            yield f"quote {quote.id} is not what stands at {span.start} to {span.end}"


def defined_in(study: Study, transcript: Transcript) -> set[str]:
    """The codes that the notes or a human coding of a transcript define.

    The codebook says so too, unless it was made elsewhere or before the notes were turned to gold.
    """
    defined = {code.code for trace in transcript.traces for code in trace.axial if code.defines}
    for path in study.gold_paths(transcript.id):
        defined |= {code.id for code in read_coding(path).codes if code.defined_here}
    return defined
