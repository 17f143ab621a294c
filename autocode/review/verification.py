"""Whether records of reviews are whole, and the adjudicated codings what their records say."""

from collections.abc import Iterator
from pathlib import Path

from autocode.coding.files import coding_json, read_coding
from autocode.coding.findings import Finding
from autocode.coding.inventory import SUMS
from autocode.errors import AutocodeError
from autocode.review.adjudicated import adjudicated
from autocode.review.record import ReviewRecord
from autocode.review.state import fold
from autocode.study import GOLD, REVIEWS, Study
from autocode.text import plural


def verify_reviews(folder: Path) -> list[Finding]:
    """What is wrong with the reviews of a study or an archive; empty where there are none."""
    root = folder.resolve()
    records = sorted((root / REVIEWS).glob("*/[!.]*.jsonl"))
    findings = [finding for path in records for finding in _record(root, path)]
    # An archive without words has no records of reviews.
    if records or not (root / SUMS).is_file():
        findings += _without_record(root)
    return findings


def _record(root: Path, path: Path) -> Iterator[Finding]:
    """The chain of one record, and the coding derived from it."""
    name = path.relative_to(root).as_posix()
    try:
        record = ReviewRecord(Study(root).review_path(path.parent.name, path.stem))
    except AutocodeError as error:
        yield Finding(name, error.line, "error", "review", error.what)
        return
    if record.cut:
        message = f"the last line is cut off ({plural(len(record.cut), 'byte')}) and does not count"
        yield Finding(name, len(record.events) + 1, "warning", "review", message)
    strange = next((event for event in record.events if event.reviewer != path.stem), None)
    if strange:
        message = f"this event is by {strange.reviewer}, not by {path.stem}"
        yield Finding(name, strange.seq, "error", "review", message)
    elif record.events:
        yield from _derived(root, path, record)


def _derived(root: Path, path: Path, record: ReviewRecord) -> Iterator[Finding]:
    """The adjudicated coding against the events that it says it was derived from."""
    id_, reviewer = path.parent.name, path.stem
    file = Study(root).gold_path(id_, reviewer)
    name, hint = file.relative_to(root).as_posix(), f"autocode review {id_} --reviewer {reviewer}"
    events, state = record.events, record.state
    if not file.is_file():
        if state.finished:
            message = f"the coding of this finished review is not there: `{hint} --rebuild`"
            yield Finding(name, None, "error", "review", message)
        return
    try:
        review = read_coding(file).review
    except AutocodeError:
        return  # which is a finding of its own
    if review is None or not 0 < review.events <= len(events):
        message = "this coding is not from its review, or lines of the record are gone"
        yield Finding(name, None, "error", "review", message)
        return
    there = fold(events[: review.events])
    made = adjudicated(there, reviewer, path.relative_to(root).as_posix())
    if file.read_bytes() != coding_json(made).encode():
        message = f"this coding is not what its record says: `{hint} --rebuild`"
        yield Finding(name, None, "error", "review", message)
    elif review.events < len(events):
        later = plural(len(events) - review.events, "later decision")
        message = f"this coding is without {later} of its record: `{hint} --rebuild`"
        yield Finding(name, None, "warning", "review", message)


def _without_record(root: Path) -> Iterator[Finding]:
    """Codings that say they are from a review which is not there."""
    for path in sorted((root / GOLD).glob("[!.]*.json")):
        try:
            review = read_coding(path).review
        except AutocodeError:
            continue  # the codebook, or a finding of its own
        if review and not (root / review.record).is_file():
            message = f"its record, {review.record}, is not there"
            yield Finding(path.relative_to(root).as_posix(), None, "error", "review", message)
