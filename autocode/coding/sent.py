"""What of a study went into the requests of a run: prompts, codebook, coded excerpts."""

from pydantic import Field

from autocode.files import Record


class PromptUsed(Record):
    """A template of a run: where it came from, its hash, and its text as it was."""

    step: str
    source: str
    sha256: str
    text: str


class CodebookUsed(Record):
    """Which codes were sent in any request, which were held back, and a warning when that leaks.

    collapsed: codes that are another one spelt otherwise, and were sent as that one.
    """

    sha256: str | None
    sent: list[str]
    held_back: list[str]
    collapsed: dict[str, str] = Field(default_factory=dict)
    warning: str | None = None


class ExcerptUsed(Record):
    """An excerpt of another transcript that went along with requests: its turn, the quotes marked
    in it (none: it was left alone), and the numbers of the requests."""

    transcript: str
    turn: int
    quotes: list[str]
    chunks: list[int]


class Skipped(Record):
    """Turns, first to last, that no request was about, and why."""

    first: int
    last: int
    why: str


class CodingLearnt(Record):
    """A human coding of another transcript that a model was shown parts of."""

    transcript: str
    coder: str
    sha256: str


class ExamplesUsed(Record):
    """What a model was shown of the study's other coded transcripts.

    quotes: per code the transcript and the quote that stood beside it. habits: the lines that say
    how the study is coded. left_out: why a coded transcript was not taken, in sentences.
    """

    codings: list[CodingLearnt]
    excerpts: list[ExcerptUsed]
    quotes: dict[str, tuple[str, str]]
    habits: list[str]
    left_out: list[str]
