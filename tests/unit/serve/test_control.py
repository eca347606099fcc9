"""Claims about the control endpoint, in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from assay.mock.answering import Faults
from assay.mock.engine import Engine, MockOptions, MockReply, MockRequest
from assay.serve.control.desk import Control
from assay.serve.control.gate import NotAlone
from assay.serve.keeper import Keeper
from assay.serve.record import MOST, MOST_BODY
from fakes.asking_the_mock import JSON, orders
from fakes.faulty import Faulty

LOCAL = {"Host": "localhost:8000"}


@dataclass
class Desk:
    """A mock with its control endpoint, without a socket."""

    engine: Any = field(default_factory=lambda: Engine(orders(), MockOptions(seed=1)))

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.engine)
        self.control = Control(self.keeper, "127.0.0.1")

    def raw(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = LOCAL) -> MockReply:
        """The reply of the control endpoint."""
        at, _, query = f"/__assay__{path}".partition("?")
        return self.control.answer(
            MockRequest(method, at, query, tuple(headers.items()), body, self.keeper.now())
        )

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """What it says, which has to have that status."""
        reply = self.raw(method, path, b"" if body is None else json.dumps(body).encode())
        assert reply.status == status, reply.body
        return json.loads(reply.body)

    def ask(
        self, method: str, path: str, body: Any = None, token: str = "sesame-street", **headers: str
    ) -> Any:
        """What the mock itself says."""
        sent = {**LOCAL, "Authorization": f"Bearer {token}", "Content-Type": JSON, **headers}
        raw = b"" if body is None else json.dumps(body).encode()
        at, _, query = path.partition("?")
        request = MockRequest(method, at, query, tuple(sent.items()), raw, self.keeper.now())
        reply = self.keeper.answer(request)
        return json.loads(reply.body) if reply.body else None

    def order(self) -> Any:
        """A new order."""
        return self.ask("POST", "/orders", {"item": "mug", "quantity": 2})


@pytest.fixture
def desk() -> Desk:
    """A mock of orders."""
    return Desk()


# --- looking


def test_the_state_shows_each_instance_where_it_is(desk: Desk) -> None:
    """States in the table's order, how many are in each, and the instances that moved last first."""
    kept, paid = desk.order(), desk.order()
    desk.ask("POST", f"/orders/{paid['id']}/pay")
    desk.ask("POST", f"/orders/{kept['id']}/cancel")
    found = desk("GET", "/state")
    (table,) = found["lifecycles"]
    assert [(one["state"], one["instances"]) for one in table["states"]] == [
        ("draft", 0),
        ("paid", 1),
        ("cancelled", 1),
        ("deleted", 0),
    ]
    assert [(one["id"], one["state"]) for one in table["instances"]] == [
        (kept["id"], "cancelled"),
        (paid["id"], "paid"),
    ]
    assert table["instances"][1]["document"]["state"] == "paid"
    assert (found["requests"], found["created"], found["instances"]) == (4, 2, 2)


def test_no_more_is_shown_than_asked_for(desk: Desk) -> None:
    """The limit bounds the instances, not the counts; a limit that is none is told so."""
    for _ in range(3):
        desk.order()
    (table,) = desk("GET", "/state?limit=2")["lifecycles"]
    assert (len(table["instances"]), table["states"][0]["instances"]) == (2, 3)
    for wrong in ("-1", "x", "99999999999999999999", "²"):
        desk("GET", f"/state?limit={wrong}", status=400)


def test_exchanges_come_oldest_first_and_go_on_from_a_number(desk: Desk) -> None:
    """Each has its number, its answer, the line that decided it, and a shell line."""
    desk.order()
    desk.ask("GET", "/orders")
    found = desk("GET", "/exchanges")
    assert (found["last"], [one["number"] for one in found["exchanges"]]) == (2, [1, 2])
    first = found["exchanges"][0]
    assert (first["method"], first["status"], first["url"]) == ("POST", 201, "http://localhost:8000/orders")
    assert first["cell"].startswith("orders/lifecycle/order/absent/createOrder")
    assert first["curl"].startswith("curl ")
    assert [one["number"] for one in desk("GET", "/exchanges?after=1")["exchanges"]] == [2]
    assert [one["number"] for one in desk("GET", "/exchanges?limit=1")["exchanges"]] == [2]
    assert desk("DELETE", "/exchanges")["exchanges"] == []
    assert desk("GET", "/exchanges") == {"last": 2, "exchanges": []}


def test_the_record_is_bounded(desk: Desk) -> None:
    """Of many exchanges the last are kept, and of a long body its beginning and its size."""
    desk.ask("POST", "/orders", {"item": "mug", "quantity": 2, "note": "x" * 100_000})
    long = desk("GET", "/exchanges")["exchanges"][0]["request"]
    assert long["size"] > 100_000
    assert len(long["body"]) < MOST_BODY + 200
    for _ in range(MOST + 10):
        desk.ask("GET", "/stock/mug")
    found = desk("GET", f"/exchanges?limit={MOST}")
    assert (found["last"], len(found["exchanges"])) == (MOST + 11, MOST)


