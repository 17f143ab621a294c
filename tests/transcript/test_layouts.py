"""Each way of marking who speaks, as one program or habit writes it, with the same six turns."""

import time
from pathlib import Path

import pytest

from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.plain import read_plain
from autocode.transcript.source import Source

WORDS = (
    "How did you come to keep bees?", "My aunt had four hives. She let me hold the smoker.",
    "And what happened then?", "We lost two colonies. I blamed the cold.",
    "Would you do it again?", "No, I would treat in August.",
)  # fmt: skip
# {l} label, {w} words, {n} 1 to 6, {s} and {e} seconds at which a turn begins and ends.
FORMS = {
    "Descript": "[00:00:{s}] {l}:\n{w}\n", "Sonix": "{l}: [00:00:{s}] {w}\n",
    "Sonix, own line": "{l}: [00:00:{s}]\n{w}\n", "Trint": "00:{s}\n{l}\n{w}\n",
    "Trint, colon": "[00:00:{s}]\n{l}: {w}\n", "Happy Scribe": "[00:00:{s}.12] - {l}\n{w}\n",
    "Amberscript": "{l} 00:00:{s}\n{w}\n", "f4": "{l}: {w} #00:00:{s}-5#",
    "f4, bold": "**{l}:** {w} #00:00:{s}-5#\n", "MAXQDA": "#{l}# {w}",
    "MAXQDA, own line": "#{l}#\n{w}\n", "Zoom": "[{l}] 10:00:{s}\n{w}\n",
    "Zoom chat": "10:00:{s}\t{l}:\t{w}",
    "Zoom chat, addressed": "10:00:{s} From {l} to Everyone:\n\t{w}",
    "Teams, German": "{l}   0 Minuten {s} Sekunden\n{w}\n",
    "Teams, guest": "{l} (Extern)   0:{s}\n{w}\n",
    "Google Meet": "00:0{n}:00\n \n{l}: {w}\n", "no space": "{l}:{w}", "em dash": "{l} — {w}",
    "tight dash": "{l}— {w}", "stop and dash": "{l}. – {w}", "stop and hyphen": "{l}.- {w}",
    "bar": "{l} | {w}", "arrow": "{l} > {w}", "angle": "<{l}> {w}", "equals": "{l} = {w}",
    "star": "* {l}: {w}", "bullet": "• {l}: {w}", "numbered": "{n}. {l}: {w}",
    "numbered in brackets": "[{n}] {l}: {w}", "paragraph numbers": "000{n} {l}: {w}",
    "heading with time": "## {l} (00:{s})\n\n{w}\n", "bold heading": "### **{l}**\n\n{w}\n",
    "heading with colon": "#### {l}:\n\n{w}\n", "bold with time": "**{l}** [00:{s}]\n{w}\n",
    "whole in bold": "**{l}: {w}**\n", "whole in italics": "*{l}: {w}*\n",
    "faster-whisper": "[{s}.00s -> {e}.50s] {l}: {w}", "units": "{l} [0h0m{s}s]: {w}",
    "time within": "[{l} 00:{s}]: {w}", "at": "{l} @ 00:{s}\n{w}\n",
    "bar and time": "{l} | 00:{s}\n{w}\n", "comma and time": "{l}, 00:00:{s}\n{w}\n",
    "list": "- **{l}**: {w}", "numbered list": "1. **{l}**: {w}", "rules": "--- {l} ---\n{w}\n",
    "quote marks": "“{l}”: {w}", "two colons": "{l} :: {w}", "stop and colon": "{l}.: {w}",
    "colon within": "[{l}:] {w}", "range": "{l} (00:{s} - 00:{e}): {w}", "spaces": "{l}   {w}",
    "escaped": "&gt;&gt; {l}: {w}", "full width": "（{l}）{w}", "narrow space": "{l}\u202f: {w}",
    "captions without numbers": "00:00:{s}.000 --> 00:00:{e}.000\n{l}: {w}\n",
}  # fmt: skip
NAMES = (
    ("Berg, A.", "Dahl, O."), ("Prof. Dr. Berg", "Herr Dahl"), ("Interviewer 1", "Interviewee 2"),
    ("A. B.", "O. D."), ("int", "resp"), ("ada", "ola"), ("Question", "Answer"),
    ("Entrevistador", "Entrevistado 3"), ("Badacz", "Respondentka"), ("访谈者", "受访者"),
    ("ผู้สัมภาษณ์", "ผู้ตอบ"), ("साक्षात्कारकर्ता", "प्रतिभागी"), ("\u200fמראיין\u200f", "\u200fנבדק\u200f"),
)  # fmt: skip


