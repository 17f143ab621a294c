"""A selection of hostile codings that exporters are given."""

from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Mention, Quote, TranscriptRef
from autocode.coding.sources import Source
from autocode.exchange.exports import CodedTranscript, Selection
from autocode.transcript.nouns import Transcript, Turn

HOSTILE = "<script>alert('x')</script> & \"q\" ]]> \x1b[2J =1+1 'x"
TALK = f"Why so, then?\n\nBecause {HOSTILE} it is slow. We need 🜁 a catalog.\nReally we do."


def transcript() -> Transcript:
    first = TALK.index("\n\n")
    turns = (
        Turn(1, "=Ada<b>", "interviewer", 0, first, 1, 3.0),
        Turn(2, "Ola", "participant", first + 2, len(TALK), 3, 3661.0, 3700.0),
    )
    return Transcript("p1", TALK, turns)


def coding(who: str, kind: str, *words: str, **more: object) -> Coding:
    talk, quotes = transcript(), []
    for number, text in enumerate(words, 1):
        start = TALK.find(text)
        located = start >= 0
        turn = talk.turn_at(start) if located else None
        quotes.append(
            Quote(
                id=f"q{number}", start=start if located else None,
                end=start + len(text) if located else None, text=text,
                status="exact" if located else "missing", turn=turn.number if turn else None,
                open_code=f"=cmd|'{HOSTILE}'", axial=["speed", "cost"][:number],
                rationale="@SUM(1)" if kind == "model" else None, note="-memo",
            )
        )  # fmt: skip
    return Coding.model_validate(
        {"transcript": TranscriptRef.of(talk), "coder": Coder.model_validate(
            {"id": who, "kind": kind}), "quotes": quotes,
         "codes": [CodedWith(id="speed", label="<i>Speed</i>", parent="cost")], **more}
    )  # fmt: skip


def selection() -> Selection:
    human = coding(
        "jo", "human", "it is slow. We need", "nowhere said",
        mentions=[Mention(code="<u>m", turn=2), Mention(code="nowhere")],
    )  # fmt: skip
    model = coding("m-1", "model", "slow. We need 🜁 a catalog.\nReally", "it is slow. We need")
    sources = tuple(Source.of(each) for each in (human, model))
    document = CodedTranscript(transcript(), sources)
    return Selection((document,), (Code(id="cost", label="=Cost"),))
