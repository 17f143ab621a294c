"""Codings made of offsets, their materials, and the figures of a comparison one by one."""

import json

from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.panel import PanelConfig
from autocode.panel.comparison import BRANCHES, Material, Source
from autocode.transcript.nouns import Transcript, Turn

BARE = PanelConfig(permutations=0, baseline_draws=1, gamma_samples=5)
QUICK = PanelConfig(permutations=99, baseline_draws=5, gamma_samples=5)
QUOTES = [(110, 160, "A"), (310, 390, "B"), (700, 790, "A"), (1500, 1590, "C"), (3100, 3180, "B")]


def transcript(name="p1", turns=40):
    """Turns of 98 characters, two sentences each, interviewer and participant in turns."""
    one = ("word " * 9 + "end. ") * 2
    said = [one.strip()[:98]] * turns
    starts = [100 * number for number in range(turns)]
    made = [
        Turn(n + 1, "P" if n % 2 else "I", "participant" if n % 2 else "interviewer", s, s + 98, 1)
        for n, s in enumerate(starts)
    ]
    return Transcript(name, "\n\n".join(said), tuple(made))


def coding(who, quotes, *, text=None, length=4000, document="p1", **more):
    """quotes: (start, end, *codes); a code that begins with "label:" is the open code."""
    made = [
        Quote(
            id=f"q{number}",
            start=start,
            end=end,
            text=text.text[start:end] if text else "x" * (end - start),
            status="exact",
            axial=[code for code in codes if not code.startswith("label:")],
            open_code=next((code[6:] for code in codes if code.startswith("label:")), None),
        )
        for number, (start, end, *codes) in enumerate(quotes, 1)
    ]
    sha256, length = (text.sha256, len(text.text)) if text else (document * 32, length)
    about = TranscriptRef(id=text.id if text else document, sha256=sha256, length=length)
    kind = "model" if who.startswith("model") else "human"
    coder = Coder(id=who, kind=kind, assisted=more.pop("assisted", False))
    return Coding(transcript=about, coder=coder, quotes=made + more.pop("lost", []), **more)


def material(gold, model, *, text=None, **more):
    text = text or transcript()
    codings = (coding("gold", gold, text=text), coding("model", model, text=text))
    return Material(tuple(map(Source.of, codings)), text, **more)


def bare(*coders, **more):
    """A material without its transcript."""
    names = ("gold", "model", "carla")
    made = [coding(name, units, **more) for name, units in zip(names, coders, strict=False)]
    return Material(tuple(map(Source.of, made)))


def leaves(tree, path=()):
    """Every figure of a JSON tree; what is no figure must be a branch."""
    if "value" in tree and "unit" in tree:
        yield path, tree
        return
    for key, below in tree.items():
        assert isinstance(below, dict), (path, key)
        yield from leaves(below, (*path, key))


def tree_of(comparison):
    dumped = json.loads(comparison.model_dump_json())
    return {name: dumped[name] for name in BRANCHES}
