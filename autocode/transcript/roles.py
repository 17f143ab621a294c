"""Speaker labels -> roles: who asks (interviewer) and whose words are coded (participant)."""

import re
from collections.abc import Mapping
from functools import lru_cache

from autocode.transcript.nouns import Oddity, Role

_SUFFIX = r"(?:[\s_.#-]*(?:\d{1,3}|[A-Z]))?(?:\s*[(\[][^)\]]{1,40}[)\]])?"
# Words that label a speaker even when they occur once …
_STRONG: dict[Role, str] = {
    "interviewer": r"interviewer(?:in)?|moderator(?:in)?|facilitator|intervieweu(?:r|se)"
    r"|entrevistadora?|intervistat(?:ore|rice)|интервьюер|インタビュアー|聞き手|采访者|訪談者",
    "participant": r"participante?|interviewee|respondent|informant|befragte[rn]?|interviewte[rn]?"
    r"|entrevistad[oa]|intervistat[oa]|респондент|受访者|受訪者|回答者",
}
# … and words and letters that may also be a heading or a word: only where they come back.
_WEAK: dict[Role, str] = {
    "interviewer": r"researcher|host|int|question|q|i",
    "participant": r"expert|guest|subject|practitioner|candidate|answer|[pe]\d{1,3}",
}
ROLE_WORDS = tuple(_STRONG.values())
_NEUTRAL = (
    r"(?:un(?:known|identified) )?(?:(?:fe)?male )?speaker|person|voice|r|all|everyone|everybody"
    r"|several(?: voices)?|both|unknown|alle|mehrere|tous|todos"
)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words}){_SUFFIX}", re.I)


_STRONG_ROLES = {role: _pattern(words) for role, words in _STRONG.items()}
_WEAK_ROLES = {role: _pattern(words) for role, words in _WEAK.items()}
# "Expert B" and "P3" name a person where "Expert" and "P" alone may be a word.
_NUMBERED = re.compile(
    r"(?:expert|practitioner|researcher|speaker)\s(?:\d{1,3}|[A-Z])|P\d{1,3}", re.I
)
_NEUTRALS = _pattern(_NEUTRAL)


@lru_cache(4096)
def is_role(label: str) -> bool:
    """Whether this can only be a speaker label: a role, or a role with a number."""
    patterns = (*_STRONG_ROLES.values(), _NUMBERED)
    return any(pattern.fullmatch(label) for pattern in patterns)


def may_be_role(label: str) -> bool:
    """Whether this is a speaker label where it comes back (`I`, `Host`, `Speaker 2`)."""
    return known_role(label) is not None or _NEUTRALS.fullmatch(label) is not None


def known_role(label: str) -> Role | None:
    """The role a label names, if any."""
    for roles in (_STRONG_ROLES, _WEAK_ROLES):
        for role, pattern in roles.items():
            if pattern.fullmatch(label):
                return role
    return None


def assign(
    talk: Mapping[str, str],
    line: int,
    interviewer: str | None = None,
    named: Mapping[str, Role] | None = None,
) -> tuple[dict[str, Role], list[Oddity]]:
    """A role for each speaker; `talk` is all that each says, `line` where the talk begins.

    The interviewer whom the user names is the only one. named: roles that stand beside the labels,
    as in `Ada (interviewer)`. Named roles decide. Beside a known interviewer all others are
    participants. Where nobody is known to ask, the speaker who asks most questions for the words
    spoken is the interviewer.
    """
    if interviewer is not None and talk:
        asking = next((name for name in talk if name.casefold() == interviewer.casefold()), None)
        answering: dict[str, Role] = dict.fromkeys(talk, "participant")
        if asking is not None:
            return answering | {asking: "interviewer"}, []
        message = f"the interviewer {interviewer!r} says nothing here"
        return answering, [Oddity(line, "roles", message, f"speakers: {', '.join(talk)}")]
    beside = named or {}
    roles = {name: role for name in talk if (role := beside.get(name) or known_role(name))}
    others = [name for name in talk if name not in roles]
    answering = dict.fromkeys(others, "participant")
    if not others or "interviewer" in roles.values():
        return roles | answering, _unanswered(roles, others, line)
    asking = max(others, key=lambda name: _questions(talk[name]))
    if len(talk) == 1 or _questions(talk[asking]) == 0:
        message = "no speaker could be told to be the interviewer; all are read as participants"
        hint = "import with --interviewer NAME, or label the interviewer `Interviewer`"
        return roles | answering, [Oddity(line, "roles", message, hint)]
    message = f"no label names who asks; {asking} asks most questions: read as the interviewer"
    hint = "if that is wrong, import with --interviewer NAME"
    return roles | answering | {asking: "interviewer"}, [Oddity(line, "roles", message, hint)]


def _unanswered(roles: Mapping[str, Role], others: list[str], line: int) -> list[Oddity]:
    if not roles or others or "participant" in roles.values():
        return []
    message = "every speaker is an interviewer: there is nothing to code"
    return [Oddity(line, "roles", message, "label the people who answer `Participant`")]


def _questions(words: str) -> float:
    """Questions per thousand characters, of speakers who ask more than once."""
    count = sum(words.count(mark) for mark in "?？؟")
    return 1000 * count / max(len(words), 1000) if count else 0.0
