"""More than two coders: the published values of Fleiss, Gwet and irrCAC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.labels import ac1, brennan_prediger, kappa
from autocode.agreement.raters import brennan_prediger_several, conger_kappa, fleiss_kappa, gwet_ac1
from autocode.agreement.tables import contingency
from autocode.errors import AgreementError

_ = None
# Gwet's example (Krippendorff's four observers), as irrCAC documents it.
GWET = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
        strict=True,
    )
)
# Fleiss 1971 as tabled in handbooks: ten subjects, fourteen raters, five categories.
FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]

ALL = (fleiss_kappa, conger_kappa, gwet_ac1, brennan_prediger_several)


@pytest.mark.parametrize(
    ("coefficient", "published"),
    [
        (gwet_ac1, 0.77544),
        (fleiss_kappa, 0.76117),
        (conger_kappa, 0.76207),
        (brennan_prediger_several, 0.77273),
    ],
)
def test_gwets_four_raters(coefficient, published):
    assert coefficient(GWET, unit="unit").value == pytest.approx(published, abs=0.5e-5)


def test_fleiss_ten_subjects():
    units = [[label for label, n in enumerate(row) for _ in range(n)] for row in FLEISS]
    found = fleiss_kappa(units, unit="subject")
    assert found.value == pytest.approx(0.210, abs=0.0005)
    assert found.value == pytest.approx(0.20993, abs=0.5e-5)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2))
def test_two_coders_are_the_two_coder_coefficients(pairs):
    table = contingency([a for a, _ in pairs], [b for _, b in pairs])
    for several, two in (
        (gwet_ac1, ac1),
        (conger_kappa, kappa),
        (brennan_prediger_several, brennan_prediger),
    ):
        ours = several(pairs, unit="unit").value
        theirs = two(table, unit="unit").value
        assert ours == (None if theirs is None else pytest.approx(theirs, abs=1e-9))


@pytest.mark.parametrize("coefficient", ALL)
def test_no_unit_with_two_labels_is_undefined(coefficient):
    assert coefficient([("x", None), (None, "x")], unit="turn").reason == "no unit has two labels"
    assert coefficient([], unit="turn").value is None


@pytest.mark.parametrize("coefficient", ALL)
def test_one_label_throughout_is_undefined(coefficient):
    assert coefficient([("x", "x", "x")] * 4, unit="turn").value is None


@pytest.mark.parametrize("coefficient", ALL)
def test_units_with_unlike_numbers_of_coders_are_refused(coefficient):
    with pytest.raises(AgreementError, match="one place per coder"):
        coefficient([("x", "y"), ("x",)], unit="turn")


def test_a_coder_without_labels_is_refused_where_the_coders_own_shares_count():
    with pytest.raises(AgreementError, match="a coder labelled no unit"):
        conger_kappa([("x", "y", None), ("x", "x", None)], unit="turn")