def test_no_secret_is_shown(desk: Desk) -> None:
    """Neither the token, wherever it stands, nor what a name gives away."""
    desk.ask("POST", "/orders", {"item": "mug", "quantity": 2, "note": "my sesame-street"})
    desk.ask("GET", "/orders?api_key=topsecret", **{"X-Api-Key": "topsecret"})
    shown = desk.raw("GET", "/exchanges").body
    assert b"sesame-street" not in shown
    assert b"topsecret" not in shown
    json.loads(shown)


def test_what_it_is_asked_itself_is_not_in_the_record(desk: Desk) -> None:
    """Looking at the mock changes nothing of it."""
    before = desk.keeper.world
    desk("GET", "/state")
    desk.raw("GET", "/")
    assert desk("GET", "/exchanges") == {"last": 0, "exchanges": []}
    assert (desk.keeper.world, desk.keeper.requests) == (before, 0)


def test_the_page_needs_nothing_from_elsewhere(desk: Desk) -> None:
    """It names no other address, and its policy lets only its own script run and talk to this mock alone."""
    reply = desk.raw("GET", "/")
    assert (reply.status, reply.header("Content-Type")) == (200, "text/html; charset=utf-8")
    assert b"http://" not in reply.body
    assert b"https://" not in reply.body
    policy = reply.header("Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert desk.raw("GET", "").status == 200


# --- other worlds


def test_reset_forgets_everything_but_the_time(desk: Desk) -> None:
    """Nothing was ever created; the clock goes on."""
    desk("POST", "/clock", {"advance": 60})
    made = desk.order()
    assert desk("POST", "/reset") == {"created": 0, "instances": 0}
    assert desk.ask("GET", f"/orders/{made['id']}")["status"] == 404
    assert desk.keeper.ahead == 60


def test_a_snapshot_is_put_back_as_often_as_one_likes(desk: Desk) -> None:
    """By its name, or the last one without; what happened since is undone."""
    made = desk.order()
    assert desk("POST", "/snapshots", {"name": "one order"}, 201) == {"name": "one order", "instances": 1}
    for _ in range(2):
        desk.ask("DELETE", f"/orders/{made['id']}")
        assert desk.ask("GET", f"/orders/{made['id']}")["status"] == 404
        assert desk("POST", "/restore", {"name": "one order"})["instances"] == 1
        assert desk.ask("GET", f"/orders/{made['id']}") == made
    assert desk("POST", "/snapshots", status=201)["name"] == "snapshot-2"
    assert desk("POST", "/restore")["name"] == "snapshot-2"
    assert desk("GET", "/snapshots") == {"snapshots": ["one order", "snapshot-2"]}
    assert "There are: one order, snapshot-2." in desk("POST", "/restore", {"name": "?"}, 404)["detail"]


def test_snapshots_are_bounded_and_named(desk: Desk) -> None:
    """A name is a text of some characters; of too many snapshots no more are kept."""
    for wrong in ("", 1, "x" * 101, "a\nb"):
        desk("POST", "/snapshots", {"name": wrong}, 400)
    for _ in range(100):
        desk("POST", "/snapshots", status=201)
    desk("POST", "/snapshots", {"name": "another"}, 409)
    desk("POST", "/snapshots", {"name": "snapshot-1"}, 201)


# --- time


@pytest.mark.parametrize(
    ("advance", "seconds"), [("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172_800), (5, 5), (0, 0)]
)
def test_time_can_be_moved_on(desk: Desk, advance: Any, seconds: float) -> None:
    """By a length of time, as contracts write it, or by seconds."""
    before = desk.keeper.now()
    found = desk("POST", "/clock", {"advance": advance})
    assert found["ahead"] == seconds
    passed = datetime.fromisoformat(found["now"]) - before
    assert timedelta(0) <= passed - timedelta(seconds=seconds) < timedelta(seconds=5)
    assert desk("GET", "/clock")["ahead"] == seconds


def test_time_can_be_moved_to_a_moment(desk: Desk) -> None:
    """What is created then is created then."""
    later = desk.keeper.now() + timedelta(days=400)
    desk("POST", "/clock", {"to": later.isoformat()})
    assert desk.order()["createdAt"][:10] == later.isoformat()[:10]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        (None, 400),
        ([1], 400),
        ({"advance": "soon"}, 400),
        ({"advance": True}, 400),
        ({"advance": 1e300}, 400),
        ({"advance": "90000000000d"}, 400),
        ({"to": "tomorrow"}, 400),
        ({"to": "2030-01-01T00:00:00"}, 400),
        ({"to": 7}, 400),
        ({"advance": 1, "to": "2030-01-01T00:00:00Z"}, 400),
        ({"advance": -1}, 409),
        ({"to": "1999-01-01T00:00:00Z"}, 409),
        ({"to": "9999-12-31T00:00:00Z"}, 400),
    ],
)
def test_there_is_no_other_time(desk: Desk, body: Any, status: int) -> None:
    """What is no moment, too far or behind is refused, and the clock stays."""
    desk("POST", "/clock", body, status)
    assert desk.keeper.ahead == 0


# --- faults


def test_faults_are_switched_through_the_seam() -> None:
    """What is offered and what is on comes from whatever stands around the engine, and goes back to it."""
    faulty = Faulty(Engine(orders()))
    assert isinstance(faulty, Faults)
    desk = Desk(faulty)
    assert desk("GET", "/faults")["active"] == []
    found = desk("PUT", "/faults", {"active": ["teapot", {"name": "slow", "probability": 0.5}]})
    assert found["active"] == [{"name": "teapot"}, {"name": "slow", "probability": 0.5}]
    assert [one["name"] for one in found["offered"]] == ["teapot", "slow"]
    desk.ask("GET", "/orders")
    assert desk("GET", "/exchanges")["exchanges"][0]["status"] == 418
    assert desk("GET", "/state")["faults"] == found["active"]
    assert "no fault" in desk("PUT", "/faults", {"active": ["none"]}, 400)["detail"]
    assert desk("GET", "/faults")["active"] == found["active"]
    assert desk("PUT", "/faults", {"active": []})["active"] == []


def test_a_mock_without_faults_says_so(desk: Desk) -> None:
    """None are offered, and none can be switched on."""
    assert desk("GET", "/faults") == {"offered": [], "active": []}
    desk("PUT", "/faults", {"active": ["slow"]}, 404)
    desk("PUT", "/faults", {"active": "slow"}, 400)
    desk("PUT", "/faults", ["slow"], 400)
    assert desk("PUT", "/faults", {"active": []}) == {"offered": [], "active": []}


# --- the door


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:8000", "[::1]:8000", "mock.localhost"]
)
def test_the_names_of_this_machine_are_let_in(desk: Desk, host: str) -> None:
    """With any port."""
    assert desk.raw("GET", "/state", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 421),
        ({"Host": ""}, 421),
        ({"Host": "pages.example"}, 421),
        ({"Host": "localhost.pages.example:8000"}, 421),
        ({"Host": "127.0.0.1.pages.example"}, 421),
        ({"Host": "10.0.0.1"}, 421),
        ({"Host": "[::ffff"}, 421),
        ({"Host": "localhost@pages.example"}, 421),
        ({**LOCAL, "X-Forwarded-For": "10.0.0.1"}, 403),
        ({**LOCAL, "Origin": "https://pages.example"}, 403),
        ({**LOCAL, "Origin": "null"}, 403),
        ({**LOCAL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    ],
)
def test_everybody_else_is_not(desk: Desk, headers: Mapping[str, str], status: int) -> None:
    """Pages of other sites, also of names that were made to lead here, forwarded requests: nothing is done for them."""
    made = desk.order()
    reply = desk.raw("POST", "/reset", headers=headers)
    assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (status, None)
    assert desk.ask("GET", f"/orders/{made['id']}") == made


