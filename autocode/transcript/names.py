"""What can be a speaker's name, and what only looks like one: remarks, captions, ordinary words."""

import re
import unicodedata
from functools import lru_cache

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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Talk that comes back like names do, and remarks on it.
_TALK = _words(
    """yes yeah yep no nope ok okay right sure exactly correct true hm hmm mhm mm-hmm uh-huh thanks
    thank you bye cool great nice good perfect absolutely definitely indeed wow oh well ja nein oui
    non sí si genau doch eben voilà laugh laughs laughter laughing pause silence crosstalk
    inaudible unintelligible sighs coughs applause music lacht lachen pausiert unverständlich rires
    silencio risas overlapping beep phone rings"""
)
# What a cover sheet captions.
_CAPTIONS = _words(
    """project title date time place location venue duration length language transcriber
    transcription transcribed recorded recording file filename keywords speakers participants
    present topic subject study interviewers pseudonym age gender occupation version status id ref
    reference projekt titel datum ort dauer thema sprache transkription aufnahme teilnehmer datei
    alter beruf projet titre lieu durée thème langue proyecto fecha lugar tema duración idioma
    título transkript fassung"""
)
# Words with which people begin a sentence, or a list.
_OPENERS = _words(
    """note notes nb ps example examples question questions answer answers summary conclusion result
    results reason reasons problem problems solution solutions advantage advantages disadvantage
    pro pros con cons step steps point points idea option options fact warning important context
    background remember listen look anyway basically actually honestly imagine suppose meaning
    first second third fourth firstly secondly finally then also now here there today tomorrow
    yesterday beispiel anmerkung hinweis frage antwort grund exemple remarque raison ejemplo nota
    razón monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
    donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes
    martes miércoles jueves viernes sábado domingo introduction chapter section part appendix table
    figure index contents references"""
)
_FUNCTION_WORDS = _words(
    """a an the and or but so because if when while that this these those it he she we they you my
    your his her our their is are was were be been do does did have has had not of in on at to for
    from with by about as like what who which how why where one two three something anything
    nothing everything said says say think thought know mean just only very really more most some
    any let's don't it's that's i'm und oder aber weil wenn dass das die der ein eine ist war ich
    wir sie er es nicht mit von zu et ou mais que qui est les des une un il elle nous je y o pero
    porque el la los las era yo con per di che"""
)
_ORDINARY = _TALK | _CAPTIONS | _OPENERS | _FUNCTION_WORDS


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
    return bool(colon) and len(words) <= _WORDS and bool(_CAPTIONS.intersection(words))
