"""JSON of speech recognition: pieces of speech with times, and with speakers where known."""

import json
from pathlib import Path
from typing import Any

import pytest

from autocode.errors import InputError
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.speech_json import read_speech
from autocode.transcript.source import Source


def read(content: Any) -> Transcript:
    text = content if isinstance(content, str) else json.dumps(content)
    return read_speech(Source(text.encode(), "p1", Path("p1.json")))


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns]


PIECES = [(0.0, 2.5, "SPEAKER_00", " Why did you,"), (2.5, 4.0, "SPEAKER_00", " and how?"),
          (4.5, 6.0, "SPEAKER_01", " My aunt did.")]  # fmt: skip


def test_whisperx() -> None:
    names = ("start", "end", "speaker", "text")
    transcript = read({"segments": [dict(zip(names, piece, strict=True)) for piece in PIECES]})
    assert said(transcript) == [
        ("SPEAKER_00", "Why did you, and how?"), ("SPEAKER_01", "My aunt did."),
    ]  # fmt: skip
    assert [(t.start_s, t.end_s) for t in transcript.turns] == [(0, 4), (4.5, 6)]


def test_whisper_without_speakers_says_so() -> None:
    pieces = [{"start": a, "end": b, "text": words} for a, b, _, words in PIECES]
    for content in ({"text": "…", "segments": pieces}, pieces):
        transcript = read(content)
        assert said(transcript) == [(None, "Why did you, and how?\nMy aunt did.")]
        assert "labels" in {oddity.kind for oddity in transcript.oddities}


def test_whisper_cpp_and_assemblyai_count_milliseconds() -> None:
    cpp = [{"offsets": {"from": int(a * 1000), "to": int(b * 1000)}, "text": f"({who}) {words}"}
           for a, b, who, words in PIECES]  # fmt: skip
    turns = read({"transcription": cpp}).turns
    assert [(t.speaker, t.start_s) for t in turns] == [("SPEAKER_00", 0), ("SPEAKER_01", 4.5)]
    utterances = [{"start": int(a * 1000), "end": int(b * 1000), "speaker": who[-1], "text": words}
                  for a, b, who, words in PIECES]  # fmt: skip
    assert [turn.speaker for turn in read({"utterances": utterances}).turns] == ["0", "1"]


@pytest.mark.parametrize("content", ["{", "[]", '{"segments": 3}', '{"text": "x"}', "[[[[1]]]]"])
def test_other_json_is_refused_in_one_line(content: str) -> None:
    with pytest.raises(InputError) as error:
        read(content)
    assert "\n" not in str(error.value)
