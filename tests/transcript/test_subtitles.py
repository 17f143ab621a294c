"""WebVTT and SRT in every dialect met: voices, times and words, against two other parsers."""

import io
from pathlib import Path

import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from autocode.errors import InputError
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.subtitles import is_subtitles, read_subtitles
from autocode.transcript.source import Source


def source(text: str, name: str = "p1.vtt") -> Source:
    return Source(text.encode(), "p1", Path(name))


def read(text: str, name: str = "p1.vtt") -> Transcript:
    return read_subtitles(source(text, name))


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns]


TEAMS = """\
\ufeffWEBVTT

NOTE duration:"00:01:00"

STYLE
::cue { color: red }

3f1-4/12-0
00:00:01.000 --> 00:00:04.000 align:start
<v Ada Berg>Why did you &amp; your aunt
keep bees?</v>

3f1-4/12-1
00:00:04.500 --> 00:00:09.250
<v.loud Ola Dahl>She had <i>four</i> hives</v>

3f1-4/12-2
00:00:09.500 --> 00:00:11.000
<v Ola Dahl>if a < b and c > d.</v><v Ada Berg>And?</v>
"""


def test_voices_times_and_entities() -> None:
    transcript = read(TEAMS)
    assert said(transcript) == [
        ("Ada Berg", "Why did you & your aunt keep bees?"),
        ("Ola Dahl", "She had four hives if a < b and c > d."),
        ("Ada Berg", "And?"),
    ]
    assert [(t.start_s, t.end_s) for t in transcript.turns] == [(1, 4), (4.5, 11), (9.5, 11)]
    assert [turn.line for turn in transcript.turns] == [10, 15, 19]


ROWS = (("1", "2", "Ada", "Why?"), ("3", "4", "Ola", "So."), ("5", "6", "Ada", "Oh?"))


def captions(head: str, form: str) -> str:
    """Three captions, each in a form with its number, times, speaker and words."""
    return head + "".join(
        form.format(n=n, a=a, b=b, who=who, words=words)
        for n, (a, b, who, words) in enumerate(ROWS, 1)
    )


@pytest.mark.parametrize(
    "text",
    [
        captions("WEBVTT\n\n", "{n}\n00:00:0{a}.000 --> 00:00:0{b}.000\n{who}: {words}\n\n"),
        captions("", "{n}\r\n00:00:0{a},000 --> 00:00:0{b},000\r\n{who}: {words}\r\n\r\n"),
        captions("", "0:0:{a}.0 --> 0:0:{b}.0\n<v {who}>{words}</v>\n\n"),
        captions("WEBVTT\n\n", "00:0{a}.000 --> 00:0{b}.000\n[{who}]: {words}\n\n"),
    ],
)
@pytest.mark.parametrize("name", ["p1.vtt", "p1.srt", "p1.txt"])
def test_dialects(text: str, name: str) -> None:
    assert is_subtitles(source(text, name))
    transcript = read(text, name)
    assert [words for _, words in said(transcript)] == ["Why?", "So.", "Oh?"]
    assert len({speaker for speaker, _ in said(transcript)}) == 2
    assert [turn.start_s for turn in transcript.turns] == [1, 3, 5]
    assert any(oddity.kind == "format" for oddity in transcript.oddities) == (name == "p1.txt")


def test_an_empty_line_within_a_caption_and_a_piece_without_a_voice() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n<v Ada>Why?</v>\n\nAnd how?\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nHm.\n\n"
        "3\n00:00:04,000 --> 00:00:05,000\n<v Ola>So.</v>\n"
    )
    assert said(read(text, "p1.srt")) == [
        ("Ada", "Why?\nAnd how?"), ("Unknown speaker", "Hm."), ("Ola", "So."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WEBVTT\n", "hold no captions"),
        ("WEBVTT\n\n00:00:01.000 --> later\nWhy?\n", r"p1\.vtt:3: this is no timing"),
        ("1\n00:00:01,000 --> 00:00:0x\nWhy?\n", r":2: this is no timing"),
    ],
)
def test_broken_files_are_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(text)


WORDS = st.text("abcdefg hij,<>&'", min_size=1, max_size=30).map(str.strip).filter(bool)
CUES = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 90), WORDS), min_size=1, max_size=8)


def clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


@given(CUES)
def test_times_and_words_are_those_of_other_parsers(cues: list[tuple[int, int, str]]) -> None:
    rows = [(clock(a * 37, "."), clock((a + n) * 37, "."), words) for a, n, words in cues]
    body = "\n\n".join(f"{n}\n{a} --> {b}\nX{n}: {w}" for n, (a, b, w) in enumerate(rows))
    parsed = webvtt.from_buffer(io.StringIO(f"WEBVTT\n\n{body}\n"))
    theirs = list(srt.parse(body.replace(".", ",")))
    ours = read(f"WEBVTT\n\n{body}\n")
    assert len(parsed) == len(theirs) == len(ours.turns)
    for turn, caption, subtitle in zip(ours.turns, parsed, theirs, strict=True):
        assert turn.start_s == pytest.approx(caption.start_in_seconds, abs=1)
        assert turn.start_s == pytest.approx(subtitle.start.total_seconds())
        assert turn.end_s == pytest.approx(subtitle.end.total_seconds())
