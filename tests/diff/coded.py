"""Transcripts and codings made by hand for the tests of diff."""

from autocode.coding.nouns import Coder, Coding, Mention, Quote, TranscriptRef
from autocode.transcript.nouns import Transcript, Turn


def transcript(*turns: str, id: str = "t") -> Transcript:
    """A transcript of these turns, by turns of an interviewer and a participant."""
    made, start = [], 0
    for number, text in enumerate(turns, 1):
        role = "participant" if number % 2 == 0 else "interviewer"
        made.append(Turn(number, role.title(), role, start, start + len(text), 10 * number))
        start += len(text) + 2
    return Transcript(id, "\n\n".join(turns), tuple(made))


def quote(of: Transcript, start: int, end: int, *codes: str, name: str = "", **more) -> Quote:
    """A located quote; `name` is its open code."""
    return Quote(
        id=f"q{start}-{end}",
        start=start,
        end=end,
        text=of.text[start:end],
        status="exact",
        open_code=name or None,
        axial=list(codes),
        **more,
    )


def missing(text: str, *codes: str, turn: int | None = None) -> Quote:
    """A quote that was not located."""
    return Quote(id="lost", text=text, status="missing", axial=list(codes), turn=turn)


def coding(
    of: Transcript,
    *quotes: Quote | tuple,
    id: str = "gold",
    kind: str = "human",
    mentions: tuple[tuple[str, int | None], ...] = (),
    **more,
) -> Coding:
    """A coding of these quotes; a tuple is start, end and codes."""
    return Coding(
        transcript=TranscriptRef.of(of),
        coder=Coder(id=id, kind=kind, assisted=more.pop("assisted", False)),
        quotes=[item if isinstance(item, Quote) else quote(of, *item) for item in quotes],
        mentions=[Mention(code=code, turn=turn) for code, turn in mentions],
        **more,
    )


def model(of: Transcript, *quotes: Quote | tuple, **more) -> Coding:
    """The coding of a model."""
    return coding(of, *quotes, id="small", kind="model", **more)
