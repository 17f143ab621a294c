"""Grounding: planted quotes are found where they were planted, absent ones nowhere."""

import random
import re
import time
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from autocode.coding.grounding import MISSING, Grounder, Located
from autocode.transcript.nouns import Span

ALPHABET = "ab E.,-'\"“”‘’…ß İIı\u0301\u00ad\u200dé한ﬁ😀👩🏽❤\ufe0f東京々ไทย\r\n\t—–_1"
WORDS = re.findall(
    r"\w+",
    "we our the a domain team data product contract platform owner interview schema catalogue "
    "quality governance mesh consumer persona testing version deployment because usually when "
    "someone asks whether nobody really decides about access lineage orders and customers in "
    "practice however every quarter another committee reviews budgets for warehouses pipelines",
)


def prose(seed: int, words: int) -> str:
    """A text of random sentences over a small vocabulary, the same for the same seed."""
    chance = random.Random(seed)
    sentences = []
    while words > 0:
        length = chance.randint(5, 18)
        sentences.append(" ".join(chance.choices(WORDS, k=length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)


def edited(quote: str, share: float, chance: random.Random) -> str:
    """The quote with that share of its characters substituted, deleted or inserted."""
    letters = list(quote)
    for at in sorted(chance.sample(range(len(quote)), max(1, round(share * len(quote)))))[::-1]:
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        kind = chance.choice("sdi")
        letters[at : at + (kind != "i")] = [] if kind == "d" else [letter]
    return "".join(letters)


def overlap(one: Span, other: Span) -> float:
    """Intersection over union."""
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both)


def found(text: str, words: str, **wish: object) -> tuple[str, str | None]:
    located = Grounder(text).locate(words, **wish)  # type: ignore[arg-type]
    span = located.span
    return located.status, text[span.start : span.end] if span else None


@given(st.text(ALPHABET), st.data())
def test_a_stretch_of_the_text_is_found_exactly(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    words = text[start : data.draw(st.integers(start, len(text)))].strip()
    assume(words)
    located = Grounder(text).locate(words)
    assert located.status == "exact"
    assert located.span
    assert text[located.span.start : located.span.end] == words


@given(st.text(ALPHABET), st.text(ALPHABET))
@example("ßx", "s x")
@example("각", "가")
@example("İ", "i")
def test_whatever_is_found_has_sound_offsets(text: str, words: str) -> None:
    located = Grounder(text).locate(words)
    assert (located.span is None) == (located.status == "missing")
    assert (located.score is None) == (located.status != "fuzzy")
    if located.span:
        passage = text[located.span.start : located.span.end]
        assert passage
        assert passage == passage.strip()


@given(st.text(ALPHABET), st.lists(st.text(ALPHABET, max_size=3) | st.text(ALPHABET), min_size=1))
def test_results_depend_on_nothing_that_was_asked_before(text: str, asked: list[str]) -> None:
    text = "".join([*asked, text, *asked])
    experienced = Grounder(text)
    experienced.locate("seven words of another text, never said here")
    assert experienced._indexed
    for words in asked:
        assert experienced.locate(words) == Grounder(text).locate(words)


DISGUISES = {
    "upper case": str.upper,
    "folded case": str.casefold,
    "composed": lambda words: unicodedata.normalize("NFC", words),
    "decomposed": lambda words: unicodedata.normalize("NFD", words),
    "line breaks": lambda words: words.replace(" ", "\r\n "),
    "straight quotes": lambda words: words.translate(str.maketrans("“”‘’", "\"\"''")),
    "dots": lambda words: words.replace("…", "..."),
    "long dashes": lambda words: words.replace("-", "—"),
    "soft hyphens": lambda words: "\u00ad".join(words),
}
PLANTS = [
    "Größe ist nicht alles, sagte sie",
    "the “data contract” — it’s ours… isn't it?",
    "İstanbul'da çalışıyoruz, değil mi",
    "naïve cafe\u0301 owners' own view",
    "we ship it 🚀 and 👩🏽‍💻 fixes it",
    "the oﬃce ﬁles - all of them",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 beyond the first plane 𐍈",
]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("plant", PLANTS)
def test_a_disguised_quote_is_found_at_the_planted_offsets(plant: str, disguise: str) -> None:
    before = "Straße 😀 ﬁrst\r\n\u00ad– "
    text = f"{before}{plant} 😀 … and so on"
    words = DISGUISES[disguise](plant)
    located = Grounder(text).locate(f" \n{words}\t")
    assert located.span == Span(len(before), len(before) + len(plant))
    assert located.status == ("exact" if words == plant else "normalised")


@given(
    st.lists(st.sampled_from([*WORDS, "Maße", "ﬁt", "“so”", "👩🏽", "é", "e\u0301"]), min_size=1),
    st.lists(st.sampled_from([" ", "\n", "\u00a0", " \r\n", "\t "]), min_size=1),
    st.text(ALPHABET, max_size=30),
)
@example(["👩🏽", "👩🏽"], [" "], "")
def test_white_space_and_case_never_move_a_quote(
    words: list[str], spaces: list[str], around: str
) -> None:
    spaced = "".join(w + spaces[i % len(spaces)] for i, w in enumerate(words)).strip()
    text = f"{around} § {spaced} § {around}"
    located = Grounder(text).locate("".join(f"{word}  " for word in words).casefold())
    assert located.status in ("exact", "normalised")
    assert located.span == Span(len(around) + 3, len(around) + 3 + len(spaced)) or (
        located.span and located.span.start < len(around)
    )


@pytest.mark.parametrize(
    ("words", "passage"),
    [
        ('"we have contracts"', "We have contracts"),
        ("... have contracts...", "have contracts"),
        ("[...] have contracts […]", "have contracts"),
        ("- We have contracts -", "We have contracts"),
        ("«we have contracts»", "We have contracts"),
    ],
)
def test_what_is_put_around_a_quote_is_not_looked_for(words: str, passage: str) -> None:
    assert found("Yes. We have contracts, now.", words) == ("normalised", passage)


def test_a_dotless_i_is_folded_as_its_capital_is() -> None:
    assert found("çalışıyoruz!", "ÇALIŞIYORUZ") == ("normalised", "çalışıyoruz")


def test_no_quote_ends_inside_a_letter() -> None:
    assert found("in der Straße", "stras") == ("missing", None)
    assert found("the CAFÉ closed", "the cafe") == ("missing", None)
    assert found("the CAFE\u0301 closed", "the cafe") == ("missing", None)


def test_an_accent_or_a_variation_selector_belongs_to_its_character() -> None:
    assert found("We ❤\ufe0f it", "WE ❤") == ("normalised", "We ❤\ufe0f")


def test_whole_words_come_before_parts_of_words() -> None:
    assert Grounder("start the art").locate("art").span == Span(10, 13)
    assert Grounder("start the car").locate("art").span == Span(2, 5)
    assert Grounder("cafe\u0301 or cafe").locate("cafe").span == Span(9, 13)
    assert Grounder("東京都の東京").locate("東京").span == Span(0, 2)


def one_after_the_other(text: str, words: str, times: int, **wish: int) -> list[Located]:
    """Places of the same words, each taken for those after it."""
    grounder, places = Grounder(text), list[Located]()
    for _ in range(times):
        taken = [place.span for place in places if place.span]
        places.append(grounder.locate(words, **wish, taken=taken))  # type: ignore[arg-type]
    return places


REPEATED = "Yes we do. No. yes we do. Well, Yes we do. And Yes we do!"
PLACES = [Span(0, 9), Span(32, 41), Span(47, 56)]


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ({}, [0, 1, 2]),
        ({"before": 42}, [1, 0, 2]),
        ({"before": 41}, [1, 0, 2]),
        ({"before": 40}, [0, 1, 2]),
        ({"before": 0}, [0, 1, 2]),
        ({"before": 999}, [2, 1, 0]),
        ({"near": 31}, [1, 2, 0]),
        ({"near": 0}, [0, 1, 2]),
        ({"near": 999}, [2, 1, 0]),
    ],
)
def test_repeated_quotes_are_found_in_order(wish: dict[str, int], order: list[int]) -> None:
    located = one_after_the_other(REPEATED, "Yes we do", 5, **wish)
    assert [place.span for place in located[:3]] == [PLACES[at] for at in order]
    # The fourth stands where only the case differs, the fifth finds no free place.
    assert located[3] == Located(Span(15, 24), "normalised")
    assert located[4] == located[0]


