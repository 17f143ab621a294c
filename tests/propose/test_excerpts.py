"""Excerpts: what of a coded transcript is shown, and that it looks like the task and its reply."""

import json
from pathlib import Path

from learning import precedent, quote

from autocode.propose.excerpts import MARGIN, excerpts
from autocode.propose.precedents import Precedent
from autocode.propose.reply_schema import marking_shape
from autocode.transcript.readers import read_transcript

FENCE = "-----f-----"


def talk(folder: Path, answer: str, *marks: str) -> Precedent:
    (folder / "t.txt").write_text(f"Ivo: How do you water it?\nPat: {answer}\nIvo: I see.\n")
    transcript = read_transcript(folder / "t.txt", "t")
    quotes = [quote(transcript, f"q{n}", words, ["water"]) for n, words in enumerate(marks)]
    return precedent(transcript, *quotes)


def test_an_excerpt_looks_like_the_task_and_its_reply(tmp_path: Path) -> None:
    answer = "Well. We have a rota. It hangs on the shed. Mind the step."
    (shown,) = excerpts([talk(tmp_path, answer, "We have a rota. It hangs on the shed.")],
                        coded=True)  # fmt: skip
    assert shown.shown(FENCE, "sentence", coded=True) == (
        f"{FENCE}\nIvo:\nHow do you water it?\n\nPat:\n[1] Well.\n[2] We have a rota.\n"
        f"[3] It hangs on the shed.\n[4] Mind the step.\n{FENCE}\n"
        'Coded: {"quotes":[{"first":2,"last":3,"axial":["water"]}]}'
    )
    reply = json.loads(shown.shown(FENCE, "sentence", coded=True).partition("Coded: ")[2])
    fields = marking_shape(["water"], 2, "sentence").model_json_schema()["$defs"]["Passage"]
    order = list(fields["properties"])
    assert [order.index(key) for key in reply["quotes"][0]] == [0, 1, 4]


def test_words_are_shown_where_words_are_asked_for(tmp_path: Path) -> None:
    (shown,) = excerpts([talk(tmp_path, "Well. We have a rota.", "We have a rota.")], coded=True)
    assert '[{"quote":"We have a rota.","axial"' in shown.shown(FENCE, "verbatim", coded=True)


def test_without_codes_to_choose_from_none_is_shown(tmp_path: Path) -> None:
    (shown,) = excerpts([talk(tmp_path, "We have a rota.", "We have a rota.")], coded=False)
    assert "axial" not in shown.shown(FENCE, "sentence", coded=False)


def test_a_long_turn_is_shown_around_its_marks(tmp_path: Path) -> None:
    said = [f"Sentence {n} of many {'more ' * 20}ends." for n in range(40)]
    first, last = excerpts([talk(tmp_path, " ".join(said), said[2], said[30])], coded=True)
    assert first.sentences == range(1, 4 + MARGIN)
    lines = last.shown(FENCE, "sentence", coded=True).split("\n")
    assert lines.count("…") == 2
    assert f"[{MARGIN + 1}] {said[30]}" in lines
    assert f'"first":{MARGIN + 1},"last":{MARGIN + 1}' in lines[-1]
    # Near each other they are one excerpt; a mark is never shown as if it were left alone.
    (both,) = excerpts([talk(tmp_path, " ".join(said), said[2], said[4])], coded=True)
    assert len(both.quotes) == 2
    far = talk(tmp_path, " ".join(said), " ".join(said[2:12]), said[13])
    assert [excerpt.sentences[-1] for excerpt in excerpts([far], coded=True)] == [13, 14 + MARGIN]


def test_what_was_left_alone_is_shown_where_the_coder_saw_it(tmp_path: Path) -> None:
    answer = "So it went on and on. " * 40
    left = talk(tmp_path, answer)
    (shown,) = excerpts([left], coded=True)
    assert shown.quotes == ()
    assert shown.shown(FENCE, "sentence", coded=True).endswith(
        '…\n-----f-----\nCoded: {"quotes":[]}'
    )
    assert excerpts([precedent(left.transcript, incomplete="stopped")], coded=True) == []
    assert excerpts([talk(tmp_path, "Yes.")], coded=True) == []


def test_a_passage_whose_codes_may_not_be_sent_is_not_shown_without_them(tmp_path: Path) -> None:
    whole = talk(tmp_path, "We have a rota.", "We have a rota.")
    stripped = Precedent(whole.transcript, whole.coding, "", ("participant",), frozenset({"q0"}))
    assert excerpts([stripped], coded=True) == []
    assert len(excerpts([stripped], coded=False)) == 1
