"""Studies made by hand for the tests of report: transcripts, codings, runs, evidence."""

import dataclasses
import json
import tempfile
from pathlib import Path

from autocode.coding.materials import Material
from autocode.coding.nouns import CodedWith, Coder, Coding, Failure, Quote, TranscriptRef
from autocode.coding.runs import Manifest, Run
from autocode.coding.sent import CodebookUsed, PromptUsed
from autocode.coding.sources import Source
from autocode.panel import PanelConfig
from autocode.panel.comparison import compare
from autocode.report import Evidence
from autocode.report.document import Column, Number, Table, line
from autocode.transcript.nouns import Transcript, Turn

QUICK = PanelConfig(permutations=40, baseline_draws=3, gamma_samples=5)
# Everything that some format gives a meaning to.
NASTY = (
    r"""<script>alert("x")</script> 50 % & $5 #1 a_b {c} ~ ^ \input{x} | *bold* `tick` """
    "[l](u) → γ Ж"
)

LABELS = {"a_code": "Code <A> & B_1"}
MARKS = [(110, 160, "a_code"), (310, 390, "b"), (700, 790, "a_code"), (1500, 1590, "c")]
OTHERS = [(110, 160, "a_code"), (330, 390, "c"), (2100, 2190, "b"), (3300, 3380, "a_code")]


def transcript(name="p1", turns=40, says="word " * 9 + "end. "):
    """Turns of up to 98 characters, interviewer and participant in turns, 100 characters apart."""
    said = (says * 2).strip()[:98].ljust(98, ".")
    made = [
        Turn(
            n + 1, "Participant" if n % 2 else "Interviewer",
            "participant" if n % 2 else "interviewer", 100 * n, 100 * n + 98, n + 1,
        )
        for n in range(turns)
    ]  # fmt: skip
    return Transcript(name, "\n\n".join([said] * turns), tuple(made))


def coding(of, who, marks, *, kind="human", assisted=False, lost=(), **more):
    """A coding; marks are (start, end, *codes), `lost` words that are not in the transcript."""
    quotes = [
        Quote(
            id=f"q{n}", start=start, end=end, text=of.text[start:end], status="exact",
            axial=list(codes), open_code=f"about {codes[0]}" if codes else None,
        )
        for n, (start, end, *codes) in enumerate(marks, 1)
    ]  # fmt: skip
    quotes += [Quote(id=f"lost{n}", text=text, status="missing") for n, text in enumerate(lost, 1)]
    codes = sorted({code for _, _, *own in marks for code in own})
    return Coding(
        transcript=TranscriptRef.of(of),
        coder=Coder(id=who, kind=kind, assisted=assisted),
        quotes=quotes,
        codes=[CodedWith(id=code, label=LABELS.get(code)) for code in codes],
        **more,
    )  # fmt: skip


def manifest(of, name="RUN", **more):
    """The manifest of a complete run."""
    made = {
        "run": name,
        "status": "complete",
        "recipe": "0" * 64,
        "transcript": TranscriptRef.of(of),
        "model_asked": "local:/home/anna/weights/small_model.gguf",
        "models_answered": ["small_model.gguf"],
        "destination": "this machine only",
        "identity": {"provider": "local", "weights": {"file": "small.gguf", "sha256": "f" * 64}},
        "strategy": "single",
        "settings": {"density": 0.22, "chunk_tokens": 3000, "context_sentences": 3, "max_codes": 3,
                     "temperature": 0.0, "seed": 1, "roles": ["participant"], "anchor": "sentence"},
        "parameters_sent": {"temperature": 0.0, "seed": 1, "max_tokens": 300},
        "parameters_defaulted": ["top_p", "stop"],
        "prompts": [PromptUsed(step="single", source="prompts/single.md", sha256="a" * 64,
                               text=f"# A\n  {NASTY}\n\\end{{verbatim}} ```\n{{{{codebook}}}}")],
        "codebook": CodebookUsed(sha256="b" * 64, sent=["a_code", "b"], held_back=["c"]),
        "versions": {"autocode": "0.1.0", "python": "3.11.7"},
        "git": {"commit": "c" * 40, "dirty": False},
        "started": "2026-11-22T10:00:00.000+00:00",
        "ended": "2026-11-22T10:01:40+00:00",
        "questions": 4,
        "answered": 4,
        "requests": 5,
        "prompt_tokens": 4464,
        "completion_tokens": 730,
    }  # fmt: skip
    return Manifest(**{**made, **more})


