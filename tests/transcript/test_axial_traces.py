"""AXIAL code is read and never run; every way of writing a code that notes hold."""

import pytest

from autocode.transcript.notes.axial import read_codes, read_declaration


def read(code: str) -> list[tuple[str, int, str | None, str | None]]:
    items = read_codes(enumerate(code.split("\n"), 1)).codes
    return [(item.code, item.line, item.kind, item.label) for item in items]


def links(code: str) -> list[tuple[str, str, str]]:
    relations = read_codes(enumerate(code.split("\n"), 1)).relations
    return [(link.source, link.name, link.target) for link in relations]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("data_catalog", ("data_catalog", 1, None, None)),
        ("    data_catalog,   ", ("data_catalog", 1, None, None)),
        ("VNetPeering  # why", ("VNetPeering", 1, None, None)),
        ("a = CClass(practice, 'One \"A\"')", ("a", 1, "practice", 'One "A"')),
        ('a = CClass(force, "It\'s one") ', ("a", 1, "force", "It's one")),
        ("a = CClass(force, 'It\\'s one'),", ("a", 1, "force", "It's one")),
        ("a=CClass( pattern ,'One' )", ("a", 1, "pattern", "One")),
        ("a = CClass(practice,\n  # more\n  'One')", ("a", 1, "practice", "One")),
        ("a = CClass(practice, 'One'", ("a", 1, "practice", "One")),
        ("a = CClass(practice, ‘One’)", ("a", 1, "practice", "One")),
        ("a = CClass(practice, 'One # two')", ("a", 1, "practice", "One # two")),
        ("a_b = CClass(practice)", ("a_b", 1, "practice", "a b")),
        ("b = other.CClass(practice, 'One', values={'x': 1})", ("b", 1, "practice", "One")),
    ],
)
def test_one_code(code: str, expected: tuple[str, int, str | None, str | None]) -> None:
    assert read(code) == [expected]


def test_several_codes_and_what_is_no_code() -> None:
    code = "a, b\n\n# c\nadd_links({a: b}, role_name='x')\na.add_links(\n  b)\n.add(a)\n})\nd"
    assert [(item[0], item[1]) for item in read(code)] == [("a", 1), ("b", 1), ("d", 9)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("add_links({a: b})", [("a", "links", "b")]),
        (
            "add_links({a: [b, c], d: b})",
            [("a", "links", "b"), ("a", "links", "c"), ("d", "links", "b")],
        ),
        ("add_links({a: b}, role_name='uses')", [("a", "uses", "b")]),
        ("add_links({a:\n  b},\n  label=“can be”)", [("a", "can be", "b")]),
        ("a.add_links([b, m.c])", [("a", "links", "b"), ("a", "links", "c")]),
        (
            "add_force_relations({a: {b: positive, c: very_negative}})",
            [("a", "positive", "b"), ("a", "very_negative", "c")],
        ),
        ("add_links({'data catalog': b})", [("data catalog", "links", "b")]),
        ("links({a: b})", []),
        ("add_links({**a, 1: 2, 'x': f()})", []),
        ("add_links(" + "[" * 5000, []),
    ],
)
def test_links_become_relations(code: str, expected: list[tuple[str, str, str]]) -> None:
    assert links(code) == expected


def test_no_name_in_a_call_is_lost() -> None:
    code = "foo.bar(a, b=c)\nadd_links({a: d}, x=e)\nf(g)"
    assert [item[0] for item in read(code)] == ["foo", "a", "c", "e", "g"]


def test_three_quote_marks_hold_codes_by_commas() -> None:
    code = "'''\nautonomy, data catalog,\nlineage\n'''\nb\n\"\"\" c, d \"\"\""
    assert [(item[0], item[1]) for item in read(code)] == [
        ("autonomy", 2), ("data_catalog", 2), ("lineage", 3), ("b", 5), ("c", 6), ("d", 6),
    ]  # fmt: skip


def test_a_bracket_left_open_ends_with_the_blank_line() -> None:
    assert [item[0] for item in read("a = CClass(practice, 'One'\n\nb")] == ["a", "b"]


def test_an_apostrophe_without_partner_hides_nothing() -> None:
    assert [item[0] for item in read("a = CClass(practice, 'One)\nb")] == ["a", "b"]


def test_what_cannot_be_read_is_reported_with_its_line() -> None:
    read = read_codes([(7, "data catalog"), (8, "???"), (9, "ok")])
    oddities = read.oddities
    assert [item.code for item in read.codes] == ["data_catalog", "ok"]
    assert [(oddity.line, oddity.kind) for oddity in oddities] == [(7, "axial"), (8, "axial")]
    assert "read as 'data_catalog'" in oddities[0].message


def test_code_is_never_run() -> None:
    read("a = __import__('os')(exit, 'One')\nraise SystemExit\nexit()\n1/0")


def test_source_declaration() -> None:
    code = 'p1 = CClass(source, "p1", values={\n  "title": "T",\n  "example": True})'
    assert read_declaration(enumerate(code.split("\n"))) == {"title": "T", "example": "True"}
    assert read_declaration([(1, "p1 = CClass(source, values={open('x'): 1})")]) == {}
    assert read_declaration([(1, f"p1 = CClass(source, values={{1: {'-' * 100_000}1}})")]) == {}
