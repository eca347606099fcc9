"""Claims about requests that the documentation forbids, as a generator makes them up, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from assay.app.generate import requests_for
from assay.app.load import load
from assay.inputs.known_good import Supply
from assay.inputs.wire import build
from assay.mock.engine import Engine, MockRequest, World
from assay.model.case import Case
from assay.model.contract import Api, ContractSet, Operation
from assay.plan.witness import Planner
from fakes.asking_the_mock import ORDERS

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
#: invalid requests of each operation
_MOST = 40


def _loaded(path: str) -> ContractSet:
    return load(path, date(2026, 1, 1))


def _operations() -> Iterator[tuple[ContractSet, Api, Operation]]:
    for path in ("contracts", ORDERS):
        contracts = _loaded(path)
        for api in contracts.apis:
            for operation in api.operations:
                yield contracts, api, operation


@pytest.mark.parametrize(
    ("contracts", "api", "operation"),
    list(_operations()),
    ids=lambda given: given.id if isinstance(given, Operation) else "",
)
def test_no_invalid_request_makes_it_fail(contracts: ContractSet, api: Api, operation: Operation) -> None:
    """Each gets an answer that is no server error, and one that refuses it leaves the world as it was."""
    engine = Engine(contracts)
    made, _ = requests_for(Planner(api, Supply(dict(api.supplies))), operation, 5, _MOST, 1, Supply({}))
    assert made
    world = World()
    for one in made:
        case = Case(api.name, operation.id, one.title, "properties", path=dict(one.path), query=dict(one.query),
                    headers=dict(one.headers), cookies=dict(one.cookies), body=one.body)  # fmt: skip
        wire = build(api, operation, case, None if one.path else "none")
        path, _, query = wire.path.partition("?")
        headers = (*wire.headers, ("Authorization", "Bearer t"))
        request = MockRequest(wire.method, path, query, headers, wire.body or b"", NOW)
        after, reply = engine.respond(world, request)
        assert 200 <= reply.status < 500, (one, reply)
        assert reply.explanation
        if reply.status >= 400:
            assert after.instances == world.instances
        world = after
