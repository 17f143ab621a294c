"""What was done with the transcripts: who selected, who coded, with which codes in hand."""

from autocode.coding.strategies import STRATEGIES
from autocode.report.document import (
    Block,
    Bullets,
    Code,
    Line,
    Paragraph,
    Section,
    Strong,
    line,
    listed,
)
from autocode.report.evidence import Evidence
from autocode.report.ran import Ran


def procedure(evidence: Evidence) -> Section:
    """The steps, as far as the runs recorded them."""
    blocks: list[Block] = [Paragraph(_people(evidence))]
    if not evidence.ran:
        unknown = "No run is recorded for the compared coding: how it was made is not known here."
        blocks.append(Paragraph(line(unknown)))
    elif _alike(evidence.ran):
        blocks += _steps(evidence, evidence.ran[0])
    else:
        for ran in _distinct(evidence.ran):
            blocks.append(Paragraph(line(Strong("Run "), Code(ran.manifest.run))))
            blocks += _steps(evidence, ran)
    return Section("procedure", "Procedure", tuple(blocks))


def _people(evidence: Evidence) -> Line:
    coder = evidence.reference.coding.coder
    who = {"human": "a person", "model": "a model"}[coder.kind]
    seen = (
        "with a model’s proposals in view"
        if coder.assisted
        else "no proposal of a model is recorded as seen while coding"
    )
    return line("The reference coding is by ", Code(coder.id), f" ({who}; {seen}).")


def _settings(ran: Ran) -> tuple[object, ...]:
    own = ran.manifest
    return (own.model_asked, own.strategy, own.settings, [one.sha256 for one in own.prompts])


def _alike(runs: list[Ran]) -> bool:
    return all(_settings(ran) == _settings(runs[0]) for ran in runs)


def _distinct(runs: list[Ran]) -> list[Ran]:
    """One run of each way of running."""
    kept: list[Ran] = []
    for ran in runs:
        if all(_settings(ran) != _settings(known) for known in kept):
            kept.append(ran)
    return kept


def _steps(evidence: Evidence, ran: Ran) -> list[Block]:
    own = ran.manifest
    steps = [_selection(evidence, ran), _roles(own.settings), _answering(evidence, ran)]
    steps += [_codes(evidence, one) for one in evidence.ran if _settings(one) == _settings(ran)]
    steps.append(_locating(own.settings))
    return [Bullets(tuple(step for step in steps if step))]


def _source(evidence: Evidence, ran: Ran) -> str:
    return next(name for name, one in evidence.runs.items() if one is ran)


def _selection(evidence: Evidence, ran: Ran) -> Line:
    own, numbers = ran.manifest, evidence.numbers
    settings = ("report", "runs", _source(evidence, ran), "settings")
    strategy = STRATEGIES.get(own.strategy)
    how = f"{strategy.procedure} (strategy " if strategy else "Strategy ("
    density = numbers.number(*settings, "density", kind="share")
    words = line(Strong("Selection. "), how, Code(own.strategy), ").")
    if strategy and strategy.embeds:
        return line(words, f" Embeddings: {own.embedder}. At most ", density,
                    " of what participants said was selected.")  # fmt: skip
    return line(
        words, " Chunks of whole turns of up to ",
        numbers.number(*settings, "chunk_tokens", kind="count"), " tokens, preceded by up to ",
        numbers.number(*settings, "context_sentences", kind="count"), " sentences of context. The "
        "model was asked to mark about ", density, " of the text.",
    )  # fmt: skip


def _roles(settings: dict[str, object]) -> Line:
    roles = settings.get("roles") or ()
    names = ", ".join(f"{role}s" for role in roles) if isinstance(roles, list | tuple) else ""
    return line(Strong("Roles. "), f"Only what {names} said was coded.") if names else ()


def _answering(evidence: Evidence, ran: Ran) -> Line:
    numbers, run = evidence.numbers, ("report", "runs", _source(evidence, ran))
    return line(
        Strong("Coding. "), "Per passage one open code in free words and at most ",
        numbers.number(*run, "settings", "max_codes", kind="count"), " axial codes. ",
        numbers.count(*run, "questions"), " questions were put, ", numbers.count(*run, "answered"),
        " answered, in ", numbers.count(*run, "requests"), " requests; each request stands alone, "
        "without memory of the others.",
    )  # fmt: skip


def _codes(evidence: Evidence, ran: Ran) -> Line:
    numbers, run = evidence.numbers, ("report", "runs", _source(evidence, ran))
    used = ran.manifest.codebook
    if used.sha256 is None:
        return line(Strong("Codebook. "), "No codebook was sent: codes are the model’s own.")
    held = listed(map(Code, used.held_back), ", ", " and ")
    named = line(": ", held) if held else ()
    words = line(
        Strong(f"Codebook, {ran.manifest.transcript.id}. "), numbers.count(*run, "codes_sent"),
        " codes were sent; ", numbers.count(*run, "codes_held_back"),
        " were held back because this very transcript defined them", named, ".",
    )  # fmt: skip
    return line(words, f" Warning: {used.warning}.") if used.warning else words


def _locating(settings: dict[str, object]) -> Line:
    if settings.get("anchor") == "verbatim":
        how = (
            "The model copied the words of each passage; they were then located in the transcript, "
            "exactly, after normalisation, or by similarity, and what was not found is counted."
        )
    else:
        how = (
            "The model answered with numbers of sentences, not with words: quotes are verbatim by "
            "construction."
        )
    return line(Strong("Locating. "), how)
