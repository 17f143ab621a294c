"""PDF that holds text. Its lines are those of the page: pieces of a sentence are joined again."""

import io
from dataclasses import replace

from pypdf import PdfReader

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.plain import text_lines
from autocode.transcript.source import Reader, Source

_BEGINNING = b"%PDF-"
_MOST_PAGES = 3000


def read_pdf(source: Source) -> Transcript:
    """The transcript in a PDF; lines are numbered through all pages.

    Raises:
        InputError: it is damaged, encrypted, or holds pictures of pages and no text.
    """
    hint = "Save the transcript as .docx or .txt in the program that it was written in."
    try:
        pages = PdfReader(io.BytesIO(source.data)).pages[:_MOST_PAGES]
        text = "\n\f".join(page.extract_text() for page in pages)
    except Exception as error:  # pypdf raises what it meets: the file is not readable here
        raise InputError(
            "this PDF is damaged or encrypted", where=source.path, hint=hint
        ) from error
    lines = [replace(line, caption=True) for line in text_lines(text)]
    if not lines:
        what = "this PDF holds no text: its pages are pictures"
        raise InputError(what, where=source.path, hint=f"{hint} Else have its text recognised.")
    return conversation(source, lines)


READER = Reader(
    "PDF",
    (".pdf",),
    lambda source: source.suffix == ".pdf" or source.data.startswith(_BEGINNING),
    read_pdf,
)
