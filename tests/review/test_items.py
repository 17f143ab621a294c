"""Items: which quotes are the same passage, of what kind it is, and ids that stay."""

from autocode.coding.nouns import Coder, Coding, Quote, TranscriptRef
from autocode.review.decision import Reviewed
from autocode.review.items import Item, grouped, items_of, same_codes
from autocode.review.state import State

ABOUT = TranscriptRef(id="p1", sha256="0" * 64, length=1000)


def quote(start: int | None, end: int | None = None, *axial: str, **more: object) -> Quote:
    status = "missing" if start is None else "exact"
    shape = {"id": "q", "start": start, "end": end, "text": "words", "status": status}
    return Quote.model_validate({**shape, "axial": list(axial), **more})


def coder(key: str, *quotes: Quote) -> tuple[Reviewed, Coding]:
    kind = "model" if key[0] == "m" else "human"
    reviewed = Reviewed.model_validate(
        {"key": key, "name": key, "kind": kind, "coder": key, "sha256": "0"}
    )
    about = Coder.model_validate({"id": key, "kind": kind})
    return reviewed, Coding(transcript=ABOUT, coder=about, quotes=list(quotes))


def kinds(*coders: tuple[Reviewed, Coding]) -> dict[str, str]:
    state = State(codings=tuple(reviewed for reviewed, _ in coders))
    return {item.id: item.kind for item in items_of(state, grouped(coders))}


def test_quotes_that_share_half_their_characters_are_one_item() -> None:
    model = coder("m1", quote(0, 100, "a"), quote(200, 300, "a"), quote(400, 500, "a"))
    human = coder("h1", quote(50, 100, "a"), quote(251, 350, "a"), quote(400, 500, "b"))
    assert kinds(model, human) == {
        "m1.1": "agreed", "m1.2": "only model", "h1.2": "only human", "m1.3": "code differs",
    }  # fmt: skip


def test_of_several_the_most_alike_joins_and_the_other_stays() -> None:
    model = coder("m1", quote(0, 100, "a"))
    human = coder("h1", quote(0, 60, "a"), quote(0, 90, "b"))
    assert kinds(model, human) == {"m1.1": "code differs", "h1.1": "only human"}


def test_what_stands_nowhere_is_the_same_by_its_words() -> None:
    first, second = quote(None, text="We said so."), quote(None, text="we said so")
    assert kinds(coder("m1", first), coder("m2", second, quote(None, text="else"))) == {
        "m1.1": "unlocated", "m2.2": "unlocated",
    }  # fmt: skip


def test_a_further_run_changes_no_id() -> None:
    coders = [coder("m1", quote(0, 100), quote(90, 190)), coder("h1", quote(120, 200))]
    before = set(grouped(coders))
    after = grouped([*coders, coder("m2", quote(0, 99), quote(125, 205), quote(500, 510))])
    assert set(after) == before | {"m2.3"}
    assert [reading.coder.key for reading in after["m1.2"]] == ["m1", "h1", "m2"]


def test_runs_that_agree_on_the_codes_are_counted() -> None:
    readings = grouped(
        [coder("m1", quote(0, 9, "a")), coder("m2", quote(0, 9, "a")), coder("m3", quote(0, 9))]
    )
    (item,) = items_of(State(), readings)
    assert (item.runs, item.agreeing_runs) == (3, 2)


def test_codes_of_a_trace_agree_with_any_of_them() -> None:
    trace = quote(0, 9, "a", "b", mapping="trace")
    assert same_codes(trace, quote(0, 9, "a"))
    assert not same_codes(trace, quote(0, 9, "c"))
    assert not same_codes(trace, quote(0, 9))
    assert same_codes(quote(0, 9, open_code="A code!"), quote(0, 9, open_code="a_code"))


def test_items_stand_in_the_order_of_the_text() -> None:
    state = State()
    there = grouped(
        [coder("m1", quote(None), quote(50, 60), quote(0, 90)), coder("h1", quote(5, 9))]
    )
    items: list[Item] = items_of(state, there)
    assert [item.id for item in items] == ["m1.3", "h1.1", "m1.2", "m1.1"]
