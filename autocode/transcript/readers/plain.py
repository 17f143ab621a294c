"""Plain text with speaker labels (`Name: words`, `[id1] words`, or a line of their own).

The canonical text is what was said, built as for field notes: labels are not part of it.
"""

from collections.abc import Iterator, Sequence

from autocode.transcript import roles
from autocode.transcript.dirt import dirt
from autocode.transcript.nouns import Oddity, Transcript, Turn
from autocode.transcript.source import Reader, Source
from autocode.transcript.speech import Paragraph, Speech
from autocode.transcript.turns import TurnBuilder, talk, with_roles


def read_plain(source: Source) -> Transcript:
    """The transcript in a plain text.

    A text without labels (grey literature, a diary) is one turn without a speaker: nobody can
    tell from the text alone where another voice would begin.
    """
    decoded = source.decoded
    paragraphs = list(_lines(decoded.lines))
    builder = TurnBuilder()
    speech = Speech(builder, paragraphs, inline_roles_only=False)
    for paragraph in paragraphs:
        speech.add(paragraph)
    text = builder.finish()
    assigned, unsure = roles.assign(talk(text, builder.turns), speech.first_line)
    turns = with_roles(builder.turns, assigned)
    speakers = sorted(assigned)
    oddities = [*decoded.oddities, *builder.oddities, *speech.oddities, *unsure]
    oddities += [*_unlabelled(turns, speech), *_rejected(speech), *dirt(decoded.lines, speakers)]
    oddities.sort(key=lambda oddity: oddity.line)
    return Transcript(source.id, text, turns, oddities=tuple(oddities))


READER = Reader("plain text", (".txt", ".md"), lambda _: True, read_plain)


def _lines(lines: Sequence[str]) -> Iterator[Paragraph]:
    # Every line may begin with a label, so every line is a paragraph of its own.
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield Paragraph(number, [line])


def _unlabelled(turns: Sequence[Turn], speech: Speech) -> Iterator[Oddity]:
    """A talk whose labels were lost looks like a text by one author."""
    if turns and all(turn.speaker is None for turn in turns):
        message = "no speaker labels: everything is coded as one voice"
        hint = "if several people speak, write `Name:` before each turn"
        yield Oddity(speech.first_line, "labels", message, hint)


def _rejected(speech: Speech) -> Iterator[Oddity]:
    """Labels that were read as words, where others were read as labels."""
    if speech.inline.names and speech.rejected:
        names = ", ".join(f"'{label}:'" for label in dict.fromkeys(speech.rejected))
        message = f"read as words, not as speakers: {names}"
        yield Oddity(speech.first_line, "label", message, "a speaker's label comes back")
