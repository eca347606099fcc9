"""`isolation` against the orders example, and against servers that nobody can read from."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from examples.orders.asking import Ask
from examples.orders.order import Json, Order, Refused
from examples.orders.server import Orders
from examples.orders.serving import start as running
from examples.orders.wrong import (
    anyone_cancels,
    anyone_patches,
    anyone_reads,
    cancels_the_one_before,
    everyones_list,
    everyones_total,
    forbidden_tells,
    one_note_for_all,
)
from starlette.responses import Response
from tests.laws.bench import Outcome, drilled, law, orders_api

from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.drive.auth import Secrets
from assay.drive.clock import SystemClock
from assay.explore import laws as explorer
from assay.explore.stage import Stage
from assay.files.config import TargetConfig
from assay.inputs.known_good import examples
from assay.judge.judge import Judge
from assay.laws import isolation
from assay.laws.terms import Missing
from assay.mock.engine import Engine, MockOptions
from assay.model.case import Script
from assay.model.contract import Api, ContractSet
from assay.model.event import Event
from assay.model.lifecycle import Law
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.serve.http import serve
from miniatures.honest import Honest
from miniatures.wire import start
from miniatures.wrong import another_session, one_stop_stops_all

LIST = {
    "operation": "listOrders",
    "query": {"limit": 100},
    "items": "#/items",
    "id": "#/id",
    "total": "#/total",
}
LAW = law("isolation", principals=True, stranger={"status": 404, "like-unknown": True}, list=LIST)
#: without a word on what strangers are answered
OPEN = law("isolation", principals=["read", "change", "delete"])
UNIQUE = law("unique-ids")
PARTS = ("read", "change", "delete", "list")
CLAUSES = ("isolation", *(f"isolation/principals-{part}" for part in PARTS))


def broken(seen: Outcome) -> set[str]:
    """The clauses of the law that were seen broken, by their last part."""
    return {clause.partition("/law/")[2] for clause in seen.violated if "/law/isolation" in clause}


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server that keeps orders and principals apart, and that is seen, in every part."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert [seen.kinds(f"law/{clause}") for clause in CLAUSES] == [{VerdictKind.HOLDS}] * 5
    assert seen.requests <= 80


@pytest.mark.parametrize(
    ("wrong", "clauses"),
    [
        (anyone_reads, {"isolation/principals-read"}),
        (anyone_patches, {"isolation/principals-change"}),
        (anyone_cancels, {"isolation/principals-change"}),
        (everyones_list, {"isolation/principals-list"}),
        (everyones_total, {"isolation/principals-list"}),
        (
            forbidden_tells,
            {"isolation/principals-read", "isolation/principals-change", "isolation/principals-delete"},
        ),
        (cancels_the_one_before, {"isolation"}),
        (one_note_for_all, {"isolation"}),
    ],
)
def test_what_is_not_kept_apart_breaks_it(wrong: ModuleType, clauses: set[str]) -> None:
    """Each way of mixing up orders or principals is told of the parts it breaks, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    told = broken(seen)
    assert told
    assert told <= clauses
    assert all(len(seen.shortest(f"law/{clause}").history) <= 6 for clause in told)


@pytest.mark.parametrize("wrong", [anyone_reads, anyone_patches, anyone_cancels])
@pytest.mark.parametrize("laws", [(OPEN,), (OPEN, UNIQUE)])
def test_without_a_word_on_the_answer_any_success_is_one_too_many(
    wrong: ModuleType, laws: tuple[Law, ...]
) -> None:
    """What a stranger gets need not be documented: that he succeeds with what is another's is told all the same."""
    assert broken(drilled(wrong.Wrong, *laws)) <= {"isolation/principals-read", "isolation/principals-change"}
    assert broken(drilled(wrong.Wrong, *laws))


def test_without_a_word_on_the_answer_any_refusal_will_do() -> None:
    """403 or 404: where the law does not say which, neither is wrong."""
    for make in (Orders, forbidden_tells.Wrong):
        seen = drilled(make, OPEN)
        assert broken(seen) == set()
        assert seen.kinds("law/isolation/principals-read") == {VerdictKind.HOLDS}


