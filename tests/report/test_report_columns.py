"""Columns are wide enough: no heading breaks inside a word, no number breaks at all."""

import pytest
from matplotlib.font_manager import FontProperties, findfont, get_font
from reported import evidence, twelve, wide_table

from autocode.report.render.columns import UPRIGHT, WIDE, layout
from autocode.report.render.plain import plain
from autocode.report.sections import document_of


@pytest.fixture(scope="module")
def document():
    return document_of(evidence(*twelve()[:5]))


def centimetres(text, size, weight):
    """How wide matplotlib's DejaVu Sans sets a text: wider than the fonts that Word has."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))
    font.set_size(100, 72)  # large, so that nothing is rounded to the pixels of a screen
    font.set_text(text)
    return font.get_width_height()[0] / 64 * size / 100 * 2.54 / 72


def test_no_heading_breaks_inside_a_word_and_no_number_at_all(document):
    assert len(document.tables) > 9
    for table in document.tables:
        form = layout(table)
        assert sum(form.columns) == pytest.approx(WIDE if form.wide else UPRIGHT)
        for at, (column, width) in enumerate(zip(table.columns, form.columns, strict=True)):
            room = width - 2 * 55 / 1440 * 2.54
            for word in column.heading.split():
                assert centimetres(word, form.size, "bold") <= room, (table.name, word)
            for row in table.rows if column.numeric else ():
                assert centimetres(plain(row[at]), form.size, "normal") <= room, (table.name, row)


def test_a_table_for_which_no_page_is_wide_enough_stays_on_its_page():
    form = layout(wide_table(60))
    assert form.wide
    assert sum(form.columns) == pytest.approx(WIDE)


def test_a_table_with_few_columns_stands_upright_and_one_with_many_on_its_side():
    assert [layout(wide_table(columns)).wide for columns in (4, 6, 13)] == [False, False, True]
