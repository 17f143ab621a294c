"""Mutated files and replies through every reader: nothing but an answer or an error for people.

    python benchmarks/fuzz.py [--cases 10000] [--seed 1] [--only NAME] [--keep FOLDER]

Each case is a good file with some of its bytes, lines or values changed. Counted are errors other
than autocode's own (`foreign_errors`), cases that take over two seconds of processor time
(`hangs`), and whatever is written, run or connected to beyond the folder of the case
(`writes_outside`). Prints a line for each reader and, last, one JSON object for all.
"""

import argparse
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autocode.coding.calls import read_calls
from autocode.coding.codebook import Codebook
from autocode.coding.files import coding_json, read_coding, verify
from autocode.coding.nouns import Code, Coder, Coding, Quote, TranscriptRef
from autocode.coding.runs import open_run
from autocode.coding.traces import code_traces
from autocode.errors import AutocodeError, InputError
from autocode.exchange.brat import brat_bytes
from autocode.exchange.doccano import doccano_bytes
from autocode.exchange.formats import read_project
from autocode.exchange.label_studio import label_studio_bytes
from autocode.exchange.project import project_of
from autocode.exchange.refi_writer import qdpx_bytes
from autocode.exchange.tables import read_code_table, read_coded_table
from autocode.exchange.taguette_writer import taguette_bytes
from autocode.exchange.word_writer import word_bytes
from autocode.models.completion import read_completion
from autocode.models.provider import AskError
from autocode.new_study import study_text
from autocode.propose.ask import answer_of
from autocode.propose.prompts import default_prompt, load_prompt
from autocode.propose.reply import Reader, UnusableError
from autocode.propose.reply_schema import marking_shape, naming_shape
from autocode.propose.tally import Tally as CallTally
from autocode.study import SETTINGS_FILE, Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import read_transcript
from autocode.transcript.readers.field_notes import read_fieldnotes
from autocode.transcript.sentences import sentences
from autocode.transcript.source import Source

ROOT = Path(__file__).parent.parent
HANG_SECONDS = 2.0
# What a mutation puts in: marks of the formats, and what has broken readers elsewhere.
SCRAPS = [
    b">", b"> ", b"# ", b"## ", b"# coding\n", b"**OPEN CODING TRACE:**",
    b"**AXIAL CODING TRACE:**", b"added:\n```\n", b"```", b"'''", b"= CClass(practice, 'x')",
    b"add_links({", b"![](", b"\n\n",
    b"\r", b"\x00", b"\x1b[2J", b"\x85", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xa8",
    b"\xe2\x80\xae", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\xef\xbf\xbe", b"\xf0\x9f\x92\xa1",
    b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b",", b":", b"null", b"true", b"NaN", b"-1",
    b"1e999", b"9" * 30, b"9" * 5000, b"[" * 3000, b'{"a":' * 3000, b" " * 5000, b"\t" * 5000,
    b"a" * 5000, b"-" * 5000, b"> " * 2000, b"'" * 3000, b"`" * 3000, b"*" * 3000, b"a." * 3000,
    b"{{", b"}}", b"{{ " + b" " * 3000, b"-->", b"00:00:01.000 --> 00:00:02.000\n", b"WEBVTT\n",
    b"<v Ann>", b"</", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"&#0;", b"&x;", b"../../x",
    b"/etc/passwd", b"=cmd|' /C calc'!A0", b"<script>", b"$\\frac{$", b"{\\rtf1", b"\\bin99999999 ",
    b"%PDF-1.7", b"stream\n", b"endobj",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**63, 10**18, 1.5, -0.0, "", "x", "\x1b", "\ud800",
    "a" * 3000, [], {}, [[]], [None], {"a": 1}, [1, "x", {}], {"id": 1}, "../x",
    "p1", "exact", "missing",
]  # fmt: skip

Mutation = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Target:
    """A reader: good inputs, the name of the file it gets, and what is done with that file."""

    name: str
    samples: Sequence[bytes]
    file: str
    read: Callable[[Path], object]