def test_a_link_from_elsewhere_may_show_the_page(desk: Desk) -> None:
    """A person who follows one sees what he would see anyway."""
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert desk.raw("GET", "/", headers={**LOCAL, **visit}).status == 200


def test_pages_of_this_machine_may_steer(desk: Desk) -> None:
    """A front end under development, or its tests, resets the mock from the browser; so its preflight is answered."""
    page = {**LOCAL, "Origin": "http://localhost:3000"}
    asked = {**page, "Access-Control-Request-Method": "PUT"}
    before = desk.raw("OPTIONS", "/faults", headers=asked)
    assert (before.status, before.header("Access-Control-Allow-Methods")) == (204, "GET, HEAD, OPTIONS, PUT")
    reply = desk.raw("POST", "/reset", headers=page)
    assert (reply.status, reply.header("Access-Control-Allow-Origin")) == (200, "http://localhost:3000")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::"])
def test_it_is_not_there_where_others_could_reach_it(host: str) -> None:
    """A mock that listens beyond this machine has none."""
    with pytest.raises(NotAlone, match="because anybody who reaches this address could use it"):
        Control(Keeper(Engine(orders())), host)


def test_odd_requests_get_a_4xx(desk: Desk) -> None:
    """Unknown paths, other methods, bodies that are no JSON."""
    desk("GET", "/none", status=404)
    desk("GET", "//", status=404)
    found = desk.raw("DELETE", "/state")
    assert (found.status, found.header("Allow")) == (405, "GET, HEAD, OPTIONS")
    assert desk.raw("POST", "/snapshots", b"{").status == 400
    assert desk.raw("POST", "/snapshots", b"[" * 100_000).status == 400
    assert desk.raw("POST", "/snapshots", b"\xff").status == 400
    head = desk.raw("HEAD", "/state")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize(
    ("path", "its"),
    [
        ("/__assay__", True),
        ("/__assay__/", True),
        ("/__assay__/x", True),
        ("/__assay__x", False),
        ("/", False),
    ],
)
def test_no_other_path_is_its(desk: Desk, path: str, its: bool) -> None:
    """What only begins alike is the contracts'."""
    assert desk.control.owns(path) is its
