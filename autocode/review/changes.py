"""What a decision changes: from the state and the items to what stands afterwards; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from autocode.coding.codebook import Codebook, identifier
from autocode.coding.grounding import Located
from autocode.coding.nouns import CodedWith, Quote
from autocode.errors import InputError
from autocode.review.decision import (
    Accept,
    AcceptAll,
    Add,
    Change,
    Comment,
    EditAxial,
    EditOpenCode,
    EditSpan,
    Merge,
    NewCode,
    Reject,
    Split,
)
from autocode.review.items import Item
from autocode.review.state import KEPT, Judgement, Provenance, Standing, State, Status
from autocode.text import excerpt, plural
from autocode.transcript.nouns import Span, Transcript
from autocode.transcript.sentences import strip


@dataclass(frozen=True)
class Bench:
    """What a decision is about: the text, the items by id, the codes that may be used."""

    transcript: Transcript
    items: Mapping[str, Item]
    codebook: Codebook
    state: State

    def after(self, decision: Change) -> Standing:
        """What stands of items and codes after a decision.

        Raises:
            InputError: it cannot be made here (no such item or code, a place outside the text).
        """
        match decision:
            case Accept(item=id_, source=source):
                return Standing(items={id_: self._accepted(self._item(id_), source)})
            case Reject(item=id_, reason=reason):
                return Standing(items={id_: self._rejected(self._item(id_), reason)})
            case EditSpan(item=id_, start=start, end=end):
                item = self._item(id_)
                return self._edited(item, self._placed(item.quote, Span(start, end)))
            case EditOpenCode(item=id_, open_code=open_code):
                return self._recoded(id_, {"open_code": open_code.strip() or None})
            case EditAxial(item=id_, axial=axial):
                return self._recoded(id_, {"axial": self._codes(axial), "mapping": None})
            case Comment(item=id_, text=text):
                return Standing(items={id_: self._commented(self._item(id_), text)})
            case Add():
                return self._added(decision)
            case Merge(items=ids):
                return self._merged([self._item(id_) for id_ in dict.fromkeys(ids)])
            case Split(item=id_, at=at):
                return self._split(self._item(id_), at)
            case AcceptAll():
                return self._all_accepted(decision)
            case NewCode():
                return self._defined(decision)
        assert_never(decision)

    def _item(self, id: str) -> Item:
        item = self.items.get(id)
        if item is None:
            raise InputError(f"there is no item {excerpt(id)!r} in this review")
        return item

    def _located(self, item: Item) -> Quote:
        if item.quote.span is None:
            raise InputError(
                f"item {item.id} stands nowhere in the transcript",
                hint="Mark the words it is about first, or reject it.",
            )
        return item.quote

    def _provenance(self, item: Item | None = None) -> Provenance:
        """Whether an item is decided on without having seen what a model, or another, coded there.

        Two people who discuss are as blind to the model as they were when they coded.
        """
        before: Provenance = "assisted" if self.state.assisted else "blind"
        if self.state.mode != "discussion" or item is None or not item.readings:
            return before
        kinds = {reading.quote.provenance or before for reading in item.readings}
        return "assisted" if "assisted" in kinds else "blind"

    def _rejected(self, item: Item, reason: str) -> Judgement:
        quote = own(item.id, item.quote)
        return self._judged(item, "rejected", reason=reason.strip(), quote=quote)

    def _judged(self, item: Item, status: Status, **changes: object) -> Judgement:
        old = item.judgement or Judgement(provenance=self._provenance(item))
        kept: dict[str, object] = {"reason": "", "into": None}
        update = kept | {"status": status, "provenance": self._provenance(item)} | changes
        return old.model_copy(update=update)

    def _accepted(self, item: Item, source: str | None = None) -> Judgement:
        """An item as a coder has it; one that nobody else has, as it stood last."""
        every = (*item.readings, *item.under)
        readings = [r for r in every if source in (None, r.coder.key)]
        if item.readings and not readings:
            raise InputError(f"the coder {source!r} has no quote in item {item.id}")
        self._located(item)
        if not readings:
            status = item.status if item.status in KEPT else "added"
            return self._judged(item, status)
        quote = own(item.id, readings[0].quote)
        self._located(Item(item.id, (readings[0],)))
        return self._judged(item, "accepted", quote=quote, source=readings[0].coder.key)

    def _recoded(self, id: str, change: Mapping[str, object]) -> Standing:
        item = self._item(id)
        return self._edited(item, self._located(item).model_copy(update=change))

    def _edited(self, item: Item, quote: Quote) -> Standing:
        """An item with a changed quote: edited, or still the reviewer's own addition."""
        status: Status = "edited" if item.readings else "added"
        source = item.readings[0].coder.key if item.readings else None
        if item.judgement and item.judgement.source:
            source = item.judgement.source
        judgement = self._judged(item, status, quote=own(item.id, quote), source=source)
        return Standing(items={item.id: judgement})

    def _placed(self, quote: Quote, span: Span) -> Quote:
        """The quote at another place in the text."""
        text = self.transcript.text
        if not span.start < span.end <= len(text):
            raise InputError(
                f"there is no passage from {span.start} to {span.end} in a text of {len(text)} "
                "characters"
            )
        place = strip(span, text)
        if place.start == place.end:
            raise InputError("there are no words in this passage")
        words = text[place.start : place.end]
        return quote.model_copy(update=Located(place, "exact").fields(words, self.transcript))

    def _codes(self, ids: tuple[str, ...]) -> list[str]:
        """These codes, each once, where all of them are known."""
        known = {code.id for code in self.codebook.codes} | {*self.state.codes, *self.state.met}
        known |= {
            code
            for item in self.items.values()
            for reading in (*item.readings, *item.under)
            for code in reading.quote.axial
        }
        for id_ in ids:
            if id_ not in known:
                raise InputError(f"there is no code {excerpt(id_)!r}", hint="Define it first.")
        return list(dict.fromkeys(ids))

    def _commented(self, item: Item, text: str) -> Judgement:
        old = item.judgement or Judgement(provenance=self._provenance(item))
        return old.model_copy(update={"comments": [*old.comments, text]})

    def _added(self, decision: Add) -> Standing:
        id_ = f"r{self.state.seq + 1}"
        blank = Quote(id=id_, text="", status="missing")
        quote = self._placed(blank, Span(decision.start, decision.end))
        open_code, axial = decision.open_code.strip() or None, self._codes(decision.axial)
        change = {"open_code": open_code, "axial": axial}
        judgement = Judgement(
            status="added", quote=quote.model_copy(update=change), provenance=self._provenance()
        )
        return Standing(items={id_: judgement})

    def _merged(self, items: list[Item]) -> Standing:
        """One quote over all of them; codes of all, the open codes joined."""
        if len(items) < 2:
            raise InputError("two items at least are needed to make one of them")
        for item in items:
            self._located(item)
        first, *others = sorted(items, key=lambda item: (item.quote.start or 0, item.id))
        quotes = [item.quote for item in (first, *others)]
        span = Span(first.quote.start or 0, max(quote.end or 0 for quote in quotes))
        names = dict.fromkeys(quote.open_code for quote in quotes if quote.open_code)
        change = {
            "open_code": "; ".join(names) or None,
            "axial": list(dict.fromkeys(code for quote in quotes for code in quote.axial)),
            "mapping": None,
        }
        standing = self._edited(first, self._placed(quotes[0].model_copy(update=change), span))
        gone = {item.id: self._judged(item, "merged", into=first.id) for item in others}
        return Standing(items={**standing.items, **gone})

    def _split(self, item: Item, at: int) -> Standing:
        """Two quotes with the same codes; the second is a new item."""
        quote, id_ = self._located(item), f"r{self.state.seq + 1}"
        span = quote.span
        if span is None or not span.start < at < span.end:
            raise InputError(f"{at} is not inside item {item.id}")
        first = self._edited(item, self._placed(quote, Span(span.start, at)))
        second = Judgement(
            status="edited",
            quote=own(id_, self._placed(quote, Span(at, span.end))),
            provenance=self._provenance(item),
            origin=item.id,
        )
        return Standing(items=first.items | {id_: second})

    def _all_accepted(self, decision: AcceptAll) -> Standing:
        """Every item as its first coder has it; each must be open, and agreed on by the runs."""
        items = [self._item(id_) for id_ in dict.fromkeys(decision.items)]
        together = self.state.mode == "discussion"
        for item in items:
            if not item.agreed(decision.runs, together=together):
                raise InputError(
                    f"item {item.id} is not open, or fewer than "
                    f"{plural(decision.runs, 'run')} agree on it"
                )
        return Standing(items={item.id: self._accepted(item) for item in items})

    def _defined(self, decision: NewCode) -> Standing:
        id_ = decision.id or identifier(decision.label)
        if not id_ or id_ != identifier(id_):
            raise InputError(
                f"{excerpt(id_ or decision.label)!r} cannot name a code",
                hint="An id has lower-case letters, digits and '_'.",
            )
        known = self.codebook.with_codes([*self.state.met.values(), *self.state.codes.values()])
        if there := known.find(id_) or known.find(decision.label):
            raise InputError(
                f"there is a code {there.id} already", hint="Use it, or choose another name."
            )
        if decision.parent is not None and known.find(decision.parent) is None:
            raise InputError(f"there is no code {excerpt(decision.parent)!r} to stand under")
        code = CodedWith(
            id=id_,
            label=decision.label,
            kind=decision.code_kind or None,
            parent=decision.parent,
            definition=decision.definition or None,
            first_defined_in=self.transcript.id,
            defined_here=True,
        )
        return Standing(codes={id_: code})


def own(id: str, quote: Quote) -> Quote:
    """A quote as the reviewer's own: without what only concerns the coder it was taken from."""
    return Quote(
        id=id,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        status=quote.status,
        open_code=quote.open_code,
        axial=list(quote.axial),
        turn=quote.turn,
        mapping=quote.mapping,
    )
