"""Who may ask for the page: the one browser that was handed its address, and only from the page.

Any site that the browser shows can send requests to this machine, and a name of any site can be
made to lead here (DNS rebinding). So a request is answered only if it names this very address,
comes from no other page, and carries the cookie that the address was exchanged for.
"""

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "127.0.0.1"
# A decision is a few hundred bytes; a comment may be long.
LARGEST_BODY = 64 * 1024
_READING = ("GET", "HEAD")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REFUSED = "Refused. Open the address that autocode review printed: it works once, in one browser."
# A page that goes on by itself is this site's own request: a strict cookie goes with it.
_ENTERED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>autocode review</title>
<meta http-equiv="refresh" content="0; url=/"><p><a href="/">Go to the review.</a></p></html>"""


class Guard:
    """An application behind a locked door: everything that is refused gets 403.

    The address with the token opens it once; from then on the browser has a cookie.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.host = f"{ADDRESS}:{port}"
        self.origin = f"http://{self.host}"
        # Browsers send a cookie to every port of this machine: two reviews must not share a name.
        self.cookie = f"autocode_{port}"
        self._key = secrets.token_urlsafe(32)
        self._token: str | None = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """Where to go first; without its token once that was used."""
        return f"{self.origin}/?token={self._token}" if self._token else f"{self.origin}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it (ASGI)."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._entrance(scope)
        await (answer or self.app)(scope, _limited(receive), sealed)

    def _entrance(self, scope: Scope) -> Response | None:
        """What to answer instead of the application; None lets the request in."""
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self.host]:
            return _refusal()
        origins = headers.getlist("origin")
        if any(origin != self.origin for origin in origins):
            return _refusal()
        if scope["method"] not in _READING and not origins:
            return _refusal()
        known = self._known(headers)
        if scope["path"] == "/" and "token" in (query := QueryParams(scope["query_string"])):
            return self._enter(query["token"], known)
        from_here = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return None if known and from_here else _refusal()

    def _enter(self, token: str, known: bool) -> Response:
        """The way from the address with the token to the page."""
        answer = HTMLResponse(_ENTERED)
        if self._token and _same(token, self._token):
            self._token = None
            answer.set_cookie(self.cookie, self._key, httponly=True, samesite="strict")
            return answer
        return answer if known else _refusal()

    def _known(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        return self.cookie in cookies and _same(cookies[self.cookie].value, self._key)


def _same(given: str, secret: str) -> bool:
    """Whether they are equal, in the same time wherever they differ."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _refusal() -> Response:
    return PlainTextResponse(_REFUSED, status_code=403)


def _limited(receive: Receive) -> Receive:
    """The body of a request, which may be so long and no longer."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413)
        return message

    return limited
