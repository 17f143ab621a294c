"""What describes an archive: RO-Crate 1.1 metadata, CITATION.cff and a page to read first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from autocode import __version__
from autocode.coding.inventory import CRATE, INVENTORY, SUMS
from autocode.coding.runs import Manifest
from autocode.text import model_name, one_line

_TYPES = {
    ".json": "application/json", ".jsonl": "application/jsonl", ".md": "text/markdown",
    ".txt": "text/plain", ".toml": "application/toml", ".csv": "text/csv", ".html": "text/html",
    ".svg": "image/svg+xml", ".png": "image/png", ".tex": "application/x-tex",
    ".bib": "application/x-bibtex", ".cff": "application/yaml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
UNNAMED = "The authors of this study"


@dataclass(frozen=True)
class Description:
    """What a person says of an archive: date is YYYY-MM-DD, licence an SPDX id or None."""

    title: str
    authors: tuple[str, ...]
    date: str
    licence: str | None = None
    words: bool = True


def crate(
    about: Description,
    files: Mapping[str, bytes],
    licences: Sequence[str],
    runs: Sequence[Manifest],
) -> bytes:
    """`ro-crate-metadata.json`: every file with its size and type, every run with its model."""
    names = sorted(files)
    authors = [
        {"@id": f"#author-{number}", "@type": "Person", "name": name}
        for number, name in enumerate(about.authors, 1)
    ]
    licence = _licence(about, licences)
    root: dict[str, Any] = {
        "@id": "./", "@type": "Dataset", "name": about.title, "description": summary(about),
        "datePublished": about.date,
        "author": [{"@id": author["@id"]} for author in authors],
        "hasPart": [{"@id": quote(name)} for name in names],
        "mentions": [{"@id": f"#run-{quote(made.run)}"} for made in runs],
    }  # fmt: skip
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE, "@type": "CreativeWork", "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        root | ({"license": {"@id": licence["@id"]}} if licence else {}),
        *authors,
        *([licence] if licence and about.licence else []),
        *(_file(name, files[name]) for name in names),
        *map(_run, runs),
        {"@id": "#autocode", "@type": "SoftwareApplication", "name": "autocode",
         "softwareVersion": __version__},
        *map(_model, sorted({made.model_asked for made in runs})),
    ]  # fmt: skip
    tree = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return (json.dumps(tree, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _licence(about: Description, licences: Sequence[str]) -> dict[str, Any] | None:
    if about.licence:
        url = f"https://spdx.org/licenses/{quote(about.licence)}"
        return {"@id": url, "@type": "CreativeWork", "name": about.licence}
    return {"@id": quote(licences[0])} if licences else None


def _file(name: str, data: bytes) -> dict[str, Any]:
    kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "text/plain")
    size = str(len(data))
    return {
        "@id": quote(name), "@type": "File", "name": name, "encodingFormat": kind,
        "contentSize": size,
    }  # fmt: skip


def _model(name: str) -> dict[str, Any]:
    shown = model_name(name)
    return {"@id": f"#model-{quote(shown, safe='')}", "@type": "SoftwareApplication", "name": shown}


def _run(made: Manifest) -> dict[str, Any]:
    folder = f"runs/{made.transcript.id}/{made.run}"
    action: dict[str, Any] = {
        "@id": f"#run-{quote(made.run)}",
        "@type": "CreateAction",
        "name": f"{made.strategy} coding of {made.transcript.id} by {model_name(made.model_asked)}",
        "startTime": made.started,
        "instrument": [{"@id": "#autocode"}, {"@id": _model(made.model_asked)["@id"]}],
        "result": {"@id": quote(f"{folder}/coding.json")},
    }
    return action | ({"endTime": made.ended} if made.ended else {})


def summary(about: Description) -> str:
    """One paragraph that says what is in the archive and what is not."""
    words = (
        "The transcripts are in it."
        if about.words
        else "It holds no words of the transcripts: quotes are given by their offsets, in code "
        "points, into texts that are identified by their SHA-256."
    )
    return f"Codings of interview transcripts, the prompts and the runs that made them. {words}"


def citation(about: Description) -> bytes:
    """`CITATION.cff` (Citation File Format 1.2.0); its strings are JSON, which YAML reads."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this data set, please cite it as below.",
        "type: dataset",
        f"title: {_string(about.title)}",
        "authors:",
    ]
    for author in about.authors:
        family, comma, given = author.partition(",")
        if comma:
            lines.append(f"  - family-names: {_string(family.strip())}")
            lines.append(f"    given-names: {_string(given.strip())}")
        else:
            lines.append(f"  - name: {_string(author)}")
    lines.append(f"date-released: {_string(about.date)}")
    lines += [f"license: {_string(about.licence)}"] if about.licence else []
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _string(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def read_me(about: Description) -> bytes:
    """`README.md`: what each folder holds and how to check it."""
    lines = [
        f"# {one_line(about.title)}", "", summary(about), "",
        f"- `{INVENTORY}`: the transcripts by hash and length, with the places of their turns",
        *(["- `seeds/`: the transcripts as the researchers have them; `transcripts/`: what was "
           "said, as offsets count it"] if about.words else []),
        "- `gold/`: human codings and the codebook; `prompts/`: the prompts",
        "- `runs/`: of each run its manifest"
        + (", requests and answers, and coding" if about.words else " and coding"),
        "- `reports/`: agreement reports, where there are any",
        "", f"`sha256sum -c {SUMS}` checks every file; `autocode verify .` the offsets as well.",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
