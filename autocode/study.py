"""The study folder: settings, and from an id to its files (ids never leave the folder)."""

import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autocode.errors import StudyError
from autocode.text import excerpt

SETTINGS_FILE = "autocode.toml"
SEEDS, GOLD, PROMPTS, RUNS, REPORTS = "seeds", "gold", "prompts", "runs", "reports"
REVIEWS = "reviews"
PRIVATE = "private"
_ID = re.compile(r"\w(?:[\w.-]*\w)?")
# gold/codebook.json is the codebook: a transcript of that name would be written over it.
CODEBOOK = "codebook"
# Files are named after ids, with a coder and a suffix, and file systems take 255 bytes.
_LONGEST_ID = 100
ID_RULE = (
    f"An id has only letters, digits, '_', '-' and '.', {_LONGEST_ID} bytes at most, "
    f"and is not '{CODEBOOK}'."
)
# Larger settings are no settings, and TOML can be written so that reading it takes hours.
_LARGEST_SETTINGS = 256 * 1024
_DEEP_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){20}""")


class Settings(BaseModel):
    """What `autocode.toml` may say; every key has a default, unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    research_question: str = ""
    model: str = "local"
    base_url: str | None = None
    privacy: Literal["none", "redacted"] = "none"
    strategy: str | None = None  # see coding.strategies; None: what suits the model
    roles: tuple[Literal["participant", "interviewer"], ...] = Field(
        default=("participant",), min_length=1
    )
    density: float | None = Field(default=None, gt=0, le=1)  # of what may be coded; None: no limit
    max_codes: int | None = Field(default=None, ge=1, le=20)  # None: as the study codes
    examples: Literal["auto", "none"] | Annotated[int, Field(ge=1, le=1000)] = "auto"
    example_tokens: int = Field(default=6000, ge=200, le=1_000_000)
    codebook_tokens: int = Field(default=6000, ge=200, le=1_000_000)
    runs: int = Field(default=1, ge=1, le=25)
    critic: bool = False
    anchor: Literal["sentence", "verbatim"] = "sentence"
    temperature: float = Field(default=0.0, ge=0, le=2)
    seed: int = Field(default=1, ge=-(2**63), lt=2**63)
    reasoning_effort: str | None = Field(default=None, pattern="^[a-z]{1,20}$")
    reply_tokens: int | None = Field(default=None, ge=16, le=1_000_000)
    longest_reply_tokens: int = Field(default=32_000, ge=16, le=1_000_000)
    chunk_tokens: int = Field(default=3000, ge=200, le=1_000_000)
    context_sentences: int = Field(default=3, ge=0, le=1000)
    concurrency: int = Field(default=4, ge=1, le=64)
    request_minutes: float = Field(default=10, gt=0, le=10_000)
    run_hours: float = Field(default=24, gt=0, le=10_000)
    deadline: float | None = Field(default=None, gt=0, le=10_000)
    requests_per_minute: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    tokens_per_minute: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    failures_in_a_row: int = Field(default=5, ge=1)


