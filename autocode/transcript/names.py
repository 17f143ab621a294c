"""What can be a speaker's name, and what only looks like one: remarks, captions, ordinary words."""

import re
import unicodedata
from functools import lru_cache

from autocode.files import package_table
from autocode.transcript.roles import is_role, may_be_role

LONGEST, _WORDS = 40, 5
# Who says what a program gave to nobody, where it gave the rest to somebody.
UNKNOWN = "Unknown speaker"
# No glyph: byte order mark, zero width, marks of direction, soft hyphen.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u202a\u202b\u202c\u2066\u2067\u2069"
_UNSEEN = re.compile(f"[{INVISIBLE}]")
# A word of a name; full stops only abbreviate (`Dr.`, `A.B.`), and one comma may turn it round.
_TOKEN = re.compile(r"(?:[^\W\d_]{1,4}\.){1,4}|[\w'’&/+#-]+,?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,4}")
_ATTRIBUTE = re.compile(r"\s*[(\[{]([^()\[\]{}:]{1,40})[)\]}]$")
_MARKS = re.compile(r"^(?:>{1,3}|[#@~•*_]+|(?:&gt;){1,3}|[-–—](?=\s))\s*")
# The chat of a meeting: `From Ada to Everyone`.
_ADDRESSED = re.compile(r"(?:From|Von)\s+(.+?)\s+(?:to|an)\s+\S.*", re.I)
_ENUMERATED = re.compile(r"([^,]*?),\s*(.+)")


# Words that stand where names do and are none, by what they are in a transcript.
_NO_NAMES = {
    kind: frozenset(words.split())
    for kind, words in package_table("autocode.transcript", "names.toml").items()
}
_ORDINARY = frozenset[str]().union(*_NO_NAMES.values())


def seen(text: str) -> str:
    """A text without invisible characters, and with ordinary spaces."""
    return _UNSEEN.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")


def tidy(label: str) -> tuple[str, str]:
    """A label without marks, emphasis and trailing separators; and what stands in brackets behind.

    `#P01 (female, 34) ?` is `P01` and `female, 34`.
    """
    label = _MARKS.sub("", seen(label).strip()).strip(" \t*_").rstrip(" \t?:：;,–—-*_").strip()
    label = " ".join(label.split())
    if addressed := _ADDRESSED.fullmatch(label):
        label = addressed[1]
    match = _ATTRIBUTE.search(label)
    if match and match.start():
        return label[: match.start()].rstrip(" :"), match[1]
    match = _ENUMERATED.fullmatch(label)
    if match and may_be_role(match[1]):
        return match[1], match[2]
    return label, ""


@lru_cache(8192)
def name_strength(label: str) -> int:
    """How much a tidy label looks like a name: 0 not at all, 1 in small letters, 2 fully."""
    if len(label) > 3 * LONGEST:
        return 0
    # Vowel signs of many scripts are marks, which are no letters to a pattern.
    if not label.isascii():
        label = "".join(sign for sign in label if not unicodedata.category(sign).startswith("M"))
    tokens = label.split()
    if not tokens or len(label) > LONGEST or len(tokens) > _WORDS or not label[0].isalnum():
        return 0
    if may_be_role(label) or is_role(label):
        return 2
    if not any(character.isalpha() for character in label):
        return 0
    last_abbreviates = label.endswith(".") and not _INITIALS.fullmatch(tokens[-1])
    if last_abbreviates or label.count(",") > 1 or not all(map(_TOKEN.fullmatch, tokens)):
        return 0
    dated = len(tokens) > 1 and tokens[0].rstrip(".,").isdigit()  # 3 May
    words = {token.casefold().strip(".,") for token in tokens}
    # One letter is an initial: nobody is called `a` in a transcript that has an `A`.
    if dated or any(len(word) > 1 for word in words & _ORDINARY):
        return 0
    first = next(character for character in label if character.isalpha())
    coded = len(tokens) == 1 and any(character.isdigit() for character in label)
    return 2 if coded or first.upper() == first else 1


@lru_cache(8192)
def label_key(label: str) -> str:
    """What two spellings of a label have in common."""
    return re.sub(r"[\W_]+", "", label).casefold() or label


def is_caption(text: str) -> bool:
    """Whether a line is an entry of a cover sheet: `Date of interview: 12 March`."""
    caption, colon, _ = text.partition(":")
    words = caption.casefold().split()
    return bool(colon) and len(words) <= _WORDS and bool(_NO_NAMES["captions"].intersection(words))