def mutated(rng: random.Random, data: bytes) -> bytes:
    """`data` with one to four changes; JSON is changed in its values half of the time."""
    if data[:2] == b"PK" and rng.random() < 0.8:
        return _in_archive(rng, data)
    for _ in range(rng.randint(1, 4)):
        if data[:1] in (b"{", b"[") and rng.random() < 0.5:
            data = _in_values(rng, data)
        else:
            data = rng.choice((_flip, _cut, _double, _insert, _swap_lines, _truncate))(rng, data)
    return data


def _place(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(rng.expovariate(1 / 20)))


def _flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 5) if data else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: random.Random, data: bytes) -> bytes:
    start, end = _place(rng, data)
    return data[:start] + data[end:]


def _double(rng: random.Random, data: bytes) -> bytes:
    start, end = _place(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def _insert(rng: random.Random, data: bytes) -> bytes:
    start, _ = _place(rng, data)
    return data[:start] + rng.choice(SCRAPS) * rng.choice((*[1] * 30, 3, 3, 3, 30)) + data[start:]


def _swap_lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _truncate(rng: random.Random, data: bytes) -> bytes:
    return data[: _place(rng, data)[0]]


def _in_values(rng: random.Random, data: bytes) -> bytes:
    """JSON, or a line of JSON, with one value or key of it changed."""
    lines = data.split(b"\n") if b'"outcome"' in data[:2000] else [data]
    at = rng.randrange(len(lines))
    try:
        value = json.loads(lines[at])
        nodes = list(_nodes(value))
    except (ValueError, RecursionError):
        return data
    if nodes:
        holder, key = rng.choice(nodes)
        if isinstance(holder, dict) and rng.random() < 0.3:
            holder[rng.choice(("x", "format", "", *holder))] = holder.pop(key)
        elif isinstance(holder[key], str) and holder[key][:1] == "{":  # JSON within JSON
            inner = mutated(rng, holder[key].encode("utf-8", "replace"))
            holder[key] = inner.decode("utf-8", "replace")
        else:
            holder[key] = rng.choice(VALUES)
    lines[at] = json.dumps(value).encode()
    return b"\n".join(lines)


def _nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key, child in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _nodes(child)


def _in_archive(rng: random.Random, data: bytes) -> bytes:
    """A zip file with one of its members changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        changed = rng.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, mutated(rng, content) if name == changed else content)
    return packed.getvalue()


def targets() -> list[Target]:
    """Every reader with samples of what it reads, small enough for thousands of cases."""
    notes = (ROOT / "seeds" / "p1.md").read_bytes()
    gold = (ROOT / "gold" / "p1.json").read_bytes()
    codebook = (ROOT / "gold" / "codebook.json").read_bytes()
    speech = _speech(notes)
    return [
        Target("field notes", [_part(notes, 0), _part(notes, 4000)], "p1.md", _transcript),
        Target("plain transcripts", [speech], "p1.txt", _transcript),
        Target("subtitles", [_subtitles(speech)], "p1.vtt", _transcript),
        Target("docx", [_docx(speech)], "p1.docx", _transcript),
        Target("opendocument", [_odt(speech)], "p1.odt", _transcript),
        Target("rich text", [_rtf(speech)], "p1.rtf", _transcript),
        Target("speech JSON", [_segments(speech)], "p1.json", _transcript),
        Target("tables", [_TABLE], "table.csv", _table),
        *_exchanged(),
        Target("codings", [_small(gold)], "p1.json", _coding),
        Target("codebooks", [codebook], "codebook.json", _codebook),
        Target("calls", [_calls()], "calls.jsonl", _read_calls),
        Target("manifests", [_manifest()], "manifest.json", lambda path: open_run(path.parent)),
        Target("settings", [study_text(SETTINGS_FILE).encode(), b'model = "x"\n'], SETTINGS_FILE,
               lambda path: Study.open(path.parent)),
        Target("prompts", [default_prompt("single")], "single.md", _prompt),
        Target("model replies", [_completion(_marking()), _completion(_naming())], "reply", _reply),
    ]  # fmt: skip


def _exchanged() -> list[Target]:
    """What other programs write, as far as autocode writes it too."""
    name, talk = "p1.md", _part((ROOT / "seeds" / "p1.md").read_bytes(), 0)
    transcript = read_fieldnotes(Source(talk, "p1", Path(name)))
    quotes = [
        Quote(id=f"q{turn.number}", start=turn.start, end=turn.start + 30, turn=turn.number,
              text=transcript.text[turn.start : turn.start + 30], status="exact",
              open_code="waiting", axial=["cost", "time"], note="a note")
        for turn in transcript.turns if turn.end > turn.start + 30
    ]  # fmt: skip
    coder = Coder(id="ann", kind="human")
    coding = Coding(transcript=TranscriptRef.of(transcript), coder=coder, quotes=quotes)
    project = project_of([(transcript, [coding])], [Code(id="cost"), Code(id="time")])
    return [
        Target(f"coded {suffix}", [data], f"p1{suffix}", lambda path: read_project(path, {}))
        for suffix, data in (
            (".qdpx", qdpx_bytes(project, "p1").data),
            (".docx", word_bytes(project).data),
            (".sqlite3", taguette_bytes(project, "p1").data),
            (".jsonl", doccano_bytes(project).data),
            (".json", label_studio_bytes(project).data),
            (".zip", brat_bytes(project).data),
        )
    ]


def _part(notes: bytes, start: int) -> bytes:
    """The head of field notes and a stretch of what follows."""
    head, _, rest = notes.partition(b"# coding")
    first = rest.find(b"\n> ", start)
    return head + b"# coding\n" + rest[first : first + 2500]


def _speech(notes: bytes) -> bytes:
    words = b"Thanks. We test our data, and then we wait \xe2\x80\x93 mostly.\nThat is all."
    turns = [b"%s: %s" % (who, words) for who in (b"Interviewer", b"Ann Lee", b"Interviewer")]
    return b"\n\n".join([*turns, notes[3000:3300].replace(b"\n", b" ")])


def _subtitles(speech: bytes) -> bytes:
    cues = [
        b"%d\n00:00:%02d.000 --> 00:00:%02d.500\n<v Ann>%s" % (n, n, n, line)
        for n, line in enumerate(speech.split(b"\n"), 1)
        if line
    ]
    return b"WEBVTT\n\nNOTE x\n\n" + b"\n\n".join(cues) + b"\n"


def _docx(speech: bytes) -> bytes:
    import docx

    document = docx.Document()
    for line in speech.decode().split("\n"):
        document.add_paragraph(line)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _odt(speech: bytes) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    lines = "".join(f"<text:p>{line}</text:p>" for line in speech.decode().split("\n"))
    body = f"<office:body><office:text>{lines}</office:text></office:body>"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:text="{names}:text:1.0">{body}</office:document-content>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return packed.getvalue()


def _rtf(speech: bytes) -> bytes:
    words = speech.decode().encode("ascii", "ignore").replace(b"\n", b"\\par\n")
    return b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0\\fs24 " + words + b"\\'e4\\u8211?\\par}"


def _segments(speech: bytes) -> bytes:
    lines = [line for line in speech.decode().split("\n") if line]
    segments = [
        {"id": n, "start": n * 2.0, "end": n * 2.0 + 1, "text": line, "speaker": f"S{n % 2}"}
        for n, line in enumerate(lines)
    ]
    return json.dumps({"text": speech.decode(), "segments": segments}).encode()


_TABLE = (
    b"document,quote,code,parent,coder,memo,paragraph\n"
    b"p1,We test our data,testing,quality,Ann,,3\n"
    b'p1,"and then, we wait",waiting > long,,Ann,"a ""note""",4\n'
)


