"""OPEN/AXIAL blocks of field notes -> `Trace`: what the human noted, line by line."""

import re
from dataclasses import dataclass, field

from autocode.transcript.notes.axial import read_codes
from autocode.transcript.nouns import Oddity, Trace, TraceItem

# Begins the AXIAL half of a trace, wherever it stands.
ADDED = re.compile(r"\s*(added|adds?|changed|updated|extended|new|removed)\s*:\s*", re.I)


@dataclass
class TraceDraft:
    """A trace while its lines are read; `half` is the one that is open."""

    half: str
    open_line: int | None = None
    axial_line: int | None = None
    items: list[TraceItem] = field(default_factory=list)
    code: list[tuple[int, str]] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    fenced: bool = False  # the AXIAL half has had its fence
    closed: bool = False

    @property
    def line(self) -> int:
        return self.open_line or self.axial_line or 1

    def axial(self, line: int, rest: str = "") -> None:
        """The AXIAL half begins."""
        self.half, self.axial_line = "axial", line
        if rest:
            self.text(line, rest)

    def text(self, line: int, text: str) -> None:
        """A line that is neither fenced nor a marker: an item, or code without a fence."""
        added = ADDED.match(text)
        if self.half == "open" and added is None:
            self.items.append(TraceItem(text.strip(), line))
        elif self.half == "open":
            self._half_without_marker(line)
            self.code_line(line, text[added.end() :] if added else text)
        elif self.closed:
            message = f"'{text.strip()[:60]}' stands after the AXIAL code and belongs to nothing"
            hint = "begin it with `>` if it was said, or put it under an OPEN marker"
            self.oddities.append(Oddity(line, "stray", message, hint))
        else:
            self.code_line(line, text[added.end() :] if added else text)

    def fence(self, line: int) -> None:
        """A fence opens or closes."""
        if self.half == "open":
            self._half_without_marker(line)
        self.closed = self.fenced
        self.fenced = not self.fenced

    def unclosed(self, line: int) -> None:
        """The fence ends without being closed."""
        hint = "close it with ``` on a line of its own"
        self.oddities.append(Oddity(line, "fence", "the fenced code here has no end", hint))
        self.closed, self.fenced = True, False

    def finish(self, number: int, turn: int | None, offset: int) -> Trace:
        """The trace, with its AXIAL code read and its oddities complete."""
        axial = read_codes(self.code)
        self.oddities += axial.oddities
        self._report_halves(bool(axial.codes or axial.relations))
        return Trace(
            number,
            turn,
            offset,
            self.open_line,
            self.axial_line,
            tuple(self.items),
            tuple(axial.codes),
            tuple(axial.relations),
        )

    def code_line(self, line: int, text: str) -> None:
        """A line of AXIAL code, inside the fence or without one."""
        if text.strip():
            added = ADDED.fullmatch(text)
            self.code.append((line, "" if added else text))
        else:
            self.code.append((line, ""))

    def _half_without_marker(self, line: int) -> None:
        self.half, self.axial_line = "axial", line
        message = "AXIAL code stands here without its marker"
        hint = "write **AXIAL CODING TRACE:** above it"
        self.oddities.append(Oddity(line, "marker", message, hint))

    def _report_halves(self, axial: bool) -> None:
        if not self.items and not axial:
            message, hint = "this trace is empty", "remove it, or add what it should hold"
        elif not self.items:
            message, hint = "this trace has axial codes but no OPEN half", "add its quotes"
        elif not axial:
            message, hint = "this trace has quotes but no axial codes", "add its AXIAL half"
        else:
            return
        self.oddities.append(Oddity(self.line, "half-trace", message, hint))
