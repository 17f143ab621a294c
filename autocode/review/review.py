"""A review: one reviewer, one transcript, the codings of others, and every decision on record."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from autocode.codebook.history import add_codes_of
from autocode.coding.codebook import Codebook
from autocode.coding.files import coding_json, defined_in
from autocode.coding.nouns import Coding, TranscriptRef
from autocode.errors import InputError
from autocode.files import write_whole
from autocode.review.adjudicated import adjudicated, refuse_foreign
from autocode.review.changes import Bench
from autocode.review.codes import CodeInUse, codes_in_use, met, usable_codes
from autocode.review.codings import (
    Reviews,
    chosen_codings,
    first_codings,
    rankings_of,
    same_codings,
)  # fmt: skip
from autocode.review.decision import (
    Decision,
    Finish,
    Mode,
    MoveThreshold,
    Open,
    Redo,
    Reopen,
    Undo,
    View,
)  # fmt: skip
from autocode.review.discussion import Opinion, opinions, reviews_of
from autocode.review.items import Grouped, Item, grouped, items_of
from autocode.review.record import ReviewRecord
from autocode.review.state import KEPT, Event, Standing, State
from autocode.review.threshold import Rankings
from autocode.study import REVIEWS, Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load

# Codings by their names: runs, or people.
Chosen = Sequence[str]


class Review:
    """What the page and the terminal work with; every change goes through `decide`.

    In blind mode nothing of the model or of other people is loaded, and so none is handed out.
    """

    def __init__(
        self, study: Study, transcript: Transcript, reviewer: str, record: ReviewRecord
    ) -> None:
        self.study, self.transcript = study, transcript
        self.reviewer, self.record = reviewer, record
        self._codings: Reviews = []
        self.rankings = Rankings()
        self._grouped: Grouped = {}
        self._items: list[Item] | None = None
        self._others: dict[str, State] = {}
        self._held_back: set[str] | None = None

    @classmethod
    def open(
        cls,
        study: Study,
        id: str,
        reviewer: str,
        *,
        runs: Chosen = (),
        coders: Chosen = (),
        blind: bool = False,
    ) -> "Review":
        """Go on with the review of a transcript, or begin it.

        runs, coders: the codings to review, by name; without any the newest run and `gold`. A new
        review is blind where there is nothing to show.

        Raises:
            StudyError: an unknown transcript, run or coder, or a name that cannot be one.
            InputError: the record or a coding cannot be read or has changed, the reviewer has a
                coding that is from no review, or a blind review is asked for too late.
        """
        path, transcript = study.review_path(id, reviewer), load(study, id)
        review = cls(study, transcript, reviewer, ReviewRecord(path))
        refuse_foreign(study, transcript, reviewer, review.record_name)
        if not review.record.events:
            review._begin(runs, coders, blind=blind)
            return review
        review._take_up()
        if blind and review.mode != "blind":
            raise InputError(
                "this review is not blind any more: its reviewer has seen what others coded",
                where=path, hint="Code blind under another name with --reviewer.",
            )  # fmt: skip
        if (runs or coders) and not blind:
            review.decide(View(), runs=runs, coders=coders)
        return review

    def _begin(self, runs: Chosen, coders: Chosen, *, blind: bool) -> None:
        of = (self.study, self.transcript, self.reviewer)
        mode, codings = first_codings(*of, runs, coders, blind=blind)
        about, reviewed = TranscriptRef.of(self.transcript), tuple(coding for coding, _ in codings)
        self._append(Open(transcript=about, mode=mode, codings=reviewed), Standing())

    @property
    def state(self) -> State:
        """What has been decided so far."""
        return self.record.state

    @property
    def mode(self) -> Mode:
        return self.state.mode

    @property
    def notes(self) -> list[str]:
        """What the reviewer must be told, as sentences without their full stops."""
        incomplete = [
            f"{reviewed.name} is incomplete: {coding.incomplete.rstrip('.')}"
            for reviewed, coding in self._codings
            if coding.incomplete
        ]
        return [*([self.record.note] if self.record.note else []), *incomplete]

    def items(self) -> list[Item]:
        """Every item in the order of the text; in blind mode only what the reviewer added."""
        if self._items is None:
            cuts = self.rankings.cuts(self.state.thresholds)
            self._items = items_of(self.state, self._grouped, cuts)
        return self._items

    def item(self, id: str) -> Item:
        """One item.

        Raises:
            InputError: there is none of that id.
        """
        item = next((item for item in self.items() if item.id == id), None)
        if item is None:
            raise InputError(f"there is no item {id!r} in this review")
        return item

    def opinions(self, item: Item) -> list[Opinion]:
        """In a discussion: what each had decided on this passage when they reviewed it alone."""
        return opinions(self._others, item.quote)

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the items in view that others coded are decided, and how many there are."""
        items = [item for item in self.items() if item.readings and not item.considered]
        return sum(item.status != "open" for item in items), len(items)

    def supported(self, runs: int = 2) -> list[Item]:
        """The items that are agreed on, in the order of the text: for `AcceptAll`."""
        return [item for item in self.items() if self.agreed(item, runs)]

    def agreed(self, item: Item, runs: int = 2) -> bool:
        """Whether so many agree on an open item (see `Item.agreed`)."""
        return item.agreed(runs, together=self.mode == "discussion")

    def codebook(self) -> list[CodeInUse]:
        """The codes that may be used, by id; blind without those of this transcript's coding."""
        quotes = [item.quote for item in self.items() if item.status in KEPT]
        return codes_in_use(self.state, self._codes(), quotes)

    def decide(
        self, decision: Decision, *, seen: int | None = None, runs: Chosen = (), coders: Chosen = ()
    ) -> Event:
        """Make one decision; it is on the disk when this returns.

        seen: the number of the last event that whoever decides has seen (`state.seq`); runs and
        coders: which codings a `View` shows, beside those under review.

        Raises:
            StaleError: something was decided elsewhere meanwhile; `reload` shows it.
            InputError: the decision cannot be made as things stand.
            StudyError: it cannot be written.
        """
        if seen is not None and seen != self.state.seq:
            raise self.record.stale()
        if self.state.finished and not isinstance(decision, Reopen):
            raise InputError("this review is finished", hint="Reopen it to decide more.")
        match decision:
            case Open():
                raise InputError("this review is open already")
            case View():
                return self._view(decision, runs, coders)
            case Undo() | Redo():
                return self._reverse(decision)
            case MoveThreshold(keep=keep):
                return self._append(decision, self.rankings.moved(keep, self.state))
            case Finish() | Reopen():
                if self.state.finished == isinstance(decision, Finish):
                    raise InputError("this review is not finished")
                return self._append(decision, Standing())
        items = {item.id: item for item in self.items()}
        bench = Bench(self.transcript, items, self._codes(), self.state)
        return self._append(decision, bench.after(decision))

    def reload(self) -> None:
        """Read again what was decided elsewhere.

        Raises:
            InputError: the record, or a coding under review, is gone, unreadable or changed.
        """
        self.record.reload()
        self._take_up()

    def coding(self) -> Coding:
        """The adjudicated coding as it stands."""
        return adjudicated(self.state, self.reviewer, self.record_name)

    def write(self) -> Path:
        """Write the adjudicated coding to `gold/`, and the codes it brings to the codebook.

        What was decided elsewhere meanwhile is in it.

        Raises:
            StudyError: the file system refuses.
            InputError: the record was changed elsewhere and cannot be read.
        """
        if self.record.overtaken and self.record.path.exists():
            self.reload()
        refuse_foreign(self.study, self.transcript, self.reviewer, self.record_name)
        path, coding = self.study.gold_path(self.transcript.id, self.reviewer), self.coding()
        write_whole(path, coding_json(coding))
        add_codes_of(self.study, coding)
        return path

    @property
    def record_name(self) -> str:
        """The file of the record as results show it: its place in the study."""
        return f"{REVIEWS}/{self.transcript.id}/{self.record.path.name}"

    def _codes(self) -> Codebook:
        return usable_codes(self.study, self.transcript, self._held_back)

    def _take_up(self) -> None:
        about = TranscriptRef.of(self.transcript)
        if self.state.transcript and not self.state.transcript.same_text(about):
            raise InputError(
                f"this review is of another text than {about.id} is now (SHA-256 differs)",
                where=self.record.path, hint="Restore the transcript.",
            )  # fmt: skip
        self._show()

    def _show(self) -> None:
        """Load the codings under review; blind there are none."""
        self._codings = same_codings(self.study, self.transcript, self.state.codings)
        self.rankings = rankings_of(self.study, self.transcript, self._codings)
        self._grouped, self._items = grouped(self._codings, self.rankings), None
        blind = self.mode == "blind"
        self._held_back = defined_in(self.study, self.transcript) if blind else None
        if self.mode == "discussion":
            self._others = reviews_of(self.study, self.transcript.id, self.reviewer)

    def _view(self, decision: View, runs: Chosen, coders: Chosen) -> Event:
        if decision.mode == "blind":
            raise InputError("what was seen cannot be unseen", hint="Another person codes blind.")
        if self.mode == "discussion":
            raise InputError("a discussion is of the codings it began with")
        before, of = self.state.codings, (self.study, self.transcript, self.reviewer)
        chosen = chosen_codings(*of, runs, coders, after=before)
        if not (chosen or before):
            raise InputError(f"nobody else has coded {self.transcript.id} yet")
        if not chosen:
            return self.record.events[-1]
        codings = (*before, *(coding for coding, _ in chosen))
        return self._append(View(mode=decision.mode, codings=codings), Standing())

    def _reverse(self, decision: Undo | Redo) -> Event:
        """Put back what stood before an event, or what stood after it."""
        undo = isinstance(decision, Undo)
        left = self.state.done if undo else self.state.undone
        if not left:
            raise InputError(f"there is nothing to {decision.kind}")
        event = self.record.events[left[-1] - 1]
        after = event.before if undo else event.after
        return self._append(decision, after, undoes=event.seq)

    def _append(self, decision: Decision, after: Standing, undoes: int | None = None) -> Event:
        event = Event(
            seq=self.state.seq + 1,
            time=datetime.now(UTC).isoformat(timespec="milliseconds"),
            reviewer=self.reviewer,
            mode=decision.mode if isinstance(decision, Open | View) else self.state.mode,
            decision=decision,
            before=self.state.standing(after),
            after=after,
            codes=met(self.state, after, self._codes(), self._codings, self.transcript),
            undoes=undoes,
        )
        event = self.record.append(event)
        self._items = None
        if isinstance(decision, Open | View):
            self._show()
        return event
