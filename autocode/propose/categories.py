"""Questions that turn groups of open codes into categories, with evidence, and relations."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, Field, create_model

from autocode.codebook.proposal import Category, ProposedRelation
from autocode.coding.codebook import identifier
from autocode.coding.nouns import Cited, Code
from autocode.models.embedding import Embedder
from autocode.propose.opencodes import Evidence, OpenCode, all_defined_in
from autocode.propose.question import Question, Task, code_line
from autocode.propose.reply_schema import NEW_CODE, bare_words, field_descriptions
from autocode.text import excerpt, one_line
from autocode.transcript.nouns import Span

# What goes into one question: small models lose their way in more.
MOST_QUOTES, QUOTE_CHARACTERS, MOST_CODES = 8, 300, 6
REPLY_TOKENS = 300
# Two categories stand together where a quote of each is in one turn, or so many characters away.
NEAR, MOST_RELATIONS = 600, 30
NONE = "none"


@dataclass(frozen=True)
class Group:
    """Open codes that may be one category; `id` is what the proposal calls it."""

    id: str
    codes: tuple[OpenCode, ...]
    parts: tuple[str, ...] = ()

    @property
    def quotes(self) -> list[Evidence]:
        """Every quote once, in order."""
        every = {quote.place: quote for code in self.codes for quote in code.quotes}
        return [every[place] for place in sorted(every)]

    @property
    def shown(self) -> list[Evidence]:
        """The quotes that are sent: of each open code in turn, each once."""
        rounds = zip_longest(*(code.quotes for code in self.codes))
        every = {quote.place: quote for each in rounds for quote in each if quote}
        return list(every.values())[:MOST_QUOTES]


@dataclass(frozen=True)
class Dropped:
    """What was asked about and does not hold, as a sentence."""

    words: str


def category_question(task: Task, number: int, group: Group, codes: Sequence[Code]) -> Question:
    """Asks for the name, definition, evidence and place of a group; codes: where it may stand."""
    numbered = {f"q{at}": quote for at, quote in enumerate(group.shown, 1)}
    shape = _category_shape(list(numbered), [code.id for code in codes], several=bool(group.parts))
    listed = [code_line(code) for code in codes] + [f"- {NEW_CODE}"]
    values = {
        "codes": "\n".join(listed),
        "fields": field_descriptions(shape),
        "fence": task.fence,
        "quotes": _lines(group, numbered),
    }
    message = task.prompts["category"].render(values)
    return Question(
        number, "theme" if group.parts else "category", Span(0, 0), message, shape, REPLY_TOKENS,
        partial(_category, group, numbered), codes=tuple(code.id for code in codes),
    )  # fmt: skip


def relation_question(
    task: Task, number: int, pair: tuple[Group, Group], kinds: Sequence[str]
) -> Question:
    """Asks how two groups are related, and which quotes say so."""
    halves = [group.shown[: MOST_QUOTES // 2] for group in pair]
    numbered = {f"q{at}": quote for at, quote in enumerate(halves[0] + halves[1], 1)}
    shape = _relation_shape(list(numbered), kinds)
    first = dict(list(numbered.items())[: len(halves[0])])
    second = dict(list(numbered.items())[len(halves[0]) :])
    values = {
        "kinds": ", ".join(kinds),
        "fields": field_descriptions(shape),
        "fence": task.fence,
        "quotes": f"A\n{_lines(pair[0], first)}\n\nB\n{_lines(pair[1], second)}",
    }
    message = task.prompts["relation"].render(values)
    return Question(
        number, "relation", Span(0, 0), message, shape, REPLY_TOKENS,
        partial(_relation, f"r{number}", pair, numbered),
    )  # fmt: skip


def nearest_codes(
    group: Group, codes: Sequence[Code], labels: np.ndarray, embedder: Embedder
) -> list[Code]:
    """The codes that a group may stand under, the nearest first.

    Not offered are codes defined in a transcript whose words are sent with it (leave-one-out, where
    a model marked them), and those that are themselves members of the group.
    """
    told = {quote.cited.transcript for quote in group.quotes if quote.cited.transcript
            not in quote.defined_in}  # fmt: skip
    members = {identifier(code.text) for code in group.codes}
    if not codes:
        return []
    centre = embedder.embed([code.sent for code in group.codes], "query").mean(axis=0)
    order = np.argsort(-(labels @ centre), kind="stable")
    allowed = (
        codes[at] for at in order
        if not told & {codes[at].first_defined_in, *codes[at].also_defined_in}
        and not members & {codes[at].id, identifier(codes[at].label or "")}
    )  # fmt: skip
    return [code for code, _ in zip(allowed, range(MOST_CODES), strict=False)]


def neighbours(groups: Sequence[Group]) -> list[tuple[Group, Group]]:
    """Pairs of groups whose quotes stand together most often."""
    together: Counter[tuple[int, int]] = Counter()
    placed = sorted(
        ((quote.place, quote, at) for at, group in enumerate(groups) for quote in group.quotes),
        key=lambda item: (item[0], item[2]),
    )
    for here, (_, quote, at) in enumerate(placed):
        for _, other, to in placed[here + 1 :]:
            elsewhere = other.cited.transcript != quote.cited.transcript
            apart = other.turn != quote.turn and other.offset - quote.offset > NEAR
            if elsewhere or apart:
                break
            if at != to:
                together[min(at, to), max(at, to)] += 1
    most = sorted(together, key=lambda pair: (-together[pair], pair))
    count = min(MOST_RELATIONS, len(groups))
    return [(groups[at], groups[to]) for at, to in most[:count]]


def _lines(group: Group, numbered: dict[str, Evidence]) -> str:
    codes = "; ".join(one_line(code.sent) for code in group.codes[: 2 * MOST_QUOTES])
    quotes = (f"[{id_}] {excerpt(quote.sent, QUOTE_CHARACTERS)}" for id_, quote in numbered.items())
    return "\n".join([f"Open codes: {codes}", *quotes])


def _name(text: str) -> str:
    name = bare_words(text)
    if not identifier(name):
        raise ValueError("a name has at least one word")
    return name


def _category_shape(quotes: list[str], codes: list[str], *, several: bool) -> type[BaseModel]:
    least = min(2, len(quotes)) if several else 1
    fields: dict[str, Any] = {
        "name": (
            Annotated[str, AfterValidator(_name)],
            Field(description="the category, a noun phrase of 1 to 5 words", max_length=80),
        ),
        "definition": (
            str,
            Field(description="one sentence of at most 30 words: what belongs here",
                  max_length=300),
        ),
        "evidence": (
            Annotated[list[Literal[*quotes]], AfterValidator(lambda ids: list(dict.fromkeys(ids)))],  # type: ignore[valid-type]
            Field(description="the ids of the quotes that show it best", min_length=least,
                  max_length=len(quotes)),
        ),
        "place": (
            Literal[*codes, NEW_CODE],
            Field(description=f'the existing code of which it is a part; "{NEW_CODE}" if none'),
        ),
    }  # fmt: skip
    return create_model("Category", **fields)


def _relation_shape(quotes: list[str], kinds: Sequence[str]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "relation": (
            Literal[*kinds, NONE],
            Field(description="what the first is to the second"),
        ),
        "first": (Literal["A", "B"], Field(description="which of the two comes first")),
        "evidence": (
            Annotated[list[Literal[*quotes]], AfterValidator(lambda ids: list(dict.fromkeys(ids)))],  # type: ignore[valid-type]
            Field(description=f'the ids of the quotes that say so; none for "{NONE}"',
                  max_length=len(quotes)),
        ),
    }  # fmt: skip
    return create_model("Relation", **fields)


def _category(group: Group, numbered: dict[str, Evidence], reply: Any) -> list[Any]:
    cited = [numbered[id_] for id_ in reply.evidence]
    under = None if reply.place == NEW_CODE else reply.place
    return [
        Category(
            id=group.id,
            name=reply.name,
            definition=" ".join(reply.definition.split()),
            code=identifier(reply.name),
            place="under" if under else "new",
            parent=under,
            open_codes=[code.text for code in group.codes],
            quotes=_distinct(cited),
            parts=list(group.parts),
            defined_in=all_defined_in(group.codes),
        )
    ]


def _relation(
    id_: str, pair: tuple[Group, Group], numbered: dict[str, Evidence], reply: Any
) -> list[Any]:
    if reply.relation == NONE:
        return [Dropped(f"{pair[0].id} and {pair[1].id} are not related")]
    if not reply.evidence:
        raise ValueError("a relation needs at least one quote that says so")
    source, target = pair if reply.first == "A" else pair[::-1]
    return [
        ProposedRelation(
            id=id_, source=source.id, relation=reply.relation, target=target.id,
            quotes=_distinct(numbered[quote] for quote in reply.evidence),
        )
    ]  # fmt: skip


def _distinct(quotes: Iterable[Evidence]) -> list[Cited]:
    return [quote.cited for quote in quotes]
