"""Labels: what codes are for annotation tools, which know neither a tree nor two kinds of codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autocode.exchange.offsets import SourceText
from autocode.exchange.project import (
    NO_RELATIONS,
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    label_of_open_code,
    open_code_labelled,
    without_place,
)
from autocode.exchange.refi_codebook import code_names
from autocode.text import plural, whole


@dataclass(frozen=True)
class Labels:
    """The label of each code of a project; `losses` say what labels cannot hold."""

    names: Mapping[str, str]
    losses: tuple[str, ...]

    @classmethod
    def of(cls, project: Project) -> "Labels":
        """The codes' names, each once; open codes are marked as such."""
        names, renamed = code_names(project.codes, "")
        losses = [*project.remarks, *renamed]
        if any(code.parent or code.definition for code in project.codes):
            losses.append("which code stands under which, and definitions, are left out")
        if project.relations or project.memos:
            losses.append(NO_RELATIONS)
        placeless = len(project.passages) - sum(len(p) for _, _, p in coded_texts(project))
        if placeless:
            losses.append(without_place(placeless))
        return cls(names, tuple(losses))

    def on(self, passage: Passage) -> list[str]:
        """The labels of a passage."""
        labels = [self.names[code] for code in passage.codes if code in self.names]
        labels += [label_of_open_code(passage.open_code)] if passage.open_code else []
        return list(dict.fromkeys(labels))


def coded_texts(project: Project) -> list[tuple[str, str, list[Passage]]]:
    """Each document with a text: its name, the text, and the passages that have a place in it."""
    texts = project.texts
    passages: dict[str, list[Passage]] = {}
    for passage in project.passages:
        length = len(texts.get(passage.document, ""))
        if passage.span and passage.span.start < passage.span.end <= length:
            passages.setdefault(passage.document, []).append(passage)
    return [(name, texts[name], passages.get(name, [])) for name in sorted(texts)]


def by_coder(passages: Iterable[Passage]) -> dict[str | None, list[Passage]]:
    """Passages by who coded them, in the order of the names."""
    coders: dict[str | None, list[Passage]] = {}
    for passage in sorted(passages, key=lambda passage: passage.coder or ""):
        coders.setdefault(passage.coder, []).append(passage)
    return coders


@dataclass
class Labelled:
    """What labels on stretches of texts make; `lost` counts those that have no place."""

    texts: dict[str, SourceText] = field(default_factory=dict)
    codes: dict[str, ProjectCode] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    lost: int = 0

    def document(self, name: str, text: str) -> None:
        """A document that labels will stand in; again, it may only be the same.

        Raises:
            ValueError: it has another text than before.
        """
        source = SourceText(whole(text).encode())
        if self.texts.setdefault(name, source).text != source.text:
            raise ValueError(f"{name} has two different texts")

    def add(
        self,
        document: str,
        place: tuple[object, object],
        labels: Sequence[str],
        coder: str | None,
        *,
        words: str = "",
        note: str = "",
    ) -> None:
        """Labels on a stretch of a document in code points; `words` it must be, if given."""
        span, marked = self.texts[document].marked(*place, words)
        if not marked:
            self.lost += 1
            return
        opens: list[str | None] = [code for label in labels if (code := open_code_labelled(label))]
        ids = tuple(dict.fromkeys(label for label in labels if not open_code_labelled(label)))
        self.codes |= {id_: ProjectCode(id_, id_) for id_ in ids}
        self.passages += [
            Passage(document, marked, ids, coder, span, open_code=open_code, note=note)
            for open_code in opens or [None]
        ]

    def project(self) -> Project:
        """The project that all of it makes."""
        what = plural(self.lost, "label without a place", "labels without a place")
        return Project(
            tuple(ProjectDocument(name, source.text) for name, source in self.texts.items()),
            tuple(self.codes.values()),
            tuple(self.passages),
            (f"not read: {what} in a text",) if self.lost else (),
        )
