"""Paragraphs -> who says them: labels open turns, everything else belongs to the open one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autocode.transcript.doubts import MIXED
from autocode.transcript.labels import clean, find_inline, find_labels, split_inline
from autocode.transcript.names import label_key
from autocode.transcript.nouns import Oddity
from autocode.transcript.roles import is_role
from autocode.transcript.turns import TurnBuilder


@dataclass
class Paragraph:
    """Lines that stand together, as they stand; `line` is where the first is in the file."""

    line: int
    lines: list[str]


class Speech:
    """Hands paragraphs to a `TurnBuilder`, telling labels from words."""

    def __init__(self, builder: TurnBuilder, paragraphs: Sequence[Paragraph]) -> None:
        self._builder = builder
        entries = []
        for paragraph in paragraphs:
            first, *rest = paragraph.lines
            entries += [first, "\n".join(rest)] if rest else [first]
        self.labels = find_labels(entries)
        self.inline = find_inline(entries)
        # One person is one speaker, whether the label has its own line or not.
        self.inline.names = {**self.inline.names, **self.labels.names} if self.inline.names else {}
        self.mixed: list[Oddity] = []
        self.first_line = paragraphs[0].line if paragraphs else 1

    @property
    def oddities(self) -> list[Oddity]:
        return [*self.labels.oddities, *self.inline.oddities, *self.mixed]

    def add(self, paragraph: Paragraph) -> None:
        """The next paragraph, in file order."""
        for piece in self._pieces(paragraph):
            first, rest = piece.lines[0], piece.lines[1:]
            speaker = self.labels.speaker(first, piece.line, exact=bool(rest))
            if speaker is None:
                split = split_inline(first)
                if split and self.inline.names:
                    speaker = self.inline.speaker(split[0], piece.line, exact=True)
                if split and speaker is not None:
                    first = split[1]
                elif split and label_key(split[0]) in self.labels.names:
                    self._doubt(split[0], piece.line)
                rest = [first, *rest]
            if speaker is not None:
                self._builder.speaker(speaker, piece.line)
            self._builder.paragraph("\n".join(rest), piece.line)

    def _doubt(self, label: str, line: int) -> None:
        """Report words that begin with somebody's label, where labels have lines of their own."""
        message = f"'{label}:' is a speaker's label elsewhere; here it was read as words"
        hint = "give it a paragraph of its own, beginning with `> `"
        self.mixed.append(Oddity(line, MIXED, message, hint))

    def _pieces(self, paragraph: Paragraph) -> Iterator[Paragraph]:
        """The paragraph, cut where a line of its own names a role: its `>` was forgotten."""
        start = 0
        for at in range(1, len(paragraph.lines)):
            if is_role(clean(paragraph.lines[at])):
                yield Paragraph(paragraph.line + start, paragraph.lines[start:at])
                start = at
        yield Paragraph(paragraph.line + start, paragraph.lines[start:])
