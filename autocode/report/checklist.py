"""The reporting checklist: what is filled in, what to confirm, what only people can write."""

from collections.abc import Callable

from autocode.coding.strategies import STRATEGIES
from autocode.report.document import (
    Cite,
    Code,
    Column,
    Line,
    Paragraph,
    Section,
    Table,
    line,
    listed,
)
from autocode.report.evidence import Evidence, without_folders
from autocode.report.names import data
from autocode.report.sections.codes import paradoxes
from autocode.report.sections.repeated import runs_per_document

_COLUMNS = (
    Column("No.", 0.5, numeric=True), Column("Item", 1.7), Column("Asked for by", 1.1),
    Column("Fill", 0.5), Column("What this report says", 2.6), Column("Left for you", 1.8),
)  # fmt: skip
_LEGEND = (
    line("Fill: A, filled in by the tool; P, pre-filled, to be confirmed; H, for people to write; "
         "–, the data for it are not here."),
    line("LG: llm-guidelines.org, ", Cite("baltes2026"), ", numbers of that paper. GL: GUIDE-LLM ",
         Cite("feuerriegel2026"), ". COREQ: ", Cite("tong2007"), ". SRQR: ", Cite("obrien2014"),
         ". ACM: SIGSOFT Empirical Standards ", Cite("ralph2021"), ". OJ: ", Cite("oconnor2020"),
         ". H20: doi:10.1177/16094069251404329. Ashwin: ", Cite("ashwin2025"), "."),
)  # fmt: skip
Filler = Callable[[Evidence], Line]


def checklist(evidence: Evidence) -> Section:
    """All forty items, in one table."""
    rows = tuple(_row(evidence, item) for item in data("checklist")["item"])
    words = (
        "Forty items that guidelines for qualitative research and for research with language "
        "models ask for."
    )
    table = Table("checklist", "Reporting checklist", _COLUMNS, rows, _LEGEND)
    return Section("checklist", "Checklist", (Paragraph(line(words)), table))


def _row(evidence: Evidence, item: dict[str, str]) -> tuple[Line, ...]:
    said = _FILLERS.get(int(item["number"]), _see())(evidence)
    number = int(item["number"])
    fill = item["fill"] if said or item["fill"] == "H" else "–"
    missing = _MISSING.get(number, "no run is recorded") if fill == "–" else "–"
    return (
        line(str(item["number"])), line(item["item"]), line(item["sources"]), line(fill),
        said or line(missing), line(item["ask"] or "–"),
    )  # fmt: skip


def _see(*words: str) -> Filler:
    return lambda _: line(*words)


def _of_runs(words: Filler) -> Filler:
    """The words where a run is recorded, else nothing."""
    return lambda evidence: words(evidence) if evidence.ran else ()


def _use(evidence: Evidence) -> Line:
    own = evidence.ran[0].manifest
    strategy = STRATEGIES.get(own.strategy)
    steps = strategy.steps if strategy else "coding"
    return line(Code(without_folders(own.model_asked)), f": {steps}.")


def _automation(evidence: Evidence) -> Line:
    proposed = evidence.numbers.count("report", "total", "coders", 1, "quotes")
    return line("The model proposed ", proposed, " quotes; none was edited before the comparison.")


def _versions(evidence: Evidence) -> Line:
    owns = [ran.manifest for ran in evidence.ran]
    asked = sorted({str(without_folders(own.model_asked)) for own in owns})
    answered = sorted({name for own in owns for name in own.models_answered})
    hashed = any((own.identity.get("weights") or {}).get("sha256") for own in owns)
    days = sorted({own.started[:10] for own in owns})
    who = line("Asked for ", listed(map(Code, asked)), "; answered: ")
    who = line(who, listed(map(Code, answered)) or "nobody", "; ")
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    weights = "; SHA-256 of the weights in section Model and prompts" if hashed else ""
    return line(who, f"on {when}{weights}.")


def _access(evidence: Evidence) -> Line:
    own = evidence.ran[0].manifest
    return line(f"Text went to: {own.destination}. Stateless requests, no memory, no chat history.")


def _parameters(evidence: Evidence) -> Line:
    own = evidence.ran[0].manifest
    sent = listed(map(Code, own.parameters_sent)) or line("none")
    left = listed(map(Code, own.parameters_defaulted)) or line("none")
    return line("Sent: ", sent, ". Left at defaults: ", left, ". Answers were held to a JSON "
                "schema; values in section Model and prompts.")  # fmt: skip


def _run_count(evidence: Evidence) -> Line:
    several = runs_per_document(evidence) > 1
    return line("Several runs of each transcript." if several else "One run of each transcript.")


