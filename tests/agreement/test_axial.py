"""Groupings of codes: worked values, scikit-learn, and ARI as κ on pairs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure

from autocode.agreement.axial import (
    GROUPING,
    grouping,
    grouping_table,
    pair_table,
    relations,
)
from autocode.agreement.labels import kappa
from autocode.agreement.tables import contingency
from autocode.errors import AgreementError

groupings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)


def near(value):
    return pytest.approx(value, abs=1e-6)


def named(categories):
    return {f"code{index}": category for index, category in enumerate(categories)}


@pytest.mark.parametrize(
    ("gold", "model", "expected"),
    [
        (
            "0011",
            "0012",
            {
                "ari": 0.571429,
                "homogeneity": 1,
                "completeness": 2 / 3,
                "v_measure": 0.8,
                "b_cubed_precision": 1,
                "b_cubed_recall": 3 / 4,
                "b_cubed_f1": 6 / 7,
                "harmonic_purity": 0.833333,
            },
        ),
        (
            "00011122",
            "00111120",
            {
                "ari": 0.304348,
                "v_measure": 0.546883,
                "b_cubed_precision": 31 / 48,
                "b_cubed_recall": 17 / 24,
                "b_cubed_f1": 527 / 780,
                "harmonic_purity": 0.738095,
            },
        ),
    ],
)
def test_worked_groupings(gold, model, expected):
    found = grouping(named(gold), named(model))
    assert {name: found[name].value for name in expected} == near(expected)
    assert found["ari"].n == len(gold)


@given(groupings)
def test_figures_are_scikit_learns(pairs):
    gold, model = [a for a, _ in pairs], [b for _, b in pairs]
    found = grouping(named(gold), named(model))
    theirs = homogeneity_completeness_v_measure(gold, model)
    ours = [found[name].value for name in ("homogeneity", "completeness", "v_measure")]
    assert ours == near(list(theirs))
    assume(found["ari"].value is not None)
    assert found["ari"].value == near(adjusted_rand_score(gold, model))


@given(groupings)
def test_ari_is_kappa_on_pairs_counted_one_by_one(pairs):
    same = [(a == c, b == d) for (a, b), (c, d) in combinations(pairs, 2)]
    table = contingency(*zip(*same, strict=True), [True, False]) if same else np.zeros((2, 2))
    counted = kappa(table, unit="pair of codes").value
    ari = grouping(named([a for a, _ in pairs]), named([b for _, b in pairs]))["ari"].value
    assert ari == (None if counted is None else near(counted))


@given(groupings)
def test_b_cubed_is_the_mean_over_codes(pairs):
    found = grouping(named([a for a, _ in pairs]), named([b for _, b in pairs]))
    precision = np.mean([_share(pairs, b=b, both=(a, b)) for a, b in pairs])
    recall = np.mean([_share(pairs, a=a, both=(a, b)) for a, b in pairs])
    assert found["b_cubed_precision"].value == near(precision)
    assert found["b_cubed_recall"].value == near(recall)


def _share(pairs, both, a=None, b=None):
    cluster = [pair for pair in pairs if pair[0] == a or pair[1] == b]
    return cluster.count(both) / len(cluster)


@given(groupings, st.permutations(range(4)))
def test_category_names_do_not_matter(pairs, names):
    gold, model = named([a for a, _ in pairs]), named([b for _, b in pairs])
    renamed = {code: f"category {names[b]}" for code, b in model.items()}
    before, after = grouping(gold, model), grouping(gold, renamed)
    assert {k: v.value for k, v in before.items()} == {k: v.value for k, v in after.items()}


@given(groupings)
def test_identical_groupings_agree_fully(pairs):
    gold = named([a for a, _ in pairs])
    for name, one in grouping(gold, gold).items():
        assert one.value == near(1) or (name == "ari" and one.value is None)


@given(groupings, groupings)
def test_many_tables_at_once_are_each_alone(first, second):
    tables = np.zeros((2, 4, 4))
    for table, pairs in zip(tables, (first, second), strict=True):
        np.add.at(table, tuple(np.transpose(pairs)), 1)
    for one in GROUPING:
        np.testing.assert_allclose(one.of(tables), [one.of(table) for table in tables])


@pytest.mark.parametrize("categories", ["00000", "01234"])
def test_all_together_or_all_apart_leaves_ari_undefined(categories):
    found = grouping(named(categories), named(categories))
    assert "nothing to tell" in found["ari"].reason
    assert found["b_cubed_f1"].value == 1


def test_without_codes_everything_is_undefined():
    for one in grouping({}, {}).values():
        assert one.reason == "there is no code to compare"


def test_codes_without_a_category_are_left_out():
    gold, model = named(["x", "x", "y", None]), named(["u", "u", None, "u"])
    assert grouping_table(gold, model).tolist() == [[2]]


def test_groupings_of_different_codes_are_refused():
    with pytest.raises(AgreementError, match="different codes: a, b"):
        grouping({"a": 1, "c": 1}, {"b": 1, "c": 1})


def test_pairs_are_counted_by_same_and_other_category():
    table = grouping_table(named("0011"), named("0012"))
    assert pair_table(table).tolist() == [[1, 1], [0, 4]]


def test_relations_strict_and_by_their_ends():
    gold = {("fear", "causes", "delay"), ("tools", "context", "delay"), ("x", "causes", "y")}
    model = {("fear", "context", "delay"), ("tools", "context", "delay")}
    figures = relations([gold], [model])
    strict = {name: figure.value for name, figure in figures["strict"].items()}
    ends = {name: figure.value for name, figure in figures["ends"].items()}
    assert strict == near({"precision": 1 / 2, "recall": 1 / 3, "f1": 2 / 5})
    assert ends == near({"precision": 1, "recall": 2 / 3, "f1": 4 / 5})


def test_without_relations_their_figures_are_undefined():
    assert relations([set()], [set()])["strict"]["f1"].value is None
