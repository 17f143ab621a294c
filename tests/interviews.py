"""Invented interviews in every layout: what each says is known, so that a reader can be judged."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

SPEAKERS = (
    ("Interviewer", "Participant 3"), ("I", "R"), ("Ada", "Ola"), ("ADA BERG", "OLA DAHL"),
    ("Dr. Berg", "Mrs. K."), ("A.B.", "O.D."), ("SPEAKER_00", "SPEAKER_01"), ("Q", "A"),
    ("Speaker 1", "Speaker 2"), ("BERG, Ada", "DAHL, Ola"), ("Enquêteur", "Enquêtée"),
    ("聞き手", "田中"), ("المحاور", "المشارك"), ("INT", "R1"), ("P01", "P02"),
    ("Anna-Lena", "O'Hara"),
    ("Moderator", "P1", "P2"), ("Interviewer", "Ada van Eijk", "Tom"), ("I/A", "R/M/34"),
    ("Интервьюер", "Респондент"), ("Int-1", "P-07"), ("Jean-Luc B.", "Marie"),
)  # fmt: skip
# Layouts of one line: a label, perhaps its time, and words. `{t}` is where a stamp may stand.
INLINE = (
    "{l}{t}: {w}", "{l}{t}:\t{w}", "{l}{t} : {w}", "{l}\u00a0: {w}", "{l}：{w}", "[{l}]: {w}",
    "#{l}: {w}", "@{l}: {w}", ">> {l}: {w}", "**{l}:** {w}", "**{l}**{t}: {w}", "*{l}*: {w}",
    "\u200b{l}:\u200b {w}", "**{l}{t}:** {w}", "- {l}: {w}", "__{l}__: {w}",
)  # fmt: skip
# Layouts that could be something else, and so must be everywhere.
WEAK = (
    "[{l}] {w}", "({l}) {w}", "{{{l}}} {w}", "【{l}】{w}", "{l}; {w}", "{l}\t{w}", "{l} – {w}",
    "**{l}** {w}", "| {l} | {w} |", "<{l}> {w}",
)  # fmt: skip
OWN_LINE = (
    "{l}:\n{w}",
    "{l}{t}\n{w}",
    "### {l}\n\n{w}",
    "**{l}**\n\n{w}",
    "[{l}]\n{w}",
    "{l}{t}:\n{w}",
)
AFTER_NAME = (" [{c}]", " ({c})", "  {c}")
BEFORE_LINE = ("[{c}] ", "({c}) ", "00:{c} ", "[00:{c}.000 --> 00:{c}.900] ", "**[{c}]** ")
AT_END = (" #00:{c}-3#", " [{c}]")

PLAIN_WORDS = (
    "My aunt had four hives behind the barn.", "We lost two colonies.", "It was the mites.",
    "She let me hold the smoker, and I did.", "How did you come to keep bees?", "And then?",
    "Nobody told us what to do about it.", "I treated them in August.", "Would you do it again?",
)  # fmt: skip
# Words that look like labels, stamps or furniture, and are none.
TRAPS = (
    "We met at 17:30: it was late.", "[laughter] So it went.", "(laughs) Quite so.",
    "He said: never again.", "Note: the hive was empty.", "There were three: one died.",
    "It cost 3:1 in the end.", "See http://example.org: it is there.", "[pause] We left.",
    "The reason: nobody knew.", "For example: the queen.", "And 10:45: no bus.", "Well: it was so.",
)  # fmt: skip


@dataclass(frozen=True)
class Interview:
    """A text and what is said in it: speaker and words, turn by turn."""

    text: str
    turns: tuple[tuple[str, str], ...]


def _clock(turn: int) -> str:
    return f"{turn // 4:02}:{turn * 13 % 60:02}" if turn < 4 else f"{turn:02}:{turn * 7 % 60:02}"


@st.composite
def interviews(
    draw: Callable[..., object],
    layouts: tuple[str, ...],
    *,
    words: tuple[str, ...] = PLAIN_WORDS,
    stamps: bool = True,
    noise: bool = True,
    lines: bool = False,
) -> Interview:
    """An interview of 6 to 14 turns in one of the layouts; everybody speaks at least twice.

    lines: every sentence has a line of its own, so that any may look as if it had a label.
    """
    pick = lambda options: draw(st.sampled_from(options))  # noqa: E731
    names, layout = pick(SPEAKERS), pick(layouts)
    where = pick(("", "", "name", "line", "end")) if stamps else ""
    if (where == "name" and "{t}" not in layout) or (where != "name" and "|" in layout):
        where = ""
    mark = pick({"name": AFTER_NAME, "line": BEFORE_LINE, "end": AT_END, "": ("",)}[where])
    count = 2 * len(names) + draw(st.integers(2, 8))
    gap = pick(("\n", "\n\n")) if "\n" not in layout else "\n\n"
    rows, turns = [], []
    for turn in range(count):
        between = "\n" if lines and "|" not in layout else " "
        said = between.join(pick(words) for _ in range(draw(st.integers(1, 3))))
        time = mark.format(c=_clock(turn))
        row = layout.format(l=names[turn % len(names)], w=said, t=time if where == "name" else "")
        row = (time if where == "line" else "") + row + (time if where == "end" else "")
        rows.append(row)
        turns.append((names[turn % len(names)], " ".join(said.split())))
    text = gap.join(rows)
    if "|" in layout:
        text = "| Speaker | Text |\n|---|---|\n" + "\n".join(rows)
    if noise:
        text = pick(("", "", "Interview with a beekeeper\n\n", "# Bees\n\n")) + text
        text += pick(("", "", "\n\n[END OF INTERVIEW]\n", "\n\nTranscribed by A. Typist\n"))
        text = pick(("", "\ufeff")) + text
        text = text.replace("\n", pick(("\n", "\r\n")))
    return Interview(text, tuple(turns))
