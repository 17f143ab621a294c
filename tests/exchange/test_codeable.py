"""CodeableModels lines are valid Python and read again as the same codebook and relations."""

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.coding.nouns import Code, Relation
from autocode.exchange.codeable import codeable, is_legal, legal_names, string
from autocode.transcript.notes.axial import AxialCode, read_codes

IDS = st.one_of(
    st.from_regex(r"[a-z][a-z_0-9]{0,8}", fullmatch=True),
    st.sampled_from(
        ["class", "3d_model", "data-catalog", "ﬁ", "naïve", "数据", "a b", "", "match"]
    ),
    st.text(max_size=6),
)
LABELS = st.one_of(st.none(), st.text(min_size=1, max_size=20), st.sampled_from([
    "it's '''", '"""', "back\\", "a # b", "‘curly’", "line\nend", "tab\t", "\x1b[2J", "{[(", "'",
]))  # fmt: skip
CODES = st.lists(
    st.builds(
        Code, id=IDS, label=LABELS, kind=st.sampled_from([None, "practice", "decision"]),
        parent=st.one_of(st.none(), IDS), definition=st.one_of(st.none(), st.text(max_size=20)),
    ),
    max_size=6, unique_by=lambda code: code.id,
)  # fmt: skip
NAMES = st.sampled_from(["links", "positive", "a b", "if"])
LINKS = st.lists(st.tuples(IDS, NAMES, IDS), max_size=5).map(
    lambda links: [Relation(source=a, relation=name, target=b) for a, name, b in links]
)


def read(text: str) -> AxialCode:
    ast.parse(text)
    codes = read_codes(enumerate(text.split("\n"), 1))
    assert codes.oddities == []
    return codes


@given(CODES, LINKS)
def test_any_codebook_comes_back(codes: list[Code], links: list[Relation]) -> None:
    text, remarks = codeable(codes, links)
    back = read(text)
    ids = dict.fromkeys(c.id for c in codes)
    ids |= {id_: None for link in links for id_ in (link.source, link.target)}
    names = legal_names(ids)
    assert len(set(names.values())) == len(names)
    assert all(keyword.iskeyword(name) is False for name in names.values())
    labels = {item.code: (item.label, item.kind) for item in back.codes}
    assert set(labels) == set(names.values())
    for code in codes:
        label, kind = labels[names[code.id]]
        if code.label:
            assert label == code.label
        assert kind == code.kind
    written = {(names[x.source], x.relation, names[x.target]) for x in links}
    assert {(x.source, x.name, x.target) for x in back.relations} == written
    assert sum("is called" in remark for remark in remarks) == sum(a != b for a, b in names.items())


def test_the_study_s_own_codebook_comes_back() -> None:
    from pathlib import Path

    root = Path(__file__).parents[2]
    codebook = Codebook.load(root / "gold" / "codebook.json")
    text, remarks = codeable(codebook.codes, read_coding(root / "gold" / "p1.json").relations)
    back = {item.code: (item.label, item.kind) for item in read(text).codes}
    assert remarks == ()
    for code in codebook.codes:
        assert back[code.id][0] in (code.label, code.id)
        assert code.label is None or back[code.id] == (code.label, code.kind)


def test_parents_stand_before_children_and_a_circle_is_cut() -> None:
    codes = [Code(id="b", parent="a", label="B"), Code(id="a", parent="b", kind="practice")]
    text, _ = codeable(codes, [])
    lines = [line for line in text.split("\n") if "CClass" in line]
    assert lines == [
        'a = CClass(practice, "a", superclasses=b)',
        'b = CClass(..., "B", superclasses=a)',
    ]


@pytest.mark.parametrize(
    ("links", "line"),
    [
        (Relation(source="a", relation="links", target="b"), "add_links({a: b})"),
        (
            Relation(source="a", relation="positive", target="b"),
            "add_force_relations({a: {b: positive}})",
        ),
        (
            Relation(source="a", relation="very positive", target="b"),
            'add_force_relations({a: {b: "very positive"}})',
        ),
    ],
)
def test_relations_as_the_notes_write_them(links: Relation, line: str) -> None:
    assert codeable([], [links])[0].split("\n")[-2] == line


@given(st.text())
def test_strings_are_python(text: str) -> None:
    assert ast.literal_eval(string(text)) == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )


def test_words_of_python_are_no_names() -> None:
    assert not any(map(is_legal, keyword.kwlist))
    assert legal_names(["class", "class_", "3d", ""]) == {
        "class_": "class_", "class": "_class", "3d": "_3d", "": "code",
    }  # fmt: skip
