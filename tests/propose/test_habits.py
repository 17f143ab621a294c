"""Habits: what is counted in a coding, by hand on a few lines."""

from dataclasses import replace
from pathlib import Path

from learning import precedent, quote

from autocode.propose.habits import Habits
from autocode.propose.precedents import Precedent
from autocode.transcript.readers import read_transcript

LONG = "We had to wait for the rain, " * 6
TALK = (
    f"Ivo: How so?\nPat: {LONG.strip(' ,')}. It came late. Was it late?\nIvo: Yes?\nPat: Right.\n"
    f"Ivo: And?\nPat: {LONG}and it never came.\nIvo: Hm.\nPat: Was it so?\n"
)


def talk(folder: Path, *marks: tuple[str, list[str]], **changes: object) -> Precedent:
    (folder / "t.txt").write_text(TALK)
    transcript = read_transcript(folder / "t.txt", "t")
    quotes = [quote(transcript, f"q{n}", *mark) for n, mark in enumerate(marks)]
    return precedent(transcript, *quotes, **changes)


def test_habits_are_counted_over_what_participants_say(tmp_path: Path) -> None:
    whole = talk(tmp_path, ("It came late. Was it late?", ["a", "b"]), ("Right.", []))
    habits = Habits.of([whole])
    text = whole.transcript.text
    said = sum(turn.end - turn.start for turn in whole.turns)
    assert habits.shares == ((26 + 6) / said,)
    assert said < len(text)
    assert habits.sentences == (2, 1)
    assert habits.words == (6, 1)
    assert habits.codes == (2, 0)
    assert habits.most_codes == 2
    assert habits.long == (1, 2)
    assert habits.short == 1
    assert habits.asked == (1, 2)
    assert habits.told == (2, 4)


def test_what_two_quotes_mark_is_counted_once(tmp_path: Path) -> None:
    once = talk(tmp_path, ("It came late.", []))
    twice = talk(tmp_path, ("It came late.", []), ("came late.", []))
    assert Habits.of([twice]).shares == Habits.of([once]).shares


def test_an_unfinished_coding_says_nothing_of_what_is_left_alone(tmp_path: Path) -> None:
    part = talk(tmp_path, ("It came late.", ["a"]), incomplete="half of it")
    habits = Habits.of([part])
    assert habits.shares == ()
    assert habits.long == (0, 0)
    assert habits.sentences == (1,)
    assert "marked, counted" not in "\n".join(habits.lines())


def test_the_lines_name_their_base(tmp_path: Path) -> None:
    lines = Habits.of([talk(tmp_path, ("It came late. Was it late?", ["a"]))]).lines()
    assert lines[0].startswith("- Of what participants say, ")
    assert "over a whole transcript" in lines[0]
    assert any("1 of 2 questions that participants ask" in line for line in lines)


def test_turns_whose_passages_share_their_codes_are_counted(tmp_path: Path) -> None:
    marks = ("It came late.", ["a", "b"]), ("Was it late?", ["b", "a"]), ("Right.", ["c"])
    shared = Habits.of([talk(tmp_path, *marks)])
    assert shared.alike == (1, 1)
    assert "Of 1 turn with several passages, in 1 all of them" in "\n".join(shared.lines())
    each = Habits.of([talk(tmp_path, *marks, ("came late", ["a"]))])
    assert each.alike == (0, 1)
    stripped = replace(talk(tmp_path, *marks), stripped=frozenset({"q1"}))
    assert Habits.of([stripped]).alike == (0, 0)
    assert "several passages, in" not in "\n".join(Habits.of([stripped]).lines())
