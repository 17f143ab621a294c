"""A human coding written by hand: what its file leaves out is filled in from the transcript.

`{"format": "autocode/coding@1", "quotes": [{"text": "…", "axial": ["code"]}]}` in `gold/p1.jo.json`
is enough: whose coding it is says the file's name, and quotes are located by their words. A quote
that stands nowhere, or in several places, is missing: nothing is guessed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autocode.coding.grounding import Grounder
from autocode.coding.nouns import TranscriptRef
from autocode.transcript.nouns import Transcript

_PLACE = ("start", "end", "status")


def completed(data: dict[str, Any], path: Path, transcript: Callable[[], Transcript]) -> Any:
    """The record of a coding file as it would be in full; `transcript` is asked when needed."""
    quotes = data.get("quotes", [])
    lean = [quote for quote in quotes if _is_lean(quote)] if isinstance(quotes, list) else []
    if not lean and {"transcript", "coder"} <= data.keys():
        return data
    coded = transcript()
    coder = path.stem.removeprefix(coded.id).strip(".") or "gold"
    full = {
        "transcript": TranscriptRef.of(coded).model_dump(),
        "coder": {"id": coder, "kind": "human"},
        **data,
    }
    grounder = Grounder(coded.text)
    for number, quote in enumerate(quotes if isinstance(quotes, list) else (), 1):
        if _is_lean(quote):
            words = quote["text"]
            located = grounder.locate(words)
            if located.span is None or len(grounder.places(words)) > 1:
                quote["status"] = "missing"
            else:
                quote.update(located.fields(words, coded))
        if isinstance(quote, dict):
            quote.setdefault("id", f"q{number}")
    return full


def _is_lean(quote: Any) -> bool:
    """Whether a quote is given by its words alone."""
    words = isinstance(quote, dict) and isinstance(quote.get("text"), str)
    return words and all(quote.get(key) is None for key in _PLACE)
