"""The mock of the farm's contracts: it keeps them, and its clock can be moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.request import Request, urlopen

from assay.drive.clock import MovedClock
from assay.explore.waiting import Patience
from assay.mock.engine import Engine, MockRequest, World
from assay.model.case import WireRequest, WireResponse
from assay.model.contract import ContractSet
from assay.serve.http import serve
from fakes.clock import FakeClock
from fakes.send import FakeSend
from timing.bench import CLAUSES, played
from timing.farm import API, LATENCY

CONTRACTS = ContractSet((API,), "")


class Mocked:
    """The mock as a server function that lives by a clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock, self._engine, self._world = clock, Engine(CONTRACTS), World()

    def __call__(self, request: WireRequest) -> WireResponse:
        self._clock.advance(LATENCY)
        path, _, query = request.path.partition("?")
        asked = MockRequest(
            request.method, path, query, request.headers, request.body or b"", self._clock.now()
        )
        self._world, reply = self._engine.respond(self._world, asked)
        return WireResponse(reply.status, reply.headers, reply.body)


def test_the_mock_keeps_every_clause() -> None:
    """What comes eventually, expires, is set by a rule or derived: the mock does all of it as the judge expects."""
    clock = FakeClock()
    found = played(FakeSend(Mocked(clock), clock), clock, Patience())
    assert found.broken == set()
    assert found.held == CLAUSES


def _ask(url: str, method: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=5) as answer:
        found: dict[str, object] = json.loads(answer.read())
        return found


def test_the_embedded_mock_s_clock_moves_with_the_stage_s() -> None:
    """A long wait takes no time: the stage's clock and the mock's are both later at once, and nothing else moves it."""
    with serve(Engine(CONTRACTS)) as server:
        clock = FakeClock(datetime.now(UTC))
        moved = MovedClock(clock, server.advance)
        bed = _ask(f"{server.url}/beds", "POST", {"rows": 2, "plants": 3})
        before = _ask(f"{server.url}/beds/{bed['id']}", "GET")
        begun = moved.monotonic(), moved.now()
        moved.sleep(45.0)
        after = _ask(f"{server.url}/beds/{bed['id']}", "GET")
    assert (bed["total"], before["ripe"], after["ripe"]) == (6, False, True)
    assert moved.monotonic() - begun[0] == 45.0
    assert (moved.now() - begun[1]).total_seconds() == 45.0
    assert clock.slept == []


def test_no_time_is_no_move() -> None:
    """To sleep for nothing, or less, moves nobody's clock."""
    moves: list[float] = []
    moved = MovedClock(FakeClock(), moves.append)
    moved.sleep(0)
    moved.sleep(-1)
    assert (moves, moved.monotonic()) == ([], 0.0)
