"""A review as HTML: the page, and the parts of it that one decision changes."""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from autocode.coding.nouns import Code
from autocode.pages import page_environment
from autocode.review.categories import open_proposal
from autocode.review.decision import REASONS, Reviewed
from autocode.review.items import Item, Kind
from autocode.review.keys import KEYS
from autocode.review.review import Review
from autocode.review.segments import (
    Side,
    TurnShown,
    by_turn,
    markings,
    shown,
    side_of,
    stands_in,
)
from autocode.review.slider import Slider
from autocode.review.state import KEPT, Event, Status
from autocode.text import excerpt
from autocode.transcript.nouns import Span
from autocode.transcript.sentences import sentences


class Look(NamedTuple):
    """How a kind of item is told apart without colour, and what it is called."""

    sign: str
    side: str
    name: str


LOOKS: Final[dict[Kind, Look]] = {
    "only model": Look("+", "second", "only the model"),
    "only human": Look("−", "first", "only one coder"),
    "code differs": Look("≠", "overlap", "codes differ"),
    "agreed": Look("=", "both", "same codes"),
    "unlocated": Look("?", "", "not located"),
    "added": Look("*", "yours", "added by you"),
}
MARKS: Final[dict[Status, str]] = {
    "open": "○", "accepted": "✓", "edited": "✎", "rejected": "✕", "added": "✓", "merged": "⤷",
}  # fmt: skip
# Neighbours of a code that are worth a glance; more would be the codebook.
_MOST_SIBLINGS = 4


