"""A diff in words: titles, warnings, figures; the same in text and HTML."""

from autocode.coding.nouns import Quote
from autocode.diff.record import SIDES, CoderShown, Diff, Place, Tally


def share(place: Place) -> str:
    """How much of a place both coders marked, in words."""
    return (
        f"{place.shared:,} of {place.covered:,} characters shared"
        f" ({place.shared / place.covered:.0%})"
    )


def warnings_of(diff: Diff) -> list[str]:
    """What a reader must know before the figures, as sentences."""
    warnings = []
    for coder in (diff.coders.first, diff.coders.second):
        if coder.unfinished:
            warnings.append(
                f"INCOMPLETE: the coding of {_named(coder)} is not complete: {coder.unfinished}"
            )
        if coder.assisted:
            warnings.append(
                f"ASSISTED: {_named(coder)} saw a model's proposals, so this shows acceptance,"
                " not agreement"
            )
    return [f"{warning.rstrip('.')}." for warning in warnings]


def _named(coder: CoderShown) -> str:
    return coder.label if coder.label == coder.id else f"{coder.label} ({coder.id})"


def failures_of(diff: Diff) -> list[str]:
    """The parts that could not be coded, one line each."""
    return [
        f"failed ({coder.label}): {where}{failure.step}, {failure.kind}: {failure.detail}"
        for coder in (diff.coders.first, diff.coders.second)
        for failure in coder.failures
        for where in [f"chunk {failure.chunk}, " if failure.chunk is not None else ""]
    ]


def title_of(diff: Diff) -> str:
    first, second = diff.coders.first.label, diff.coders.second.label
    return f"{diff.transcript.id}: {first} and {second}"


def coded_with(quote: Quote) -> str:
    """The open code of a quote and, where they are the quote's own, its axial codes."""
    mapped = quote.axial if quote.mapping != "trace" else []
    codes = [f"→ {', '.join(mapped)}"] if mapped else []
    if quote.open_code is None and quote.span is not None:
        return " ".join(["no open code", *codes])
    return " ".join([*([quote.open_code] if quote.open_code else []), *codes])


def tally_line(tally: Tally) -> str:
    """The figures of a turn on one line; two numbers are the first and the second coder's."""
    first, second = tally.quotes.first, tally.quotes.second
    same = str(first.same) if first.same == second.same else f"{first.same}/{second.same}"
    quotes = f"={same} ~{first.overlapping}/{second.overlapping} -{first.only} +{second.only}"
    lost = f" ?{first.missing}/{second.missing}" if first.missing or second.missing else ""
    characters, codes = (
        f"={count.both:,} -{count.first:,} +{count.second:,}"
        for count in (tally.characters, tally.codes)
    )
    return f"quotes {quotes}{lost}   characters {characters}   codes {codes}"


def quote_rows(diff: Diff) -> list[tuple[str, str, int, int]]:
    """Sign, words, and how many quotes of the first and of the second coder are so."""
    first, second = (diff.total.quotes.of(side) for side in SIDES)
    return [
        ("=", "same passage", first.same, second.same),
        ("~", "overlapping", first.overlapping, second.overlapping),
        ("-/+", "only this coder", first.only, second.only),
        ("?", "not located", first.missing, second.missing),
    ]


def share_rows(diff: Diff) -> list[tuple[str, int, int, int]]:
    """What is counted, and how much of it is both coders', the first's only, the second's only."""
    return [
        (words, counts.both, counts.first, counts.second)
        for words, counts in (
            ("Characters marked", diff.total.characters),
            ("Codes, turn by turn", diff.total.codes),
        )
    ]


def kind_of(place: Place, diff: Diff) -> str:
    """What a place is, in words."""
    if place.sign == "~":
        return f"overlapping: {share(place)}"
    if place.sign == "=":
        return "same passage"
    coder = diff.coders.first if place.sign == "-" else diff.coders.second
    return f"{coder.label} only"
