"""The shape of a reply: pydantic models made for one codebook; their descriptions are prompt text.

The codebook becomes an enum, so that a model cannot misspell a code; `NEW_CODE` is its way out.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
)
from pydantic.config import JsonDict

from autocode.coding.codebook import bare
from autocode.coding.nouns import Code
from autocode.propose.reply import out_of_range
from autocode.text import plural

NEW_CODE = "new code"
# What is asked for; a code of another length is taken, unless it is a sentence.
OPEN_CODE_WORDS = range(2, 7)
_LONGEST_OPEN_CODE = 12
# What a model writes for each passage of a long reply is paid for each time: names of one token.
WRITTEN = {"rationale": "why", "open_code": "code", "new_code": "new"}

_WORDS_PATTERN = r"^[^ \"\\]+( [^ \"\\]+){1,5}$"
# Scripts that write without spaces between words: there a code cannot be counted in words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def naming_shape(
    codes: Sequence[str], max_codes: int, *, spaced: bool = True, closed: bool = False
) -> type[BaseModel]:
    """The reply to `name`: one passage is given, the model names and maps it.

    It has `open_code`, `axial` (a list) and, unless it must be one of `codes` (`closed`),
    `new_code` (None unless a code is missing).
    """
    fields = _code_fields(codes, max_codes, spaced)
    if closed:
        del fields["new_code"]
        choice = Literal[*codes]  # type: ignore[valid-type]
        about = Field(description="the codes offered", min_length=1, max_length=max_codes)
        fields["axial"] = (list[choice], about)
    return create_model("Naming", **fields)


def marking_shape(
    codes: Sequence[str],
    max_codes: int,
    anchor: Literal["sentence", "verbatim"],
    *,
    spaced: bool = True,
) -> type[BaseModel]:
    """The reply to `single`: `quotes`, each named as by `naming_shape`, with more around it.

    A passage is given by the numbers of its `first` and `last` sentence, or by its words (`quote`).
    Validated with `context={"sentences": numbers}`: others are a wrong shape. `rationale` says why
    it is marked. `axial` may be empty where a codebook is offered. `salience` is a whole number
    from 1 to 5: how sure the model is that the researcher of this study would mark the passage too
    (5: certainly; 3: as likely as not; 1: hardly). Passages can so be ranked after the reply.

    A model is asked for the names in `WRITTEN`; the longer ones are understood, too.
    """
    place = _NUMBER_FIELDS if anchor == "sentence" else _WORD_FIELDS
    # A model writes from left to right: it marks, gives its reason, names, and judges what it has.
    naming = _code_fields(codes, max_codes, spaced, least=0 if codes else 1)
    fields = place | _REASON_FIELDS | naming | _SALIENCE_FIELDS
    item: type[BaseModel] = create_model("Passage", __config__=_BRIEF, **fields)
    passages = Field(description="One entry per marked passage, in the order of the transcript.")
    entries = Annotated[list[item], AfterValidator(_once)]  # type: ignore[valid-type]
    return create_model("Marking", quotes=(entries, passages))


def finding_shape() -> type[BaseModel]:
    """The reply to `answers`: `quotes`, the complete thoughts of one answer, without codes yet.

    Each has `first` and `last` as in `marking_shape`, its `kind` and its `salience`.
    """
    kinds: dict[str, Any] = {
        "kind": (
            Literal["view", "reason", "experience", "proposal"],
            Field(description="what it holds: a view, a reason, an experience or a proposal"),
        )
    }
    item = create_model("Thought", **(_NUMBER_FIELDS | kinds | _SALIENCE_FIELDS))
    thoughts = Field(description="One entry per complete thought, in the order of the answer.")
    return create_model("Thoughts", quotes=(list[item], thoughts))  # type: ignore[valid-type]


def field_descriptions(shape: type[BaseModel]) -> str:
    """The fields of a reply as lines for the prompt: `- code: …`."""
    item: Any = shape
    if "quotes" in shape.model_fields:
        (item,) = get_args(shape.model_fields["quotes"].annotation)
    lines = []
    for name, field in item.model_fields.items():
        alias = field.validation_alias
        written = alias.choices[0] if isinstance(alias, AliasChoices) else name
        lines.append(f"- {written}: {field.description}")
    return "\n".join(lines)


def is_spaced(text: str) -> bool:
    """Whether a text has spaces between its words, so that an open code's can be counted."""
    return len(_UNSPACED.findall(text)) < len(text) / 10


