"""Paragraphs and speakers -> canonical text and turns: the one place that counts offsets.

Paragraphs of one turn are joined by `\\n`, turns by `\\n\\n`; labels are not part of the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autocode.transcript.nouns import Oddity, Role, Turn
from autocode.transcript.stamps import Stamp

PARAGRAPH, TURN = "\n", "\n\n"


@dataclass
class TurnBuilder:
    """Takes what was said in order; `offset` is where the canonical text has got to."""

    offset: int = 0
    turns: list[Turn] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    pending: Stamp | None = None  # the time at a label that stands on a line of its own
    _speaker: str | None = None
    _label_line: int | None = None

    def speaker(self, name: str, line: int) -> None:
        """Somebody begins to speak; a turn without words is an oddity, not a turn."""
        self._report_empty()
        self._speaker, self._label_line = name, line

    def paragraph(
        self, text: str, line: int, *, joint: str = PARAGRAPH, time: Stamp | None = None
    ) -> None:
        """One paragraph of the turn that is open; trailing white space is not part of it.

        joint: what stands between it and the paragraph before; time: when it was said.
        """
        text = text.rstrip()
        if not text:
            return
        new = self._label_line is not None or not self.turns
        if self.turns:
            self._add(TURN if new else joint)
        start = self.offset
        self._add(text)
        if new:
            number = len(self.turns) + 1
            opened = Turn(number, self._speaker, None, start, self.offset, self._label_line or line)
            self.turns.append(opened)
            self._label_line = None
        turn, time, self.pending = self.turns[-1], time or self.pending, None
        start_s, end_s = (time.start, time.end) if time else (None, None)
        self.turns[-1] = replace(
            turn, end=self.offset,
            start_s=start_s if turn.start_s is None else turn.start_s,
            end_s=turn.end_s if end_s is None else end_s,
        )  # fmt: skip

    @property
    def ended(self) -> str:
        """The last character so far, and "" where the next paragraph begins a turn."""
        return self._pieces[-1][-1:] if self._pieces and self._label_line is None else ""

    @property
    def current(self) -> str | None:
        """Who speaks."""
        return self._speaker

    def finish(self) -> str:
        """The canonical text."""
        self._report_empty()
        return "".join(self._pieces)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self.offset += len(text)

    def _report_empty(self) -> None:
        if self._label_line is not None:
            message = f"{self._speaker} has a label here but says nothing"
            hint = "remove the label, or add what was said"
            self.oddities.append(Oddity(self._label_line, "empty-turn", message, hint))


def talk(text: str, turns: list[Turn]) -> dict[str, str]:
    """All that each speaker says, in order of first appearance."""
    said: dict[str, list[str]] = {}
    for turn in turns:
        if turn.speaker:
            said.setdefault(turn.speaker, []).append(text[turn.start : turn.end])
    return {speaker: PARAGRAPH.join(words) for speaker, words in said.items()}


def with_roles(turns: list[Turn], roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    """The turns with the role of their speakers."""
    return tuple(replace(turn, role=roles.get(turn.speaker or "")) for turn in turns)