def test_with_one_principal_its_parts_say_what_they_need() -> None:
    """Nobody else to ask as: every part that is about others is left out, and says how to name one."""
    seen = drilled(Orders, LAW, principals=1)
    told = {clause for note in seen.notes for clause in note.clauses if "--principal" in note.text}
    assert {clause.partition("/law/")[2] for clause in told} == set(CLAUSES[1:])
    assert seen.kinds("law/isolation") == {VerdictKind.HOLDS}
    assert all(seen.kinds(f"law/{clause}") == set() for clause in CLAUSES[1:])


class BobIsOut(Orders):
    """Bob's token was revoked."""

    def principal(self, ask: Ask) -> str | None:
        who = super().principal(ask)
        return None if who == "bob" else who


class BobMayNotOpen(Orders):
    """Bob may look and not buy."""

    async def create(self, ask: Ask) -> Response:
        if self.authorized(ask) == "bob":
            raise Refused(403, "You cannot open orders.")
        return await super().create(ask)


@pytest.mark.parametrize("make", [BobIsOut, BobMayNotOpen])
def test_a_stranger_who_gets_nothing_of_his_own_shows_nothing(make: type[Orders]) -> None:
    """A refusal of credentials that never worked is no isolation: nothing is told, for better or worse."""
    seen = drilled(make, LAW)
    assert broken(seen) == set()
    for clause in CLAUSES[1:]:
        assert seen.kinds(f"law/{clause}") == {VerdictKind.INCONCLUSIVE}, clause


class Traced(Orders):
    """Errors name what was asked for, and carry a number of their own."""

    def find(self, ask: Ask, operation: str) -> Order:
        try:
            return super().find(ask, operation)
        except Refused as refused:
            if refused.status == 404:
                raise Refused(404, f"There is no order {ask.id} (trace {uuid.uuid4()}).") from None
            raise


def test_ids_and_chance_in_an_error_are_no_difference() -> None:
    """An answer that quotes the id it got, and a trace number, is still the one for an unknown id."""
    assert drilled(Traced, LAW).violated == set()


class SaysWhose(Orders):
    """A stranger's order answers 404 as an unknown one does, but for a word."""

    def find(self, ask: Ask, operation: str) -> Order:
        if ask.id in self.orders and self.authorized(ask) != self.orders[ask.id].owner:
            raise Refused(404, "There is no such order of yours.")
        return super().find(ask, operation)


def test_another_wording_tells_that_it_is_there() -> None:
    """`like-unknown` is about the whole answer."""
    seen = drilled(SaysWhose, LAW)
    assert broken(seen) == {"isolation/principals-read"}
    assert seen.shortest("principals-read").verdict.pointer == "/detail"


class PatchedAllTheSame(Orders):
    """A stranger's patch is refused, and has taken effect."""

    async def patch(self, ask: Ask) -> Response:
        try:
            return await super().patch(ask)
        except Refused as refused:
            order = self.orders.get(ask.id)
            if refused.status == 404 and order is not None and order.state == "draft":
                self.change(
                    order, **self.read_patch(order, self.document(ask, "application/merge-patch+json"))
                )
            raise


def test_a_refusal_that_takes_effect_breaks_it() -> None:
    """The owner's next reading tells what became of a stranger's refused request."""
    seen = drilled(PatchedAllTheSame, LAW)
    assert broken(seen) == {"isolation/principals-change"}
    assert len(seen.shortest("principals-change").history) <= 6
    assert "took effect" in seen.shortest("principals-change").verdict.message


class Numbered(Orders):
    """Each principal has orders 1, 2, 3, …: an id says nothing without its owner."""

    def key(self, who: str, number: str) -> str:
        return f"{who} {number}"

    def open(self, who: str, fields: dict[str, Json]) -> Response:
        mine = [order for order in self.orders.values() if order.owner == who]
        self.named = str(len(mine) + 1)
        response = super().open(who, fields)
        self.orders[self.key(who, self.named)] = self.orders.pop(self.named)
        return response

    def new_id(self) -> str:
        return self.named

    def find(self, ask: Ask, operation: str) -> Order:
        who = self.authorized(ask)
        if (order := self.orders.get(self.key(who, ask.id))) is None:
            raise self.unknown()
        return order

    def change(self, order: Order, **fields: Json) -> Order:
        changed = super().change(order, **fields)
        if self.orders.pop(order.id, None) is not None:
            self.orders[self.key(order.owner, order.id)] = changed
        return changed

    def erase(self, order: Order) -> None:
        del self.orders[self.key(order.owner, order.id)]