def _small(gold: bytes) -> bytes:
    """A coding of which a change of one value is a change of something that matters."""
    coding = json.loads(gold)
    for key in ("quotes", "mentions", "codes", "relations"):
        coding[key] = coding.get(key, [])[:4]
    return json.dumps(coding).encode()


def _calls() -> bytes:
    call = {
        "step": "single", "chunk": 1, "attempt": 1, "key": "k", "outcome": "ok", "detail": None,
        "text": _marking(), "finish_reason": "stop", "refusal": None, "model": "m",
        "system_fingerprint": None, "prompt_tokens": 10, "completion_tokens": 5,
        "request": {"model": "m", "messages": [{"role": "user", "content": "x"}], "seed": 1},
        "response": {"choices": []}, "started": "2026-01-01T00:00:00+00:00", "latency": 0.1,
    }  # fmt: skip
    return b"\n".join(json.dumps(call | {"chunk": number}).encode() for number in (1, 2)) + b"\n"


def _manifest() -> bytes:
    return json.dumps({
        "format": "autocode/run@1", "run": "r", "status": "complete", "recipe": "r",
        "transcript": {"id": "p1", "sha256": "0", "length": 3}, "model_asked": "m",
        "models_answered": ["m"], "destination": "here", "identity": {"provider": "x"},
        "strategy": "single", "settings": {"density": 0.2}, "parameters_sent": {"seed": 1},
        "prompts": [{"step": "single", "source": "s", "sha256": "0", "text": "t"}],
        "codebook": {"sha256": None, "sent": ["a"], "held_back": []}, "versions": {"python": "3"},
        "git": {"commit": "0", "dirty": False}, "started": "2026-01-01T00:00:00+00:00",
        "ended": None, "questions": 1, "answered": 1, "requests": 1, "prompt_tokens": 1,
    }).encode()  # fmt: skip


