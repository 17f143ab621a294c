"""Sentences: spans that cover the text exactly, parted where a reader would part them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.transcript.nouns import Span
from autocode.transcript.sentences import sentences, strip


def parts(text: str, language: str | None = None) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text, language)]


@given(st.text() | st.text("aB.!?… \"'“”(\n\r\t\u2028。؟।😀\u0301\ud800 1").map(lambda t: t * 3))
def test_sentences_cover_the_text_exactly(text: str) -> None:
    spans = sentences(text)
    assert "".join(text[span.start : span.end] for span in spans) == text
    assert all(span.start < span.end for span in spans)
    for span in spans[1:]:
        assert not text[span.start].isspace()
    for span in spans:
        line_break = text[span.start : span.end].strip().find("\n")
        assert line_break == -1, "a line break always ends a sentence"


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith left at 5 a.m. to catch it. |Then I slept.",
        "Mr. A. B. Jones met J. K. Rowling. |Nobody else did.",
        "He has a Ph.D. in it, e.g. in logic, i.e. in thought. |She has none.",
        "We moved to the U.S. embassy. |It was good.",
        "Well... I think so. |Wait… what? |Maybe.",
        "It costs 3.5 dollars, 1,000.50 in all. |Version 2.0.1 is out. |See p. 5 and Fig. 3.",
        '"Is it?" he asked. |"Yes. It is." |And then?! |No!!',
        "He said, “I did. Then I went.” |And he left.",
        "Line one\n|line two\n\n  |line three. |The end. \n",
        " \n Not empty before. |Nor after \n ",
        "So 😀 it is 👩🏽. |𝔘nd 𐍈 so on. |e\u0301 too.",
        "Das ist z.B. gut, d.h. sehr gut und nicht teuer. |Herr Dr. Müller kam am 3. Mai. |Ende.",
        "Il a dit : « Oui. C'est bon. » |Puis M. Dupont est parti et nous pas. |Ça va ? |Oui.",
        "¿Qué tal? |¡Muy bien! |El Sr. García y la Dra. López son los que vienen.",
        "東京です。|そうですか？|はい！|終わり",
        "你好。|是吗？|是的！|完了。",
        "هل هذا صحيح؟ |نعم. |هذا جيد! |شكرا",
        "यह अच्छा है। |क्या आप जानते हैं? |हाँ।",
    ],
)
def test_sentences_part_where_a_reader_parts_them(text: str) -> None:
    assert parts(text.replace("|", "")) == text.split("|")


def test_the_language_may_be_named() -> None:
    assert parts("Es kam am 3. Mai.", "de") == ["Es kam am 3. Mai."]
    assert parts("It was no. 3. May it be.", "en")[-1] == "May it be."
    assert parts("So it is. So be it.", "no such language") == ["So it is. ", "So be it."]


def test_white_space_alone_is_one_sentence_and_nothing_is_none() -> None:
    assert sentences("") == []
    assert sentences(" \n\t\n") == [Span(0, 4)]


@pytest.mark.parametrize(
    ("text", "kept"), [(" a b \n", "a b"), ("a", "a"), ("\u3000a\u00a0", "a"), (" \n ", "")]
)
def test_strip_trims_white_space(text: str, kept: str) -> None:
    span = strip(Span(2, 2 + len(text)), f"x {text}.")
    assert f"x {text}."[span.start : span.end] == kept
    assert 2 <= span.start <= span.end


@pytest.mark.parametrize(
    "text",
    [
        "We said so. Dr. No did not! " * 40_000,
        "x" * 1_000_000,
        "Well, no. “Oh. " * 60_000,
        " " * 10**6,
    ],
    ids=["sentences", "no border", "open quotes", "spaces"],
)
def test_a_million_characters_on_one_line_take_seconds(text: str) -> None:
    start = time.process_time()
    assert sentences(text)[-1].end == len(text)
    assert time.process_time() - start < 5


def test_a_long_line_is_parted_as_a_short_one_is() -> None:
    line = "Dr. Who came at 5 a.m. sharp, e.g. on v1.2.3. “Yes. No.” He left... Or so. "
    assert parts(line * 400) == parts(line) * 400


@pytest.mark.parametrize("mark", ["`", "'", "a", "a ", "(", ".", "…"])
def test_a_long_line_without_an_end_takes_no_time(mark: str) -> None:
    text = "It began. " + mark * 90_000 + " It ended. Really."
    started = time.process_time()
    spans = sentences(text, "en")
    assert time.process_time() - started < 2
    assert "".join(text[span.start : span.end] for span in spans) == text
