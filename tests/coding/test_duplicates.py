"""Near-duplicates: which pairs are suggested and why, which are not, and in what time."""

import random
import time
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from autocode.coding.codebook import bare, slip
from autocode.coding.duplicates import Duplicate, Embed, collapsed, duplicates, respelt
from autocode.coding.nouns import Code


def codes(*names: str) -> list[Code]:
    return [Code(id=name) for name in names]


def pairs(found: Sequence[Duplicate]) -> list[tuple[str, str]]:
    return [(pair.keep, pair.drop) for pair in found]


def meaning(**places: float) -> Embed:
    """Vectors on a circle: labels with near angles (in degrees) are near in meaning."""

    def embed(texts: Sequence[str]) -> np.ndarray:
        names = [text.replace(" ", "_") for text in texts]
        angles = np.radians([places.get(name, len(name) * 77 % 360) for name in names])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    return embed


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("role based access", "role bases access", True),
        ("infrastructure as code", "infrastructure as a code", True),
        ("data catalog", "datacatalog", True),
        ("centralised ownership", "decentralised ownership", False),
        ("synchronous delivery", "asynchronous delivery", False),
        ("increase of running costs", "decrease of running costs", False),
        ("data is shared with the others", "data is not shared with the others", False),
        ("landing zone version 1", "landing zone version 2", False),
        ("cdc", "cdd", False),
    ],
)
def test_a_slip_of_the_keyboard(one: str, other: str, same: bool) -> None:
    assert bool(slip(one, other)) == same
    assert slip(one, other) == slip(other, one)


def test_spelling_speaks_without_a_model() -> None:
    found = duplicates(
        [Code(id="mdm", label="Master Data"), Code(id="master_data"), Code(id="data_catalog"),
         Code(id="data_catalogue", label="Data Catalogue"), Code(id="lambda_architecture"),
         Code(id="kappa_architecture")]
    )  # fmt: skip
    assert pairs(found) == [("mdm", "master_data"), ("data_catalogue", "data_catalog")]
    assert found[0].reasons == ("both are called “master data”",)
    assert found[1].reasons == ("“data catalog” and “data catalogue” differ by a slip",)


def test_one_name_within_another_needs_a_near_meaning() -> None:
    names = codes("landing_zones", "multiple_landing_zones", "data", "data_ownership")
    near = meaning(landing_zones=0, multiple_landing_zones=15, data=100, data_ownership=140)
    (pair,) = duplicates(names, embed=near)
    assert pair.reasons == ("“landing zones” is within “multiple landing zones” (meaning 0.97)",)


def test_what_sets_two_names_apart_must_mean_the_same_too() -> None:
    names = codes("single_zone", "multiple_zone", "cost_control", "expense_control")
    near = meaning(single_zone=0, multiple_zone=5, cost_control=100, expense_control=105,
                   single=0, multiple=90, cost=100, expense=110)  # fmt: skip
    assert pairs(duplicates(names, embed=near)) == [("cost_control", "expense_control")]


def test_codes_on_the_same_quotes() -> None:
    marks = {"elastic": {1, 2, 3, 4}, "scalable": {1, 2, 3, 4, 5}, "cost": {1, 9}, "price": {1, 9}}
    found = duplicates(codes(*marks), marks=marks, uses={"scalable": 5, "elastic": 4})
    assert pairs(found) == [("scalable", "elastic")]
    assert found[0].reasons == ("4 of 5 quotes have both",)


def test_every_reason_adds_and_the_better_known_code_is_kept() -> None:
    names = [Code(id="data_catalogue"), Code(id="data_catalog", definition="where data are found")]
    marks = {code.id: {1, 2, 3} for code in names}
    (alone,), (both,) = duplicates(names), duplicates(names, marks=marks)
    assert (both.keep, len(both.reasons)) == ("data_catalog", 2)
    assert both.likeness > alone.likeness


def test_retired_codes_are_left_out_and_chains_collapse() -> None:
    names = codes("data_catalog", "data_catalogs", "data_catalogue")
    found = duplicates(names)
    assert set(collapsed(found).values()) == {found[0].keep}
    names[1].retired = names[2].retired = True
    assert duplicates(names) == []
    assert collapsed([]) == {}


def test_the_order_of_the_codebook_does_not_matter() -> None:
    names = codes("data_catalog", "data_catalogue", "access_rule", "access_rules", "fee", "feed")
    turned = random.Random(1).sample(names, len(names))
    assert duplicates(names) == duplicates(turned)


def test_ten_thousand_codes() -> None:
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 10)))
             for _ in range(2000)]  # fmt: skip
    often = [1 / (at + 1) for at in range(2000)]
    names = {"_".join(draw.choices(words, often, k=draw.randint(2, 5))) for _ in range(14_000)}
    names = [*sorted(names)[:9998], "role_based_access_control", "role_bases_access_control"]
    begin = time.process_time()
    found = duplicates(codes(*names))
    assert time.process_time() - begin < 5
    assert ("role_based_access_control", "role_bases_access_control") in pairs(found)


def test_memory_grows_with_the_codes_not_with_their_pairs() -> None:
    def peak(count: int) -> int:
        names = codes(*(f"{bare(chr(97 + n % 26) * 3)}_{n % 97}_{n}_code" for n in range(count)))
        tracemalloc.start()
        duplicates(names)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(1600) < 3 * peak(800)


def test_only_the_surest_are_taken_for_one() -> None:
    codes = [
        Code(id="role_based_access", kind="practice"),
        Code(id="role_bases_access", kind="practice"),
        Code(id="waiting_room", definition="Where people wait."),
        Code(id="waiting_rooom", definition="Time spent waiting."),
        Code(id="open_garden", kind="place"),
        Code(id="open_gardn", kind="practice"),
        Code(id="common_tools"),
        Code(id="common_tols", parent="common_tools"),
    ]
    assert respelt(codes) == {"role_bases_access": "role_based_access"}