def test_a_place_inside_a_taken_one_is_taken_while_another_is_free() -> None:
    text = "our data contracts matter. Later: data contracts."
    grounder = Grounder(text)
    assert grounder.locate("data contracts", taken=[Span(0, 25)]).span == Span(34, 48)
    assert grounder.locate("data contracts", taken=[Span(0, 48)]).span == Span(4, 18)


def test_within_is_never_left() -> None:
    grounder = Grounder(REPEATED)
    assert grounder.locate("Yes we do", within=Span(1, 45)).span == Span(32, 41)
    assert grounder.locate("Yes we do", within=Span(33, 56)).span == Span(47, 56)
    assert grounder.locate("Yes we do", within=Span(1, 12)) == MISSING
    text = prose(1, 400)
    words = text[500:600].replace("e", "x", 4)
    near = Grounder(text).locate(words)
    assert near.status == "fuzzy"
    assert near.span
    assert Grounder(text).locate(words, within=near.span).span == near.span
    assert Grounder(text).locate(words, within=Span(near.span.start + 30, len(text))) == MISSING


@pytest.mark.parametrize("share", [0.03, 0.05, 0.08])
@pytest.mark.parametrize("long", [(5, 9), (15, 40), (150, 400)])
def test_edited_quotes_are_found_at_their_place(share: float, long: tuple[int, int]) -> None:
    text, chance = prose(7, 8000), random.Random(share)
    words, grounder = text.split(" "), Grounder(text)
    for _ in range(30):
        first = chance.randrange(len(words) - long[1])
        quote = " ".join(words[first : first + chance.randint(*long)])
        start = len(" ".join([*words[:first], ""]))
        located = grounder.locate(edited(quote, share, chance))
        assert located.span
        assert overlap(located.span, Span(start, start + len(quote))) >= 0.9


