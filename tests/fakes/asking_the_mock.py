"""A client of the mock's engine, in memory: it keeps the world between requests, and its own clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from assay.app.load import load
from assay.mock.engine import Engine, MockOptions, MockReply, MockRequest, World
from assay.model.contract import ContractSet
from assay.model.lifecycle import Law, Lifecycle
from assay.model.problem import NOWHERE
from assay.model.terms import Strength

ORDERS = "examples/orders/contracts"
JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


@cache
def orders() -> ContractSet:
    """The contracts of the orders example."""
    return load(ORDERS, date(2026, 1, 1))


def law(name: str, **parameters: Any) -> Law:
    """A law as a lifecycle file would state it; `_` in a parameter's name stands for `-`."""
    given = {key.replace("_", "-"): value for key, value in parameters.items()}
    return Law(name, given, Strength.DOCUMENTED, "", NOWHERE)


def stating(*laws: Law, change: Callable[[Lifecycle], Lifecycle] = lambda cycle: cycle) -> ContractSet:
    """The orders contracts, whose lifecycle states these laws and no other."""
    contracts = orders()
    api = contracts.apis[0]
    cycle = change(replace(api.lifecycles[0], laws=laws))
    return replace(contracts, apis=(replace(api, lifecycles=(cycle,)),))


@dataclass
class Asked:
    """An answer, read."""

    reply: MockReply

    @property
    def status(self) -> int:
        """The status."""
        return self.reply.status

    @property
    def body(self) -> Any:
        """The JSON value; None without a body."""
        return json.loads(self.reply.body) if self.reply.body else None

    @property
    def etag(self) -> str:
        """The ETag."""
        found = self.reply.header("ETag")
        assert found is not None
        return found


@dataclass
class Asker:
    """Asks the mock. Two principals have tokens: `alice`, the usual one, and `bob`."""

    contracts: ContractSet = field(default_factory=orders)
    seed: int = 1
    #: every request comes so much later than the one before
    step: timedelta = timedelta(milliseconds=10)
    now: datetime = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        options = MockOptions(seed=self.seed, token="alice", others={"bob": "bob"})
        self.engine = Engine(self.contracts, options)

    def __call__(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        who: str = "alice",
        headers: Mapping[str, str] | None = None,
    ) -> Asked:
        """Sends one request and keeps the world that it leaves."""
        media_type = MERGE_PATCH if method == "PATCH" else JSON
        sent = {"Authorization": f"Bearer {who}", **(headers or {})}
        raw = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            sent = {"Content-Type": media_type, **sent}
        path, _, query = target.partition("?")
        self.now += self.step
        request = MockRequest(method, path, query, tuple(sent.items()), raw, self.now)
        self.world, reply = self.engine.respond(self.world, request)
        assert "does not satisfy" not in reply.explanation, reply.explanation
        return Asked(reply)

    def order(self, who: str = "alice", **fields: Any) -> Any:
        """Makes an order and gives it."""
        made = self("POST", "/orders", {"item": "mug", "quantity": 2, **fields}, who=who)
        assert made.status == 201, made.body
        return made.body
