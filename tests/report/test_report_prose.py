"""Templates: words are Markdown, values are not, whatever they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.report.document import (
    Bullets,
    Cite,
    Code,
    Heading,
    Number,
    Paragraph,
    Raised,
    Strong,
    Table,
)
from autocode.report.numbers import Lacking
from autocode.report.prose import blocks_of, environment, line_of

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBER = Number("0.62", "/x", 0.62)


def blocks(source, **values):
    return blocks_of(environment().from_string(source), values)


def test_what_a_template_may_hold():
    made = blocks(
        "# {{ a }} and more\n\nWords\nof `code` [@cohen1960; @gwet2008] **told {{ n }} so**.\n\n"
        "> [!lead] First.\n\n- one\n- {{ a }}",
        a="*a*", n=NUMBER,
    )  # fmt: skip
    assert made == [
        Heading("*a* and more"),
        Paragraph((
            "Words of ", Code("code"), " ", Cite("cohen1960", "("), "; ",
            Cite("gwet2008", ")"), " ",
            Strong("told "), NUMBER, " ", Strong("so"), ".",
        )),
        Paragraph(("First.",), "lead"),
        Bullets((("one",), ("*a*",))),
    ]  # fmt: skip


@given(ANYTHING)
def test_a_value_stays_as_it_is(text):
    """In a paragraph, a heading, an item, strong and code, and in a cell."""
    source = (
        "# t {{ v }}\n\na {{ v }}.\n\n- {{ v }}!\n- **{{ v }}:** `{{ v }}`\n\n"
        "Table t: {{ v }}\n\n| {{ v }} | B |\n| -- | -: |\n| {{ v }} | x {{ v }} |\n"
    )
    title, paragraph, bullets, table = blocks(source, v=text)
    assert title == Heading(f"t {text}")
    assert paragraph == Paragraph((f"a {text}.",))
    assert bullets.items[0] == (f"{text}!",)
    assert bullets.items[1][-1] == Code(text)
    assert "".join(part.text for part in bullets.items[1] if isinstance(part, Strong)).endswith(":")
    assert (table.title, table.columns[0].heading) == (text, text)
    assert table.rows[0][-1] == (f"x {text}",)


@pytest.mark.parametrize("bare", [1, 0.5, True, None, {"a": 1}])
def test_a_number_without_its_pointer_is_refused(bare):
    with pytest.raises(TypeError, match="neither words nor a number with a pointer"):
        blocks("{{ bare }}", bare=bare)


def test_an_unknown_value_is_refused():
    with pytest.raises(Exception, match="'nowhere' is undefined"):
        blocks("{{ nowhere }}")


def test_markdown_that_no_document_has_is_refused():
    with pytest.raises(ValueError, match="a document has no em"):
        blocks("an *emphasis*")


def test_a_table_has_widths_notes_and_no_idle_columns():
    lacking = Lacking(Number("–", "/y", None), "there are no turns")
    (table,) = blocks(
        "Table name: Title\n\n| A | B | C | D |\n| ---- | --: | - | - |\n"
        "{% for row in rows %}\n| {{ row }} | {{ n }} | {{ no }} | – |\n{% endfor %}\n"
        "| last | {{ no }} | – | – |\n\nNote: Of {{ n }}.",
        rows=["x|y"], n=NUMBER, no=lacking,
    )  # fmt: skip
    assert isinstance(table, Table)
    assert [(c.heading, c.share, c.numeric) for c in table.columns] == [
        ("A", 4, False), ("B", 2, True),
    ]  # fmt: skip
    assert table.rows == (
        (("x|y",), (NUMBER,)), (("last",), (lacking.number, Raised("a"))),
    )  # fmt: skip
    assert table.notes == ((Raised("a"), " There are no turns."), ("Of ", NUMBER, "."))


def test_a_figure_without_value_gives_its_reason_in_a_sentence():
    lacking = Lacking(Number("–", "/y", None), "there are no turns")
    assert line_of("κ is {{ no }}.", {"no": lacking}) == ("κ is ", "– (there are no turns)", ".")


def test_blocks_stand_alone_and_an_empty_list_is_nothing():
    heading = Heading("h")
    made = blocks("{{ a }}\n\n{{ b }}\n\n{{ c }}", a=heading, b=[heading] * 2, c=[])
    assert made == [heading] * 3


def test_tags_on_a_line_of_their_own_leave_no_gap():
    made = line_of("a\n{% if x %}\nb\n{% endif %}\n{# c #} {% set y = 1 %}\nd", {"x": True})
    assert made == ("a b d",)
    assert line_of("{% if x %}a{% endif %}\nb", {"x": True}) == ("a b",)
    assert line_of("", {}) == ()