def test_ids_of_ones_own_are_nobody_elses() -> None:
    """Where each principal counts for himself, a stranger's success is about his own; ids in lists are too."""
    seen = drilled(Numbered, law("isolation", principals=True, list=LIST))
    assert broken(seen) == set()
    assert seen.kinds("law/isolation") == {VerdictKind.HOLDS}


class ReadTwiceIsForgotten(Orders):
    """Whoever reads an order a second time finds its note gone."""

    def __init__(self, tokens: dict[str, str]) -> None:
        super().__init__(tokens)
        self.read_once: set[str] = set()

    async def read(self, ask: Ask) -> Response:
        response = await super().read(ask)
        if ask.id in self.read_once and (order := self.orders.get(ask.id)) is not None:
            response = self.shown(self.change(order, note="gone"))
        self.read_once.add(ask.id)
        return response


def test_what_reading_does_is_not_blamed_on_others() -> None:
    """What changes with nothing in between is another law's matter."""
    seen = drilled(ReadTwiceIsForgotten, LAW)
    assert "isolation" not in broken(seen)
    assert VerdictKind.INCONCLUSIVE in seen.kinds("law/isolation")


class OneClock(Orders):
    """Every order shows when any order was changed last: nobody promised otherwise."""

    def __init__(self, tokens: dict[str, str]) -> None:
        super().__init__(tokens)
        self.changes = 0

    def change(self, order: Order, **fields: Json) -> Order:
        self.changes += 1
        return super().change(order, **fields)

    def body(self, order: Order) -> dict[str, Json]:
        return {**super().body(order), "changes": self.changes}


def test_what_nobody_promised_to_stay_may_change() -> None:
    """Beyond the table and its fields, only what `equal` names has to stay: the whole body, a place, a header."""
    assert broken(drilled(OneClock, law("isolation"))) == set()
    for names in (["body"], ["/changes"]):
        seen = drilled(OneClock, law("isolation", equal=names))
        assert broken(seen) == {"isolation"}
        assert seen.shortest("law/isolation").verdict.pointer == "/changes"
    assert broken(drilled(OneClock, law("isolation", equal=["body"], ignore=["/changes"]))) == set()


def test_what_the_reading_does_not_show_is_not_witnessed() -> None:
    """A place in `equal` that is never there holds nothing up: no pass comes of it."""
    seen = drilled(Orders, law("isolation", equal=["/nowhere"]))
    assert seen.kinds("law/isolation") == {VerdictKind.INCONCLUSIVE}


def _drills(api: Api, stated: Law, *principals: str) -> list[Script | Missing]:
    cycle = replace(api.lifecycles[0], laws=(stated,))
    whole = replace(api, lifecycles=(cycle,))
    return list(isolation.drills(Ground(Planner(whole, examples(whole)), cycle, ("", *principals)), stated))


def test_where_nothing_would_show_it_nothing_is_tried() -> None:
    """Without fields a patch leaves no documented trace: the law says what it would need instead of passing."""
    api = orders_api()
    bare = replace(api, lifecycles=(replace(api.lifecycles[0], fields=()),))
    found = _drills(bare, law("isolation", operations=["patchOrder"]))
    assert [item.why for item in found if isinstance(item, Missing)] == [isolation._BLIND]
    assert len(found) == 1


def test_a_list_that_is_not_described_is_not_tried() -> None:
    """`principals: [list]` needs to know which operation lists, and says so."""
    found = _drills(orders_api(), law("isolation", principals=["list"]), "bob")
    missing = [item for item in found if isinstance(item, Missing)]
    assert [(item.aspect, "in `list`" in item.why) for item in missing] == [("principals-list", True)]