CALLS = [
    {"outcome": "ok", "latency": 2.0, "system_fingerprint": "fp_1"},
    {"outcome": "ok", "latency": 4.0},
    {"outcome": "torn", "latency": 3.0},
]


def material(of=None, ours=MARKS, theirs=OTHERS, *, gold=None, model=None, runs=0, humans=()):
    """The reference coding against a model's; `runs` further runs, each a little shifted."""
    of = of or transcript()
    first = coding(of, "gold", ours, **(gold or {}))
    second = coding(of, "small", theirs, kind="model", **(model or {}))
    further = [
        coding(of, "small", [(a + 10 * k, b + 10 * k, *c) for a, b, *c in theirs], kind="model")
        for k in range(1, runs + 1)
    ]
    return Material(
        (Source.of(first, f"gold/{of.id}.json"), Source.of(second, f"runs/{of.id}/RUN")),
        of,
        runs=tuple(Source.of(one, f"runs/{of.id}/RUN{k}") for k, one in enumerate(further, 1)),
        humans=tuple(Source.of(one) for one in humans),
    )


def with_run(source, of, **more):
    """The source as if it were read from the folder of a run that made CALLS."""
    folder = Path(tempfile.mkdtemp())
    (folder / "calls.jsonl").write_text("".join(json.dumps(call) + "\n" for call in CALLS))
    run = Run(folder, manifest(of, source.name.split("/")[-1], **more))
    return dataclasses.replace(source, run=run)


def evidence(*materials, incomplete=False, with_runs=True, **more):
    """Evidence of these materials (one, if none is given), compared quickly."""
    materials = materials or (material(),)

    def run(sources, of):
        models = with_runs and of
        return tuple(
            with_run(source, of)
            if models and source.coding.coder.kind == "model" and not source.run
            else source
            for source in sources
        )

    materials = tuple(
        dataclasses.replace(
            one, codings=run(one.codings, one.transcript), runs=run(one.runs, one.transcript)
        )
        for one in materials
    )
    comparison = compare(materials, QUICK, None, incomplete=incomplete)
    return Evidence("made", materials, comparison, **more)


def twelve():
    """Twelve documents in which the model finds more and more; three runs and a second human."""
    made = []
    for n in range(1, 13):
        of = transcript(f"p{n}", turns=20 + 2 * n)
        ours = [m for m in MARKS if m[1] < len(of.text)]
        theirs = [*ours[: n // 4], (1700, 1790, f"only{n % 3}")]
        anna = coding(of, "anna", [(a + 5, b, *c) for a, b, *c in ours])
        made.append(material(of, ours, theirs, runs=2, humans=(anna,)))
    return made


def three_coders():
    """Three people, no model."""
    of = transcript()
    codings = [
        coding(of, "anna", MARKS), coding(of, "ben", OTHERS), coding(of, "carla", MARKS[:2]),
    ]  # fmt: skip
    return Material(tuple(Source.of(one) for one in codings), of)


def failed():
    """A coding that is not whole."""
    failure = Failure(chunk=2, step="single", kind="cut off", detail="no end in 3 attempts")
    return material(
        model={"incomplete": "interrupted after 3 of 4 questions", "failures": [failure]}
    )


def wide_table(columns):
    """A table with a column of names and many of numbers."""
    number = Number("−0.125", "/x", -0.125)
    heads = (Column("Code"), *(Column("reference", numeric=True) for _ in range(columns)))
    row = (line("a code with a long name"), *(line(number) for _ in range(columns)))
    return Table(f"t{columns}", "Many columns", heads, (row,))
