"""What a report counts besides agreement: texts, codings, runs and where the coders part.

It goes under the key `report` of comparison.json, so that every number of a report stands there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autocode.agreement.matching import align
from autocode.agreement.spans import Unit, marked_characters
from autocode.coding.materials import Material
from autocode.coding.nouns import Coding
from autocode.coding.sources import Source
from autocode.diff import Diff
from autocode.report.ran import Ran
from autocode.transcript.nouns import Transcript
from autocode.transcript.sentences import sentences

# IoU from which two quotes count as one, for the curve over thresholds.
STEPS = tuple(step / 20 for step in range(1, 21))


def facts_of(
    materials: Sequence[Material], diffs: Mapping[str, Diff], runs: Mapping[str, Ran]
) -> dict[str, Any]:
    """Everything countable that is not a figure of the panel; JSON types only."""
    documents = {one.codings[0].coding.transcript.id: _document(one) for one in materials}
    return {
        "documents": documents,
        "total": _total(documents.values()),
        "parting": _parting(diffs.values()),
        "matched": _matched(materials),
        "runs": {name: ran.as_facts() for name, ran in runs.items()},
    }


def _document(material: Material) -> dict[str, Any]:
    about = material.codings[0].coding.transcript
    text = _text_facts(material.transcript) if material.transcript else {}
    coders = [_coder_facts(source) for _, source in material.sources]
    return {"length": about.length, **text, "coders": coders}


def _text_facts(transcript: Transcript) -> dict[str, Any]:
    """Counts of turns, sentences and speakers; shares of what was said, in characters."""
    said: Counter[str | None] = Counter()
    turns: Counter[str | None] = Counter()
    for turn in transcript.turns:
        said[turn.role] += turn.end - turn.start
        turns[turn.role] += 1
    whole = said.total()
    return {
        "turns": len(transcript.turns),
        "sentences": len(sentences(transcript.text)),
        "speakers": len({turn.speaker for turn in transcript.turns if turn.speaker}),
        "participant_turns": turns["participant"] + turns[None],
        "participant_share": (said["participant"] + said[None]) / whole if whole else None,
    }


def _coder_facts(source: Source) -> dict[str, Any]:
    coding = source.coding
    located = list(coding.located())
    length = coding.transcript.length
    marked = marked_characters(_units(coding))
    codes = {code for quote in coding.quotes for code in quote.axial}
    statuses = Counter(str(quote.status) for quote in coding.quotes)
    return {
        "source": source.name,
        "quotes": len(coding.quotes),
        "located": len(located),
        "missing": statuses["missing"],
        "statuses": {name: statuses[name] for name in ("exact", "normalised", "fuzzy", "missing")},
        "mentions": len(coding.mentions),
        "axial_codes": len(codes | {mention.code for mention in coding.mentions}),
        "open_codes": len({quote.open_code for quote in coding.quotes if quote.open_code}),
        "marked": marked,
        "marked_share": marked / length if length else None,
    }


_TEXT = ("length", "turns", "sentences", "participant_turns")
_CODER = ("quotes", "located", "missing", "mentions", "marked")


def _total(documents: Any) -> dict[str, Any]:
    """Sums over documents; None where a transcript is not at hand."""
    every = list(documents)
    sums: dict[str, Any] = {"documents": len(every)}
    for key in _TEXT:
        values = [one.get(key) for one in every]
        sums[key] = None if None in values else sum(values)
    panel = min(len(one["coders"]) for one in every)
    sums["coders"] = [
        {key: sum(one["coders"][at][key] for one in every) for key in _CODER} for at in range(panel)
    ]
    for coder in sums["coders"]:
        coder["marked_share"] = coder["marked"] / sums["length"] if sums["length"] else None
    return sums


def _parting(diffs: Any) -> dict[str, Any]:
    """Quotes of either coder that the other has, has in part or has not; codes likewise."""
    totals = [diff.total for diff in diffs]
    quotes = {
        side: {
            key: sum(getattr(total.quotes.of(name), key) for total in totals)
            for key in ("same", "overlapping", "only", "missing")
        }
        for side, name in (("reference", "first"), ("other", "second"))
    }
    codes = {
        "both": sum(total.codes.both for total in totals),
        "reference": sum(total.codes.first for total in totals),
        "other": sum(total.codes.second for total in totals),
    }
    return {"quotes": quotes, "codes": codes}


def _matched(materials: Sequence[Material]) -> dict[str, Any]:
    """F1 of one-to-one matched quotes over IoU thresholds, whatever their codes."""
    pairs, quotes = [], 0
    for one in materials:
        ours, theirs = (_units(source.coding) for source in one.codings[:2])
        pairs += [pair.iou for pair in align(ours, theirs)]
        quotes += len(ours) + len(theirs)
    curve = [2 * sum(iou >= step for iou in pairs) / quotes if quotes else None for step in STEPS]
    return {"thresholds": list(STEPS), "f1": curve, "quotes": quotes}


def _units(coding: Coding) -> list[Unit]:
    return [Unit(q.span.start, q.span.end, q.id) for q in coding.located() if q.span]
