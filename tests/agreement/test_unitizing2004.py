"""The older α_U on the example of Krippendorff (2004, p. 254)."""

import pytest
from continua import LENGTH, apart, units
from hypothesis import given

from autocode.agreement.spans import Continuum
from autocode.agreement.unitizing2004 import older_u_alpha


def begins(*triples):
    return units(*((begin - 150, begin - 150 + size, code) for begin, size, code in triples))


FIRST = begins((225, 70, "c"), (370, 30, "c"), (180, 60, "k"), (300, 50, "k"))
SECOND = begins((220, 80, "c"), (355, 20, "c"), (400, 20, "c"), (180, 60, "k"), (300, 50, "k"))


def test_published_example():
    found = older_u_alpha(Continuum(300, FIRST, SECOND))
    c, k = found.per_code["c"], found.per_code["k"]
    assert c.value == pytest.approx(0.728599, abs=1e-6)
    assert k.value == 1.0
    assert found.value.value == pytest.approx(0.858665, abs=1e-6)
    assert found.value.value == pytest.approx(0.8591, abs=6e-4)
    assert (c.parts["observed"], c.parts["expected"]) == pytest.approx((0.0144, 0.0532), abs=5e-5)
    assert (k.parts["observed"], k.parts["expected"]) == pytest.approx((0, 0.0490), abs=5e-5)


def test_nothing_marked_is_undefined():
    found = older_u_alpha(Continuum(300, (), ()))
    assert found.value.reason == "no disagreement can be expected: nothing was marked"


@given(apart(), apart())
def test_swapping_coders_changes_nothing_and_identity_is_one(a, b):
    forth, back = (older_u_alpha(Continuum(LENGTH, *p)).value.value for p in ((a, b), (b, a)))
    assert back == pytest.approx(forth, abs=1e-9)
    same = older_u_alpha(Continuum(LENGTH, a, a)).value.value
    assert same is None or same == 1.0
