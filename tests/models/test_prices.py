"""The price list: the user's own, dated, and silent about models it does not name."""

from datetime import date
from pathlib import Path

import pytest

import autocode
from autocode.errors import ModelError
from autocode.models import prices
from autocode.models.prices import EXAMPLE, known_model, known_models

LIST = """as_of = 2026-11-20
source = "https://prices.example"
[models.small]
input = 0.25
output = 2
[models.large]
input = 2.5
output = 10.0
context = 128_000
"""


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "prices.toml"
    monkeypatch.setattr(prices, "prices_path", lambda: path)
    path.write_text(LIST, encoding="utf-8")
    return path


def test_a_cost_is_per_million_tokens() -> None:
    model = known_model("small")
    assert model is not None
    assert model.cost(2_000_000, 500_000) == pytest.approx(2 * 0.25 + 0.5 * 2)


def test_a_price_says_when_and_where_it_was_read() -> None:
    large, small = known_models()
    assert (large.as_of, large.source) == (date(2026, 11, 20), "https://prices.example")
    assert (large.context_tokens, small.context_tokens) == (128_000, None)


def test_a_dated_snapshot_costs_what_its_model_costs() -> None:
    assert known_model("large-2024-08-06") == known_model("large")


@pytest.mark.parametrize("name", ["local", "gpt-4o", "large-preview", ""])
def test_an_unknown_model_has_no_price(name: str) -> None:
    assert known_model(name) is None


def test_no_price_comes_along(path: Path) -> None:
    path.unlink()
    assert known_models() == []
    assert not list(Path(autocode.__file__).parent.rglob("prices.*ml"))


def test_the_example_is_a_list(path: Path) -> None:
    path.write_text(EXAMPLE.format(today="2026-11-20", name="m/x:1"), encoding="utf-8")
    assert [model.name for model in known_models()] == ["m/x:1"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("0.25", "-1", "models.small.input: Input should be greater than or equal to 0"),
        ("0.25", "nan", "models.small.input"),
        ("output = 2\n", "", "models.small.output: Field required"),
        ("as_of = 2026-11-20", "", "as_of: Field required"),
        ("[models.small]", "[models.small", "line 3"),
        ("context", "contexts", "models.large.contexts: Extra inputs are not permitted"),
    ],
)
def test_a_broken_list_is_one_sentence(path: Path, old: str, new: str, reason: str) -> None:
    path.write_text(LIST.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError, match="your list of prices cannot be read") as caught:
        known_model("small")
    assert f"{path}: " in str(caught.value)
    assert reason in str(caught.value)
