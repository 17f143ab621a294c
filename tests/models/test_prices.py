"""The price list: read, dated, and silent about models it does not know."""

from datetime import date

import pytest

from autocode.models.prices import known_model


def test_a_cost_is_per_million_tokens() -> None:
    model = known_model("gpt-4o-mini")
    assert model is not None
    assert model.cost(2_000_000, 500_000) == pytest.approx(2 * 0.15 + 0.5 * 0.60)


def test_the_list_says_when_and_where_it_was_read() -> None:
    model = known_model("gpt-4.1")
    assert model is not None
    assert model.as_of == date(2025, 8, 31)
    assert "not checked" in model.source  # say so until somebody has
    assert model.context_tokens == 1_047_576


def test_a_dated_snapshot_costs_what_its_model_costs() -> None:
    assert known_model("gpt-4o-2024-08-06") == known_model("gpt-4o")


@pytest.mark.parametrize("name", ["local", "llama3.2", "gpt-4o-audio", ""])
def test_an_unknown_model_has_no_price(name: str) -> None:
    assert known_model(name) is None
