"""In which code page bytes that are not UTF-8 probably are: to name it, never to read by a guess.

Every page turns such bytes into some letters. The right one gives words: letters of one script,
capitals where words begin, quotation marks around words and apostrophes within them.
"""

import unicodedata

USUAL = "cp1252"
_PAGES = (
    USUAL, "mac_roman", "cp1250", "cp1251", "koi8_r", "iso8859_5", "cp866", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp850", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr",
)  # fmt: skip
_SAMPLE = 20_000
# The commonest letters of a script: those of another page would be spread evenly.
_COMMON = frozenset("оеаинтсрвлкαοιετσνηυρπκςόίάέήתיהולאמרשנבاليمنرتوبهعدسم的一是不了我在有人这")
_QUOTES_OPEN, _QUOTES_CLOSE = "“‘„«‚", "”’»“"
_SIGNS = frozenset("…–—•€£°§©®«»¿¡·\u00a0。、：？！，「」")
_EAST = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}
_LATIN_SHARE = 0.35
# Windows-1252 is taken unless another page is better by so much, and where it is this good.
_BETTER, _GOOD = 0.2, 0.3


def probable_page(data: bytes) -> str | None:
    """The code page of `data` where it is hardly Windows-1252; None where it is, or nobody knows.

    data: bytes that are not UTF-8.
    """
    scores = {page: score for page in _PAGES if (score := _score(data, page)) is not None}
    usual = scores.get(USUAL)
    best = max(scores, key=lambda page: scores[page], default=None)
    if usual is not None and best and usual >= max(_GOOD, scores[best] - _BETTER):
        return None
    return best


def _score(data: bytes, page: str) -> float | None:
    """How much like words the bytes beyond ASCII become under a page, -1 to 1; None: not at all."""
    try:
        text = data.decode(page)[:_SAMPLE]
    except UnicodeDecodeError:
        return None
    marks = [at for at, character in enumerate(text) if ord(character) > 127]
    letters = [character for character in text if character.isalpha()]
    accented = sum(ord(character) > 127 and _script(character) == "LATIN" for character in letters)
    foreign = accented > _LATIN_SHARE * max(len(letters), 1)
    scores = [-1.0 if foreign and text[at].isalpha() else _fits(text, at) for at in marks]
    return sum(scores) / max(len(scores), 1)


def _fits(text: str, at: int) -> float:
    """How well one character fits between its neighbours, -1 to 1."""
    character = text[at]
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if character.isalpha():
        return _letter_fits(character, before, after)
    if character == "’" and before.isalpha() and after.isalpha():
        return 1.0
    if before.isalnum() and after.isalnum():
        return 0.2 if character in "–—…" else -1.0
    if character in _QUOTES_OPEN and after.isalnum() and not before.isalnum():
        return 1.0
    if character in _QUOTES_CLOSE and not after.isalnum() and not before.isspace():
        return 1.0
    return 0.5 if character in _SIGNS else -0.5


def _letter_fits(character: str, before: str, after: str) -> float:
    if character.isupper() and before.islower():
        return -1.0
    if character.islower() and before.isupper() and after.isupper():
        return -1.0
    script = _script(character)
    neighbours = {_script(other) for other in (before, after) if other.isalpha()}
    if {_EAST.get(other, other) for other in neighbours} - {_EAST.get(script, script)}:
        return -1.0
    if script == "LATIN":
        return 0.6 if not character.isupper() or not before.isalpha() or before.isupper() else -1.0
    if script in ("HIRAGANA", "KATAKANA", "HANGUL"):
        return 0.9
    return 1.0 if character.lower() in _COMMON else 0.1


def _script(character: str) -> str:
    name = unicodedata.name(character, "").partition(" ")[0]
    return "LATIN" if name in ("FEMININE", "MASCULINE") else name
