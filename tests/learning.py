"""A study of four short interviews, three of them coded, for tests of what a model is shown."""

import json
from pathlib import Path

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Quote, TranscriptRef
from autocode.propose.precedents import Precedent
from autocode.study import Settings, Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load

CODES = {
    "water_rota": ("Watering by rota", "g1"),
    "grants": ("Grants from the city", "g2"),
    "compost_heap": ("Common compost", None),
    "late_fees": ("Fees paid late", "g4"),
}
# What participants say: passages in brackets are marked, with their codes.
SAID = {
    "g1": (
        "How is the water shared?",
        "Well, hello. [water_rota: We have a rota for the water that hangs on the shed, and who "
        "forgets a turn waters twice. It was Pilar who wrote the first rota.] Anyway, that is it.",
        "And apart from that?",
        "Nothing much happened that summer, to be honest, we only sat in the shade, talked about "
        "holidays and about the weather and the neighbours, and then everybody went home again "
        "before it got dark, as one does in the garden on a warm evening of July.",
    ),
    "g2": (
        "Who pays for the fence?",
        "[grants,compost_heap: The city paid a grant for the fence after seven letters.] "
        "[: Without letters there is no money.] I see the gate from here. [late_fees: Fees come "
        "late.]",
    ),
    "g3": (
        "What becomes of the leaves?",
        "[compost_heap: Leaves go onto the compost heap, which belongs to everyone.] Mind the "
        "step.",
    ),
    "g4": (
        "How is the garden paid for?",
        "Fees are paid late by nearly everybody, and that is the quarrel of every spring here. "
        "The water is shared by a rota, too, and a grant paid for the well.",
        "Thank you.",
        "Bye.",
    ),
}


def garden(root: Path, **settings: object) -> Study:
    """The study; g1 to g3 are coded, and g4 as well where its own coding must not leak."""
    (root / "gold").mkdir(parents=True)
    (root / "seeds").mkdir()
    study = Study(root, Settings.model_validate({"strategy": "single"} | settings))
    codes = [Code(id=id_, label=label, first_defined_in=first, kind="practice")
             for id_, (label, first) in CODES.items()]  # fmt: skip
    Codebook(codes=codes).save(study.codebook_path)
    for id_, turns in SAID.items():
        said = [(n, *_parsed(words)) for n, words in enumerate(turns)]
        lines = (f"{'Pat' if n % 2 else 'Ivo'}: {text}\n" for n, text, _ in said)
        (root / "seeds" / f"{id_}.txt").write_text("".join(lines), encoding="utf-8")
        marks = [(words, axial) for _, _, marked in said for words, axial in marked]
        write_gold(study, id_, marks or [("Fees are paid late by nearly everybody", ["late_fees"])])
    return study


def write_gold(study: Study, id_: str, marks: list[tuple[str, list[str]]]) -> None:
    """A human coding that marks these words."""
    transcript = load(study, id_)
    quotes = [quote(transcript, f"q{n}", words, axial) for n, (words, axial) in enumerate(marks, 1)]
    used = {code for _, axial in marks for code in axial}
    coding = Coding(
        transcript=TranscriptRef.of(transcript),
        coder=Coder(id="gold", kind="human"),
        quotes=quotes,
        codes=[CodedWith(id=id_) for id_ in sorted(used)],
    )
    study.gold_path(id_).write_text(json.dumps(coding.model_dump()), encoding="utf-8")


def quote(transcript: Transcript, id_: str, words: str, axial: list[str]) -> Quote:
    start = transcript.text.index(words)
    return Quote(id=id_, start=start, end=start + len(words), text=words, status="exact",
                 axial=axial)  # fmt: skip


def precedent(transcript: Transcript, *quotes: Quote, **changes: object) -> Precedent:
    coding = Coding(
        transcript=TranscriptRef.of(transcript),
        coder=Coder(id="gold", kind="human"),
        quotes=list(quotes),
    )
    return Precedent(transcript, coding.model_copy(update=changes), "0" * 64, ("participant",))


def _parsed(words: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """The words without their marks, and each marked passage with its codes."""
    text, marks = "", []
    for part in words.replace("]", "[").split("["):
        codes, colon, passage = part.partition(": ")
        marked = bool(colon) and all(code in CODES or not code for code in codes.split(","))
        text += passage if marked else part
        if marked:
            marks.append((passage, [code for code in codes.split(",") if code]))
    return text, marks
