"""Where a server is, who named it, the key to it, and in words where text goes.

A study may come from a stranger. Nothing is sent to a server on another machine that only the
study's own settings name, and no key to any: the user names it, or confirms it for this study.
"""

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from autocode.errors import ModelError
from autocode.models.trust import is_trusted, trust
from autocode.study import SETTINGS_FILE, Study

DEFAULT_URL = "https://api.openai.com/v1"
# How a user says that a server needs no key.
NO_KEY = "none"
_AZURE_HOSTS = (
    ".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com",
    ".azure-api.net", ".openai.azure.us", ".openai.azure.cn",
)  # fmt: skip
# A URL (RFC 3986) in which every parser finds the same host: ASCII, "@" only after a password, no
# fragment, and no "/", "?" or "\" before the host.
_URL = re.compile(
    r"""https?://([!"$-.0->A-Z^-~]*@)?([\w.-]+|\[[\da-f:.]+\])(:\d*)?"""
    r"""(/[!"$->A-~]*)?(\?[!"$-?A-~]*)?""",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """The URL of a server, and who named it.

    study: the folder whose settings alone named it; None where the user did.
    """

    url: str
    study: Path | None

    @classmethod
    def given(cls, base_url: str | None = None) -> "Address":
        """The address the user gives, else `OPENAI_BASE_URL`, else OpenAI's."""
        return cls(base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL, None)

    @classmethod
    def of(cls, study: Study) -> "Address":
        """Where the settings of a study lead, and whether the user's own words led there too."""
        named, user = study.settings.base_url, os.environ.get("OPENAI_BASE_URL")
        if (
            named
            and "base_url" not in study.given
            and named.rstrip("/") != (user or "").rstrip("/")
        ):
            return cls(named, study.root)
        if named or user or "model" in study.given:  # an empty --base-url names nothing
            return cls.given(named)
        return cls(DEFAULT_URL, study.root)


class Endpoint:
    """A server that may be asked: its URL, the key to it, and in words where text goes.

    A server on this machine that only a study named is asked without the key (`key_withheld`), and
    so is one for which the user's key is NO_KEY. Azure's (`is_azure`) want it in a header of their
    own. key_name: the variable that holds the key.

    Raises:
        ModelError: the URL or the key is none; only the study named the server and it is on another
            machine, or is not the one of `OPENAI_BASE_URL`; a server elsewhere, and no key.
    """

    def __init__(self, address: Address) -> None:
        self.url = address.url
        parts = _parts(self.url)
        self._host, self._path = parts.hostname or "", parts.path
        self.shown = _shown(parts)
        self.on_this_machine = _is_loopback(self._host)
        self.destination = _destination(parts)
        self.named_by_study = address.study is not None
        self.key_withheld = False
        if address.study is not None and not is_trusted(address.study, self.shown):
            if not self.on_this_machine or os.environ.get("OPENAI_BASE_URL"):
                raise _unconfirmed(address.study, parts)
            self.key_withheld = True
        self.api_version = next(iter(parse_qs(parts.query).get("api-version", [])), None)
        self.is_azure = (
            self._host.endswith(_AZURE_HOSTS)
            or "/openai/deployments/" in parts.path
            or self.api_version is not None
        )
        azure = self.is_azure and os.environ.get("AZURE_OPENAI_API_KEY")
        self.key_name = "AZURE_OPENAI_API_KEY" if azure else "OPENAI_API_KEY"
        self.key = "" if self.key_withheld else self._key()
        self._secrets = [secret for secret in (self.key, parts.password) if secret]

    def _key(self) -> str:
        key = os.environ.get(self.key_name, "").strip()
        if key.casefold() == NO_KEY:
            return ""
        if not key and not self.on_this_machine:
            names = "AZURE_OPENAI_API_KEY" if self.is_azure else "OPENAI_API_KEY"
            raise ModelError(
                f"no key for {self._host}",
                hint=f"Set {names} (to '{NO_KEY}' if the server needs no key), or use "
                "--model local.",
            )
        if not (key.isascii() and key.isprintable()):
            raise ModelError(
                f"{self.key_name} holds characters that no key has",
                hint="Copy the key again, without what stands around it.",
            )
        return key

    @property
    def batch_path(self) -> str:
        """The path that the questions of a batch are for, as its lines name it."""
        return "/chat/completions" if self.api_version else "/v1/chat/completions"

    @property
    def way_on(self) -> str:
        """What to check, and how an address like this one usually ends: the end of a sentence."""
        if self.is_azure:
            end = "like https://NAME.openai.azure.com/openai/deployments/MODEL?api-version=…"
        elif re.search(r"/v\d", self._path):
            end = "often in /v1"
        else:
            end = f"often in /v1 (try {self.shown.rstrip('/')}/v1)"
        return f"that --base-url ends as the server wants it, {end}"

    def without_secrets(self, text: str) -> str:
        """`text` as it may be kept: some servers repeat the key in what they answer."""
        for secret in self._secrets:
            text = text.replace(secret, "[key]") if len(secret) >= 8 else text
        return text


def confirm(address: Address) -> None:
    """Record that the user wants text and key to go where only the study's settings lead.

    Raises:
        ModelError: the URL is none.
        StudyError: the confirmation cannot be written.
    """
    if address.study is not None:
        trust(address.study, _shown(_parts(address.url)))


def _unconfirmed(study: Path, parts: SplitResult) -> ModelError:
    user = os.environ.get("OPENAI_BASE_URL")
    other = f" (OPENAI_BASE_URL is {_without_password(user)})" if user else ""
    return ModelError(
        f"the study's {SETTINGS_FILE} names a model at {_destination(parts)}, and you have not "
        f"confirmed it{other}",
        where=study / SETTINGS_FILE,
        hint=f"If text may go there, name it yourself (--base-url {_shown(parts)}), or confirm it "
        "for this study (`autocode propose ID --trust`).",
    )


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = _URL.fullmatch(url) is not None and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        usable = False
    if not usable:
        raise ModelError(
            f"{_without_password(url)!r} is not the URL of a server",
            hint="Write it like http://127.0.0.1:8080/v1.",
        )
    return parts


def _shown(parts: SplitResult) -> str:
    """Without user, password and query: this is printed and archived."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _without_password(url: str) -> str:
    """Whatever was given as a URL, without what may be a password or a key in it."""
    if _URL.fullmatch(url):
        return _shown(urlsplit(url))
    return "…" if "@" in url else re.split("[?#]", url)[0]


def _destination(parts: SplitResult) -> str:
    on_this_machine = _is_loopback(parts.hostname or "")
    where = "a server on this machine" if on_this_machine else "remote"
    unencrypted = parts.scheme == "http" and not on_this_machine
    return f"{_shown(parts)} ({where}{', not encrypted' if unencrypted else ''})"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