def _marking() -> str:
    entry = {"first": 1, "last": 2, "open_code": "testing of data", "axial": ["a"],
             "new_code": None, "rationale": "because", "salience": 3}  # fmt: skip
    return json.dumps({"quotes": [entry, entry | {"axial": ["new code"], "new_code": "a b"}]})


def _naming() -> str:
    return json.dumps({"open_code": "testing of data", "axial": ["a"], "new_code": None})


def _completion(content: str) -> bytes:
    message = {"role": "assistant", "content": content, "refusal": None}
    return json.dumps({
        "id": "x", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message, "logprobs": None}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2}, "system_fingerprint": "fp",
    }).encode()  # fmt: skip


def _transcript(path: Path) -> None:
    transcript: Transcript = read_transcript(path, "p1")
    sentences(transcript.text)
    coding = code_traces(transcript)
    verify(coding, transcript)
    coding_json(coding).encode()


def _table(path: Path) -> None:
    for read in (read_coded_table, read_code_table):
        try:
            read(path.read_bytes(), path.name)
        except InputError:
            if read is read_code_table:
                raise


def _coding(path: Path) -> None:
    coding_json(read_coding(path)).encode()


def _codebook(path: Path) -> None:
    Codebook.load(path).without("p1", set())


def _read_calls(path: Path) -> None:
    calls = read_calls(path)
    json.dumps([CallTally(calls).figures(None), [answer_of(call) is None for call in calls]])


def _prompt(path: Path) -> None:
    (path.parent / "prompts").mkdir(exist_ok=True)
    shutil.copy(path, path.parent / "prompts" / path.name)
    load_prompt(Study(path.parent), "single")


_SHAPES = (
    marking_shape(["a"], 2, "sentence"),
    marking_shape([], 2, "verbatim"),
    naming_shape(["a"], 2),
)


def _reply(path: Path) -> None:
    """What a server sent, as each shape of question reads it."""
    answer = read_completion(path.read_bytes(), {"model": "m"}, cleaned=str, started="", latency=0)
    json.dumps(answer.response, ensure_ascii=False).encode()
    for shape in _SHAPES:
        try:
            reader = Reader(shape, {"sentences": frozenset({1, 2, 3})}, lambda _: None)
            reader.salvage(answer)
            reader.read(answer)
        except UnusableError as error:
            error.detail.encode()


