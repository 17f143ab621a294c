"""Two codebooks compared: which categories are the same, what each has alone, and chance.

For codebooks that people or models made from the data (inductive against inductive): their ids
differ, so categories are the same when their labels are alike. Every value stands beside codebooks
that cannot agree but by chance.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from autocode.agreement.coefficient import Floats, figure
from autocode.agreement.coverage import gold_recall, saturation, saturation_point, slope_ratio
from autocode.agreement.figure import Figure, null_of
from autocode.agreement.opencodes import assignment, many_to_many, matched
from autocode.coding.nouns import Code, Coding
from autocode.errors import AgreementError
from autocode.files import Record
from autocode.panel.labels import Similarity, noted
from autocode.transcript.nouns import Span

CODEBOOKS_FORMAT: Final = "autocode/codebooks@1"
# Each draw embeds every label anew: with 39 the smallest p is .025.
DRAWS = 39
ORDERS = 200

# Where a quote stands: its transcript, and from where to where.
Place = tuple[str, Span]


@dataclass(frozen=True)
class Categories:
    """The categories of one codebook, with the quotes that rest on them where codings are known.

    labels: by id. quotes: the places coded with each. documents: the ids used in each transcript.
    """

    name: str
    labels: Mapping[str, str]
    quotes: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    documents: Mapping[str, Collection[str]] = field(default_factory=dict)

    @classmethod
    def of_codes(cls, name: str, codes: Iterable[Code]) -> "Categories":
        """Those of a codebook alone; retired ones are left out."""
        return cls(name, {code.id: code.words for code in codes if not code.retired})

    @classmethod
    def of_codings(cls, name: str, codings: Iterable[Coding]) -> "Categories":
        """The categories that codings use, each with its quotes."""
        labels, quotes = dict[str, str](), defaultdict[str, list[Place]](list)
        documents = dict[str, set[str]]()
        for coding in codings:
            known = {code.id: code.words for code in coding.codes}
            id_ = coding.transcript.id
            for code, span in ((c, q.span) for q in coding.located() for c in q.axial if q.span):
                labels.setdefault(code, known.get(code, code.replace("_", " ")))
                quotes[code].append((id_, span))
                documents.setdefault(id_, set()).add(code)
        return cls(name, labels, quotes, documents)

    @property
    def uses(self) -> list[int]:
        return [len(self.quotes.get(code, ())) for code in self.labels]


class CodebookComparison(Record):
    """What two codebooks share (`autocode/codebooks@1`); figures as in a comparison.

    pairs: the one-to-one assignment. groups: for each category of the second the ones of the first
    that are most like it, where more than one is. alone: categories like none of the other.
    foreign: F1 with codebooks of other studies. saturation: by codebook, the different categories
    after each transcript, in the order of the study and as the mean of random orders.
    """

    format: Literal["autocode/codebooks@1"] = CODEBOOKS_FORMAT
    first: str
    second: str
    sizes: tuple[int, int]
    similarity: str
    threshold: float
    figures: dict[str, Any]
    pairs: list[tuple[str, str, float]]
    groups: dict[str, list[str]]
    alone: tuple[list[str], list[str]]
    foreign: dict[str, float | None]
    saturation: dict[str, dict[str, Any]]


def compare_codebooks(
    first: Categories,
    second: Categories,
    similarity: Similarity,
    *,
    named: str,
    threshold: float,
    foreign: Sequence[Categories] = (),
    seed: int = 0,
) -> CodebookComparison:
    """The first codebook is the reference. named: of the similarity; threshold: 0 to 1.

    Raises:
        AgreementError: one of them has no category.
    """
    _check(first, second)
    table = _table(first, second, similarity)
    matches = table >= threshold
    ids = list(first.labels), list(second.labels)
    drawn = [matched(_table(first, dealt, similarity), threshold) for dealt in _dealt(second, seed)]
    figures = {
        **_beside_chance(matched(table, threshold), drawn),
        **{f"any_{name}": value for name, value in many_to_many(table, threshold).items()},
        "quotes_covered": _covered(first, matches),
        "second_quotes_covered": _covered(second, matches.T),
        "same_quotes": _same_quotes(first, second, matches, seed),
    }
    return CodebookComparison(
        first=first.name, second=second.name, sizes=(len(ids[0]), len(ids[1])),
        similarity=named, threshold=threshold,
        figures={name: value.as_json() for name, value in figures.items()},
        pairs=[(ids[0][a], ids[1][b], round(alike, 4))
               for a, b, alike in assignment(table) if alike >= threshold],
        groups=_groups(ids, table, threshold),
        alone=(_alone(ids[0], matches), _alone(ids[1], matches.T)),
        foreign={each.name: matched(_table(first, each, similarity), threshold)["f1"].value
                 for each in foreign},
        saturation={f"{place} ({each.name})": _saturation(each, seed) for place, each
                    in (("first", first), ("second", second)) if each.documents},
    )  # fmt: skip


def _check(*codebooks: Categories) -> None:
    for categories in codebooks:
        if not categories.labels:
            raise AgreementError(
                f"{categories.name} has no category to compare",
                hint="Compare codings with axial codes, or codebooks.",
            )


def _table(first: Categories, second: Categories, similarity: Similarity) -> Floats:
    labels = list(first.labels.values()), list(second.labels.values())
    return np.asarray(similarity(*labels), dtype=float)


def _groups(
    ids: tuple[list[str], list[str]], table: Floats, threshold: float
) -> dict[str, list[str]]:
    nearest, groups = table.argmax(axis=1), defaultdict[str, list[str]](list)
    for row, column in enumerate(nearest):
        if table[row, column] >= threshold:
            groups[ids[1][column]].append(ids[0][row])
    return {code: alike for code, alike in groups.items() if len(alike) > 1}


def _alone(ids: list[str], matches: np.ndarray) -> list[str]:
    return [code for code, row in zip(ids, matches, strict=True) if not row.any()]


def _covered(categories: Categories, matches: np.ndarray) -> Figure:
    """The share of a codebook's quotes whose category has its like in the other one."""
    if not any(categories.uses):
        reason = f"no coding with {categories.name} was named"
        return Figure.undefined(reason, n=0, unit="quote", reference="gold-code recall by use")
    return gold_recall(matches, categories.uses)


