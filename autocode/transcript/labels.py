"""Which short lines of field notes are speaker labels, and which are headings or words.

A label is a role (`Interviewer`, `Participant 6`), or a short line that comes back in front of
what somebody says (a name). How any other text marks its speakers, `speakers` finds out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from autocode.transcript.names import label_key
from autocode.transcript.nouns import Oddity
from autocode.transcript.roles import is_role, known_role, may_be_role

_TIME = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?"
_TIMES = re.compile(rf"^{_TIME}\s+|\s+{_TIME}$")
_PUNCTUATION = re.compile(r"[.?!;:,\"“”…|<>=/]|\s-\s|--|—")
# `Name: words`; also **Name:** and `[id1] words`.
_COLON = r"(?:\s*:[*_]{0,2}(?=\s|$)|\s*：)"
_INLINE = re.compile(
    rf"\s*(?:([*_]{{0,2}}[^\W_][^\n:：*\[\]]{{0,39}}?[*_]{{0,2}}){_COLON}"
    r"|\[([^\W_][\w -]{0,29})\](?=\s))\s*"
)
_LONGEST, _WORDS = 40, 5
_TRAILING = " \t,:：;–-"
_MISSPELT, _SHORTEST = 85, 5
_NUMBER = re.compile(r"\d+")
_REMEMBERED = 4096  # the same few labels are asked about for every turn
# Whole turns of back-channel talk come back like names do.
_BACK_CHANNEL = re.compile(
    r"yes|yeah|yep|no|nope|ok|okay|right|sure|exactly|correct|true|hm+|mhm|mm-hmm|uh-huh|thanks?"
    r"|you|bye|cool|great|nice|good|perfect|absolutely|definitely|indeed|wow|oh|laugh(?:s|ter|ing)"
    r"|pause|silence|crosstalk|inaudible|note",
    re.I,
)
# In a conversation at least this share of the paragraphs are labels.
_SHARE = 0.25


@dataclass
class Labels:
    """The speakers of one source: from a label as written to the speaker's name."""

    names: dict[str, str] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)

    def speaker(self, text: str, line: int, *, exact: bool = False) -> str | None:
        """The speaker `text` is a label of; unless `exact`, a misspelt label is one as well."""
        label = clean(text)
        name = self.names.get(label_key(label)) if label else None
        if name is None:
            return None if exact else self._misspelt(label, line)
        if label.replace(" ", "") != name.replace(" ", ""):
            message = f"the label '{label}' is written '{name}' elsewhere; read as the same speaker"
            self.oddities.append(Oddity(line, "label", message, "write it one way"))
        return name

    def _misspelt(self, label: str, line: int) -> str | None:
        if len(label) < _SHORTEST or not _looks_like_label(label):
            return None
        bare = {key: _NUMBER.sub("", key) for key in self.names}
        best = process.extractOne(
            _NUMBER.sub("", label_key(label)), bare, scorer=fuzz.ratio, score_cutoff=_MISSPELT
        )
        if best is None:
            return None
        same = (key for key in bare if bare[key] == best[0] and _digits(key) == _digits(label))
        # With a number nobody else has it is another person: `Particpant 8` beside `Participant 7`.
        name = self.names.setdefault(next(same, label_key(label)), label)
        message = f"'{label}' was read as the speaker label '{self.names[best[2]]}', misspelt"
        self.oddities.append(Oddity(line, "label", message, "write it as elsewhere"))
        return name


def clean(text: str) -> str:
    """A label without emphasis, time stamps, brackets around it and what trails behind it."""
    return _clean(text) if len(text) <= 4 * _LONGEST else ""


@lru_cache(_REMEMBERED)
def _clean(text: str) -> str:
    text = _TIMES.sub("", text.strip().strip("*_ ").rstrip(_TRAILING).strip("*_ "))
    text = text.rstrip(_TRAILING)
    # A full stop ends a sentence ("So."), unless it only abbreviates or closes a role ("Int.").
    text = text[:-1] if text.endswith(".") and may_be_role(text[:-1]) else text
    return text[1:-1].strip() if re.fullmatch(r"[(\[][^()\[\]]*[)\]]", text) else text


def find_labels(paragraphs: Sequence[str]) -> Labels:
    """The labels among paragraphs, each a speaker label or something somebody says."""
    labels, seen = Labels(), [clean(text) for text in paragraphs]
    for label in filter(is_role, seen):
        labels.names.setdefault(label_key(label), label)
    for key in list(labels.names):
        # `Participant` is `Participant 2` where nobody else it could be speaks.
        numbered = re.compile(re.escape(key) + r"\d+")
        same = [name for other, name in labels.names.items() if numbered.fullmatch(other)]
        if len(same) == 1:
            labels.names[key] = same[0]
    keys = [label_key(label) for label in seen]
    counts = Counter(label_key(label) for label in seen if _may_recur(label))
    maybe = {key for key, n in counts.items() if n >= 2 and key not in labels.names}
    names = _before_words(keys, maybe, {*labels.names, *maybe})
    share = sum(counts[key] for key in names) / max(len(seen), 1)
    if not labels.names and (len(names) < 2 or share < _SHARE or keys[0] not in names):
        return labels  # no conversation: the headings of an article come back too
    for label in seen:
        if label_key(label) in names:
            labels.names.setdefault(label_key(label), label)
    return labels


def _before_words(keys: Sequence[str], maybe: set[str], labels: set[str]) -> set[str]:
    """Those of `maybe` that mostly follow words and lead to words: a short answer does neither."""
    good: Counter[str] = Counter()
    for at, key in enumerate(keys):
        if key in maybe and at + 1 < len(keys):
            good[key] += keys[at + 1] not in labels and (at == 0 or keys[at - 1] not in labels)
    counts = Counter(key for key in keys if key in maybe)
    return {key for key in maybe if good[key] >= 2 and good[key] >= counts[key] / 2}


def split_inline(text: str) -> tuple[str, str] | None:
    """`Name: words` as (label, words), whether or not the label is one."""
    match = _INLINE.match(text[: 3 * _LONGEST])
    if match is None:
        return None
    label = clean(match[1] or match[2])
    return (label, text[match.end() :]) if _looks_like_label(label) else None


def find_inline(paragraphs: Sequence[str]) -> Labels:
    """The roles that stand before words on the same line of field notes.

    Labels have lines of their own there, so this wants an interviewer among them, or a role before
    most paragraphs.
    """
    candidates = [split[0] for text in paragraphs if (split := split_inline(text))]
    candidates = [label for label in candidates if is_role(label)]
    asked = any(known_role(label) == "interviewer" for label in candidates)
    labels = Labels()
    if len(candidates) >= 2 and (asked or 2 * len(candidates) >= len(paragraphs)):
        for label in candidates:
            labels.names.setdefault(label_key(label), label)
    return labels


def _may_recur(label: str) -> bool:
    words = label.split()
    named = not any(word[:1].islower() for word in (*words[:1], *words[-1:]))  # Tom van Eijk
    return _looks_like_label(label) and (named or may_be_role(label))


@lru_cache(_REMEMBERED)
def _looks_like_label(label: str) -> bool:
    words = label.split()
    return (
        0 < len(label) <= _LONGEST
        and len(words) <= _WORDS
        and label[0].isalnum()
        and not label.isdigit()
        and not _PUNCTUATION.search(label)
        and not all(map(_BACK_CHANNEL.fullmatch, words))
    )


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))
