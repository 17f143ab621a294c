"""How well passages and codes are chosen without any language model, beside rules and old weights.

For every coded transcript of a study: κ of the participants' sentences, character F1, uα and axial
F1 per turn, against the human coding, of what strategy `staged` selects (its open codes would come
from a model, its passages and codes do not), of the same with the selection of 0.1.0 (three
features, weights set by hand on two interviews), and of marking the longest turns. Codes defined in
a transcript are not offered for it.

    python benchmarks/selection.py STUDY              # every transcript with a human coding
    python benchmarks/selection.py STUDY p1 p3

The last line is one JSON object: the means over transcripts, and the mean paired differences of κ
with their 95 % interval over transcripts (t; null for fewer than three).
"""

import argparse
import json
from pathlib import Path
from statistics import fmean

import numpy as np
from paired import MEASURES, Figures, cell, difference, paired, reached

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.models.dry_run import Unasked
from autocode.models.embedding import Embedder, Vectors
from autocode.models.runtimes import open_embedder
from autocode.panel.comparison import Material, Source, compare, settings_for
from autocode.propose import salience
from autocode.propose.run import plan
from autocode.propose.selection import Array, Candidates
from autocode.propose.strategies import staged
from autocode.study import Settings, Study
from autocode.transcript.seeds import transcript_ids

WAYS = ("selection", "0.1.0", "longest turns")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("study", type=Path, help="a study folder")
    parser.add_argument("ids", nargs="*", help="transcripts (default: all with a gold coding)")
    options = parser.parse_args()
    study = Study.open(options.study)
    settings = Settings.model_validate(study.settings.model_dump() | {"strategy": "staged"})
    study = Study(study.root, settings, frozenset())
    ids = options.ids or [id_ for id_ in transcript_ids(study) if study.gold_path(id_).is_file()]
    embedder = open_embedder()
    rows = {id_: _three_ways(study, id_, embedder) for id_ in ids}
    for id_, ways in rows.items():
        print(f"\n{id_:<16}" + "".join(f"{measure:>16}" for measure in MEASURES))
        for way, figures in ways.items():
            print(f"{way:<16}" + "".join(f"{cell(value):>16}" for value in figures.values()))
    print(json.dumps(_summary(rows)))


def _three_ways(study: Study, id_: str, embedder: Embedder) -> dict[str, Figures]:
    figures, longest = _figures(study, id_, embedder)
    now, staged.salience = staged.salience, salience_of_0_1_0  # type: ignore[attr-defined]
    try:
        before, _ = _figures(study, id_, embedder)
    finally:
        staged.salience = now  # type: ignore[attr-defined]
    return dict(zip(WAYS, (figures, before, longest), strict=True))


def _figures(study: Study, id_: str, embedder: Embedder) -> tuple[Figures, Figures]:
    asked = plan(study, id_, Unasked("local"), lambda: embedder)
    text = asked.transcript.text
    quotes = [
        Quote(
            id=f"q{question.number}",
            start=question.within.start,
            end=question.within.end,
            text=text[question.within.start : question.within.end],
            status="exact",
            open_code="not named",
            axial=list(question.codes),
        )
        for question in asked.questions
    ]
    about = TranscriptRef.of(asked.transcript)
    selected = Coding(transcript=about, coder=Coder(id="selection", kind="model"), quotes=quotes)
    sources = Source.of(read_coding(study.gold_path(id_)), "gold"), Source.of(selected, "selection")
    config = settings_for(None, study.settings.research_question, permutations=0)
    figures = reached(compare([Material(sources, asked.transcript)], config, incomplete=True))
    return figures["model"], figures["longest_turns"]


def salience_of_0_1_0(
    sentences: Candidates, windows: Vectors, topics: list[str], embedder: Embedder
) -> Array:
    """Topic, length of the turn and no reaction, with weights set by hand on two interviews."""
    topical = embedder.embed(topics, "query") if topics else windows
    reactions = embedder.embed(list(salience.REACTIONS), "query")
    lengths = np.log([turn.end - turn.start for turn in sentences.turns])
    raw = (
        1.0 * salience.standardised((windows @ topical.T).mean(axis=1))
        + 1.5 * salience.standardised(lengths)
        - 0.5 * salience.standardised((windows @ reactions.T).mean(axis=1))
    )
    return salience.spread(raw, sentences)


def _summary(rows: dict[str, dict[str, Figures]]) -> dict[str, object]:
    means = {
        way: {name: _mean([ways[way][name] for ways in rows.values()]) for name in MEASURES}
        for way in WAYS
    }
    differences = {
        way: paired(
            [
                difference(ways[WAYS[0]]["sentence_kappa"], ways[way]["sentence_kappa"])
                for ways in rows.values()
            ]
        )
        for way in WAYS[1:]
    }
    return {"transcripts": len(rows), "means": means, "kappa_difference": differences}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 3) if known else None


if __name__ == "__main__":
    main()