def test_a_changed_first_letter_does_not_move_the_start() -> None:
    text = "Well. And every domain team owns its contract. So it is."
    start = text.index("And")
    located = Grounder(text).locate("Bnd every domain team owns its contract.")
    assert located == Located(Span(start, start + 40), "fuzzy", 1 - 1 / 40)


def test_of_two_similar_places_the_nearest_above_comes_first() -> None:
    passage = "every domain team owns its own contract"
    text = f"{passage}. {prose(3, 50)} {passage}. {prose(4, 50)} {passage}."
    starts = [at for at in range(len(text)) if text.startswith(passage, at)]
    words = passage.replace("owns", "ownz")
    located = one_after_the_other(text, words, 3, before=starts[1] + 60)
    assert [place.span.start for place in located] == [
        starts[1],
        starts[0],
        starts[2],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_absent_quotes_are_missing(seed: int) -> None:
    grounder = Grounder(prose(seed, 8000))
    for sentence in prose(99 + seed, 600).split(". "):
        if len(sentence) > 40:
            assert grounder.locate(sentence) == MISSING, sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the contract is ours", "contract iz"),  # Shorter than 12 characters.
        ("the infrastructure is ours", "infrastructurez"),  # One word.
        ("we use the data architecture", "beta architecture"),  # Two edits in a short quote.
        ("we use a data catalog here", "data_catalog"),  # An identifier is one word.
        ("", "anything at all here"),
        ("something", ""),
        ("something", " \n\t "),
        ("something. else", "— “ … ” —"),
        ("something", "\u00ad\u200b"),
        ("something", "something and much more than there is in the text"),
    ],
)
def test_what_must_not_be_found(text: str, words: str) -> None:
    assert Grounder(text).locate(words) == MISSING


def test_unspaced_scripts_are_found_despite_edits() -> None:
    quote = "契約はデータ製品の所有者が決めるものだと思います"
    text = f"はい、そうですね。{quote}。それから品質の話をしました。"
    located = Grounder(text).locate(quote.replace("所有者", "所有物"))
    assert located.status == "fuzzy"
    assert located.span == Span(9, 9 + len(quote))


def test_lone_surrogates_pass() -> None:
    assert found("so \ud83d it is", "SO \ud83d IT") == ("normalised", "so \ud83d it")


@pytest.mark.parametrize("text", ["a" * 5_000_000, "ab cd " * 800_000, prose(5, 10) * 60_000])
def test_five_megabytes_on_one_line_take_seconds(text: str) -> None:
    text = f"{text} the planted words of somebody else 😀 {text[:1000]}"
    grounder, start = Grounder(text), time.process_time()
    located = grounder.locate("The planted wurds of somebody else")
    assert located.span
    assert text[located.span.start : located.span.end] == "the planted words of somebody else"
    grounder.locate(text[1000:101_000])
    grounder.locate(text[2000:102_000].replace("c", "x").replace("m", "y") + "zzz")
    assert time.process_time() - start < 15


@pytest.mark.parametrize("marks", ["." * 90, "'" * 50_000, "…" * 200, "[..." * 2000, "`" * 50_000])
def test_long_rows_of_marks_take_no_time(marks: str) -> None:
    """A row of dots in the middle of a quote: there are 10^15 ways to part ninety of them."""
    text = f"We test it {marks} and then we wait for it."
    started = time.process_time()
    located = Grounder(text).locate(f"we TEST it {marks} and  then")
    assert time.process_time() - started < 2
    assert located.span == Span(0, text.index(" we wait"))
