"""Where a server is, the key to it, and in words where text goes."""

import ipaddress
import os
import re
from urllib.parse import SplitResult, urlsplit

from autocode.errors import ModelError

DEFAULT_URL = "https://api.openai.com/v1"
# What may stand in a URL (RFC 3986): no white space, and nothing beyond ASCII.
_ADDRESS = re.compile("[!-~]+")


class Endpoint:
    """A server: its URL, the key to it, and in words where text goes.

    Raises:
        ModelError: the URL or the key is none, or a server not on this machine has no key.
    """

    def __init__(self, base_url: str | None = None) -> None:
        self.url = url_of(base_url)
        parts = _parts(self.url)
        host = parts.hostname or ""
        self.key = os.environ.get("OPENAI_API_KEY", "").strip()
        self.on_this_machine = _is_loopback(host)
        if not self.key and not self.on_this_machine:
            raise ModelError(
                f"no key for {host}",
                hint="Set OPENAI_API_KEY, or use --model local, which needs none.",
            )
        if not (self.key.isascii() and self.key.isprintable()):
            raise ModelError(
                "OPENAI_API_KEY holds characters that no key has",
                hint="Copy the key again, without what stands around it.",
            )
        # Without user, password and query: this is printed and archived.
        self.shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        where = "a server on this machine" if self.on_this_machine else "remote"
        unencrypted = parts.scheme == "http" and not self.on_this_machine
        self.destination = f"{self.shown} ({where}{', not encrypted' if unencrypted else ''})"

    def without_key(self, text: str) -> str:
        """`text` as it may be kept: some servers repeat the key in what they answer."""
        return text.replace(self.key, "[key]") if len(self.key) >= 8 else text


def url_of(base_url: str | None) -> str:
    """The address of the server: the one given, else `OPENAI_BASE_URL`, else OpenAI's."""
    return base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and _ADDRESS.fullmatch(url) is not None
        usable = known and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        usable = False
    if not usable:
        raise ModelError(
            f"{url!r} is not the URL of a server", hint="Write it like http://127.0.0.1:8080/v1."
        )
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
