"""How long 500 chunks take when a server answers after 200 ms, 32 at a time; and how memory grows.

(a) `propose` (plan, ask, check, record, save) beside a bare loop of AsyncOpenAI that sends the same
    requests 32 at a time and keeps nothing, pair by pair; aim: at most 1.10 times its time.
(b) beside langextract on the same texts, with the same number of workers and chunks of the same
    size; aim: at most half its time. It runs in an interpreter of its own: name one that has it
    (`--langextract PYTHON`), or have one made in a temporary folder (`--install-peers`). It sends
    batches of 10 unless told otherwise, whatever its workers; so the figure is given as well for
    batches as long as there are workers, which is as fast as it goes.
(c) 100, 1,000 and 10,000 transcripts of one chunk each, answered at once: seconds and peak memory;
    aims: memory flat, time linear.

    python benchmarks/throughput.py --install-peers          # some minutes on two cores
    python benchmarks/throughput.py --documents 100 1000     # without the longest part

The last line of output is one JSON object with the three ratios; null for a part that was left out.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import openai
from grounding import install_langextract, told_by
from loopback import Loopback, interview, serving, write_study

from autocode.coding.nouns import Coding
from autocode.coding.runs import Run
from autocode.models.embedding import Lexical
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_provider
from autocode.propose.pace import Pace
from autocode.propose.run import Plan, plan
from autocode.propose.series import Series
from autocode.study import Study
from autocode.transcript.seeds import transcript_ids

CHUNKS, WIDE, DELAY = 500, 32, 0.2
SETTINGS = {"chunk_tokens": 400, "context_sentences": 0, "concurrency": WIDE}
# Characters of a chunk of ours, about: its turn.
BUFFER = 1000
LANGEXTRACT = """
import json, sys, time
import langextract as lx
job = json.load(sys.stdin)
example = lx.data.ExampleData(text="We share the data.", extractions=[
    lx.data.Extraction(extraction_class="code", extraction_text="share the data")])
started = time.perf_counter()
made = lx.extract(
    text_or_documents=[lx.data.Document(text=text, document_id=str(number))
                       for number, text in enumerate(job["texts"])],
    prompt_description="Mark passages and name each with a code.", examples=[example],
    config=lx.factory.ModelConfig(model_id="gpt-loopback", provider="OpenAILanguageModel",
        provider_kwargs={"api_key": "none", "base_url": job["url"], "max_workers": job["wide"]}),
    max_char_buffer=job["buffer"], max_workers=job["wide"], **job["more"],
    use_schema_constraints=False, fence_output=False, show_progress=False,
    resolver_params={"suppress_parse_errors": True})
made = list(made)
print(json.dumps({"seconds": time.perf_counter() - started}))
"""


async def ours(root: Path, server: Loopback) -> float:
    """Seconds for all transcripts of a study, each with a run that is saved."""
    study = Study.open(root)
    provider = open_provider("loopback", Address.given(server.url))
    started, quotes = time.perf_counter(), 0

    def planned(id: str) -> Plan:
        return plan(study, id, provider, lambda: Lexical("lexical"))

    def finished(_: Run, coding: Coding, __: bool) -> None:
        nonlocal quotes
        quotes += len(coding.quotes)

    try:
        series = Series(study, planned, Pace.of(study.settings, "loopback"), fresh=True)
        await series.all(transcript_ids(study), finished)
    finally:
        await provider.aclose()
    assert quotes
    return time.perf_counter() - started


def payloads(root: Path) -> list[dict[str, Any]]:
    """What `ours` sends, as recorded in the runs it left."""
    files = sorted(root.glob("runs/*/*/calls.jsonl"))
    return [json.loads(line)["request"] for file in files for line in file.open(encoding="utf-8")]


async def bare(requests: list[dict[str, Any]], server: Loopback) -> float:
    """Seconds for the same requests and nothing else."""
    waiting = iter(requests)
    async with openai.AsyncOpenAI(api_key="none", base_url=server.url, max_retries=0) as client:

        async def work() -> None:
            for request in waiting:
                made = await client.chat.completions.create(**request)
                json.loads(made.choices[0].message.content or "")

        started = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(WIDE)))
        return time.perf_counter() - started


def beside_bare(folder: Path, pairs: int) -> tuple[float, float]:
    """Our seconds, and the median ratio to those of the bare loop."""
    ratios, seconds = [], []
    with serving(DELAY) as server:
        for pair in range(pairs):
            root = write_study(folder / f"bare{pair}", 10, CHUNKS // 10, **SETTINGS)
            took = asyncio.run(ours(root, server))
            requests = payloads(root)
            beside = asyncio.run(bare(requests, server))
            seconds.append(took)
            ratios.append(took / beside)
            print(f"(a) {len(requests)} chunks: {took:.2f} s, bare {beside:.2f} s", flush=True)
    return statistics.median(seconds), statistics.median(ratios)


def beside_langextract(python: str, seconds: float, **more: int) -> float:
    texts = [interview(number, CHUNKS // 10) for number in range(1, 11)]
    with serving(DELAY) as server:
        job = {"texts": texts, "url": server.url, "wide": WIDE, "buffer": BUFFER, "more": more}
        theirs = told_by(python, LANGEXTRACT, job)["seconds"]
        print(f"(b) langextract {more}: {server.asked} chunks, {theirs:.2f} s", flush=True)
        return float(seconds / theirs)


def grown(folder: Path, documents: int) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a process that codes so many transcripts."""
    root = write_study(folder / f"grown{documents}", documents, 1, **SETTINGS)
    with serving() as server:
        done = subprocess.run(
            [sys.executable, __file__, "--alone", str(root), server.url], capture_output=True,
            text=True, check=True,
        )  # fmt: skip
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    print(f"(c) {documents:,} transcripts: {seconds:.1f} s, {memory:.0f} MB at most", flush=True)
    return seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--documents", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--langextract", metavar="PYTHON")
    parser.add_argument("--install-peers", action="store_true")
    parser.add_argument("--alone", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none")
    if options.alone:
        root, url = options.alone
        server = Loopback(int(url.rsplit(":")[-1].split("/")[0]), None)
        seconds = asyncio.run(ours(Path(root), server))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps([seconds, peak / (1024**2 if sys.platform == "darwin" else 1024)]))
        return
    figures: dict[str, float | None] = dict.fromkeys(
        ("vs_bare", "vs_langextract", "memory_ratio_10000_to_100")
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, ratio = beside_bare(folder, options.pairs)
        figures["vs_bare"] = round(ratio, 3)
        python = options.langextract
        if options.install_peers:
            python = install_langextract(str(folder / "peer"), "langextract[openai]")
        if python:
            try:
                figures["vs_langextract"] = round(beside_langextract(python, seconds), 3)
                tuned = beside_langextract(python, seconds, batch_length=WIDE)
                figures["vs_langextract_in_long_batches"] = round(tuned, 3)
            except RuntimeError as error:
                print(f"vs_langextract is null: {error}")
        memory = {documents: grown(folder, documents)[1] for documents in options.documents}
        if {100, 10_000} <= memory.keys():
            figures["memory_ratio_10000_to_100"] = round(memory[10_000] / memory[100], 3)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
