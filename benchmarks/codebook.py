"""How like a proposed codebook is to the human one, beside chance and a baseline of phrases.

Takes the proposals that `autocode codebook propose` left in a study (every run of it), and compares
the names of their categories with the labels of all codes in the human codings: one-to-one and
many-to-many, at the threshold of `autocode compare`. Beside them as many frequent phrases of the
transcripts (two or three words in a row, none of them a common one), and the mean of as many
phrases drawn at random. A proposal from `gold` was made of the very codes it is compared with.

    python benchmarks/codebook.py STUDY

The last line of output is one JSON object with the same figures.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autocode.agreement.opencodes import curve_area, many_to_many, matched
from autocode.codebook.proposal import Proposal
from autocode.codebook.usage import sources
from autocode.coding.codebook import Codebook
from autocode.coding.runs import PROPOSAL
from autocode.files import read_record
from autocode.models.embedding import Embedder, open_embedder
from autocode.panel.comparison import settings_for
from autocode.panel.labels import similarity_of
from autocode.study import CODEBOOK, Study
from autocode.transcript.seeds import load

DRAWS, SEED = 50, 1
# The commonest words of English, and of talk.
COMMON = frozenset(
    """a about actually all also an and any are as at be because been but by can could do does for
    from get go good had has have he how i if in into is it its just kind know like lot make maybe
    me mean more my need no not now of okay on one only or other our out people really right say see
    should so some something sort that the their them then there they thing things think this those
    to up us use very want was way we well were what when where which who will with would yeah yes
    you your s t re ve don""".split()  # noqa: SIM905
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("study", type=Path, help="a study folder")
    study = Study.open(parser.parse_args().study)
    embedder, figures = open_embedder(), {}
    for path in sorted(study.runs_path(CODEBOOK).glob(f"*/{PROPOSAL}")):
        proposal = read_record(path, Proposal)
        names = [category.name for category in proposal.categories if not category.parts]
        if names:
            figures[f"{path.parent.name} ({proposal.origin})"] = _of(
                study, names, embedder, of_runs=proposal.origin == "runs"
            )
    print(json.dumps(figures))


def _of(
    study: Study, names: Sequence[str], embedder: Embedder, *, of_runs: bool
) -> dict[str, object]:
    book, used, ids = Codebook.load(study.codebook_path), {}, {}
    for source in sources(study, runs=False):
        if not of_runs or study.runs_path(source.coding.transcript.id).is_dir():
            ids[source.coding.transcript.id] = None
            used |= {code: None for q in source.coding.quotes for code in q.axial}
    labels = [(c.label if (c := book.find(id_)) else None) or id_.replace("_", " ") for id_ in used]
    phrases = _phrases([load(study, id_).text for id_ in ids])
    frequent = [phrase for phrase, _ in phrases.most_common(len(names))]
    draw = random.Random(SEED)
    drawn = [draw.sample(sorted(phrases), min(len(names), len(phrases))) for _ in range(DRAWS)]
    rows = {
        "proposed": _figures(labels, names, embedder),
        "frequent phrases": _figures(labels, frequent, embedder),
        "random phrases": {
            key: float(np.mean([row[key] for row in made]))
            for made in [[_figures(labels, phrases, embedder) for phrases in drawn]]
            for key in made[0]
        },
    }
    print(f"{len(names)} categories against {len(labels)} human codes of {', '.join(ids)}")
    for name, row in rows.items():
        told = "  ".join(f"{key} {value:.3f}" for key, value in row.items())
        print(f"  {name:18} {told}")
    return {"categories": len(names), "codes": len(labels), **rows}


def _phrases(texts: Sequence[str]) -> Counter[str]:
    """Two or three words in a row without a common one, in one sentence, by how often."""
    counts: Counter[str] = Counter()
    for text in texts:
        for sentence in re.split(r"[.,;:?!\n]", text.casefold()):
            words = re.findall(r"[^\W\d_]+", sentence)
            for size in (2, 3):
                for at in range(len(words) - size + 1):
                    if not COMMON & {*words[at : at + size]}:
                        counts[" ".join(words[at : at + size])] += 1
    return counts


def _figures(labels: Sequence[str], names: Sequence[str], embedder: Embedder) -> dict[str, float]:
    table = similarity_of(embedder)(labels, names)
    threshold = settings_for(embedder).label_threshold
    one, many = matched(table, threshold), many_to_many(table, threshold)
    return {
        "one-to-one F1": float(one["f1"].value or 0),
        "recall": float(many["recall"].value or 0),
        "precision": float(many["precision"].value or 0),
        "curve area": float(curve_area(table).value or 0),
    }


if __name__ == "__main__":
    main()
