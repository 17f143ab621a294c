"""Which model, where, with which parameters: what another group needs to do it again."""

from typing import Any

from autocode.report.document import (
    Block,
    Code,
    Facts,
    Heading,
    Line,
    Number,
    Paragraph,
    Section,
    line,
    listed,
)
from autocode.report.evidence import Evidence, without_folders
from autocode.report.ran import Ran


def model(evidence: Evidence) -> Section:
    """One list of facts per run."""
    blocks: list[Block] = []
    for source, ran in evidence.runs.items():
        if len(evidence.runs) > 1:
            blocks.append(Heading(f"{ran.manifest.transcript.id}: {ran.manifest.run}"))
        blocks.append(Facts(_facts(evidence, source, ran)))
    if not blocks:
        blocks.append(Paragraph(line("No run is recorded for the compared coding.")))
    else:
        words = "Prompts stand verbatim in the appendix, with their hashes."
        blocks.append(Paragraph(line(words)))
    return Section("model", "Model and prompts", tuple(blocks))


def _facts(evidence: Evidence, source: str, ran: Ran) -> tuple[tuple[str, Line], ...]:
    own = ran.manifest
    answered = listed(map(Code, own.models_answered)) or line("nobody")
    rows: list[tuple[str, Line]] = [
        ("Model asked for", line(Code(without_folders(own.model_asked)))),
        ("Model that answered", answered),
        ("Where text went", line(own.destination)),
        *_identity(own.identity),
        ("System fingerprint", listed(map(Code, ran.fingerprints)) or line("none sent")),
        ("Embedding model", line(own.embedder or "none")),
        ("Parameters sent", _parameters(evidence, source, own.parameters_sent)),
        (
            "Left at the server’s default",
            listed(map(Code, own.parameters_defaulted)) or line("none"),
        ),
        ("Requests", _requests(evidence, source)),
        ("Tokens", _tokens(evidence, source)),
        ("Time", _time(evidence, source, ran)),
        ("Customisation", line("no fine-tuning, no retrieval, no tools, no agents")),
        ("Energy", line("not measured")),
        ("Software", _software(ran)),
        ("Recipe (SHA-256 of all that decides what is asked)", line(Code(own.recipe))),
        ("Status of the run", line(own.status)),
    ]
    return tuple(rows)


def _identity(identity: dict[str, Any]) -> list[tuple[str, Line]]:
    """Provider, weights and SDK, as far as the provider told them."""
    weights = identity.get("weights") or {}
    rows = [("Provider", line(str(identity.get("provider", "not recorded"))))]
    if weights:
        named = [weights.get("file"), weights.get("quantisation"), weights.get("licence")]
        known = ", ".join(str(part) for part in named if part)
        rows.append(("Weights", line(known, "; SHA-256 ", Code(str(weights.get("sha256"))))))
    if identity.get("base_url"):
        rows.append(("Endpoint", line(Code(str(identity["base_url"])))))
    for title, key in (("SDK", "sdk"), ("Runtime", "runtime")):
        if identity.get(key):
            parts = ", ".join(f"{name} {number}" for name, number in identity[key].items())
            rows.append((title, line(Code(parts))))
    return rows


def _parameters(evidence: Evidence, source: str, sent: dict[str, Any]) -> Line:
    path = ("report", "runs", source, "parameters")
    shown = []
    for name, value in sent.items():
        number = evidence.numbers.number(*path, name, kind="setting")
        words: Number | str = number if number.value is not None else str(value)
        shown.append(line(Code(name), " ", words))
    return listed(shown) or line("none recorded")


def _requests(evidence: Evidence, source: str) -> Line:
    numbers, run = evidence.numbers, ("report", "runs", source)
    outcomes = numbers.find(*run, "outcomes") or {}
    ended = listed(line(numbers.count(*run, "outcomes", how), f" {how}") for how in outcomes)
    total = line(numbers.count(*run, "requests"))
    return line(total, " (", ended, ")") if ended else total


def _tokens(evidence: Evidence, source: str) -> Line:
    numbers, run = evidence.numbers, ("report", "runs", source)
    if numbers.find(*run, "prompt_tokens") is None:
        return line("not counted by the server")
    return line(
        numbers.count(*run, "prompt_tokens"), " in prompts, ",
        numbers.count(*run, "completion_tokens"), " in answers",
    )  # fmt: skip


def _time(evidence: Evidence, source: str, ran: Ran) -> Line:
    numbers, run = evidence.numbers, ("report", "runs", source)
    begun = line(Code(ran.manifest.started), " to ", Code(ran.manifest.ended or "not ended"))
    if numbers.find(*run, "latency_median") is None:
        return begun
    return line(
        begun, "; ", numbers.number(*run, "seconds", kind="count"), " seconds in all, median ",
        numbers.number(*run, "latency_median", kind="seconds"),
        " seconds per request, 95th percentile ",
        numbers.number(*run, "latency_p95", kind="seconds"),
    )  # fmt: skip


def _software(ran: Ran) -> Line:
    own = ran.manifest
    names = listed(Code(f"{name} {number}") for name, number in own.versions.items())
    if not own.git:
        return names
    state = "with uncommitted changes" if own.git.get("dirty") else "clean"
    return line(names, "; commit ", Code(str(own.git.get("commit"))), f" ({state})")
