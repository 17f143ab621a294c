"""Tables of a comparison: the same rows for the terminal and for a report."""

from dataclasses import replace

import pytest
from constructed import BARE, QUOTES, bare, material

from autocode.agreement.figure import Figure
from autocode.panel.catalogue import catalogue, entry, groups
from autocode.panel.comparison import compare
from autocode.panel.tables import Row, floors, table_of


@pytest.fixture(scope="module")
def comparison():
    return compare([material(QUOTES, QUOTES[1:])], BARE)


@pytest.mark.parametrize(
    "group", [group for group in groups() if group not in ("codes", "uncertainty")]
)
def test_a_report_shows_what_the_terminal_shows_and_what_the_catalogue_gives_it(comparison, group):
    terminal = table_of(comparison, group)
    report = table_of(comparison, group, "report")
    paths = [row.path for row in terminal.rows]
    assert [row.path for row in report.rows if row.entry.only == "everywhere"] == paths
    assert {row.entry.only for row in report.rows} <= {"everywhere", "report"}
    assert terminal.title == groups()[group]


def test_rows_stand_in_the_order_of_the_catalogue_with_the_figures_of_the_comparison(comparison):
    rows = table_of(comparison, "where").rows
    order = [known.key for known in catalogue()]
    assert [order.index(row.entry.key) for row in rows] == sorted(
        order.index(row.entry.key) for row in rows
    )
    for row in rows:
        assert row.figure == comparison.figure(*row.path)


def test_quotes_are_those_matched_from_the_overlap_that_was_asked_for():
    config = replace(BARE, matched=0.7)
    rows = table_of(compare([material(QUOTES, QUOTES)], config), "quotes").rows
    assert {row.path[2] for row in rows if row.path[1] == "matching"} == {"0.7"}


def test_figures_without_a_value_are_gathered_by_their_reason():
    table = table_of(compare([bare(QUOTES, QUOTES)], BARE), "axial")
    (reason,) = (reason for reason in table.missing if "transcript was not given" in reason)
    assert entry("axial.turn.f1") in [row.entry for row in table.missing[reason]]
    assert all(row.figure.value is None for rows in table.missing.values() for row in rows)


def row(value, reached, *verdicts):
    known = entry("spans.char.f1")
    figure = Figure(value, 9, "marked character", "made up")
    return Row(known, known.path, figure, ("mark_all", reached), verdicts)


@pytest.mark.parametrize(
    ("made", "standing"),
    [
        (row(0.5, 0.5, "better"), "not above"),
        (row(0.6, 0.5, "better", "better"), "above"),
        (row(0.6, 0.5, "better", "no clear difference"), "not clearly above"),
        (row(0.6, 0.5, None), "above, no interval"),
    ],
)
def test_a_coder_stands_to_the_best_baseline(made, standing):
    assert made.standing == standing


def test_only_figures_with_a_floor_are_judged(comparison):
    judged = floors(comparison)
    assert {row.entry.key for row in judged} <= {known.key for known in catalogue() if known.floor}
    assert len(judged) > 3
    where = table_of(comparison, "where").rows
    assert all(row.standing is None for row in where if not row.entry.floor)
