"""The keys of the page, in one list: what `?` shows."""

from typing import Final

# A heading, and under it the keys (any of them) with what they do.
KEYS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    ("Move", (
        ("j k", "next, previous passage of the list"),
        ("n N", "next, previous open passage"),
        ("/", "search the transcript; a number goes to that turn"),
        ("f", "filters"),
        ("b", "codebook"),
        ("v", "how much is shown, then ← →"),
        ("Esc", "leave what is under way"),
    )),
    ("Decide", (
        ("a", "accept what is open, and go on to the next open one"),
        ("r", "reject; 1 to 5 say why, or write it"),
        ("e", "change the passage"),
        ("o", "change the open code"),
        ("c", "change the axial codes"),
        ("m", "merge: m on one passage, m on the other"),
        ("s", "split: choose the first word of the second part"),
        ("t", "comment"),
        ("A", "accept what several runs, or both people, agree on"),
        ("u U", "undo, redo"),
    )),
    ("Select words", (
        ("w", "begin at the passage, or at the top of the screen"),
        ("← →", "word before, word after"),
        ("↑ ↓", "sentence before, sentence after"),
        ("Shift+← →", "fewer, more words"),
        ("Shift+↑ ↓", "fewer, more sentences"),
        ("x", "go on from the other end"),
        ("Enter", "code them, or make them the passage"),
    )),
)  # fmt: skip