def test_a_documented_refusal_of_strangers_is_witnessed() -> None:
    """403 for another, documented and stated by the law: his request shows the clause of that status to hold."""
    base = orders_api()
    operation = base.operation("getOrder")
    forbidden = replace(next(r for r in operation.replies if r.status == "404"), status="403", content=())
    changed = replace(operation, replies=(*operation.replies, forbidden))
    api = replace(base, operations=tuple(changed if o is operation else o for o in base.operations))
    with running(forbidden_tells.Wrong) as server:
        tokens = (server.tokens["alice"], server.tokens["bob"])
        for stranger, kinds in (({"status": 403}, {VerdictKind.HOLDS}), ({"like-unknown": True}, set())):
            seen = _seen(api, server.url, (law("isolation", principals=["read"], stranger=stranger),), tokens)
            assert seen.kinds("getOrder/status/403") == kinds


# -- without a reading ------------------------------------------------------------------------------------------------

_STOP = "sessionPassesControllerStopV3"
PASSES = load("contracts", date(2026, 1, 1)).api("equos")


def _stopped(url: str, stated: Law, secrets: tuple[str, ...]) -> Outcome:
    """What the law's drills see of a server of session passes, asked with these tokens."""
    return _seen(PASSES, url, (UNIQUE, stated), secrets)


def _seen(api: Api, url: str, laws: tuple[Law, ...], secrets: tuple[str, ...]) -> Outcome:
    """What the drills of these laws see of a server of that API's first lifecycle, asked with these tokens."""
    cycle = replace(api.lifecycles[0], laws=laws)
    api = replace(api, lifecycles=(cycle,))
    others = {name: Secrets({"*": token}) for name, token in zip(("bob",), secrets[1:], strict=False)}
    config = TargetConfig(url, url)
    target = Target(url, url, Secrets({"*": secrets[0]}), config, PROFILES["gate"], {}, others=others)
    events: list[Event] = []
    judge = Judge(api, examples(api))
    stage = Stage(api, judge, target.sender(api), events.append, SystemClock(), target.policy, 1)
    try:
        spent = explorer.explore(stage, Ground(Planner(api, examples(api)), cycle, target.principals), 200)
    finally:
        target.close()
    return Outcome(tuple(events), spent)


STOPS = law("isolation", operations=[_STOP])


@pytest.mark.parametrize(
    ("server", "kinds"),
    [
        (Honest("good"), {VerdictKind.HOLDS}),
        (one_stop_stops_all.Wrong("good"), {VerdictKind.VIOLATED}),
        (another_session.Wrong("good"), {VerdictKind.INCONCLUSIVE}),
    ],
    ids=["honest", "one-stop-stops-all", "another-session"],
)
def test_without_a_reading_the_table_is_the_probe(server: Honest, kinds: set[VerdictKind]) -> None:
    """A stop that ends another's session is told by that one's own stop; a stop that is wrong by itself is not."""
    with start(server) as running:
        seen = _stopped(running.url, STOPS, (running.token,))
    assert seen.kinds("law/isolation") - {VerdictKind.INCONCLUSIVE} == kinds - {VerdictKind.INCONCLUSIVE}
    assert seen.kinds("law/isolation") >= kinds
    if VerdictKind.VIOLATED in kinds:
        assert len(seen.shortest("law/isolation").history) <= 6


@pytest.mark.parametrize("kept", [True, False])
def test_without_a_reading_a_strangers_stop_is_told(kept: bool) -> None:
    """The mock keeps sessions apart where its contract says so; where it does not, the law sees it."""
    stated = law("isolation", operations=[_STOP], principals=["change"], stranger={"like-unknown": True})
    cycle = replace(PASSES.lifecycles[0], laws=(stated,) if kept else ())
    contracts = ContractSet((replace(PASSES, lifecycles=(cycle,)),), "digest")
    tokens = ("token-of-alice", "token-of-bob")
    options = MockOptions(token=tokens[0], others={"bob": tokens[1]})
    with serve(Engine(contracts, options)) as server:
        seen = _stopped(server.url, stated, tokens)
    assert seen.kinds("principals-change") == {VerdictKind.HOLDS if kept else VerdictKind.VIOLATED}
    assert broken(seen) == (set() if kept else {"isolation/principals-change"})
