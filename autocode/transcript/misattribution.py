"""Turns whose label is evidently not, or not all along, that of who speaks; nothing is relabelled.

Only what the talk itself shows counts, and only where there are two speakers who take turns: one
explains a question that the other has just broken off, assents to oneself, or answers oneself.
What is said for it is a researcher's to decide.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from autocode.transcript.nouns import Transcript, Turn

# Beside the label of such a turn, in what a model reads.
UNCERTAIN = "[speaker uncertain]"
# Labels that do not alternate tell nothing where they often do not: one turn in so many.
RARELY = 10
_OWN_QUESTION = re.compile(
    r"(?:(?:yeah|yes|so|well|okay|ok|no)\b[,. ]*)*what i (?:mean|meant) (?:with|by) "
    r"(?:that|this|it)\b",
    re.IGNORECASE,
)
_ASSENT = re.compile(
    r"(?:yeah|yes|yep|yup|okay|ok|right|sure|exactly|m+-?h?m+|h+m+|uh-?huh|ja|genau)[.,!]?",
    re.IGNORECASE,
)
# A question that can be answered by what follows it, and the beginning of such an answer.
_SELF_ANSWERED = re.compile(
    r"[^.?!]+\? +(?:not (?:necessarily|really|at all)|no|nope|yes|yep|absolutely|definitely)[.,] ",
    re.IGNORECASE,
)
# How a sentence ends that somebody has finished.
_FINISHED = re.compile(r"[.?!][\"'”’)]*\Z")


def misattributions(transcript: Transcript) -> dict[int, str]:
    """Why the label of a turn is in doubt, by the number of the turn."""
    turns = transcript.turns
    if len({turn.speaker for turn in turns}) != 2 or not all(turn.speaker for turn in turns):
        return {}
    repeated = sum(before.speaker == turn.speaker for before, turn in pairwise(turns))
    alternating = repeated * RARELY <= len(turns)
    return dict(_explained(transcript)) | (dict(_answered(transcript)) if alternating else {})


def _said(transcript: Transcript, turn: Turn) -> str:
    return transcript.text[turn.start : turn.end].strip()


def _explained(transcript: Transcript) -> Iterator[tuple[int, str]]:
    """Participants' turns that say what is meant by what the interviewer has not finished."""
    for before, turn in pairwise(transcript.turns):
        asked = (before.role, turn.role) == ("interviewer", "participant")
        broken_off = not _FINISHED.search(_said(transcript, before))
        if asked and broken_off and _OWN_QUESTION.match(_said(transcript, turn)):
            yield turn.number, "it explains the unfinished question before it"


def _answered(transcript: Transcript) -> Iterator[tuple[int, str]]:
    """Turns next to one under the same label: a mere assent to it, or a question with its answer.

    A turn that a third one follows under the same label is a backchannel between the two.
    """
    turns = transcript.turns
    for before, turn in pairwise(turns):
        if before.speaker != turn.speaker:
            continue
        if _ASSENT.fullmatch(_said(transcript, turn)):
            yield turn.number, f"it assents to what {turn.speaker} has just said"
        elif _SELF_ANSWERED.match(_said(transcript, before)):
            yield before.number, "it holds a question and, it seems, the other's answer to it"
