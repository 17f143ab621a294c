"""What a server says is wrong: its words, the status it means, and the parameter it will not take.

Servers word one complaint in a dozen ways: OpenAI's `param`, pydantic's `loc`, Google's lists, a
bare string, a page of HTML, an error inside a 200.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autocode.files import parse_json

# Each parameter that a request can do without, and the names other protocols have for it.
NAMES = {
    "temperature": "temperature",
    "seed": "seed|random_?seed",
    "max_tokens": "max_?tokens|max_?output_?tokens|max_?new_?tokens|num_predict",
    "max_completion_tokens": "max_?completion_?tokens|max_?output_?tokens",
    "reasoning_effort": "reasoning_?effort|reasoning|think(ing)?",
    "stream_options": "stream_?options|include_usage",
    "strict": "strict",
    "response_format": "response_?format|json_?(schema|object|mode)|json (schema|mode|object)"
    "|response_?schema|structured outputs?|guided decoding|grammar|requested parameters",
}
_LISTED = re.compile(
    r"(expected one of|(supported|allowed|valid|available|known|permitted)"
    r" (parameters|fields|arguments|names|options|keys)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_UNKNOWN = re.compile(
    r"un(supported|known|recogni[sz]ed|expected|implemented)|(does|do|did) ?n[o']t support"
    r"|not (yet )?(be )?(supported|implemented|permitted|allowed|recogni[sz]ed)"
    r"|extra|grammar|requested param",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context.?(length|window|size)|prompt.{0,20}too long|too many (input )?tokens"
    r"|reduce the length|exceeds? the .{0,20}context",
    re.IGNORECASE,
)
_FILTERED = re.compile(
    r"content[_ ]?(filter|policy|management|moderation)|responsible_?ai|flagged|data_inspection",
    re.IGNORECASE,
)
_STREAM_ONLY = re.compile(
    r"(?=.*stream)(?=.*(only|must|requires?|enable|true|need|non-?stream))",
    re.IGNORECASE | re.DOTALL,
)
_SCHEMA_ITSELF = re.compile(
    r"(invalid|unsupported|bad)\W+(json[ _])?schema\b"
    r"|(?<!_)schema\b.{0,80}(invalid|unsupported|too |not (permit|allow)|feature)"
    r"|grammar|pattern|keyword|regex|m(in|ax)(Items|Length|imum)|enum",
    re.IGNORECASE,
)
# What a code, a type or else the words of an error mean, where no number says it.
_MEANINGS = (
    (401, "invalid.api.key|incorrect api key|authenti|unauthori[sz]ed|credential|no api key"),
    (402, "insufficient.?(quota|credit|balance|funds)|billing|payment"),
    (403, "permission|forbidden|access.denied"),
    (404, "not.?found|does not exist|no such model"),
    (429, "rate.?limit|too.many.requests|throttl"),
    (503, "overload|unavailable|timeout|timed out|internal|server_error|try again"),
    (400, "invalid|unsupported|unrecogni|unknown|bad.request|not supported|context"),
)
# Some servers say 400 where others say 401 and 404.
_NOT_EVEN_ASKED = re.compile(
    r"api.?key.{0,20}(invalid|not valid|incorrect|expired|missing)"
    r"|(invalid|incorrect).{0,5}api.?key"
    r"|model_not_found|model.{0,100}(not found|does(n't| not) exist)|no such model",
    re.IGNORECASE,
)
_FINAL = (401, 402, 403, 404, 405, 407)
# What another try may cure, besides every 5xx: timeout, conflict, too early, rate limit.
_PASSING = (408, 409, 425, 429)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint: HTTP status (also of an error inside a 200), codes, words, and the whole body.

    codes: what `code`, `type` and `status` say, joined; words: one line, at most 500 characters.
    """

    status: int
    codes: str
    words: str
    body: Any

    @property
    def refusal(self) -> bool:
        """Whether a content filter has stopped the request."""
        return self.status in (400, 403, 422, 451, 500) and bool(
            _FILTERED.search(f"{self.codes} {self.words}")
        )

    @property
    def final(self) -> bool:
        """Whether no request to this server and model will succeed."""
        said = f"{self.codes} {self.words}"
        for_good = self.status == 400 and _NOT_EVEN_ASKED.search(said)
        return (
            self.status in _FINAL
            or self.status < 400
            or "insufficient_quota" in said
            or bool(for_good)
        )

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in _PASSING or self.status >= 500

    @property
    def too_long(self) -> bool:
        """Whether prompt and reply together are longer than the model can read."""
        return bool(_TOO_LONG.search(self.words))

    @property
    def wants_stream(self) -> bool:
        """Whether the server answers only in a stream."""
        return self.status in (400, 422, 501) and bool(_STREAM_ONLY.search(self.words))

    @property
    def about_schema(self) -> bool:
        """Whether it is the schema's content that is refused, rather than schemas altogether."""
        deep = any("json_schema" in loc[:-1] for loc in _places(self.body))
        return deep or bool(_SCHEMA_ITSELF.search(self.words))

    def parameter(self, sent: frozenset[str]) -> str | None:
        """The optional parameter of those `sent` that the server will not take, if it is one."""
        if self.status not in (400, 404, 422, 500, 501) or self.too_long:
            return None
        # Of a path the last part says most: `response_format.json_schema.strict`.
        paths = (reversed(place) for place in _places(self.body))
        named = [name for path in paths for part in path for name in _named(part)]
        for name in named:
            if name in sent:
                return name
        text = _LISTED.sub("", self.words)
        if self.status not in (400, 422) and not _UNKNOWN.search(text):
            return None
        spots = {
            match.start(): name
            for name in sent & NAMES.keys()
            for match in re.finditer(rf"(?<![A-Za-z_])({NAMES[name]})(?![A-Za-z_])", text, re.I)
        }
        return spots[min(spots)] if spots else None

    def most_tokens(self, asked: int) -> int | None:
        """The longest reply the server allows, where it says that `asked` tokens are too many."""
        limits = [int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", self.words)]
        lower = [limit for limit in limits if 16 <= limit < asked]
        too_many = re.search(
            r"too (large|high|many|big)|at most|less than|maximum|range|exceed|<=|≤",
            self.words,
            re.I,
        )
        return max(lower) if too_many and lower else None


def complaint_of(content: bytes, status: int) -> Complaint:
    """The complaint in the body of an HTTP answer with an error status."""
    try:
        body = parse_json(content)
    except ValueError:
        body = content[:5000].decode("utf-8", "replace")
    words = _line(body) or f"HTTP {status} without a word"
    return Complaint(status, " ".join(_codes(body)), words, body)


def complaint_within(response: Any) -> Complaint | None:
    """The complaint in a response that came as a success, if it is one."""
    if not isinstance(response, dict):
        return None
    choices = response.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    inner = first.get("error") if isinstance(first, dict) else None
    if inner:
        body: Any = {"error": inner}
    elif first is None and (
        any(response.get(key) for key in ("error", "errors", "detail", "msg"))
        or isinstance(response.get("message"), str)
    ):
        body = response
    else:
        return None
    codes, words = " ".join(_codes(body)), _line(body)
    return Complaint(_meant(codes, words), codes, words or codes, body)


def _meant(codes: str, words: str) -> int:
    numbers = [int(code) for code in re.findall(r"(?<!\d)[45]\d\d(?!\d)", codes)]
    if numbers:
        return numbers[0]
    for text in (codes, words):
        for status, meaning in _MEANINGS:
            if re.search(meaning, text, re.IGNORECASE):
                return status
    return 500


def _codes(body: Any) -> Iterator[str]:
    for entry in _objects(body):
        for key in ("code", "status", "status_code", "statusCode", "type", "error_type"):
            value = entry.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield str(value)[:200]


def _line(body: Any) -> str:
    return " ".join(" — ".join(dict.fromkeys(_words(body))).split())[:500].rstrip()


def _words(body: Any) -> Iterator[str]:
    """What is said in any of the fields that hold words, in the order they stand."""
    if isinstance(body, str) and body.strip():
        yield re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]{0,500}>", " ", body[:5000])
    elif isinstance(body, list):
        for entry in body[:20]:
            yield from _words(entry)
    elif isinstance(body, dict):
        place = body.get("loc")
        said = [body.get(key) for key in ("message", "msg", "error", "detail", "errors", "reason")]
        for entry in said:
            for words in _words(entry):
                at = ".".join(map(str, place)) if isinstance(place, list) else ""
                yield f"{at}: {words}" if at else words


def _places(body: Any) -> Iterator[list[str]]:
    """Where in the request the fault lies, as far as fields say so: the parts of each path."""
    for entry in _objects(body):
        for key in ("loc", "param", "parameter", "field", "property", "path"):
            place = entry.get(key)
            parts = place if isinstance(place, list) else [place]
            if names := [part for part in parts if isinstance(part, str)]:
                yield [name for part in names for name in re.split(r"[.\[\]/]", part) if name]


def _named(part: str) -> Iterator[str]:
    yield from (name for name, names in NAMES.items() if re.fullmatch(names, part, re.I))


def _objects(body: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, from the outside in; its depth is bounded by `parse_json`."""
    if isinstance(body, dict):
        yield body
        for value in body.values():
            yield from _objects(value)
    elif isinstance(body, list):
        for value in body[:50]:
            yield from _objects(value)