class Watch:
    """Counts what a process writes, runs or connects to beyond one folder (by audit events)."""

    def __init__(self) -> None:
        self.folder, self.beyond = "", 0
        sys.addaudithook(self._hear)

    @contextmanager
    def on(self, folder: Path) -> Iterator[None]:
        self.folder = str(folder)
        try:
            yield
        finally:
            self.folder = ""

    def _hear(self, event: str, words: tuple[Any, ...]) -> None:
        if not self.folder:
            return
        if event == "open":
            path, mode, flags = words
            writing = (
                flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
                if mode is None
                else set(mode) & set("wax+")
            )
            if writing and isinstance(path, str | bytes):
                self._count(path)
        elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate"):
            self._count(words[0])
        elif event in ("os.rename", "os.link", "os.symlink"):
            self._count(words[1])
        elif event in (
            "subprocess.Popen",
            "os.system",
            "os.exec",
            "os.posix_spawn",
            "socket.connect",
        ):
            self.beyond += 1

    def _count(self, path: Any) -> None:
        self.beyond += not os.path.realpath(os.fsdecode(path)).startswith(self.folder)


@dataclass
class Tally:
    """What the cases of a reader came to."""

    cases: int = 0
    foreign_errors: int = 0
    hangs: int = 0
    writes_outside: int = 0
    refused: int = 0

    def add(self, other: "Tally") -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def shown(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if name != "refused"}


def fuzzed(target: Target, cases: int, seed: int, watch: Watch, keep: Path | None = None) -> Tally:
    """Read `cases` mutated samples; what fails is kept in `keep`, and said on stderr."""
    rng, tally = random.Random(f"{target.name} {seed}"), Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        path = folder / target.file
        for number in range(cases):
            data = mutated(rng, rng.choice(target.samples))
            path.write_bytes(data)
            trouble = _read(target, path, folder, watch, tally)
            if trouble:
                print(f"{target.name} {number}: {trouble}", file=sys.stderr)
                if keep:
                    keep.mkdir(exist_ok=True)
                    (keep / f"{target.name.replace(' ', '-')}-{number}").write_bytes(data)
    return tally


def _read(target: Target, path: Path, folder: Path, watch: Watch, tally: Tally) -> str:
    """Read one case and count what comes of it; what is wrong with it, in words."""
    clock, beyond, trouble = time.process_time(), watch.beyond, ""
    try:
        with watch.on(folder):
            target.read(path)
    except (AutocodeError, AskError) as error:
        tally.refused += 1
        if "\n" in str(error):
            tally.foreign_errors, trouble = tally.foreign_errors + 1, "an error of several lines"
    except Exception:  # whatever it is, it is what is looked for
        tally.foreign_errors, trouble = tally.foreign_errors + 1, traceback.format_exc(limit=-3)
    seconds = time.process_time() - clock
    tally.cases += 1
    if seconds > HANG_SECONDS:
        tally.hangs, trouble = tally.hangs + 1, f"{seconds:.1f} seconds"
    if watch.beyond > beyond:
        tally.writes_outside, trouble = tally.writes_outside + 1, "touched what is not its own"
    return trouble


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="The reader of this name.")
    parser.add_argument("--keep", type=Path, help="Where to put the inputs that fail.")
    chosen = parser.parse_args()
    watch, total = Watch(), Tally()
    for target in targets():
        if chosen.only in (None, target.name):
            clock = time.perf_counter()
            tally = fuzzed(target, chosen.cases, chosen.seed, watch, chosen.keep)
            total.add(tally)
            seconds = time.perf_counter() - clock
            print(
                f"{target.name}: {tally.shown()}, {tally.refused} refused, {seconds:.0f} s",
                flush=True,
            )
    print(json.dumps(total.shown()))


if __name__ == "__main__":
    main()