def _code_fields(
    codes: Sequence[str], max_codes: int, spaced: bool, least: int = 1
) -> dict[str, Any]:
    choice = Literal[*codes, NEW_CODE]  # type: ignore[valid-type]
    # Servers that enforce the schema while the model writes then cannot get an essay for a code.
    pattern: JsonDict | None = {"pattern": _WORDS_PATTERN} if spaced else None
    name = Annotated[str, Field(json_schema_extra=pattern)]
    return {
        "open_code": (
            Annotated[str, AfterValidator(_open_code)],
            Field(
                description="a noun phrase of 2 to 6 words that says what this passage is about, "
                "in the language of the passage",
                json_schema_extra=pattern,
            ),
        ),
        "axial": (
            Annotated[list[choice], BeforeValidator(_code_ids)],
            Field(
                description=f"the codes of the codebook that fit, best first, at most {max_codes}; "
                + (f'"{NEW_CODE}" when none fits' if least else
                   f'"{NEW_CODE}" for a category that is missing; [] when it needs none'),
                min_length=least,
                max_length=max_codes,
            ),
        ),
        "new_code": (
            # Where no code is offered the category must be named: else nothing is mapped at all.
            # Small models leave out what is null.
            (name | None) if codes else name,
            Field(
                None if codes else ...,
                description=f'a name of 2 to 6 words for the category you miss when you chose '
                f'"{NEW_CODE}"; else null',
            ),
        ),
    }  # fmt: skip


def length_note(open_code: str) -> str:
    """What to note at a quote whose open code has another length than was asked for."""
    words = len(open_code.split())
    if words in OPEN_CODE_WORDS or _UNSPACED.search(open_code):
        return ""
    least, most = OPEN_CODE_WORDS[0], OPEN_CODE_WORDS[-1]
    return f"open code of {plural(words, 'word')}; {least} to {most} were asked for"


def bare_words(name: str) -> str:
    """A name that a model gave, without what it put around it: quotation marks, stops, Markdown."""
    return " ".join(name.split()).strip(" .,:;\"'`*_#")


def _open_code(text: str, info: ValidationInfo) -> str:
    code = bare_words(text)
    words = len(code.split())
    if not 1 <= words <= _LONGEST_OPEN_CODE:
        least, most = OPEN_CODE_WORDS[0], OPEN_CODE_WORDS[-1]
        raise ValueError(f"an open code has {least} to {most} words, not {words}")
    if length_note(code):
        _repaired(info, "length of an open code")
    return code


def _code_ids(codes: Any, info: ValidationInfo) -> Any:
    """Codes by their ids, each once: models also write labels, and ids in another spelling."""
    if not isinstance(codes, list):
        return codes
    known = (info.context or {}).get("codes", {})
    ids = []
    for code in codes:
        id_ = known.get(code) or known.get(bare(code), code) if isinstance(code, str) else code
        if id_ != code:
            _repaired(info, "label for an id")
        if id_ not in ids:
            ids.append(id_)
    return ids


def spellings(codes: Sequence[Code]) -> dict[str, str]:
    """The id of each code by itself, and by id and label as `bare` words where they mean one alone.

    For `codes` in the validation context.
    """
    meant: dict[str, set[str]] = {bare(NEW_CODE): {NEW_CODE}}
    for code in codes:
        for name in (code.id, code.label or code.id):
            meant.setdefault(bare(name), set()).add(code.id)
    ids = {code.id: code.id for code in codes} | {NEW_CODE: NEW_CODE}
    return {words: min(names) for words, names in meant.items() if len(names) == 1} | ids


def _once(entries: list[BaseModel], info: ValidationInfo) -> list[BaseModel]:
    """The entries without those that say what one before them has said."""
    kept: dict[str, BaseModel] = {}
    for entry in entries:
        said = entry.model_dump_json(exclude={"rationale", "salience"})
        if said in kept:
            _repaired(info, "same entry twice")
        kept.setdefault(said, entry)
    return list(kept.values())


def _repaired(info: ValidationInfo, repair: str) -> None:
    repairs = (info.context or {}).get("repairs")
    if repairs is not None:
        repairs.append(repair)


def _sentence(number: int, info: ValidationInfo) -> int:
    allowed = (info.context or {}).get("sentences")
    if allowed is not None and number not in allowed:
        raise out_of_range(
            f"sentence {number} is not among those to mark ({min(allowed)} to {max(allowed)})"
        )
    return number


def _last(number: int, info: ValidationInfo) -> int:
    if number < info.data.get("first", number):
        raise out_of_range(f"the last sentence, {number}, comes before the first")
    return _sentence(number, info)


_BRIEF = ConfigDict(
    alias_generator=AliasGenerator(
        validation_alias=lambda name: AliasChoices(WRITTEN[name], name) if name in WRITTEN else name
    )
)
_REASON_FIELDS: dict[str, Any] = {
    "rationale": (
        str,
        Field(
            description="what it says that the researcher would mark it for, in at most 12 words"
        ),
    ),
}
_SALIENCE_FIELDS: dict[str, Any] = {
    "salience": (
        Literal[1, 2, 3, 4, 5],
        Field(
            description="would the researchers of this study mark it? 5 almost certainly, "
            "4 probably, 3 as likely as not, 2 probably not, 1 hardly"
        ),
    ),
}
_NUMBER_FIELDS: dict[str, Any] = {
    "first": (
        Annotated[int, AfterValidator(_sentence)],
        Field(description="number of the first sentence of the passage"),
    ),
    "last": (
        Annotated[int, AfterValidator(_last)],
        Field(description="number of its last sentence; not smaller than first"),
    ),
}
_WORD_FIELDS: dict[str, Any] = {
    "quote": (str, Field(description="the passage, copied word for word from the transcript")),
}
