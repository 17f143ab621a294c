"""The page's server: a handful of fixed addresses on this machine, and nothing of the disk."""

import os
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from autocode.errors import AutocodeError, StudyError
from autocode.pages import base_style, resource
from autocode.review.categories import CategoryDecision, decide_category
from autocode.review.decision import decision_of
from autocode.review.guard import ADDRESS, Guard
from autocode.review.markup import Desk
from autocode.review.record import StaleError
from autocode.review.review import Review
from autocode.text import visible

_SCRIPTS: Final = ("review.js", "words.js", "codes.js")
# Kinds after which most of the page is another: it is loaded again.
_ANEW: Final = ("view", "finish", "reopen")
_MOST_PATCHED = 40


class _Asked(BaseModel):
    """What the page sends: a decision, and the last event that it knows of."""

    model_config = ConfigDict(extra="forbid")

    seq: int
    decision: dict[str, Any]


class ReviewApp:
    """A review for one browser: the page, its parts, and what decides."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.desk = Desk(review)

    def routes(self) -> list[Route]:
        """All there is to ask for; no address is ever taken for a path."""
        style = base_style() + resource("autocode.review", "review.css")
        fixed = {"review.css": (style, "text/css")}
        for name in _SCRIPTS:
            fixed[name] = (resource("autocode.review", name), "text/javascript")
        return [
            Route("/", self.page),
            Route("/item", self.item),
            Route("/decide", self.decide, methods=["POST"]),
            Route("/category", self.category, methods=["POST"]),
            *(Route(f"/{name}", _fixed(*content)) for name, content in fixed.items()),
        ]

    async def page(self, _: Request) -> Response:
        """The page as things stand now, also elsewhere."""
        try:
            if self.review.record.overtaken:
                self.review.reload()
        except AutocodeError as error:
            return _told(error, 500)
        return HTMLResponse(self.desk.page())

    async def item(self, request: Request) -> Response:
        """The panel of one item, `?id=m1.5`."""
        try:
            return HTMLResponse(self.desk.panel(request.query_params.get("id", "")))
        except AutocodeError as error:
            return _told(error, 404)

    async def decide(self, request: Request) -> Response:
        """Make a decision: what changed on the page, or in a sentence why not.

        400: it cannot be made; 409: it was about a page that has been overtaken.
        """
        try:
            asked = _Asked.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"message": "This is no decision."}, status_code=400)
        try:
            decision = decision_of(asked.decision)
            event = self.review.decide(decision, seen=asked.seq)
            if event.kind == "finish":
                self.review.write()
        except StaleError as error:
            return _told(error, 409)
        except StudyError as error:
            return _told(error, 500)
        except AutocodeError as error:
            return _told(error, 400)
        touched = {**event.before.items, **event.after.items}
        if event.kind in _ANEW or len(touched) > _MOST_PATCHED:
            return JSONResponse({"seq": self.review.state.seq, "kind": event.kind, "reload": True})
        return JSONResponse(self.desk.patch(event))

    async def category(self, request: Request) -> Response:
        """Decide on a proposed category: the codebook of the page as it is then, or why not."""
        try:
            asked = CategoryDecision.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"message": "This is no decision."}, status_code=400)
        try:
            decide_category(self.review, asked)
        except AutocodeError as error:
            return _told(error, 400)
        return JSONResponse(self.desk.codebook())


def serve(review: Review, shown: Callable[[str], None], port: int = 0) -> None:
    """Serve the page on this machine until Ctrl-C.

    shown: is told the address, once somebody listens there; port: 0 for any that is free.

    Raises:
        StudyError: nothing can be served at this port.
    """
    try:
        listening = socket.create_server((ADDRESS, port))
    except OSError as error:
        why = os.strerror(error.errno or 0)  # without the address, which Python adds
        hint = "Choose another with --port."
        raise StudyError(f"port {port} cannot be used: {why}", hint=hint) from error
    with listening:
        guard = guarded(review, listening.getsockname()[1])
        shown(guard.address)
        config = uvicorn.Config(
            guard, lifespan="off", log_level="critical", access_log=False, server_header=False,
            date_header=False, ws="none", timeout_graceful_shutdown=1,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            return  # how a review is left


def guarded(review: Review, port: int) -> Guard:
    """The application behind its guard, for `ADDRESS` and this port."""
    return Guard(Starlette(routes=ReviewApp(review).routes()), port)


def _fixed(content: str, media_type: str) -> Callable[[Request], Response]:
    def answer(_: Request) -> Response:
        return Response(content, media_type=media_type)

    return answer


def _told(error: AutocodeError, status: int) -> Response:
    """What went wrong, without the folders of this machine."""
    words = visible(f"{error.what[:1].upper()}{error.what[1:]}. {error.hint}".strip())
    return JSONResponse({"message": words}, status_code=status)
