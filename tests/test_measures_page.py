"""The examples of docs/measures.md are what the code computes; its tables are the catalogue's.

`pytest tests/test_measures_page.py --freeze` writes the tables between the markers anew.
"""

import re
from pathlib import Path

import pytest

from autocode.agreement import ac1, kappa, pabak, percent_agreement
from autocode.agreement.percode import f1
from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.panel import PanelConfig
from autocode.panel.catalogue import catalogue, groups
from autocode.panel.comparison import BRANCHES, Material, Source, compare
from autocode.report.references import cited, entry, in_order

PATH = Path(__file__).parent.parent / "docs/measures.md"
PAGE = PATH.read_text(encoding="utf-8")
BEGIN, END = "<!-- from autocode/panel/catalogue.toml -->\n", "<!-- end -->\n"
GOLD = [(0, 90, "A"), (150, 200, "B")]
CODERS = {
    "identical": GOLD,
    "split": [(0, 30, "A"), (30, 60, "A"), (60, 90, "A"), (150, 200, "B")],
    "shifted": [(20, 110, "A"), (165, 215, "B")],
    "swapped": [(0, 90, "B"), (150, 200, "A")],
    "one code": [(0, 90, "A"), (150, 200, "A")],
    "first only": [(0, 90, "A")],
    "everything": [(0, 300, "A")],
    "elsewhere": [(210, 290, "A")],
}
COLUMNS = [
    ("spans", "char", "f1"),
    ("spans", "u_alpha", "relevance"),
    ("spans", "u_alpha", "value"),
    ("spans", "u_alpha", "coded"),
    ("spans", "matching", "0.5", "partial"),
    ("spans", "matching", "0.5", "exact"),
    ("spans", "matching", "0.5", "strict"),
    ("spans", "fragmentation"),
    ("spans", "gamma"),
]


def compared(units, length=300):
    codings = []
    for who, marked in (("gold", GOLD), ("model", units)):
        quotes = [
            Quote(id=f"{s}", start=s, end=e, text="x" * (e - s), status="exact", axial=[code])
            for s, e, code in marked
        ]
        about = TranscriptRef(id="t", sha256="0", length=length)
        codings.append(Coding(transcript=about, coder=Coder(id=who, kind="human"), quotes=quotes))
    config = PanelConfig(permutations=0)
    return compare([Material(tuple(map(Source.of, codings)))], config)


def rows(heading):
    """The rows of the table whose first heading cell begins so, as lists of cells."""
    lines = PAGE.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading}"))
    block = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        block.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return [row for row in block if not set(row[0]) <= set("-")]


def shown(value):
    return "–" if value is None else f"{value:.2f}"


@pytest.mark.parametrize("row", rows("the other coder")[1:], ids=lambda row: row[0][:10])
def test_the_small_example(row):
    found = compared(CODERS[row[0].split(":")[0]])
    assert row[1:] == [shown(found.figure(*path).value) for path in COLUMNS]


def test_alpha_depends_on_the_text_around():
    header, alphas, f1s = rows("characters in the text")
    lengths = [int(cell.replace(",", "")) for cell in header[1:]]
    found = [compared(CODERS["shifted"], length) for length in lengths]
    assert alphas[1:] == [shown(one.figure("spans", "u_alpha", "value").value) for one in found]
    assert f1s[1:] == [shown(one.figure("spans", "char", "f1").value) for one in found]


@pytest.mark.parametrize("row", rows("both, first")[1:], ids=lambda row: row[0][:10])
def test_rare_codes(row):
    a, b, c, d = map(int, row[0].split(":")[0].split(","))
    measures = (percent_agreement, kappa, ac1, pabak, f1)
    assert row[1:] == [shown(one([[a, b], [c, d]], unit="turn").value) for one in measures]


def test_the_keys_named_exist():
    tree = compared(GOLD).model_dump()
    advice = PAGE.split(BEGIN)[0]
    names = set(re.findall(rf"`((?:{'|'.join(BRANCHES)})(?:\.\w+)+)`", advice))
    assert len(names) > 20
    for name in names:
        node = tree
        for key in name.replace("labels.f1.parts", "labels.f1").split("."):
            assert key in node, name
            node = node[key]


def reference():
    """Every figure of the catalogue with what it means, a table for each group, and the sources."""
    lines = []
    for group, title in groups().items():
        lines += [f"### {title}", "", *table_of(group), ""]
    works = in_order({key for known in catalogue() for key in known.reference})
    return "\n".join([*lines, "### Sources", "", *(f"- {entry(key)}" for key in works), ""])


def table_of(group):
    yield "| figure | key | unit | what it means | when it misleads | source |"
    yield "|---|---|---|---|---|---|"
    for known in (known for known in catalogue() if known.group == group):
        sources = "; ".join(cited(key) for key in known.reference)
        name = known.name if known.only != "json" else f"{known.name} (JSON only)"
        cells = (name, f"`{known.key}`", known.unit, known.meaning, known.misleads, sources)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def test_the_reference_is_the_catalogue(request):
    before, rest = PAGE.split(BEGIN)
    written, after = rest.split(END)
    if request.config.getoption("--freeze"):
        PATH.write_text(f"{before}{BEGIN}\n{reference()}{END}{after}", encoding="utf-8")
    else:
        assert written == f"\n{reference()}"
