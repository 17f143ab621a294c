"""One page first: what agreed, how much, and whether that is more than nothing."""

from autocode.panel.catalogue import figure_name, headlines
from autocode.report.beside import beside, best
from autocode.report.cells import Notes, counted, figure_cell, lean
from autocode.report.document import Block, Column, Line, Paragraph, Section, Strong, Table, line
from autocode.report.evidence import Evidence
from autocode.report.plots.tracks import tracks

HEADLINES = tuple(headline.path for headline in headlines())
_SURE = 0.05


def answer(evidence: Evidence) -> Section:
    """What a reader must know, and the figures that say it."""
    blocks: list[Block] = [Paragraph(words, "warning") for words in warnings(evidence)]
    blocks += [Paragraph(words, "lead") for words in (_where(evidence), _what(evidence)) if words]
    if words := beside(evidence):
        blocks.append(Paragraph(line(Strong("Beside baselines. "), words)))
    blocks.append(Paragraph(_how_sure(evidence)))
    # One page: with several documents the tracks are longer than that.
    blocks += [tracks(evidence)] if evidence.single else []
    blocks.append(_table(evidence))
    title = "Acceptance in one page" if evidence.comparison.assisted else "The answer in one page"
    return Section("answer", title, tuple(blocks))


def warnings(evidence: Evidence) -> list[Line]:
    """What must be read before any figure."""
    found = [
        line(Strong("Incomplete. "), f"This coding is not whole: {one.rstrip('.')}. ",
             "What was not coded counts as not marked.")
        for one in evidence.comparison.incomplete
    ]  # fmt: skip
    if evidence.comparison.assisted:
        found.append(
            line(
                Strong("Acceptance, not agreement. "),
                "The reference coding was made with the proposals of a model in view. The figures "
                "say how far the proposals were accepted, not whether two coders agree.",
            )
        )
    return found


def _where(evidence: Evidence) -> Line:
    numbers, total = evidence.numbers, ("report", "total")
    char = ("spans", "char")
    if numbers.value(*char, "f1") is None:
        reason = numbers.reason(*char, "f1")
        relevance = ("spans", "u_alpha", "relevance")
        return line(
            *_than_chance(evidence, "on where to mark", *relevance),
            "|uα is ", numbers.figure(*relevance),
            " (", _certain(evidence, *relevance), f"). Character F1 is not given: {reason}.",
        )  # fmt: skip
    return line(
        *_than_chance(evidence, "on where to mark", *char, "f1"), "Of ", _texts(evidence),
        ", the reference coding marked ",
        numbers.share(*total, "coders", 0, "marked_share"), f" and {evidence.other_name} ",
        numbers.share(*total, "coders", 1, "marked_share"), f". Of what {evidence.other_name} "
        "marked, ", _share_or_dash(evidence, *char, "precision"),
        " is marked in the reference coding too; of what the reference coding marked, ",
        _share_or_dash(evidence, *char, "recall"), " was found. Together: character F1 ",
        numbers.figure(*char, "f1"), " (", _certain(evidence, *char, "f1"), ").",
    )  # fmt: skip


def _share_or_dash(evidence: Evidence, *path: str) -> Line:
    share = evidence.numbers.share(*path, "value")
    return line(share) if share.value is not None else line("an undefined share")


def _texts(evidence: Evidence) -> Line:
    numbers, total = evidence.numbers, ("report", "total")
    kind = "transcript" if evidence.single else "transcripts"
    return line(
        numbers.count(*total, "documents"), f" {kind} (", numbers.count(*total, "length"),
        " characters)",
    )  # fmt: skip


def _what(evidence: Evidence) -> Line:
    numbers, path = evidence.numbers, ("axial", "turn", "f1")
    if numbers.value(*path) is None:
        return line(f"Agreement on axial codes is not defined: {numbers.reason(*path)}.")
    return line(
        *_than_chance(evidence, "on the axial codes of turns", *path), "F1 is ",
        numbers.figure(*path), " (", _certain(evidence, *path), ").",
        _too_few_turns(evidence, *path),
    )  # fmt: skip


def _too_few_turns(evidence: Evidence, *path: str) -> str:
    """That p could not be small here, whatever the codes: chance only has the moves of turns."""
    p = evidence.numbers.find(*path, "null", "p")
    turns = evidence.comparison.figure("axial", "turn", "alpha_masi").n
    if p is None or p <= _SURE or not evidence.single or 1 / turns <= _SURE:
        return ""
    return (
        " Nor could more be shown here, whatever the codes: so few turns can be moved in too few "
        "ways for a small p."
    )


def _than_chance(evidence: Evidence, what: str, *path: str) -> Line:
    """The answer itself: more than by chance, or not; empty where chance is not known."""
    p = evidence.numbers.find(*path, "null", "p")
    if p is None:
        return ()
    more = "more than by chance" if p <= _SURE else "not shown to be more than by chance"
    who = "the coders" if evidence.several_coders else f"{evidence.other_name} and the reference"
    said = {
        "agreement": f"{who} agree {what} {more}. " if p <= _SURE else
        f"agreement of {who} {what} is {more}. ",
        "acceptance": f"acceptance {what} is {more}. ",
    }[evidence.measured]  # fmt: skip
    return line(Strong(said[0].upper() + said[1:]))


def _certain(evidence: Evidence, *path: str) -> Line:
    """Interval and chance of a figure, in words."""
    numbers = evidence.numbers
    parts = []
    if numbers.find(*path, "interval"):
        level = numbers.share(*path, "interval", "level")
        parts.append(line(level, " interval ", numbers.interval(*path)))
    if numbers.find(*path, "null"):
        parts.append(line("chance ", numbers.number(*path, "null", "mean")))
    parts.append(counted(numbers, *path))
    joined = parts[0]
    for part in parts[1:]:
        joined = line(joined, "; ", part)
    return joined


def _how_sure(evidence: Evidence) -> Line:
    numbers = evidence.numbers
    chance = "Chance is what the same quotes reach when they are moved through the text at random."
    if evidence.single:
        return line(
            Strong("How sure. "), "This is one document: nothing here can be said of other "
            "interviews. Intervals resample blocks of turns and speak of this document only. ",
            chance,
        )  # fmt: skip
    few = (
        " With fewer than ten documents such intervals are too narrow." if
        len(evidence.documents) < 10 else ""
    )  # fmt: skip
    return line(
        Strong("How sure. "),
        "Intervals come from drawing documents, not turns, with replacement (",
        numbers.number("uncertainty", "resampling", "value", kind="count"), " times).",
        few, " ", chance,
    )  # fmt: skip


def _table(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    rows = tuple(
        (
            line(figure_name(".".join(path))),
            figure_cell(numbers, notes, *path),
            numbers.interval(*path),
            line(numbers.number(*path, "null", "mean")),
            best(evidence, path),
            counted(numbers, *path),
        )
        for path in HEADLINES
    )
    columns = (
        Column("Figure", 1.5), Column("Value", 0.7, numeric=True),
        Column("Interval", 1.1, numeric=True),
        Column("Chance", 0.9, numeric=True), Column("Best baseline", 1.7), Column("n", 1.5),
    )  # fmt: skip
    title = f"Headline figures of {evidence.measured}"
    return lean("headlines", title, columns, rows, notes)
