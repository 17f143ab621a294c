"""Codebooks as lists and as CodeableModels definitions."""

from autocode.coding.nouns import Code, Relation
from autocode.exchange.codeable import codeable
from autocode.exchange.outline import read_outline


def read(text: str) -> list[tuple[str, str | None, str]]:
    codes = read_outline(text.encode(), "codes.md", {})
    names = {code.id: code.name for code in codes}
    return [(code.name, names.get(code.parent or ""), code.definition) for code in codes]


def test_indentation_makes_parents() -> None:
    text = "# Codes\n\n- Cost: what it costs\n  - **Licence** — per seat\n  - Time\n- Trust\n"
    assert read(text) == [
        ("Codes", None, ""),
        ("Cost", "Codes", "what it costs"),
        ("Licence", "Cost", "per seat"),
        ("Time", "Cost", ""),
        ("Trust", "Codes", ""),
    ]


def test_numbers_and_names_that_come_twice() -> None:
    text = "1. Cost\n   1) Time\n2. Trust\n   1) Time\n"
    assert [(name, parent) for name, parent, _ in read(text)] == [
        ("Cost", None), ("Time", "Cost"), ("Trust", None), ("Time", "Trust"),
    ]  # fmt: skip


def test_codeable_models_definitions() -> None:
    text = "data_catalog = CClass(practice, 'Data Catalog')\nautonomy\ndata_catalog\n"
    assert read(text) == [("Data Catalog", None, ""), ("autonomy", None, "")]


def test_python_with_comments_is_read_as_code_with_its_parents() -> None:
    codes = [
        Code(id="Conditions"),
        Code(id="Costs", parent="Conditions", definition="Money, water bill"),
        Code(id="tenure", label="Insecure tenure", parent="Conditions", kind="problem"),
    ]
    text, _ = codeable(codes, [Relation(source="Costs", relation="causes", target="tenure")])
    assert text.startswith("# ")
    back = read_outline(text.encode(), "codes.py", {})
    assert [(code.id, code.name, code.parent) for code in back] == [
        ("Conditions", "Conditions", None), ("Costs", "Costs", "Conditions"),
        ("tenure", "Insecure tenure", "Conditions"),
    ]  # fmt: skip
