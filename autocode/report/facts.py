"""What a report counts besides agreement: texts, codings, runs and where the coders part.

It goes under the key `report` of comparison.json, so that every number of a report stands there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from autocode.agreement.matching import align
from autocode.agreement.spans import Unit
from autocode.coding.materials import Material
from autocode.coding.nouns import Coding
from autocode.coding.ranking import characters_of
from autocode.coding.runs import Manifest, Run
from autocode.coding.sources import Source
from autocode.diff import Diff
from autocode.transcript.nouns import Transcript
from autocode.transcript.sentences import sentences

# IoU from which two quotes count as one, for the curve over thresholds.
STEPS = tuple(step / 20 for step in range(1, 21))


def facts_of(
    materials: Sequence[Material],
    diffs: Mapping[str, Diff],
    runs: Mapping[str, Run],
    reviews: Mapping[str, Mapping[Any, int]],
) -> dict[str, Any]:
    """Everything countable that is not a figure of the panel; JSON types only."""
    documents = {
        material.codings[0].coding.transcript.id: _document(material) for material in materials
    }
    return {
        "documents": documents,
        "total": _total(documents.values()),
        "parting": _parting(diffs.values()),
        "matched": _matched(materials),
        "runs": {name: run_facts(run) for name, run in runs.items()},
        **({"reviews": reviews} if reviews else {}),
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
    marked = characters_of(coding.located())
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
        values = [facts.get(key) for facts in every]
        sums[key] = None if None in values else sum(values)
    panel = min(len(facts["coders"]) for facts in every)
    sums["coders"] = [
        {key: sum(facts["coders"][at][key] for facts in every) for key in _CODER}
        for at in range(panel)
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
    for material in materials:
        ours, theirs = (_units(source.coding) for source in material.codings[:2])
        pairs += [pair.iou for pair in align(ours, theirs)]
        quotes += len(ours) + len(theirs)
    curve = [2 * sum(iou >= step for iou in pairs) / quotes if quotes else None for step in STEPS]
    return {"thresholds": list(STEPS), "f1": curve, "quotes": quotes}


def _units(coding: Coding) -> list[Unit]:
    return [Unit(q.span.start, q.span.end, q.id) for q in coding.located() if q.span]


def run_facts(run: Run) -> dict[str, Any]:
    """The numbers of a run and of its calls; times in seconds, None where they are not recorded."""
    made, calls = run.manifest, run.calls()
    took = [call["latency"] for call in calls if isinstance(call.get("latency"), float)]
    outcomes = Counter(str(call.get("outcome")) for call in calls)
    sent = {str(call["system_fingerprint"]) for call in calls if call.get("system_fingerprint")}
    return {
        "questions": made.questions,
        "answered": made.answered,
        "requests": made.requests,
        "repeated": max(0, made.requests - made.questions),
        "prompt_tokens": made.prompt_tokens,
        "completion_tokens": made.completion_tokens,
        "failures": made.failures,
        "outcomes": dict(sorted(outcomes.items(), key=lambda item: (item[0] != "ok", item[0]))),
        "fingerprints": sorted(sent),
        "seconds": _seconds(made),
        "latency_median": median(took) if took else None,
        "latency_p95": quantiles(took, n=20)[-1] if len(took) > 1 else None,
        "codes_sent": len(made.codebook.sent),
        "codes_held_back": len(made.codebook.held_back),
        "settings": _numeric(made.settings),
        "parameters": _numeric(made.parameters_sent),
        "kept": made.thresholds[-1].marked if made.thresholds else None,
        "stability": made.stability,
    }


def _seconds(manifest: Manifest) -> float | None:
    if manifest.ended is None:
        return None
    try:
        begun, ended = map(datetime.fromisoformat, (manifest.started, manifest.ended))
        return (ended - begun).total_seconds()
    except (ValueError, TypeError):
        return None


def _numeric(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in settings.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
