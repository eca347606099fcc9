"""Claims about pages of other origins (the Fetch standard, §3.2), in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.mock.engine import Engine, MockReply, MockRequest, World
from assay.mock.world import Manner
from assay.serve.cors import Cors, is_local
from fakes.asking_the_mock import orders

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HOME, AWAY = "http://localhost:3000", "https://pages.example"


def _asked(
    method: str, path: str, origin: str | None = None, cors: Cors | None = None, **headers: str
) -> MockReply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if origin is not None:
        sent["Origin"] = origin
    request = MockRequest(method, path, "", tuple(sent.items()), b"", NOW)
    return (cors or Cors()).shared(request, Engine(orders()).respond(World(), request)[1])


@pytest.mark.parametrize(
    ("origin", "local"),
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:8080", True),
        ("http://shop.localhost", True),
        ("http://localhost.example", False),
        ("https://127.0.0.1.example", False),
        ("file://localhost", False),
        ("null", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_which_origins_are_this_machine_s(origin: str, local: bool) -> None:
    """Names and addresses that can lead nowhere else, and no others."""
    assert is_local(origin) is local


def test_who_does_not_come_from_a_page_hears_nothing_of_it() -> None:
    """Without an Origin nothing is added."""
    reply = _asked("GET", "/stock/mug")
    assert not [name for name, _ in reply.headers if name.startswith("Access-Control")]


def test_any_page_may_read_without_credentials() -> None:
    """`*` never goes together with credentials; what is not safelisted is exposed by name."""
    reply = _asked("GET", "/stock/mug", AWAY)
    assert reply.header("Access-Control-Allow-Origin") == "*"
    assert reply.header("Access-Control-Allow-Credentials") is None
    assert reply.header("Access-Control-Expose-Headers") == "X-Assay-Cell"
    assert reply.header("Vary") == "Origin"


def test_pages_of_this_machine_may_send_credentials() -> None:
    """Their very origin is named, as the standard asks for where credentials are."""
    reply = _asked("GET", "/stock/mug", HOME)
    assert reply.header("Access-Control-Allow-Origin") == HOME
    assert reply.header("Access-Control-Allow-Credentials") == "true"


def test_refusals_can_be_read_too() -> None:
    """A page sees the 401, the 404 and the 405 that it got, not an error without words."""
    for method, path, status in (("GET", "/orders", 401), ("GET", "/none", 404), ("PUT", "/orders", 405)):
        reply = _asked(method, path, AWAY)
        assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (status, "*")


@pytest.mark.parametrize(("path", "asked"), [("/orders", "POST"), ("/orders", "PUT"), ("/none", "DELETE")])
def test_a_preflight_needs_no_credentials_and_lets_pages_see_their_errors(path: str, asked: str) -> None:
    """It is answered with 204, the documented methods and the one that was asked for, and the headers asked for."""
    headers = {
        "Access_Control_Request_Method": asked,
        "Access_Control_Request_Headers": "authorization,x-a",
    }
    reply = _asked("OPTIONS", path, HOME, **headers)
    assert (reply.status, reply.body) == (204, b"")
    assert asked in (reply.header("Access-Control-Allow-Methods") or "").split(", ")
    assert reply.header("Access-Control-Allow-Headers") == "authorization,x-a"
    assert reply.header("Access-Control-Allow-Origin") == HOME
    assert reply.header("Content-Type") is None


def test_a_preflight_to_a_private_network_is_for_trusted_pages() -> None:
    """Only a page of this machine is let through from a public page's network to this one."""
    headers = {
        "Access_Control_Request_Method": "GET",
        "Access_Control_Request_Private_Network": "true",
    }
    name = "Access-Control-Allow-Private-Network"
    assert _asked("OPTIONS", "/orders", HOME, **headers).header(name) == "true"
    assert _asked("OPTIONS", "/orders", AWAY, **headers).header(name) is None


def test_a_preflight_cannot_smuggle_headers() -> None:
    """What is given back was sent as a method or as header names."""
    headers = {
        "Access_Control_Request_Method": "GET\x00, X",
        "Access_Control_Request_Headers": "a\xff",
    }
    reply = _asked("OPTIONS", "/orders", HOME, **headers)
    assert reply.header("Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS, POST"
    assert reply.header("Access-Control-Allow-Headers") is None


def test_named_origins_and_no_others() -> None:
    """Where origins are named, they may send credentials, and nobody else may read, not even this machine's pages."""
    cors = Cors((AWAY,))
    assert _asked("GET", "/stock/mug", AWAY, cors).header("Access-Control-Allow-Credentials") == "true"
    other = _asked("GET", "/stock/mug", HOME, cors)
    assert other.header("Access-Control-Allow-Origin") is None
    assert (other.status, other.header("Vary")) == (200, "Origin")


def test_an_options_without_a_method_asked_for_is_no_preflight() -> None:
    """It gets its Allow, and may be read."""
    reply = _asked("OPTIONS", "/orders", HOME)
    assert reply.header("Allow") == "GET, HEAD, OPTIONS, POST"
    assert reply.header("Access-Control-Allow-Methods") is None


def test_what_goes_wrong_goes_wrong_for_pages_too() -> None:
    """How a reply is to travel is not lost."""
    request = MockRequest("GET", "/", "", (("Origin", HOME),), b"", NOW)
    late = MockReply(200, (), b"", "", Manner(delay=1))
    assert Cors().shared(request, late).manner == Manner(delay=1)


def test_what_the_contract_says_itself_is_left_alone() -> None:
    """A reply that says who may read it is not contradicted."""
    request = MockRequest("GET", "/", "", (("Origin", HOME),), b"", NOW)
    own = MockReply(200, (("Access-Control-Allow-Origin", "https://only.example"),), b"", "")
    assert Cors().shared(request, own) is own