class Desk:
    """A review as its page shows it. It lives as long as the page and follows every decision."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.transcript = review.transcript
        environment = page_environment("autocode.review")
        environment.globals |= {
            "desk": self, "review": review, "transcript": self.transcript, "side_of": side_of,
            "looks": LOOKS, "marks": MARKS, "reasons": REASONS, "keys": KEYS, "excerpt": excerpt,
            "kept": KEPT,
        }  # fmt: skip
        self._page = environment.get_template("page.html")
        self._parts: Any = environment.get_template("parts.html").module
        self._known = self._codes_by_id()
        self._slider = Slider(review)
        # Rows and turns as they were made last, and after which event: most stay as they are.
        self._drawn = 0
        self._rows: dict[str, str] = {}
        self._turns: dict[int, str] = {}
        self._begins = [span.start for span in sentences(self.transcript.text)]

    # What the page is told.

    @property
    def progress(self) -> str:
        decided, total = self.review.progress
        added = sum(item.status == "added" for item in self.review.items())
        further = f", {added:,} added" if added else ""
        return f"{decided:,} of {total:,} decided{further}" if total else f"{added:,} quotes"

    @property
    def about(self) -> str:
        """Who reviews what, in one line."""
        reviewer = self.review.reviewer
        if self.review.mode == "blind":
            return f"{reviewer} codes blind: nothing of others is shown"
        names = " and ".join(self.name_of(coding) for coding in self.codings)
        if self.review.mode == "discussion":
            return f"{reviewer}: what {names} agree on"
        return f"{reviewer} reviews {names}"

    @property
    def welcome(self) -> str:
        if self.review.mode == "blind":
            return "Select words in the transcript, by mouse or keyboard, and code them."
        return "Click a passage in the text or in the list, and decide."

    @property
    def codings(self) -> tuple[Reviewed, ...]:
        return self.review.state.codings

    @property
    def kinds(self) -> list[tuple[Kind, str]]:
        return [(kind, look.name) for kind, look in LOOKS.items()]

    @property
    def code_kinds(self) -> list[str]:
        return sorted({code.kind for code in self.codes() if code.kind})

    def name_of(self, coder: Reviewed) -> str:
        """A coder as the page calls them: where one model has several runs, with the run."""
        same = [coding for coding in self.codings if coding.coder == coder.coder]
        return f"{coder.coder} ({coder.run})" if coder.run and len(same) > 1 else coder.coder

    def kind_of(self, item: Item) -> str:
        """What an item is, in words."""
        if item.kind == "only human":
            return f"only {item.readings[0].coder.coder}"
        split = item.judgement is not None and item.judgement.origin is not None
        return "split off by you" if split else LOOKS[item.kind].name

    @property
    def slider(self) -> Slider | None:
        """What moves the threshold, where there is more than one place for it."""
        if self._slider.rankings is not self.review.rankings:
            self._slider = Slider(self.review)
        several = len(self._slider.stops) > 1 or self.review.state.thresholds
        return self._slider if several else None

    @property
    def strips(self) -> Iterator[tuple[str, Side, str]]:
        """Where in the interview each side marked: who, the side, and a path of the marks."""
        least = len(self.transcript.text) // 400
        items = [item for item in self.review.items() if not item.considered]
        marked = list(markings(items, self.codings))
        for side in ("first", "second"):
            names = [
                self.name_of(coding)
                for coding in self.codings
                if side_of(coding, self.codings) == side
            ]
            spans = (marking.quote.span for marking in marked if marking.side == side)
            widths = ((span.start, max(span.end - span.start, least)) for span in spans if span)
            if names:
                path = "".join(f"M{start} 0h{width}v10h-{width}z" for start, width in widths)
                yield ", ".join(names), side, path

    # Codes.

    def codes(self) -> list[Code]:
        """Every code that can be given, by id: the codebook's, and those that coders bring."""
        known = {used.code.id: used.code for used in self.review.codebook()}
        for item in self.review.items():
            for id_ in self.codes_of(item):
                known.setdefault(id_, Code(id=id_))
        return [known[id_] for id_ in sorted(known)]

    def code(self, id: str) -> Code:
        """A code by its id, known or not."""
        return self._known.get(id) or Code(id=id)

    def codes_of(self, item: Item) -> list[str]:
        """The codes an item has, else those that coders give it."""
        if item.status in KEPT:
            return list(item.quote.axial)
        return list(dict.fromkeys(code for there in item.readings for code in there.quote.axial))

    def neighbours(self, item: Item) -> list[tuple[Code, str | None, str]]:
        """The item's codes, and those beside them in the codebook; each with an example."""
        examples = {used.code.id: used.example for used in self.review.codebook()}
        chosen = [self.code(id_) for id_ in self.codes_of(item)]
        parents = {code.parent for code in chosen if code.parent}
        ids = {code.id for code in chosen}
        above = [self.code(id_) for id_ in sorted(parents - ids)]
        beside = [
            code
            for code in self._known.values()
            if code.parent in parents and code.id not in ids | parents
        ]
        roles = [(chosen, ""), (above, "above it"), (beside[:_MOST_SIBLINGS], "beside it")]
        return [
            (code, example.text if example and example.id != item.id else first, role)
            for codes, role in roles
            for code in codes
            for example in [examples.get(code.id)]
            for first in [next(iter(code.examples), None)]
        ]

    def _codes_by_id(self) -> dict[str, Code]:
        return {code.id: code for code in self.codes()}

    # The text.

    def _shown(self, numbers: Collection[int]) -> Iterator[TurnShown]:
        turns = [turn for turn in self.transcript.turns if turn.number in numbers]
        within = Span(turns[0].start, turns[-1].end) if turns else Span(0, 0)
        items = [item for item in self.review.items() if stands_in(item, within)]
        marked = by_turn(markings(items, self.codings), self.transcript)
        for turn in turns:
            yield shown(turn, marked.get(turn.number, ()), self.transcript, self._begins)

    # HTML.

    def page(self) -> str:
        """The whole page."""
        items = self.review.items()
        if self._drawn != self.review.state.seq:
            self._known = self._codes_by_id()
            self._rows = {item.id: str(self._parts.row(item)) for item in items}
            numbers = {turn.number for turn in self.transcript.turns}
            self._turns = self._turns_drawn(numbers)
            self._drawn = self.review.state.seq
        return self._page.render(
            proposed=open_proposal(self.review),
            rows=[Markup(self._rows[item.id]) for item in items],
            turns=[Markup(self._turns[turn.number]) for turn in self.transcript.turns],
        )

    def codebook(self) -> dict[str, str]:
        """The codebook, and what is proposed for it, after it has changed: both as HTML."""
        self._known, self._drawn = self._codes_by_id(), 0  # rows name codes by their labels
        proposed = str(self._parts.proposed(open_proposal(self.review)))
        return {"codebook": str(self._parts.codebook()), "proposed": proposed}

    def _turns_drawn(self, numbers: Collection[int]) -> dict[int, str]:
        return {turn.turn.number: str(self._parts.turn(turn)) for turn in self._shown(numbers)}

    def panel(self, id: str) -> str:
        """What there is to know and to decide about one item.

        Raises:
            InputError: there is no such item.
        """
        return str(self._parts.panel(self.review.item(id)))

    def patch(self, event: Event) -> dict[str, Any]:
        """What an event changed on the page: rows with the row they stand before, turns, codes."""
        moved = event.before.thresholds or event.after.thresholds
        crossed = self._crossed(event) if moved else ()
        touched = {**event.before.items, **event.after.items} | dict.fromkeys(crossed)
        order = [item.id for item in self.review.items()]
        places = {id_: place for place, id_ in enumerate(order)}
        items = {item.id: item for item in self.review.items() if item.id in touched}
        later = dict(pairwise(order))
        # From the last on: the row that one stands before is then where it belongs.
        backwards = sorted(touched, key=lambda id_: places.get(id_, -1), reverse=True)
        rows = {id_: str(self._parts.row(items[id_])) if id_ in items else "" for id_ in backwards}
        turns = self._turns_drawn(self._touched(event, items))
        changed: dict[str, Any] = {
            "seq": self.review.state.seq,
            "kind": event.kind,
            "items": backwards[::-1],
            "rows": [{"id": id_, "html": rows[id_], "before": later.get(id_)} for id_ in rows],
            "turns": turns,
        }
        if event.before.codes or event.after.codes:
            self._known = self._codes_by_id()
            changed["codebook"] = str(self._parts.codebook())
        if moved and self.slider:
            changed["threshold"] = self.slider.now()
            changed["strips"] = {side: path for _, side, path in self.strips}
        if self._drawn == event.seq - 1:
            self._rows, self._turns = self._rows | rows, self._turns | turns
            self._drawn = event.seq
        return changed

    def _crossed(self, event: Event) -> list[str]:
        """The items of which a threshold that was moved shows another part of the readings.

        Of the others the page knows by their heights whether they are in view.
        """
        rankings, now = self.review.rankings, self.review.state.thresholds
        cuts = rankings.cuts(now), rankings.cuts({**now, **event.before.thresholds})
        return [
            item.id
            for item in self.review.items()
            for every in [(*item.readings, *item.under)]
            if len(every) > 1 and any(r.in_view(cuts[0]) != r.in_view(cuts[1]) for r in every)
        ]

    def _touched(self, event: Event, items: Mapping[str, Item]) -> set[int]:
        """The turns in which an event changed something."""
        standing = (*event.before.items.values(), *event.after.items.values())
        quotes = [judgement.quote for judgement in standing if judgement and judgement.quote]
        quotes += [r.quote for item in items.values() for r in (*item.readings, *item.under)]
        return {
            turn.number
            for quote in quotes
            if quote.span
            for turn in self.transcript.turns_of(quote.span)
        }
