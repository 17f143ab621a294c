"""A codebook proposed from open codes: what is asked, and the proposal that comes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autocode.codebook.proposal import KINDS, Category, Proposal, ProposedRelation
from autocode.codebook.usage import sources
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, Coder, Coding, TranscriptRef
from autocode.coding.runs import PROPOSAL, Run
from autocode.coding.sent import CodebookUsed
from autocode.errors import StudyError
from autocode.files import to_json, write_whole
from autocode.models.embedding import Embedder
from autocode.models.provider import Provider
from autocode.propose.categories import (
    Dropped,
    Group,
    category_question,
    nearest_codes,
    neighbours,
    relation_question,
)
from autocode.propose.grouping import Grouping, grouped
from autocode.propose.opencodes import OpenCode, Origin, open_codes
from autocode.propose.privacy import codes_by_id, is_redacted, without_names
from autocode.propose.prompts import load_prompt
from autocode.propose.provenance import manifest_of
from autocode.propose.question import Question, Round, Task, code_line
from autocode.propose.run import Plan
from autocode.propose.session import Session
from autocode.propose.threshold import Keep
from autocode.redaction.names import Names
from autocode.study import CODEBOOK, Study
from autocode.text import plural
from autocode.transcript.nouns import Transcript

# A category rests on at least so many quotes.
FEWEST = 2


@dataclass(frozen=True)
class Material:
    """What a proposal is made of: the codebook, codes by the ids they are sent as, the groups.

    quotes: coding and id of every quote of each group. left: open codes in no group.
    """

    book: Codebook
    sent: Mapping[str, Code]
    origin: str
    embedder: str
    threshold: float
    quotes: Mapping[str, frozenset[tuple[str, str]]]
    left: tuple[str, ...]


@dataclass(frozen=True)
class CodebookTask(Task):
    """A task on the open codes of a study; its transcript is the quotes that are sent."""

    material: Material = None  # type: ignore[assignment]


class CodebookSession(Session):
    """Asks for categories and relations."""

    def _use(self, question: Question, value: Any) -> None:
        question.read(value)

    def considered(self, incomplete: str | None = None) -> Coding:
        """No quotes: the failures, and why the proposal is not complete."""
        outcomes = [outcome for each in self.outcomes for _, outcome in each]
        failures = [outcome.failure for outcome in outcomes if outcome.failure]
        if failures and incomplete is None:
            incomplete = f"{len(failures)} of {len(outcomes)} questions failed"
        return Coding(
            transcript=TranscriptRef.of(self.task.transcript),
            coder=Coder(id=self.task.provider.name, kind="model"),
            failures=failures,
            incomplete=incomplete,
        )

    def kept(
        self,
        study: Study,  # noqa: ARG002
        original: Transcript,  # noqa: ARG002
        run: Run,
        considered: Coding,
        keep: Keep | None,  # noqa: ARG002
    ) -> tuple[Coding, dict[str, Any]]:
        """The proposal, written beside the calls of the run."""
        assert isinstance(self.task, CodebookTask)
        every = sorted((pair for each in self.outcomes for pair in each), key=lambda p: p[0].number)
        parts = [part for _, outcome in every for part in outcome.drafts]
        made = assembled(parts, self.task.material)
        made.failures, made.incomplete = considered.failures, considered.incomplete
        write_whole(run.path / PROPOSAL, to_json(made, {"incomplete"}))
        return considered, {}


def plan_codebook(
    study: Study, provider: Provider, embedder: Callable[[], Embedder], origin: Origin
) -> Plan:
    """What would be asked to propose a codebook; nothing is sent.

    Raises:
        AutocodeError: there are no open codes to group, or codings, prompts or model cannot be
            used.
    """
    redacted, names = is_redacted(study, provider), Names.of(study)
    opened = embedder()
    parted, groups, left = _grouped(study, origin, opened, redacted=redacted)
    book = Codebook.load(study.codebook_path)
    live = [code for code in book.codes if not code.retired]
    quotes = {
        group.id: frozenset((q.cited.coding, q.cited.quote) for q in group.quotes)
        for group in groups
    }
    material = Material(
        book=book,
        sent=dict(codes_by_id(live, names)) if redacted else {code.id: code for code in live},
        origin=origin,
        embedder=opened.name,
        threshold=parted.thresholds[0],
        quotes=quotes,
        left=tuple(left),
    )
    prompts = {step: load_prompt(study, step) for step in ("category", "relation")}
    settings = study.settings.model_copy(update={"strategy": CODEBOOK, "runs": 1})
    shown = {quote.place: quote.sent for group in groups for quote in group.quotes}
    text = Transcript(CODEBOOK, "\n\n".join(shown[place] for place in sorted(shown)), ())
    task = CodebookTask(text, live, settings, prompts, provider, lambda: opened, material=material)
    task = without_names(task, material.sent, names) if redacted else task
    return _plan(task, _questions(study, task, groups))


def _grouped(
    study: Study, origin: Origin, embedder: Embedder, *, redacted: bool
) -> tuple[Grouping, list[Group], list[str]]:
    """The open codes in groups; those that are left.

    Raises:
        StudyError: there is no group.
    """
    every = open_codes(study, origin, redacted=redacted)
    parted = grouped([code.text for code in every], embedder)
    groups, left = _groups(every, parted)
    if not groups:
        raise StudyError(
            f"of {plural(len(every), 'open code')} no two are alike enough to make a category",
            hint="Code more transcripts first.",
        )
    return parted, groups, left


def _plan(task: CodebookTask, asked: list[Question]) -> Plan:
    offered = {id_ for question in asked for id_ in question.codes}
    sent = [code.id for id_, code in task.material.sent.items() if id_ in offered]
    held = [code.id for id_, code in task.material.sent.items() if id_ not in offered]
    used = CodebookUsed(sha256=None, sent=sent, held_back=held)
    manifest = manifest_of(task, used, task.material.embedder, asked)
    manifest = manifest.model_copy(update={"questions": len(asked)})
    asking = Round("category", lambda _: asked, lambda coding, _: coding)
    return Plan(
        task, asked, manifest, False, rounds=[asking], session=CodebookSession
    )  # fmt: skip


def _groups(codes: Sequence[OpenCode], parted: Grouping) -> tuple[list[Group], list[str]]:
    """Groups with enough quotes, then themes of them; and the open codes in none."""
    made: dict[int, Group] = {}
    left: list[str] = []
    for at, places in enumerate(parted.groups):
        members = tuple(codes[place] for place in places)
        group = Group(f"c{len(made) + 1}", members)
        if len(group.quotes) >= FEWEST:
            made[at] = group
        else:
            left += [code.text for code in members]
    groups = list(made.values())
    for theme in parted.themes:
        parts = [made[at] for at in theme if at in made]
        if len(parts) > 1:
            members = tuple(code for part in parts for code in part.codes)
            ids = tuple(part.id for part in parts)
            groups.append(Group(f"t{len(groups) - len(made) + 1}", members, ids))
    return groups, sorted(left)


def _questions(study: Study, task: CodebookTask, groups: Sequence[Group]) -> list[Question]:
    embedder = task.embedder()
    by_sent_id = task.material.sent
    live = [by_sent_id[code.id] for code in task.codes]
    labels = embedder.embed([code_line(code) for code in task.codes], "query")
    as_sent = {code.id: sent for code, sent in zip(live, task.codes, strict=True)}
    asked: list[Question] = []
    for group in groups:
        near = nearest_codes(group, live, labels, embedder)
        codes = [as_sent[code.id] for code in near]
        asked.append(category_question(task, len(asked) + 1, group, codes))
    links = [link for source in sources(study, runs=False) for link in source.coding.relations]
    noted = sorted({link.relation for link in [*task.material.book.relations, *links]})
    kinds = list(dict.fromkeys([*KINDS, *noted]))  # those everyone has, and the study's own
    for pair in neighbours([group for group in groups if not group.parts]):
        asked.append(relation_question(task, len(asked) + 1, pair, kinds))
    return asked


def assembled(answers: Iterable[Any], material: Material) -> Proposal:
    """The proposal from what was answered: one category for each name, placed in the codebook."""
    parts = [p if isinstance(p, Dropped) else p.model_copy(deep=True) for p in answers]
    made = Proposal(
        origin=material.origin, embedder=material.embedder, threshold=material.threshold,
        left=list(material.left), dropped=[p.words for p in parts if isinstance(p, Dropped)],
    )  # fmt: skip
    by_code: dict[str, Category] = {}
    joined: dict[str, str] = {}
    for category in (p for p in parts if isinstance(p, Category) and not p.parts):
        _place(category, material)
        first = by_code.setdefault(category.code, category)
        joined[category.id] = first.id
        if first is not category:
            made.dropped.append(
                f"{first.id} and {category.id} were given one name: they are {first.id}"
            )
            _join(first, category)
    categories = {category.id: category for category in by_code.values()}
    for theme in (p for p in parts if isinstance(p, Category) and p.parts):
        _place(theme, material)
        if why := _no_theme(theme, joined, by_code, material):
            made.dropped.append(f"“{theme.name}” ({theme.id}) is no second level: {why}")
            continue
        by_code[theme.code] = theme
        theme.parts = list(dict.fromkeys(joined[id_] for id_ in theme.parts if id_ in joined))
        for part in (categories[id_] for id_ in theme.parts):
            if part.place == "new":
                part.place, part.parent = "under", theme.id
        made.categories.append(theme)
    made.categories += categories.values()
    made.relations = _relations(parts, joined)
    return made


def _relations(parts: Iterable[Any], joined: Mapping[str, str]) -> list[ProposedRelation]:
    """The relations between categories that were named, each once."""
    links: dict[tuple[str, str, str], ProposedRelation] = {}
    for link in (p for p in parts if isinstance(p, ProposedRelation)):
        source, target = joined.get(link.source), joined.get(link.target)
        if source and target and source != target:
            link.source, link.target = source, target
            links.setdefault((source, link.relation, target), link)
    return list(links.values())


def _join(first: Category, second: Category) -> None:
    """Two groups that were given one name are one category."""
    first.open_codes += second.open_codes
    first.quotes += [cited for cited in second.quotes if cited not in first.quotes]
    first.defined_in = sorted({*first.defined_in, *second.defined_in})


def _place(category: Category, material: Material) -> None:
    if category.parent:
        category.parent = material.sent[category.parent].id
    known = material.book.find(category.name)
    if known is not None:
        category.code, category.place, category.parent = known.id, "same", None


def _no_theme(
    theme: Category, joined: Mapping[str, str], by_code: Mapping[str, Category], material: Material
) -> str | None:
    """Why a second level does not hold: its quotes must be of two of its categories at least."""
    if len({joined[id_] for id_ in theme.parts if id_ in joined}) < 2:
        return "fewer than two of its categories were named"
    if theme.code in by_code:
        return "another category has its name"
    cited = {(quote.coding, quote.quote) for quote in theme.quotes}
    shown = {joined[id_] for id_ in theme.parts if id_ in joined and cited & material.quotes[id_]}
    return None if len(shown) > 1 else "its quotes show one of its categories only"
