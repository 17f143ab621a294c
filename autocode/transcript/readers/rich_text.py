"""Rich Text Format (.rtf), which every word processor writes; its words, without their setting."""

from striprtf.striprtf import rtf_to_text

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.plain import text_lines
from autocode.transcript.source import Reader, Source

_BEGINNING = b"{\\rtf"


def read_rtf(source: Source) -> Transcript:
    """The transcript in an RTF file.

    Raises:
        InputError: it is no RTF, is damaged, or holds no words.
    """
    hint = "Open it in a word processor and save it as .docx."
    if not source.data.lstrip().startswith(_BEGINNING):
        raise InputError("this is no RTF", where=source.path, hint=hint)
    try:
        text = str(rtf_to_text(source.data.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever the parser trips over, the file is not readable here
        raise InputError("this RTF is damaged", where=source.path, hint=hint) from error
    lines = list(text_lines(text.replace("\r", "")))
    if not lines:
        raise source.empty()
    return conversation(source, lines)


READER = Reader(
    "rich text",
    (".rtf",),
    lambda source: source.suffix == ".rtf" or source.data.lstrip().startswith(_BEGINNING),
    read_rtf,
)
