"""The works that a report cites: in brackets, as a list, and as references.bib."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autocode.report.names import data

_FIELDS = ("journal", "booktitle", "institution", "publisher", "volume", "number", "pages")
# What BibTeX styles hand on to LaTeX as it is.
_BRACED = str.maketrans(
    {"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "γ": r"$\gamma$"}
)


def cited(key: str) -> str:
    """`Krippendorff et al. 2016`: authors and year as they stand in running text."""
    work = data("references")[key]
    families = [author.split(",")[0] for author in work["authors"] if author != "others"]
    if len(families) > 2 or "others" in work["authors"]:
        return f"{families[0]} et al. {work['year']}"
    return f"{' and '.join(families)} {work['year']}"


def entry(key: str) -> str:
    """The work as it stands in a list of references."""
    work = data("references")[key]
    authors = "; ".join("et al." if author == "others" else author for author in work["authors"])
    issue = f"{work['volume']}" if "volume" in work else ""
    issue += f"({work['number']})" if "number" in work else ""
    venue = next((work[name] for name in _FIELDS[:4] if name in work), "")
    numbered = ", ".join(part for part in (venue, issue, work.get("pages", "")) if part)
    parts = [f"{authors} ({work['year']}). {work['title']}", numbered, _link(work)]
    return ". ".join(part for part in parts if part) + "."


def bibliography(keys: Iterable[str]) -> str:
    """The works as a BibTeX file, sorted by key."""
    return "\n".join(_bibtex(key, data("references")[key]) for key in sorted(set(keys)))


def in_order(keys: Iterable[str]) -> list[str]:
    """The keys as a list of references has them: by author, then year."""
    return sorted(set(keys), key=lambda key: (cited(key).casefold(), key))


def _link(work: Mapping[str, Any]) -> str:
    if "doi" in work:
        return f"https://doi.org/{work['doi']}"
    if "eprint" in work:
        return f"https://arxiv.org/abs/{work['eprint']}"
    return str(work.get("url", ""))


def _bibtex(key: str, work: Mapping[str, Any]) -> str:
    fields = {
        "author": " and ".join(work["authors"]),
        "year": str(work["year"]),
        # Braces keep what is upper case in a title as it is.
        "title": re.sub(r"\b(\w*[A-Z]\w*[A-Z]\w*)\b", r"{\1}", work["title"]),
        **{name: str(work[name]) for name in _FIELDS if name in work},
    }
    fields["pages"] = fields.get("pages", "").replace("–", "--")
    plain = {name: work[name] for name in ("doi", "url", "eprint") if name in work}
    if "eprint" in plain:
        plain["archiveprefix"] = "arXiv"
    note = {"note": work["note"]} if "note" in work else {}
    escaped = {name: text.translate(_BRACED) for name, text in (fields | note).items() if text}
    rows = "".join(f"  {name} = {{{text}}},\n" for name, text in (escaped | plain).items())
    return f"@{work['type']}{{{key},\n{rows}}}\n"
