"""A run with a ranking: what it keeps at salience 4 and 5, the rest below."""

from autocode.coding.density import sayable
from autocode.coding.files import read_coding, write_coding
from autocode.coding.nouns import Coding, Quote
from autocode.coding.ranking import Rank, Threshold, at_rank, capped, kept
from autocode.coding.runs import Run, find_run, newest_run
from autocode.study import Study
from autocode.transcript.seeds import load


def rank(study: Study, name: str | None = None, *, id: str = "d1", turned: int = 0) -> Run:
    """Give the newest run on a transcript, or one by name, a ranking.

    Every sentence that may be marked and is not has salience 1 to 3, one after the other, beginning
    `turned` later.
    """
    run = find_run(study, name, id) if name else newest_run(study, id)
    coding, transcript = read_coding(run.coding_path), load(study, id)
    spans, length = sayable(transcript, study.settings.roles)
    quotes = [
        quote.model_copy(update={"salience": 4 + number % 2})
        for number, quote in enumerate(coding.quotes)
    ]
    places = [quote.span for quote in quotes if quote.span]
    free = [s for s in spans if not any(s.start < p.end and p.start < s.end for p in places)]
    for number, span in enumerate(free):
        turn = transcript.turn_at(span.start)
        quotes.append(Quote(
            id=f"q{100 + number}", start=span.start, end=span.end,
            text=transcript.text[span.start : span.end], status="exact",
            open_code=f"perhaps {number}", salience=1 + (number + turned) % 3,
            turn=turn.number if turn else None,
        ))  # fmt: skip
    considered = coding.model_copy(update={"quotes": quotes})
    threshold = at_rank(Rank(1, 4), rule="chosen", why="for the tests")
    return cut(run.updated(thresholds=[]), considered, threshold, length)


def cut(run: Run, considered: Coding, threshold: Threshold, length: int) -> Run:
    """Write everything considered, and what the threshold leaves of it."""
    threshold = capped(considered, threshold, length, None)
    write_coding(considered, run.considered_path)
    write_coding(kept(considered, threshold), run.coding_path)
    return run.updated(thresholds=[*run.manifest.thresholds, threshold])
