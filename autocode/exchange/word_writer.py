"""A coded transcript as a Word document: passages shaded, codes as comments by who coded.

The first paragraph of a comment holds the codes, an open code in “quote marks”; below it stands
the note. The codebook follows as an appendix. `word_reader` reads all of it again.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.run import Run

from autocode.exchange.project import Passage, Project, ProjectDocument, Written, colours
from autocode.exchange.refi_codebook import code_names, xml_safe
from autocode.files import undated
from autocode.text import plural
from autocode.transcript.nouns import Span

# What is set after the last turn: readers of transcripts know that nobody says the rest.
_END = "[End of transcript]"
_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_OPEN_SHADE = "#dddddd"


def word_bytes(project: Project) -> Written:
    """The documents of a project as one .docx file, and what was lost on the way.

    Comments are in the order of the passages; the same project is always the same bytes.
    """
    word: Word = docx.Document()
    properties = word.core_properties
    properties.title, properties.author = "Coded transcript", "autocode"
    properties.created = properties.modified = _DATE
    style: Any = word.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10.5)
    named = [document.name for document in project.documents if document.text is not None]
    word.sections[0].header.paragraphs[0].text = _words(", ".join(named))
    writing = _Writing(word, project)
    for document in project.documents:
        if document.text is not None:
            writing.document(document)
    writing.codebook()
    return Written(undated(word.save), tuple(writing.losses))


def _words(text: str) -> str:
    """Words as Word can hold them: what XML cannot is a sign of its own, so that places stay."""
    return xml_safe(text, "\ufffd")


class _Writing:
    """Writes a project into one document; `losses` gather what it cannot hold."""

    def __init__(self, word: Word, project: Project) -> None:
        self._word, self._project = word, project
        # A semicolon parts the codes of a comment.
        self._codes = [replace(code, name=code.name.replace(";", ",")) for code in project.codes]
        self._names, renamed = code_names(self._codes, "")
        split = [code.name for code in project.codes if ";" in code.name]
        self._shades = colours(project.codes)
        self.losses = [*project.remarks, *renamed]
        self.losses += [f"the code {name!r} has commas for its semicolons there" for name in split]

    def document(self, document: ProjectDocument) -> None:
        """The turns of a document, each under its speaker, and the comments on them."""
        text = document.text or ""
        passages = [p for p in self._project.passages if p.document == document.name and p.span]
        cuts = sorted({at for p in passages if p.span for at in (p.span.start, p.span.end)})
        shades = self._shades_of(passages, cuts)
        speakers = {turn.start: turn.speaker for turn in document.turns if turn.speaker}
        runs: list[tuple[int, Run]] = []
        at = 0
        for line in text.split("\n"):
            if at in speakers:
                self._speaker(speakers[at])
            if line.strip():
                paragraph = self._word.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(4)
                # A run begins wherever a passage begins or ends within the line.
                inside = cuts[bisect_right(cuts, at) : bisect_left(cuts, at + len(line))]
                for start, end in pairwise([at, *inside, at + len(line)]):
                    run = paragraph.add_run(_words(text[start:end]))
                    runs.append((start, run))
                    if start in shades:
                        _shade(run, shades[start])
            at += len(line) + 1
        self._comments(document.name, passages, runs)
        if _words(text) != text:
            self.losses.append(f"{document.name}: characters that XML cannot hold are \ufffd")

    def _speaker(self, name: str) -> None:
        paragraph = self._word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{_words(name)}:").bold = True

    def _shades_of(self, passages: Sequence[Passage], cuts: Sequence[int]) -> dict[int, str]:
        """The colour at the beginning of each run: of the passages there, the innermost one's."""
        shades: dict[int, str] = {}
        spans = [(p.span, p.codes) for p in passages if p.span]
        for span, codes in sorted(spans, key=lambda pair: (pair[0].start, -pair[0].end)):
            colour = next(
                (self._shades[code] for code in codes if code in self._shades), _OPEN_SHADE
            )
            inside = cuts[bisect_left(cuts, span.start) : bisect_left(cuts, span.end)]
            shades.update(dict.fromkeys(inside, colour))
        return shades

    def _comments(
        self, name: str, passages: Sequence[Passage], runs: Sequence[tuple[int, Run]]
    ) -> None:
        starts, lost = [start for start, _ in runs], 0
        for passage in passages:
            span = passage.span or Span(0, 0)
            # Runs are cut where passages begin and end: those that begin in one are within it.
            within = runs[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
            lost += not within
            if within:
                coder = passage.coder or ""
                initials = "".join(part[0] for part in re.findall(r"\w+", coder))[:3].upper()
                ends = [within[0][1], within[-1][1]]
                text = _words(self._comment(passage))
                comment: Any = self._word.add_comment(ends, text, _words(coder), initials)
                comment._comment_elm.date = _DATE
        if lost:
            self.losses.append(f"{name}: {plural(lost, 'passage')} without words left out")

    def _comment(self, passage: Passage) -> str:
        """What a comment says: codes in one line, then the note."""
        codes = [self._names[code] for code in passage.codes if code in self._names]
        codes += [f"“{passage.open_code}”"] if passage.open_code else []
        line = "; ".join(" ".join(code.split()) for code in codes)
        return f"{line}\n{passage.note}" if passage.note else line

    def codebook(self) -> None:
        """The codes that the comments name, with their definitions, on pages of their own."""
        if not self._project.codes:
            return
        end = self._word.add_paragraph(_END)
        end.runs[0].add_break(WD_BREAK.PAGE)
        self._word.add_heading("Codebook", 1)
        table = self._word.add_table(rows=1, cols=3, style="Table Grid")
        for cell, title in zip(table.rows[0].cells, ("Code", "Under", "Definition"), strict=True):
            cell.paragraphs[0].add_run(title).bold = True
        for code in self._codes:
            row = table.add_row().cells
            run = row[0].paragraphs[0].add_run(_words(self._names[code.id]))
            _shade(run, self._shades[code.id])
            row[1].text = _words(self._names.get(code.parent or "", ""))
            row[2].text = _words(code.definition)


def _shade(run: Run, colour: str) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour.lstrip("#"))):
        shading.set(qn(f"w:{name}"), value)
    run._r.get_or_add_rPr().append(shading)