@dataclass(frozen=True)
class Study:
    """A folder with transcripts in `seeds/` and, as work goes on, gold, prompts, runs, reports.

    given: the settings that the user named on the command line; the others came with the study.
    """

    root: Path
    settings: Settings = field(default_factory=Settings)
    given: frozenset[str] = frozenset()

    @classmethod
    def open(cls, root: Path) -> "Study":
        """The study in `root`.

        Raises:
            StudyError: no study there, or its `autocode.toml` cannot be used.
        """
        root = root.resolve()
        file = root / SETTINGS_FILE
        if file.is_file():
            return cls(root, _read_settings(file))
        if (root / SEEDS).is_dir():
            return cls(root)
        raise StudyError(
            f"no study here: there is neither {SETTINGS_FILE} nor a {SEEDS}/ folder",
            where=root,
            hint="Change to the study folder, name it with `autocode --study DIR`, or create one "
            "with `autocode init DIR`.",
        )

    @classmethod
    def around(cls, folder: Path) -> "Study":
        """The study in `folder`, else in the nearest folder above with an `autocode.toml`.

        Raises:
            StudyError: no study there, or its `autocode.toml` cannot be used.
        """
        folder = folder.resolve()
        if not (folder / SEEDS).is_dir():
            studies = (at for at in (folder, *folder.parents) if (at / SETTINGS_FILE).is_file())
            return cls.open(next(studies, folder))
        return cls.open(folder)

    @property
    def seeds_path(self) -> Path:
        """The folder of the transcripts; which files in it are, `transcript.seeds` says."""
        return self.inside(self.root / SEEDS)

    def gold_path(self, id: str, coder: str = "gold") -> Path:
        """Where the human coding of `id` is: `gold/p1.json`, or `gold/p1.anna.json` for a coder."""
        check_id(id)
        check_coder(coder)
        name = f"{id}.json" if coder == "gold" else f"{id}.{coder}.json"
        return self.inside(self.root / GOLD / name)

    def gold_paths(self, id: str) -> list[Path]:
        """The human codings of `id` that are there, `gold/p1.json` first."""
        first = self.gold_path(id)
        others = sorted(first.parent.glob(f"{id}.*.json"))
        return [self.inside(path) for path in (first, *others) if path.is_file()]

    def coded_ids(self) -> set[str]:
        """The ids that a human coding may be of, by the names of the files: some are of none."""
        parts = (path.name.split(".")[:-1] for path in (self.root / GOLD).glob("*.json"))
        return {".".join(part[:n]) for part in parts for n in range(1, len(part) + 1)} - {
            "codebook"
        }

    @property
    def codebook_path(self) -> Path:
        return self.inside(self.root / GOLD / "codebook.json")

    @property
    def prompts_path(self) -> Path:
        return self.inside(self.root / PROMPTS)

    def runs_path(self, id: str) -> Path:
        """The folder of all runs on transcript `id`; of those on the codebook for `CODEBOOK`."""
        return self.inside(self.root / RUNS / (id if id == CODEBOOK else check_id(id)))

    @property
    def private_path(self) -> Path:
        """The folder of what leads from pseudonyms back to people."""
        return self.inside(self.root / PRIVATE)

    def review_path(self, id: str, reviewer: str) -> Path:
        """The record of a review: `reviews/p1/anna.jsonl`, `reviews/p1/anna+jo.jsonl` of two."""
        name = f"{check_coder(reviewer)}.jsonl"
        return self.inside(self.root / REVIEWS / check_id(id) / name)

    def review_paths(self, id: str) -> list[Path]:
        """The records of all reviews of `id`, by the reviewers' names."""
        folder = self.root / REVIEWS / check_id(id)
        return [self.inside(path) for path in sorted(folder.glob("[!.]*.jsonl"))]

    def report_path(self, name: str) -> Path:
        """The folder of report `name`."""
        return self.inside(self.root / REPORTS / check_id(name))

    def inside(self, path: Path) -> Path:
        """`path` itself when it is in the study.

        A link could point anywhere: what a study reads and writes stays in it.

        Raises:
            StudyError: it leads out.
        """
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise StudyError(
                "this path leads out of the study folder",
                where=path,
                hint="Copy the file into the study instead of linking to it.",
            )
        return path


def check_id(id: str) -> str:
    """`id` itself, when it is a plain name.

    Raises:
        StudyError: it holds a path separator, white space or anything else no id has, or is taken.
    """
    if not is_id(id):
        raise StudyError(f"{excerpt(id)!r} is not a valid id", hint=ID_RULE)
    return id


def check_coder(coder: str) -> str:
    """`coder` itself, when it is a plain name, or several joined by '+' who agreed on a coding.

    Raises:
        StudyError: it is neither.
    """
    for name in coder.split("+"):
        check_id(name)
    return coder


def is_id(name: str) -> bool:
    """Whether this is a plain name that can stand for a transcript or a coder."""
    return (
        len(name.encode("utf-8", "replace")) <= _LONGEST_ID
        and _ID.fullmatch(name) is not None
        and ".." not in name
        and name != CODEBOOK
    )


def natural_order(text: str) -> list[tuple[int, int, str]]:
    """Sort key under which p2 stands before p10."""
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _read_settings(file: Path) -> Settings:
    try:
        return Settings.model_validate(_table(file))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        what, hint = f"{key}: {first['msg']}", "Correct that value."
        if first["type"] == "extra_forbidden":
            close = get_close_matches(key, Settings.model_fields, n=1)
            what = f"there is no setting called {key}"
            hint = f"Did you mean {close[0]}?" if close else "`autocode init` explains them all."
        raise StudyError(what, where=file, line=_line_of(file, key), hint=hint) from error


def _table(file: Path) -> dict[str, object]:
    """What a TOML file says.

    Raises:
        StudyError: it cannot be read, or is no TOML that can be read in reasonable time.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST_SETTINGS + 1)
    except OSError as error:
        raise StudyError(
            f"cannot be read: {error.strerror}", where=file, hint="Check its permissions."
        ) from error
    if len(data) > _LARGEST_SETTINGS:
        raise StudyError("too large for settings", where=file, hint="`autocode init` writes some.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        if deep := _DEEP_KEY.search(text):
            place = text.count("\n", 0, deep.start()) + 1
            raise StudyError("a key has too many parts", where=file, line=place)
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise StudyError("not UTF-8 text", where=file, hint="Save it as UTF-8.") from error
    except RecursionError as error:
        raise StudyError("not valid TOML: nested too deeply", where=file) from error
    except ValueError as error:
        # tomllib says where in words: "(at line 1, column 8)", "(at end of document)".
        line = re.search(r" \(at line (\d+), .*\)$", str(error))
        raise StudyError(
            f"not valid TOML: {str(error)[: line.start()] if line else error}",
            where=file,
            line=int(line[1]) if line else None,
            hint=f"Correct {'that line' if line else 'the file'}.",
        ) from error


def _line_of(file: Path, key: str) -> int | None:
    name = key.split(".")[0]
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    return next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith(name)), None)
