"""A paragraph in the past tense for a methods section; every number in it is of this report."""

from autocode.coding.strategies import STRATEGIES
from autocode.panel.catalogue import figure_name
from autocode.report.beside import beaten
from autocode.report.cells import counted
from autocode.report.document import Cite, Line, Paragraph, Section, line, listed
from autocode.report.evidence import Evidence, without_folders
from autocode.report.ran import Ran
from autocode.report.sections.repeated import runs_per_document


def paste(evidence: Evidence) -> Section:
    """The paragraph, and what it must not be used for."""
    blocks = (
        Paragraph(line(*_coded(evidence), *_compared(evidence), *_found(evidence)), "paste"),
        Paragraph(line(
            "Add what only you can say: why these transcripts, who the human coders were, how they "
            "were trained, and what disagreements led to."
        ), "note"),
    )  # fmt: skip
    return Section("paste", "A paragraph for the paper", blocks)


def _coded(evidence: Evidence) -> Line:
    numbers = evidence.numbers
    kind = "transcript" if evidence.single else "transcripts"
    opening = line(
        f"{_coders(evidence)} coded ", numbers.count("report", "total", "documents"), f" {kind} (",
        numbers.count("report", "total", "length"), " characters). ",
    )  # fmt: skip
    if not evidence.ran:
        return opening
    return line(opening, _model(evidence, evidence.ran[0]))


def _coders(evidence: Evidence) -> str:
    kinds = [source.coding.coder.kind for source in evidence.materials[0].codings]
    if kinds == ["human", "model"]:
        seen = " with the model’s proposals in view" if evidence.comparison.assisted else ""
        return f"A human coder{seen} (the reference coding) and a language model"
    return "Several coders" if len(kinds) > 2 else "Two coders"


def _model(evidence: Evidence, ran: Ran) -> Line:
    own = ran.manifest
    source = next(name for name, one in evidence.runs.items() if one is ran)
    path = ("report", "runs", source, "settings")
    numbers = evidence.numbers
    where = "on our own machine" if own.destination == "this machine only" else "on a server"
    sent = numbers.count("report", "runs", source, "codes_sent")
    held = numbers.count("report", "runs", source, "codes_held_back")
    codebook = line(
        " It was given ", sent, " axial codes; ", held,
        " that the transcript itself had defined were held back.",
    )  # fmt: skip
    strategy = STRATEGIES.get(own.strategy)
    how = strategy.past if strategy else "the model marked and coded passages"
    runs = runs_per_document(evidence)
    repeated = f" in {_word(runs)} runs" if runs > 1 else " in one run"
    many = " (first transcript; the others likewise)" if not evidence.single else ""
    return line(
        f"The model was {without_folders(own.model_asked)}, run {where}{repeated} (temperature ",
        numbers.number(*path, "temperature", kind="setting"), ", seed ",
        numbers.number(*path, "seed", kind="setting"), f"); {how}.",
        codebook if own.codebook.sha256 else " It was given no codebook.", many, " ",
    )  # fmt: skip


def _word(number: int) -> str:
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number - 2] if 2 <= number <= 10 else "several"


def _compared(evidence: Evidence) -> Line:
    version = evidence.comparison.autocode
    interval = (
        "" if evidence.single else " Intervals are from a bootstrap over documents "
    )  # fmt: skip
    cited = line(interval, Cite("field2007"), ".") if interval else ()
    return line(
        f"The two were compared with autocode {version}: overlap of marked characters (F1) ",
        Cite("hripcsak2005"), ", unitizing alpha ", Cite("krippendorff2016"),
        " and, per turn, axial codes. Chance was estimated by moving the model’s passages through "
        "the text." if evidence.other.coding.coder.kind == "model" else
        " and, per turn, axial codes. Chance was estimated by moving the second coder’s passages "
        "through the text.", cited, " ",
    )  # fmt: skip


def _found(evidence: Evidence) -> Line:
    word = "Acceptance" if evidence.comparison.assisted else "Agreement"
    figures = (
        ("spans", "char", "f1"), ("spans", "u_alpha", "relevance"), ("spans", "u_alpha", "value"),
        ("axial", "turn", "f1"),
    )  # fmt: skip
    known = [path for path in figures if evidence.numbers.value(*path) is not None]
    if not known:
        return line(f"{word} could not be computed.")
    found = listed((_figure(evidence, path) for path in known), "; ", "; and ")
    partial = " The coding was not whole." if evidence.comparison.incomplete else ""
    against = line(" ", beaten(evidence)) if beaten(evidence) else ()
    return line(f"{word} was: ", found, ".", partial, _past(against))


def _figure(evidence: Evidence, path: tuple[str, ...]) -> Line:
    numbers = evidence.numbers
    more = [counted(numbers, *path)]
    if numbers.find(*path, "null"):
        more.insert(0, line("chance ", numbers.number(*path, "null", "mean")))
    if numbers.find(*path, "interval") and not evidence.single:
        level = numbers.share(*path, "interval", "level")
        more.insert(0, line(level, " interval ", numbers.interval(*path)))
    name = figure_name(".".join(path))
    return line(f"{name} ", numbers.figure(*path), " (", listed(more, "; "), ")")


_TENSES = {
    " is above": " was above",
    " does not beat": " did not beat",
    " do not read": " did not read",
    " beats ": " beat ",
    " lies ": " lay ",
}


def _past(words: Line) -> Line:
    """The verdict, told after the fact."""
    told = []
    for part in words:
        if isinstance(part, str):
            for now, then in _TENSES.items():
                part = part.replace(now, then)
        told.append(part)
    return tuple(told)
