"""Field notes (Markdown with `>` words and OPEN/AXIAL traces) -> Transcript.

Only what was said is canonical text; headings, labels, traces, images, metadata and code that is
not under `>` are not part of it. Nothing is repaired: what looks wrong becomes an oddity.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from autocode.errors import InputError
from autocode.transcript import roles
from autocode.transcript.dirt import dirt
from autocode.transcript.notes.axial import read_declaration
from autocode.transcript.notes.lines import Line, is_coding_heading, lex, marker
from autocode.transcript.notes.traces import TraceDraft
from autocode.transcript.nouns import Oddity, Trace, Transcript
from autocode.transcript.source import Reader, Source
from autocode.transcript.speech import Paragraph, Speech
from autocode.transcript.turns import TurnBuilder, talk, with_roles

Block = Paragraph | TraceDraft
_ID_HEADING = re.compile(r"#\s*([A-Za-z]{1,8})\s*")


def is_fieldnotes(source: Source) -> bool:
    """Whether a file has the marks of field notes: `# coding`, an OPEN/AXIAL marker, or `>`."""
    lines = source.decoded.lines
    return any(is_coding_heading(line) or marker(line) for line in lines) or (
        source.suffix == ".md" and any(line.startswith(">") for line in lines)
    )


def read_fieldnotes(source: Source) -> Transcript:
    """The transcript in field notes; empty where they hold traces alone.

    Raises:
        InputError: there is neither a transcript (nothing begins with `>`) nor a trace.
    """
    lines, id_ = source.decoded.lines, source.id
    start = body_start(lines)
    reading = _read_blocks(lex(lines, start))
    if not reading.blocks:
        raise InputError(
            "field notes without a transcript: no line after `# coding` begins with `>`",
            where=source.path, hint="Begin every paragraph that was said with `> `.",
        )  # fmt: skip
    if not any(isinstance(block, Paragraph) for block in reading.blocks):
        message = "these notes have traces and no transcript: their quotes cannot be located"
        hint = "begin every paragraph that was said with `> `"
        reading.oddities.append(Oddity(start + 1, "no-transcript", message, hint))
    metadata = _metadata(lines[:start], id_)
    transcript = _assemble(reading, id_, metadata, source.told.interviewer)
    speakers = sorted({turn.speaker for turn in transcript.turns if turn.speaker})
    oddities = (*source.decoded.oddities, *transcript.oddities, *dirt(lines, speakers))
    return replace(transcript, oddities=tuple(sorted(oddities, key=lambda oddity: oddity.line)))


READER = Reader("field notes", (".md", ".txt"), is_fieldnotes, read_fieldnotes)


def body_start(lines: Sequence[str]) -> int:
    """The index of the line where the transcript begins: after `# coding`, else the first `>`."""
    heading = next((n for n, line in enumerate(lines) if is_coding_heading(line)), None)
    if heading is not None:
        return heading + 1
    return next((n for n, line in enumerate(lines) if line.lstrip().startswith(">")), len(lines))


@dataclass
class _Reading:
    """Paragraphs and traces in file order, and what stood between them."""

    blocks: list[Block] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    trace: TraceDraft | None = None

    def said(self, line: Line) -> None:
        self.trace = None
        self.blocks.append(Paragraph(line.number, [line.text]))

    def more(self, line: Line) -> None:
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, Paragraph):
            last.lines.append(line.text)

    def open(self, line: Line) -> None:
        self.trace = TraceDraft("open", open_line=line.number)
        self.blocks.append(self.trace)
        if line.text:
            self.trace.text(line.number, line.text)

    def axial(self, line: Line) -> None:
        if self.trace is None or self.trace.axial_line is not None:
            self.trace = TraceDraft("axial")
            self.blocks.append(self.trace)
        self.trace.axial(line.number, line.text)

    def text(self, line: Line) -> None:
        if roles.is_role(line.text.strip().rstrip(",:")) and not self._open_half():
            message = f"the speaker label '{line.text.strip()}' lacks its `>`; it was read as one"
            self.oddities.append(Oddity(line.number, "label", message, "begin the line with `> `"))
            self.said(line)
        elif self.trace is not None:
            self.trace.text(line.number, line.text)
        else:
            message = f"'{line.text.strip()[:60]}' is neither said (`>`) nor part of a trace"
            hint = "begin it with `> ` if it was said"
            self.oddities.append(Oddity(line.number, "stray", message, hint))

    def heading(self, line: Line) -> None:
        if is_coding_heading(line.text):
            return
        if self._open_half():
            self.text(line)
        else:
            message = f"the heading '{line.text[:60]}' is not part of the transcript"
            hint = "begin it with `> ` if it belongs to the text"
            self.oddities.append(Oddity(line.number, "heading", message, hint))

    def fence(self, line: Line) -> None:
        if self.trace is not None and not self.trace.closed:
            self.trace.fence(line.number)

    def unclosed(self, line: Line) -> None:
        if self.trace is not None and not self.trace.closed:
            self.trace.unclosed(line.number)
        else:
            message, hint = "the fenced code here has no end", "close it with ``` on its own line"
            self.oddities.append(Oddity(line.number, "fence", message, hint))

    def code(self, line: Line) -> None:
        if self.trace is not None and self.trace.fenced:
            self.trace.code_line(line.number, line.text)

    def _open_half(self) -> bool:
        return self.trace is not None and self.trace.half == "open"


def _read_blocks(lexed: Iterable[Line]) -> _Reading:
    reading = _Reading()
    take = {
        "said": reading.said, "more": reading.more, "open": reading.open, "axial": reading.axial,
        "text": reading.text, "heading": reading.heading, "fence": reading.fence,
        "unclosed": reading.unclosed, "code": reading.code,
    }  # fmt: skip
    for line in lexed:
        if line.kind in take:
            take[line.kind](line)
    return reading


def _assemble(
    reading: _Reading,
    id: str,
    metadata: tuple[dict[str, str], list[Oddity]],
    interviewer: str | None,
) -> Transcript:
    builder = TurnBuilder()
    speech = Speech(builder, [b for b in reading.blocks if isinstance(b, Paragraph)])
    traces: list[Trace] = []
    oddities = [*metadata[1], *reading.oddities]
    for block in reading.blocks:
        if isinstance(block, Paragraph):
            speech.add(block)
        else:
            traces.append(block.finish(len(traces) + 1, len(builder.turns) or None, builder.offset))
            oddities += block.oddities
    text = builder.finish()
    assigned, unsure = roles.assign(talk(text, builder.turns), speech.first_line, interviewer)
    oddities += [*builder.oddities, *speech.oddities, *unsure]
    turns = with_roles(builder.turns, assigned)
    return Transcript(id, text, turns, metadata[0], tuple(traces), tuple(oddities))


def _metadata(lines: Sequence[str], id: str) -> tuple[dict[str, str], list[Oddity]]:
    """What the lines above `# coding` say, and whether they name another transcript than `id`.

    The first AXIAL trace declares the source; it adds only what no heading says.
    """
    values: dict[str, list[str]] = {}
    code: list[tuple[int, str]] = []
    key = ""
    for line in lex(lines):
        if is_coding_heading(line.text):
            break
        if line.kind == "heading":
            named = _ID_HEADING.fullmatch(line.text)
            key = "id" if named else line.text.strip("# \t").lower()
            values.setdefault(key, []).extend([named[1]] if named else [])
        elif line.kind in ("open", "axial"):
            key = ""
        elif line.kind == "code":
            code.append((line.number, line.text))
        elif line.kind in ("text", "said", "more") and key:
            values[key].append(line.text.strip())
    written = {key: ("" if key == "id" else "\n").join(texts) for key, texts in values.items()}
    declared = read_declaration(code)
    metadata = {**declared, **{key: value for key, value in written.items() if key}}
    ordered = {key: metadata[key] for key in (*written, *declared) if key in metadata}
    called = ordered.get("id", "")
    if not called or _bare(called) == _bare(id):
        return ordered, []
    message = f"the notes call themselves '{called}', but the file is '{id}'"
    hint = "check that this is the right file, and mend one of the two"
    return ordered, [Oddity(1, "id", message, hint)]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
