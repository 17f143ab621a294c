"""A record: every acknowledged event is there, nothing is half there, and no change goes unseen."""

import json
import os
import random
import re
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.errors import InputError, StudyError
from autocode.review import Item, Review, StaleError
from autocode.review.decision import Accept, Add, Comment, Reject, Undo
from autocode.review.record import ReviewRecord, canonical, digest
from autocode.review.state import fold
from autocode.study import Study


@pytest.fixture(scope="module")
def written(shared: Study) -> bytes:
    review = Review.open(shared, "d1", "jo")
    review.decide(Accept(item="m1.1"))
    review.decide(Reject(item="m1.2", reason="“said elsewhere” – ☂"))
    review.decide(Add(start=0, end=20, open_code="a question"))
    review.decide(Undo())
    return review.record.path.read_bytes()


def test_any_beginning_of_the_file_is_a_beginning_of_the_review(
    written: bytes, tmp_path: Path
) -> None:
    ends = [match.end() for match in re.finditer(b"\n", written)]
    path = tmp_path / "jo.jsonl"
    path.write_bytes(written)
    states = [fold(ReviewRecord(path).events[:count]) for count in range(len(ends) + 1)]
    near = {end + by for end in ends for by in (-2, -1, 0, 1)}
    for size in sorted({*range(0, len(written), 97), *near} - {len(written) + 1}):
        path.write_bytes(written[:size])
        record = ReviewRecord(path)
        whole = sum(end <= size for end in ends)
        assert fold(record.events) == states[whole]
        assert len(record.cut) == size - ([0, *ends][whole])
        assert (record.note is None) == (size in (0, *ends))


def test_a_line_that_was_cut_off_is_put_aside_before_the_next(study: Study) -> None:
    review = Review.open(study, "d1", "jo")
    path = review.record.path
    path.write_bytes(path.read_bytes() + b'{"after":{"items"')
    again = Review.open(study, "d1", "jo")
    assert again.notes == [
        "the last line of jo.jsonl was cut off (17 bytes) and was never acknowledged: it does not "
        "count, and is put aside in jo.cut-2.txt when the next decision is written"
    ]
    again.decide(Accept(item="m1.1"))
    assert path.with_name("jo.cut-2.txt").read_bytes() == b'{"after":{"items"'
    assert [event.kind for event in ReviewRecord(path).events] == ["open", "accept"]
    assert not ReviewRecord(path).cut


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_byte_can_be_changed_unseen(
    written: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(written) - 2))
    byte = data.draw(st.integers(32, 126).filter(lambda byte: byte != written[place]))
    path = tmp_path_factory.getbasetemp() / "changed.jsonl"
    path.write_bytes(written[:place] + bytes([byte]) + written[place + 1 :])
    with pytest.raises(InputError) as error:
        ReviewRecord(path)
    # A line end that is gone shows in the line it ended, or in the next.
    line = written[:place].count(b"\n") + 1
    assert error.value.line in (line, line + 1)
    assert error.value.where == path


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_no_line_can_go_unseen(written: bytes, tmp_path: Path, gone: int) -> None:
    lines = written.splitlines(keepends=True)
    path = tmp_path / "jo.jsonl"
    path.write_bytes(b"".join(lines[:gone] + lines[gone + 1 :]))
    with pytest.raises(InputError) as error:
        ReviewRecord(path)
    assert error.value.line == gone + 1


def test_lines_cannot_be_exchanged(written: bytes, tmp_path: Path) -> None:
    first, second, third, *rest = written.splitlines(keepends=True)
    path = tmp_path / "jo.jsonl"
    path.write_bytes(b"".join([first, third, second, *rest]))
    with pytest.raises(InputError, match="before this one"):
        ReviewRecord(path)


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b'{"seq":1}']), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(b"\n".join(lines))
    *whole, cut = path.read_bytes().split(b"\n")  # the bytes of a line may hold line ends, too
    if whole:
        with pytest.raises(InputError, match=r"^\S+any.jsonl:\d+: [^\n]+$"):
            ReviewRecord(path)
    else:
        assert ReviewRecord(path).cut == cut


