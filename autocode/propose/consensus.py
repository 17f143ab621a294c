"""Several independent answers about one text become one list of passages with their support.

The text is cut wherever an answer begins or ends a quote. Each part carries in how many answers it
stood; parts of one passage know each other (`Quote.follows`), so that a threshold can keep the
heart of a passage or all of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from autocode.agreement.spans import Unit, iou, pieces
from autocode.coding.nouns import CodedWith, Coding, Quote


def consensus(answers: Sequence[Coding], text: str, max_codes: int) -> Coding:
    """What independent answers about a text say together; a single answer stays as it is.

    Of each part: support is the number of answers in which it stood, salience the median of theirs
    (of two the lower). Its axial codes are those that at least half of these answers gave it, at
    most `max_codes`, most votes first; where none has half, and most gave one, and for the open
    code and the rationale, those of the quote that is most like the quotes of the other answers
    (mean IoU; of the earlier answer where two are alike). Overlapping quotes of one answer count
    once. Quotes that are not in the text stay apart, each with the answers that wrote it.
    """
    if len(answers) == 1:
        return answers[0]
    quotes = list(_parts(answers, text, max_codes))
    missing: dict[str, list[Quote]] = {}
    for answer in answers:
        for quote in answer.quotes:
            if quote.span is None:
                missing.setdefault(quote.text, []).append(quote)
    for same in missing.values():
        id_ = f"q{len(quotes) + 1}"
        quotes.append(same[0].model_copy(update={"id": id_, "support": len(same)}))
    codes: dict[str, CodedWith] = {}
    for answer in answers:
        for code in answer.codes:
            codes.setdefault(code.id, code)
    failures = [failure for answer in answers for failure in answer.failures]
    changes = {"quotes": quotes, "codes": list(codes.values()), "failures": failures}
    return answers[0].model_copy(update=changes)


@dataclass
class _Part:
    """A stretch that no answer parts, with the quotes of each answer that covers it."""

    start: int
    end: int
    over: dict[int, list[Quote]] = field(default_factory=dict)

    def belongs_with(self, before: "_Part") -> bool:
        """Whether at least half of the answers that mark both have them in one quote."""
        if self.start != before.end:
            return False
        both = [answer for answer in self.over if answer in before.over]
        bridges = sum(
            any(quote is other for quote in self.over[answer] for other in before.over[answer])
            for answer in both
        )
        return bridges > 0 and 2 * bridges >= len(both)


def _parts(answers: Sequence[Coding], text: str, max_codes: int) -> Iterator[Quote]:
    before: tuple[_Part, str] | None = None
    for number, part in enumerate(_cut(answers, text), 1):
        quote = _agreed(part, max_codes)
        follows = before[1] if before and part.belongs_with(before[0]) else None
        before = part, f"q{number}"
        yield quote.model_copy(
            update={
                "id": f"q{number}",
                "start": part.start,
                "end": part.end,
                "text": text[part.start : part.end],
                "follows": follows,
            }
        )


def _cut(answers: Sequence[Coding], text: str) -> Iterator[_Part]:
    """The parts in order; white space between two goes with the one before, where it is marked."""
    units = [
        [Unit(q.span.start, q.span.end, q) for q in answer.quotes if q.span] for answer in answers
    ]
    part: _Part | None = None
    for start, end, covering in pieces(*units):
        over = {n: [unit.code for unit in some] for n, some in enumerate(covering) if some}
        if not over:
            continue
        if part and part.end == start and not text[start:end].strip():
            part.end = end
            continue
        if part:
            yield part
        part = _Part(start, end, over)
    if part:
        yield part


def _agreed(part: _Part, max_codes: int) -> Quote:
    """What the answers that cover a part say of it, by majority."""
    of_each = [
        # Of the quotes of one answer the most salient, then the shortest.
        max(quotes, key=lambda quote: (quote.salience or 0, -len(quote.text)))
        for _, quotes in sorted(part.over.items())
    ]
    core = max(of_each, key=lambda quote: sum(iou(_unit(quote), _unit(other)) for other in of_each))
    saliences = [quote.salience for quote in of_each if quote.salience is not None]
    return core.model_copy(
        update={
            "support": len(of_each),
            "salience": median_low(saliences) if saliences else None,
            "axial": voted(of_each, core, max_codes),
            "as_written": None,
        }
    )


def voted(quotes: Sequence[Quote], core: Quote, max_codes: int) -> list[str]:
    """The codes of a passage by the vote of the answers that gave it some (see `consensus`)."""
    votes = Counter(code for quote in quotes for code in dict.fromkeys(quote.axial))
    axial = [code for code, n in votes.most_common() if 2 * n >= len(quotes)][:max_codes]
    if not axial and 2 * sum(bool(quote.axial) for quote in quotes) > len(quotes):
        return core.axial
    return axial


def _unit(quote: Quote) -> Unit:
    return Unit(quote.start or 0, quote.end or 0)