def interview(form: str, first: str = "Ada", second: str = "Ola") -> str:
    return "\n".join(
        form.format(
            l=(first, second)[n % 2], w=words, n=n + 1, s=f"{9 * n:02}", e=f"{9 * n + 8:02}"
        )
        for n, words in enumerate(WORDS)
    )


def read(text: str) -> Transcript:
    return read_plain(Source(text.encode(), "p1", Path("p1.txt")))


def check(text: str, first: str = "Ada", second: str = "Ola") -> Transcript:
    transcript = read(text)
    words = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    assert words == list(WORDS)
    assert [turn.speaker for turn in transcript.turns] == [first, second] * 3
    return transcript


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    transcript = check(interview(FORMS[form]))
    timed = "{s}" in FORMS[form] or "0{n}:00" in FORMS[form]
    starts = [turn.start_s for turn in transcript.turns]
    ends = [turn.end_s for turn in transcript.turns]
    assert ([time is not None for time in starts] == [timed] * 6) or None not in ends


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("form", ["{l}: {w}", "{l}:\t{w}\n", "**{l}:** {w}\n"])
def test_names(names: tuple[str, str], form: str) -> None:
    first, second = (name.strip("\u200f") for name in names)
    check(interview(form, *names), first, second)


@pytest.mark.parametrize(
    ("label", "name"),
    [("P01 [female, 34]", "P01"), ("P01, female, 34", "P01"), ("P01 (f)", "P01"),
     ("Ola (by phone)", "Ola")],
)  # fmt: skip
def test_what_is_said_about_a_speaker_is_no_part_of_the_name(label: str, name: str) -> None:
    check(interview("{l}: {w}", "I", label), "I", name)


@pytest.mark.parametrize("form", ["{q}{n}. {w}", "{q}{n}) {w}", "{q}{n}: {w}"])
def test_numbered_questions_and_answers(form: str) -> None:
    rows = [form.format(q="QA"[at % 2], n=at // 2 + 1, w=words) for at, words in enumerate(WORDS)]
    check("\n".join(rows), "Q", "A")


@pytest.mark.parametrize(
    "head",
    ["| Speaker | Text |\n|---|---|\n", "| Time | Speaker | Text |\n|---|---|---|\n",
     "| # | Speaker | Text |\n|:--|:--|:--|\n"],
)  # fmt: skip
def test_tables(head: str) -> None:
    columns = {"Time": "00:{s}", "#": "{n}", "Speaker": "{l}", "Text": "{w}"}
    names = [name.strip() for name in head.split("\n")[0].strip("|").split("|")]
    check(head + interview("| " + " | ".join(columns[name] for name in names) + " |"))


@pytest.mark.parametrize("form", ["{l}: {w} ", "**{l}:** {w} ", "[{l}] {w} ", "{l}: {w}\t"])
def test_several_labels_in_one_line(form: str) -> None:
    check(interview(form).replace("\n", ""))


HOSTILE = ("a ", " ", "[", "1:", "-", "*", "Ada: ", "00:01 ", "| a ", "(x) ", "Ada. ", "\u200b")


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_take_no_time(piece: str) -> None:
    began = time.process_time()
    read(f"Ada: Why?\nAda{piece * 20_000}: x\n{piece * 20_000}\nOla: So.\n")
    assert time.process_time() - began < 2