def test_an_event_that_cannot_follow_is_refused_even_with_a_chain_that_fits(
    written: bytes, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in written.splitlines()]
    path = tmp_path / "jo.jsonl"
    opened, accepted, *_, undone = lines
    for number, chain in (
        (2, [opened, undone]),
        (2, [opened, opened]),
        (1, [accepted]),
        (3, [opened, accepted, accepted]),
        (3, [opened, accepted, {**undone, "undoes": 1}]),
        (2, [opened, {**accepted, "seq": 3, "skipped": True}]),
    ):
        previous, out = None, []
        for seq, data in enumerate(chain, 1):
            bound = {k: v for k, v in data.items() if k not in ("hash", "previous")}
            bound |= {} if data.get("skipped") else {"seq": seq}
            bound |= {"previous": previous} if previous else {}
            previous = digest(bound)
            out.append(canonical(bound | {"hash": previous}) + "\n")
        path.write_text("".join(out))
        with pytest.raises(InputError, match="does not follow") as error:
            ReviewRecord(path)
        assert error.value.line == number


def in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """A process that does `work` with the writing end of a pipe; its id, and the reading end."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Nothing in the child uses the threads that the parent may have.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.close(reading)
            work(writing)
        os._exit(0)
    os.close(writing)
    return child, reading


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_was_acknowledged_survives_being_killed(shared: Study) -> None:
    """Killed at fifty random points; each time every acknowledged comment is there, whole."""
    random_ = random.Random(12)
    review = Review.open(shared, "d1", "kim", blind=True)
    said: list[str] = []
    for attempt in range(50):

        def work(pipe: int, attempt: int = attempt) -> None:
            for number in range(1000):
                name = f"{attempt}-{number}"
                review.decide(Add(start=0, end=20, open_code=name + " ☂" * 400))
                os.write(pipe, f"{name}\n".encode())

        child, reading = in_child(work)
        with os.fdopen(reading) as pipe:
            lines = [pipe.readline() for _ in range(random_.choice((0, 1, 2)))]
            time.sleep(random_.uniform(0, 0.015))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            acknowledged = [line.strip() for line in (*lines, *pipe)]
        review.reload()
        there = [(item.quote.open_code or "").split()[0] for item in in_order(review)]
        # One more may be there: written, and killed before it was acknowledged.
        assert there[: len(said) + len(acknowledged)] == said + acknowledged
        assert len(there) <= len(said) + len(acknowledged) + 1
        said = there
    assert len(said) >= 40


def in_order(review: Review) -> list[Item]:
    """The items that were added, by the events that added them."""
    added = [item for item in review.items() if item.status == "added"]
    return sorted(added, key=lambda item: int(item.id[1:]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_two_processes_overwrite_nothing_of_each_other(shared: Study) -> None:
    Review.open(shared, "d1", "lee")
    waiting, ready = os.pipe()

    def work(pipe: int) -> None:
        writer = Review.open(shared, "d1", "lee")
        os.write(pipe, b"open\n")
        os.read(waiting, 1)  # both have read the same record before either writes
        for number in range(15):
            while True:
                try:
                    writer.decide(Comment(item="m1.1", text=f"{os.getpid()}-{number}"))
                    break
                except StaleError:
                    os.write(pipe, b"told\n")
                    writer.reload()
                except StudyError:  # the other one is writing at this very moment
                    time.sleep(0.001)

    children = [in_child(work) for _ in range(2)]
    assert [os.read(reading, 5) for _, reading in children] == [b"open\n"] * 2
    os.write(ready, b"go")
    answers = []
    for child, reading in children:
        with os.fdopen(reading) as pipe:
            answers.append(pipe.read())
        os.waitpid(child, 0)
    for end in (waiting, ready):
        os.close(end)
    judgement = Review.open(shared, "d1", "lee").item("m1.1").judgement
    assert judgement
    expected = {f"{child}-{number}" for child, _ in children for number in range(15)}
    assert set(judgement.comments) == expected
    assert len(judgement.comments) == 30
    assert "told" in "".join(answers)


def test_a_disk_that_takes_half_a_line_keeps_none_of_it(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = Review.open(study, "d1", "jo")
    before, write = review.record.path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:40]))
    with pytest.raises(StudyError, match="No space left"):
        review.decide(Accept(item="m1.1"))
    monkeypatch.undo()
    assert review.record.path.read_bytes() == before
    review.decide(Accept(item="m1.1"))
    assert len(ReviewRecord(review.record.path).events) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_record(study: Study) -> None:
    path = study.review_path("d1", "jo")
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(InputError, match="this is not a file"):
        Review.open(study, "d1", "jo")


def test_a_link_is_not_followed(study: Study, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.jsonl"
    folder = study.root / "reviews" / "d1"
    folder.mkdir(parents=True)
    (folder / "jo.jsonl").symlink_to(outside)
    with pytest.raises(StudyError, match="leads out of the study"):
        Review.open(study, "d1", "jo")
    assert not outside.exists()
