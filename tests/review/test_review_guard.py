"""The door of the page: every request that is not this browser's own is refused with 403."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from autocode.review.guard import LARGEST_BODY, Guard

PORT = 8123
HOME = f"http://127.0.0.1:{PORT}"


async def _answer(request):
    body = await request.body()
    return PlainTextResponse(f"the page, {len(body)} bytes")


@pytest.fixture
def guard():
    routes = [Route("/", _answer, methods=["GET", "POST"])]
    return Guard(Starlette(routes=routes), PORT)


@pytest.fixture
def outside(guard):
    """A browser that has not been let in."""
    return TestClient(guard, base_url=HOME)


@pytest.fixture
def browser(guard, outside):
    assert outside.get(guard.address).status_code == 200
    return outside


def test_the_address_opens_the_page_once_and_the_cookie_from_then_on(guard):
    first, second = (TestClient(guard, base_url=HOME) for _ in range(2))
    address = guard.address
    entered = first.get(address)
    assert "the page" not in entered.text
    assert 'content="0; url=/"' in entered.text
    assert first.get("/").text == "the page, 0 bytes"
    # Going back in the same browser does no harm, another browser is too late.
    assert first.get(address).status_code == 200
    assert second.get(address).status_code == 403
    assert guard.address == f"{HOME}/"


def test_the_cookie_is_for_this_page_alone(guard, outside):
    cookie = outside.get(guard.address).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert cookie.startswith(f"autocode_{PORT}=")
    assert guard.address.split("token=")[-1] not in cookie


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", f"localhost:{PORT}", "127.0.0.1", "127.0.0.1:1",
     f"127.0.0.1.evil.example:{PORT}", f"[::1]:{PORT}", ""],
)  # fmt: skip
def test_a_foreign_host_is_refused(browser, host):
    assert browser.get("/", headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", f"https://127.0.0.1:{PORT}", "http://127.0.0.1", "null", "",
     f"http://127.0.0.1:{PORT + 1}", f"http://localhost:{PORT}"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_origin_is_refused(browser, origin, method):
    assert browser.request(method, "/", headers={"origin": origin}).status_code == 403


def test_a_decision_needs_an_origin(browser):
    assert browser.post("/").status_code == 403
    assert browser.post("/", headers={"origin": HOME}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_asked_for_is_refused(browser, site):
    assert browser.get("/", headers={"sec-fetch-site": site}).status_code == 403
    assert browser.get("/", headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?token=%F0%9F%98%80", "?other=1"])
def test_without_the_right_token_nothing_is_shown(guard, outside, query):
    refused = outside.get(f"/{query}")
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert "token=" in guard.address  # and the true one still works


@pytest.mark.parametrize(
    "cookie", ["autocode_8123=x", "autocode_8123=", "autocode=x; a\x7f=b", "autocode_8124=x"]
)
def test_a_wrong_cookie_is_refused(outside, cookie):
    assert outside.get("/", headers={"cookie": cookie}).status_code == 403


def test_a_body_has_a_limit(browser):
    def sent(body):
        return browser.post("/", content=body, headers={"origin": HOME})

    assert sent(b"x" * LARGEST_BODY).text == f"the page, {LARGEST_BODY} bytes"
    assert sent(b"x" * (LARGEST_BODY + 1)).status_code == 413
    pieces = (b"x" * 1000 for _ in range(LARGEST_BODY))  # of unknown length
    assert sent(pieces).status_code == 413


def test_every_answer_is_sealed(browser):
    answers = [browser.get("/"), browser.get("/nowhere"), browser.get("/", headers={"host": "x"})]
    assert [answer.status_code for answer in answers] == [200, 404, 403]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_web_sockets_are_closed(browser):
    with pytest.raises(WebSocketDisconnect) as closed, browser.websocket_connect("/"):
        pass
    assert closed.value.code == 1008