def _outcomes(evidence: Evidence) -> Line:
    numbers = evidence.numbers
    path = ("report", "documents", evidence.documents[0], "coders", 1, "statuses")
    located = listed(
        line(numbers.count(*path, how), f" {how}") for how in numbers.find(*path) or {}
    )
    many = "" if evidence.single else " (first transcript)"
    return line("Quotes located: ", located, f"{many}. Repeated requests are counted under Model.")


def _people(evidence: Evidence) -> Line:
    humans = sorted({
        source.coding.coder.id for one in evidence.materials for _, source in one.sources
        if source.coding.coder.kind == "human"
    })  # fmt: skip
    seen = "with proposals in view" if evidence.comparison.assisted else "no assistance recorded"
    return line(listed(map(Code, humans)) or "nobody", f" ({seen}).") if humans else ()


def _codebook(evidence: Evidence) -> Line:
    numbers = evidence.numbers
    used = numbers.count("report", "documents", evidence.documents[0], "coders", 0, "axial_codes")
    return line(used, " axial codes in the first reference coding; hashes of the codebook in the "
                "appendix, quotes per code in the coding files.")  # fmt: skip


def _double(evidence: Evidence) -> Line:
    numbers, total = evidence.numbers, ("report", "total")
    return line(
        "Transcripts coded twice: ", numbers.count(*total, "documents"), "; ",
        numbers.count(*total, "length"), " characters, in full. Units: character, quote, turn, "
        "sentence.",
    )  # fmt: skip


def _codes(evidence: Evidence) -> Line:
    flags = "coefficients part, see the flags" if paradoxes(evidence) else "no κ paradox flagged"
    return line(f"Section Code by code; {flags}.")


def _ceiling(evidence: Evidence) -> Line:
    found = evidence.numbers.find("uncertainty", "ceiling")
    return line("Section Runs, humans, saturation.") if found else ()


def _spread(evidence: Evidence) -> Line:
    found = evidence.numbers.find("uncertainty", "runs")
    return line("Mean, SD, least and most over runs, runs against each other.") if found else ()


def _intervals(evidence: Evidence) -> Line:
    unit = "blocks of turns within the document" if evidence.single else "documents"
    return line(f"Bootstrap over {unit}; permutation p for each figure, not corrected for their "
                "number.")  # fmt: skip


def _curves(evidence: Evidence) -> Line:
    return () if evidence.single else line("Curves of codes over documents, both coders.")


def _fixed(evidence: Evidence) -> Line:
    begun = evidence.comparison.config_sha256[:12]
    return line("Settings of the comparison: SHA-256 begins ", Code(begun), "; in full in section "
                "Units and measures.")  # fmt: skip


_MISSING = {
    26: "there is no second human coding",
    29: "there is one run",
    30: "there is one document",
    39: "attributes of participants are not recorded",
}
_FILLERS: dict[int, Filler] = {
    1: _of_runs(_use),
    2: _of_runs(_automation),
    3: _of_runs(_versions),
    4: _of_runs(_access),
    5: _of_runs(_parameters),
    6: _of_runs(_run_count),
    7: _of_runs(_see("No fine-tuning, retrieval, tools or agents.")),
    8: _of_runs(_see("One model, one kind of request; steps in section Procedure.")),
    9: _of_runs(_see("Place, wall time and latency in section Model and prompts.")),
    10: _of_runs(_see("Verbatim in the appendix, with SHA-256; no examples from this study.")),
    12: _of_runs(_see("Section Procedure: selection, chunks, context.")),
    13: _of_runs(_see("The reference coding is never sent; codes that a transcript defined are "
                      "held back from its own run (section Procedure).")),
    14: _of_runs(_see("Every request and answer in full in calls.jsonl of each run.")),
    15: _of_runs(_outcomes),
    16: _of_runs(_see("Tokens in section Model and prompts; energy not measured.")),
    17: _of_runs(_access),
    18: _people,
    19: _codebook,
    21: _see("Versions and commit in section Model and prompts and in comparison.json."),
    22: _double,
    23: _see("Section Units and measures; no scale of interpretation is applied."),
    24: _codes,
    25: _see("Examples in section Where the coders part."),
    26: _ceiling,
    27: _see("Baselines in section Chance and baselines."),
    28: _intervals,
    29: _spread,
    30: _curves,
    31: _see("Quotes carry document, turn and offsets in the coding files."),
    32: _see("Code, quote and place in the coding files; uses per code in section Code by code."),
    35: _see("Run folders with manifest, calls and result; hashes in the appendix."),
    36: _see("Section Limitations, from the data."),
    37: _see("This folder and the run folders; autocode is under the MIT licence."),
    40: _fixed,
}  # fmt: skip
