"""W3C Web Annotation (2017), written: JSON-LD, one annotation for each coded passage.

Each has its place in code points and its words with some before and after, so that it can be
found in other copies of the text.
"""

from typing import Any
from urllib.parse import quote

from autocode.exchange.labels import Labels, coded_texts
from autocode.exchange.project import Passage, Project, Written, coder_named
from autocode.exchange.refi_codebook import guid
from autocode.text import visible_json, whole

# Characters of context: enough to tell two places of the same words.
_CONTEXT = 32


def web_annotation_bytes(project: Project) -> Written:
    """The passages of a project as an annotation page, and what was lost."""
    labels = Labels.of(project)
    items = [
        _annotation(text, passage, labels, number)
        for _, text, passages in coded_texts(project)
        for number, passage in enumerate(passages)
    ]
    page = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"urn:uuid:{guid('page', *sorted(d.name for d in project.documents))}",
        "type": "AnnotationPage",
        "items": items,
    }
    losses = (*labels.losses, "the texts themselves are not part of the annotations")
    return Written(whole(visible_json(page)).encode() + b"\n", losses)


def _annotation(text: str, passage: Passage, labels: Labels, number: int) -> dict[str, Any]:
    span = passage.span
    assert span is not None  # as `coded_texts` gives them
    bodies = [
        {"type": "TextualBody", "purpose": "tagging", "value": label}
        for label in labels.on(passage)
    ]
    if passage.note:
        bodies.append({"type": "TextualBody", "purpose": "commenting", "value": passage.note})
    key = (passage.document, span.start, span.end, passage.coder, number)
    annotation: dict[str, Any] = {
        "id": f"urn:uuid:{guid('annotation', *key)}",
        "type": "Annotation",
        "motivation": "tagging" if labels.on(passage) else "highlighting",
        "body": bodies,
        "target": {
            "source": f"{quote(whole(passage.document))}.txt",
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": text[span.start : span.end],
                    "prefix": text[max(0, span.start - _CONTEXT) : span.start],
                    "suffix": text[span.end : span.end + _CONTEXT],
                },
                {"type": "TextPositionSelector", "start": span.start, "end": span.end},
            ],
        },
    }
    if passage.coder:
        kind = "Software" if coder_named(passage.coder).kind == "model" else "Person"
        annotation["creator"] = {"type": kind, "name": passage.coder}
    return annotation
