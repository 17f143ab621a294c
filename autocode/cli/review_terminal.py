"""A review in the terminal: the same decisions as on the page, one item at a time."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import click
from pydantic import ValidationError

from autocode.coding.grounding import Grounder
from autocode.diff.words import coded_with
from autocode.errors import InputError, StudyError
from autocode.review import Decision, Item, Review, StaleError
from autocode.review.decision import (
    REASONS,
    Accept,
    AcceptAll,
    Add,
    Comment,
    EditAxial,
    EditOpenCode,
    EditSpan,
    Finish,
    Merge,
    MoveThreshold,
    NewCode,
    Redo,
    Reject,
    Split,
    Undo,
    View,
    why_not,
)
from autocode.review.slider import Slider
from autocode.text import excerpt, plural, visible
from autocode.transcript.nouns import Span

KEYS = {
    "a": "accept",
    "r": "reject",
    "s": "mark other words",
    "o": "change the open code",
    "c": "change the axial codes",
    "n": "define a code",
    "+": "add a quote",
    "m": "merge with the item before",
    "x": "split",
    "k": "comment",
    "l": "leave open for now",
    "t": "show more or fewer of what runs proposed",
    "A": "accept all that several runs, or both people, agree on",
    "u": "undo",
    "y": "redo",
    "v": "show what others coded (ends blind coding)",
    "f": "finish",
    "q": "quit; everything is saved",
    "?": "these keys",
}


def review_in_terminal(review: Review) -> None:
    """Go through the open items until the reviewer finishes or quits."""
    if review.state.finished:
        click.echo("This review is finished. Reopen it on the page to decide more.")
        return
    left: set[str] = set()
    while _step(review, left) not in ("q", "f"):
        pass


def _step(review: Review, left: set[str]) -> str:
    """One item, one key, one decision."""
    waiting = (i for i in review.items() if i.status == "open" and not i.considered)
    item = next((i for i in waiting if i.id not in left), None)
    decided, total = review.progress
    click.echo("")
    if item:
        click.echo("\n".join(map(visible, _shown(review, item, f"{decided} of {total} decided"))))
    else:
        read = f"Read `autocode show {review.transcript.id} --text` beside this, and"
        beginning = "Nothing is left to decide:" if total else read
        click.echo(f"{beginning} add quotes (+), finish (f) or quit (q).")
    key: str = click.prompt("Decision (? for keys)", default="l" if item else "q")
    key = key.strip()[:1]
    if key == "?" or key not in KEYS:
        click.echo("\n".join(f"  {name}  {words}" for name, words in KEYS.items()))
    elif key == "l" and item:
        left.add(item.id)
    elif key not in ("q", "l"):
        return key if _decide(review, key, item) else "?"
    return key


def _decide(review: Review, key: str, item: Item | None) -> bool:
    """Make the decision of a key; whether it was made."""
    try:
        for decision in _decisions(review, key, item):
            review.decide(decision)
    except StaleError as error:
        review.reload()
        click.echo(f"autocode: {error} It is loaded again.", err=True)
        return False
    except (InputError, StudyError) as error:
        click.echo(f"autocode: {error}", err=True)
        return False
    except ValidationError as error:  # words too long, or not UTF-8
        click.echo(f"autocode: {why_not(error)}", err=True)
        return False
    return True


def _decisions(review: Review, key: str, item: Item | None) -> Iterator[Decision]:
    """What a key decides, asked for where more must be known."""
    if key == "f":
        decided, total = review.progress
        some = plural(total - decided, "open item")
        if decided == total or click.confirm(f"Finish, and leave out {some}?"):
            yield Finish()
        else:
            raise InputError("the review goes on")
    elif key in _WITHOUT_ITEM:
        yield _WITHOUT_ITEM[key]()
    elif key == "+":
        span = _place(review, click.prompt("Words"))
        yield Add(start=span.start, end=span.end, open_code=_ask("Open code"), axial=_codes(review))
    elif key == "n":
        label = click.prompt("Label")
        kind, parent, definition = _ask("Kind"), _ask("Parent"), _ask("Definition")
        yield NewCode(
            label=label,
            code_kind=kind or None,
            parent=parent or None,
            definition=definition or None,
        )
    elif key == "t":
        yield _threshold(Slider(review))
    elif key == "A":
        several = review.supported()
        who = "both" if review.mode == "discussion" else "at least 2 runs"
        what = f"Accept {plural(len(several), 'item')} on which {who} agree?"
        if several and click.confirm(what):
            yield AcceptAll(items=tuple(each.id for each in several))
        elif not several:
            raise InputError("no open item is agreed on by several")
    elif item is None:
        raise InputError("no item is open")
    else:
        yield _of_item(review, key, item)


_WITHOUT_ITEM: dict[str, Callable[[], Decision]] = {
    "u": Undo, "y": Redo, "v": View,
}  # fmt: skip


def _of_item(review: Review, key: str, item: Item) -> Decision:
    match key:
        case "a":
            keys = [reading.coder.key for reading in item.readings]
            several = len(keys) > 1
            source = (
                click.prompt("Whose", type=click.Choice(keys), default=keys[0]) if several else None
            )
            return Accept(item=item.id, source=source)
        case "r":
            for number, reason in enumerate(REASONS, 1):
                click.echo(f"  {number}  {reason}")
            answer = _ask("Reason (a number, your words, or nothing)")
            listed = answer.isdecimal() and 0 < int(answer) <= len(REASONS)
            return Reject(item=item.id, reason=REASONS[int(answer) - 1] if listed else answer)
        case "s":
            span = _place(review, click.prompt("Words"))
            return EditSpan(item=item.id, start=span.start, end=span.end)
        case "o":
            return EditOpenCode(item=item.id, open_code=_ask("Open code"))
        case "c":
            return EditAxial(item=item.id, axial=_codes(review))
        case "m":
            before = [i for i in review.items() if i.status not in ("open", "merged", "rejected")]
            earlier = [i for i in before if (i.quote.start or 0) <= (item.quote.start or 0)]
            if not earlier:
                raise InputError("no item before this one stands in the coding")
            return Merge(items=(earlier[-1].id, item.id))
        case "x":
            start = _place(review, click.prompt("First words of the second part")).start
            return Split(item=item.id, at=start)
    return Comment(item=item.id, text=click.prompt("Comment"))


def _threshold(slider: Slider) -> Decision:
    """Where the threshold is to stand, after the places where it can."""
    for stop in slider.stops:
        click.echo(f"  {stop.words}")
    answer = click.prompt("Show (15%, review: as decided so far, run: as the run has it)").strip()
    if answer in ("review", "run"):
        return MoveThreshold.model_validate({"keep": answer})
    with suppress(ValueError):
        share = float(answer.removesuffix("%")) / (100 if answer.endswith("%") else 1)
        if 0 < share <= 1:
            return MoveThreshold(keep=share)
    raise InputError(f"{answer!r} is no share of the text", hint="Say 15%, review or run.")


def _ask(what: str) -> str:
    answer: str = click.prompt(what, default="", show_default=False)
    return answer.strip()


def _codes(review: Review) -> tuple[str, ...]:
    """Axial codes by id or label, separated by commas."""
    names = [name.strip() for name in _ask("Axial codes, separated by commas").split(",")]
    known = {
        name: entry.code.id
        for entry in review.codebook()
        for name in (entry.code.label, entry.code.id)
    }
    return tuple(known.get(name, name) for name in names if name)


def _place(review: Review, words: str) -> Span:
    grounder = Grounder(review.transcript.text)
    located = grounder.locate(words)
    if located.span is None:
        raise InputError(f"the transcript does not say {excerpt(words)!r}")
    if len(grounder.places(words)) > 1:
        raise InputError(f"{excerpt(words)!r} stands in several places", hint="Give more words.")
    return located.span


def _shown(review: Review, item: Item, progress: str) -> Iterator[str]:
    """An item in lines: where it stands, its words, and how each coder has it."""
    turn = next((t for t in review.transcript.turns if t.number == item.quote.turn), None)
    speaker = f", {turn.speaker}" if turn and turn.speaker else ""
    where = f"turn {item.quote.turn}{speaker}" if turn else "no turn"
    yield f"{item.id}  {where}  {item.kind}  ({progress})"
    yield f"  “{item.quote.text}”"
    for reading in (*item.readings, *item.under):
        quote, coder = reading.quote, reading.coder
        under = " (under the threshold)" if reading in item.under else ""
        yield f"  {coder.key} {coder.kind} {coder.coder}{under}: {coded_with(quote)}"
        if quote.mapping == "trace" and quote.axial:
            yield f"     → {', '.join(quote.axial)} (codes of the whole trace)"
        if quote.text != item.quote.text:
            yield f"     “{quote.text}”"
        if quote.rationale:
            yield f"     because: {quote.rationale}"
    for opinion in review.opinions(item):
        told = [opinion.judgement.reason, *opinion.judgement.comments]
        words = "; ".join(filter(None, told))
        yield f"  {opinion.reviewer} {opinion.judgement.status} it{': ' if words else ''}{words}"
