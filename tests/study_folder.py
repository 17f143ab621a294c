"""A study folder that tests put codings and runs into."""

from pathlib import Path

from autocode.coding.files import write_coding
from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.coding.runs import Manifest
from autocode.coding.sent import CodebookUsed, PromptUsed
from autocode.files import to_json
from autocode.transcript.readers import read_transcript

SAID = "I ask people first. Then I look at the data. I write nothing down. That is my way."
NOTES = "# p\n1\n# coding\n\n" + "".join(
    f"> Interviewer\n\n> What about part {n}?\n\n> Participant 1\n\n> {SAID} Number {n}.\n\n"
    for n in range(1, 13)
)


class Folder:
    """A study that codings and runs are put into."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def transcript(self, name="p1"):
        path = self.root / "seeds" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text(
                NOTES.replace("# p\n1", f"# p\n{name[1:]}").replace("my way", f"my {name}"),
                encoding="utf-8",
            )
        return read_transcript(path, name)

    def coding(self, where, who, turns, *codes, name="p1", **more):
        """Each turn's first sentence is marked with the codes."""
        text = self.transcript(name)
        spans = [(t.start, t.start + 19, t.number) for t in text.turns if t.number in turns]
        quotes = [
            Quote(id=f"q{n}", start=s, end=e, text=text.text[s:e], status="exact", turn=n,
                  axial=list(codes), open_code="asking people")
            for s, e, n in spans
        ]  # fmt: skip
        assisted = more.pop("assisted", False)
        kind = "model" if who.startswith("model") else "human"
        coder = Coder(id=who, kind=kind, assisted=assisted)
        made = Coding(transcript=TranscriptRef.of(text), coder=coder, quotes=quotes, **more)
        write_coding(made, self.root / where)

    def run(
        self, name, turns, *codes, transcript="p1", status="complete", model="x", recipe="r",
        strategy="single", prompt="a", **more,
    ):  # fmt: skip
        """A run on the transcript; `name` ends in the day of January it began on."""
        folder = f"runs/{transcript}/{name}"
        if status != "no answers":
            self.coding(f"{folder}/coding.json", "model-x", turns, *codes, name=transcript, **more)
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        manifest = Manifest(
            run=name, status="interrupted" if status == "no answers" else status, recipe=recipe,
            transcript=TranscriptRef.of(self.transcript(transcript)), model_asked=model,
            destination="here",
            identity={}, strategy=strategy, settings={}, versions={},
            prompts=[PromptUsed(step="single", source="s", sha256=prompt * 64, text="")],
            codebook=CodebookUsed(sha256=None, sent=[], held_back=[], warning="all codes leak."),
            started=f"2026-01-0{name[-1]}T00:00:00Z", answered=0 if status == "no answers" else 3,
        )  # fmt: skip
        (self.root / folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