def _dealt(categories: Categories, seed: int) -> Iterator[Categories]:
    """Their words dealt anew among the labels: the vocabulary is left, the categories are not."""
    rng = np.random.default_rng(seed)
    words = [word for label in categories.labels.values() for word in label.split()]
    for _ in range(DRAWS):
        dealt = iter(rng.permutation(words).tolist())
        labels = {
            code: " ".join(next(dealt) for _ in label.split())
            for code, label in categories.labels.items()
        }
        yield Categories(categories.name, labels)


def _beside_chance(
    figures: Mapping[str, Figure], drawn: Sequence[Mapping[str, Figure]]
) -> dict[str, Figure]:
    """The one-to-one figures, F1 and mean similarity with what the draws reach."""
    judged = {
        name: _judged(figures[name], [draw[name].value for draw in drawn], draws=len(drawn))
        for name in ("f1", "mean")
    }
    return {**figures, **judged}


def _judged(observed: Figure, drawn: Sequence[float | None], **parts: Any) -> Figure:
    """The figure with the mean of chance and p, the share of draws that reach it, in its parts."""
    null = null_of(observed.value or 0.0, np.array(drawn, dtype=float), "")
    return noted(observed, **parts, chance=null.mean, p=null.p) if null else observed


def _same_quotes(first: Categories, second: Categories, matches: np.ndarray, seed: int) -> Figure:
    """The share of the first's coded quotes on which the second has a category like theirs.

    Only transcripts that both coded count. Chance: the second's categories permuted.
    """
    shared = set(first.documents) & set(second.documents)
    rows = [(row, place) for row, code in enumerate(first.labels)
            for place in first.quotes.get(code, ()) if place[0] in shared]  # fmt: skip
    reference = "quotes with a category alike in both"
    if not rows:
        reason = "the codebooks rest on no common transcript"
        return Figure.undefined(reason, n=0, unit="quote", reference=reference)
    meets = np.array([[_meets(place, second.quotes.get(code, ())) for code in second.labels]
                      for _, place in rows])  # fmt: skip
    alike = matches[[row for row, _ in rows]]
    rng = np.random.default_rng(seed)
    permuted = [float((meets & alike[:, rng.permutation(alike.shape[1])]).any(axis=1).mean())
                for _ in range(ORDERS)]  # fmt: skip
    value = float((meets & alike).any(axis=1).mean())
    observed = figure(value, n=len(rows), unit="quote", reference=reference, undefined="")
    return _judged(observed, permuted)


def _meets(place: Place, others: Sequence[Place]) -> bool:
    return any(other == place[0] and span.overlaps(place[1]) for other, span in others)


def _saturation(categories: Categories, seed: int) -> dict[str, Any]:
    used = list(categories.documents.values())
    rng = np.random.default_rng(seed)
    orders = [saturation([used[i] for i in rng.permutation(len(used))]) for _ in range(ORDERS)]
    return {
        "transcripts": list(categories.documents),
        "different": saturation(used),
        "permuted": [round(float(mean), 2) for mean in np.mean(orders, axis=0)],
        "point": saturation_point(used).as_json(),
        "slope_ratio": slope_ratio(used).as_json(),
    }
