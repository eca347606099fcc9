"""Races: that requests are really sent at once, what is kept of them, and that only lost races accuse."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from assay.drive.clock import SystemClock
from assay.evidence.redact import Policy
from assay.explore.laws import explore
from assay.explore.race import (
    Raced,
    at_once,
    groups,
    in_rounds,
    is_race,
    most_at_once,
    smaller,
)
from assay.explore.stage import Stage, TargetDown
from assay.judge import Judge
from assay.model.case import Case, Failure, FailureKind, Script, Subject, SubjectKind, WireRequest
from assay.model.lifecycle import Law
from assay.model.problem import NOWHERE
from assay.model.terms import Strength
from assay.model.verdict import VerdictKind
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.ports import CannotSend
from fakes.contracts import supply
from fakes.send import REFUSED, FakeSend, exchange, reply
from fakes.shop import API as SHOP
from fakes.shop import Shop
from fakes.sink import ListSink

#: nobody waits longer for the others, in seconds
PATIENCE = 5.0
LAW = Law("atomic", {"operation": "pay", "clients": 2, "read": "look"}, Strength.DOCUMENTED, "", NOWHERE)
API = replace(SHOP, lifecycles=(replace(SHOP.lifecycles[0], laws=(LAW,)),))
REQUESTS = [WireRequest("POST", f"/{number}", (), None, "valid") for number in range(4)]  # type: ignore[arg-type]


class Meeting:
    """A server that answers nobody before so many are there: whoever sends one after another waits in vain."""

    def __init__(self, count: int) -> None:
        self.gate = threading.Barrier(count)

    def __call__(self, request: WireRequest):
        try:
            self.gate.wait(PATIENCE)
        except threading.BrokenBarrierError:
            return reply(503)
        return reply(200, {"path": request.path})


def test_all_are_under_way_at_once() -> None:
    """No request waits for another's answer, and the results come in the order of the requests."""
    send = FakeSend(Meeting(4), SystemClock())
    raced = at_once(send, REQUESTS, SystemClock(), 2)
    assert [run.exchange.response.status for run in raced if run.exchange.response] == [200] * 4
    assert [run.exchange.request.path for run in raced] == ["/0", "/1", "/2", "/3"]
    assert all(run.called <= run.returned for run in raced)
    assert max(run.called for run in raced) <= min(run.returned for run in raced)


def test_connections_are_opened_before() -> None:
    """A driver that can open connections is asked to, before the first request and for all of them."""

    class Driver(FakeSend):
        opened: tuple[int, int] | None = None

        def warm(self, connections: int) -> None:
            self.opened = (connections, len(self.requests))

    send = Driver(lambda _request: reply(200), SystemClock())
    at_once(send, REQUESTS, SystemClock())
    assert send.opened == (4, 0)


def test_what_cannot_be_sent_is_raised_once_the_others_are_back() -> None:
    """An error of one thread is not lost, and leaves no thread behind."""
    returned = []

    class Driver(FakeSend):
        def __call__(self, request: WireRequest):
            if request.path == "/1":
                raise CannotSend("no")
            returned.append(request.path)
            return super().__call__(request)

    with pytest.raises(CannotSend):
        at_once(Driver(lambda _request: reply(200), SystemClock()), REQUESTS, SystemClock())
    assert sorted(returned) == ["/0", "/2", "/3"]


def test_waiting_for_our_own_rate_limit_is_no_overlap() -> None:
    """Windows count from the call; whether requests met counts from when they went out."""

    def run(called: float, returned: float, elapsed: float) -> Raced:
        return Raced(replace(exchange(reply(200), REQUESTS[0]), elapsed=elapsed), called, returned)

    assert most_at_once([run(0, 1, 1), run(0, 1, 0.9)]) == 2
    assert most_at_once([run(0, 0.1, 0.1), run(0, 0.2, 0.05), run(0, 0.3, 0.05)]) == 1


def case(operation: str, mark: str = "", title: str = "") -> Case:
    return replace(Planner(SHOP, supply(SHOP)).usual(operation, None), together=mark, title=title)


def test_neighbours_with_one_mark_go_together() -> None:
    """A mark binds neighbours only; what has none goes alone."""
    one, two, three = case("open"), case("pay", "race"), case("look", "other")
    assert [len(group) for group in groups([one, one, two, two, three, two, one])] == [1, 1, 2, 1, 1, 1]
    assert is_race([one, two, two])
    assert not is_race([one, two, one, two])


def test_smaller_races() -> None:
    """First every pair of different requests, then one fewer; what was around the race stays."""
    steps = (case("open"), *(case("pay", "race"),) * 3, case("look", "race"), case("look"))
    kinds = [
        [step.operation for step in script.steps if step.together] for script in smaller(Script("", steps))
    ]
    assert kinds == [["pay", "pay"], ["pay", "look"], ["pay", "pay", "pay"], ["pay", "pay", "look"]]
    assert list(smaller(Script("", steps[:3]))) == []


def test_only_races_are_run_again() -> None:
    """What is no matter of luck is done once, and every race once before any is run again."""
    race, walk = Script("race", (case("pay", "r"),) * 2), Script("walk", (case("pay"),))
    assert list(in_rounds(iter(["missing", race, walk]), 3)) == ["missing", race, walk, race, race]


class Timed(FakeSend):
    """A driver without a network that says how long each exchange really took."""

    def __call__(self, request: WireRequest):
        clock = SystemClock()
        began = clock.monotonic()
        return replace(super().__call__(request), elapsed=clock.monotonic() - began)


class Rig:
    """A stage on which the law `atomic` of a little shop is explored, with real threads."""

    def __init__(self, server, rounds: int = 1) -> None:
        self.sink = ListSink()
        self.send = Timed(server, SystemClock())
        judge = Judge(API, supply(API))
        self.stage = Stage(API, judge, self.send, self.sink, SystemClock(), Policy(()), 7)
        self.spent = 0
        self._ground = Ground(Planner(API, supply(API)), API.lifecycles[0])
        self._rounds = rounds

    def explore(self) -> Rig:
        self.spent = explore(self.stage, self._ground, 100, self._rounds)
        return self

    def kinds(self) -> set[VerdictKind]:
        return {v.kind for e in self.sink.steps for v in e.verdicts if v.clause.endswith("/law/atomic")}


class Meets(Shop):
    """A shop in which payments wait for each other, before they look (`apart`) or between look and act."""

    def __init__(self, *, torn: bool) -> None:
        super().__init__()
        self._torn = torn
        self._lock = threading.Lock()
        self._gate = threading.Barrier(2)

    def __call__(self, request: WireRequest):
        if not request.path.endswith("/pay"):
            with self._lock:
                return super().__call__(request)
        name = request.path.split("/")[2]
        before = self.tabs.get(name)
        try:
            self._gate.wait(0.5)  # one alone goes on, too
        except threading.BrokenBarrierError:
            self._gate.reset()
        with self._lock:
            if self._torn and before == "open":
                self.tabs[name] = "open"
            return super().__call__(request)


def test_a_shop_that_pays_twice_is_caught_with_the_smallest_race() -> None:
    """Look and act apart from each other: both payments succeed, and no order explains that."""
    rig = Rig(Meets(torn=True)).explore()
    assert VerdictKind.VIOLATED in rig.kinds()
    (found,) = rig.sink.violations
    assert found.verdict.clause == "made/lifecycle/tab/law/atomic"
    assert found.verdict.message.endswith("in state open: pay 200, pay 200")
    assert [step.case.operation for step in found.history] == ["open", "pay", "pay"]
    assert [step.overlap for step in found.history] == [0, 2, 2]
    assert found.history[1].window[0] == 0.0 or found.history[2].window[0] == 0.0
    assert all(start <= end for start, end in (step.window for step in found.history))
    assert found.reproduced == (2, 2)


def test_a_shop_that_pays_once_is_not_accused() -> None:
    """However the payments meet, one order explains them; that is seen, and how many were under way is told."""
    rig = Rig(Meets(torn=False), rounds=2).explore()
    assert rig.kinds() == {VerdictKind.HOLDS}
    assert rig.sink.violations == []
    assert rig.spent == 2 * len(["open", "pay", "pay", "look"])
    assert [note.text for note in rig.sink.notes if note.kind == "race"] == [
        "tab: 2 races, with 2 requests under way at the same moment"
    ]


def test_a_fault_that_needs_no_race_is_not_told_as_one() -> None:
    """What goes wrong one after another, too, is the table's matter: the race leaves it undecided."""

    def fault(shop, request, honest):
        return reply(200, {}) if request.path.endswith("/pay") and honest.status == 409 else honest

    rig = Rig(Locked(Shop(fault))).explore()
    assert rig.kinds() == {VerdictKind.INCONCLUSIVE}
    assert "one after another" in next(
        v.message for e in rig.sink.steps for v in e.verdicts if v.clause.endswith("/law/atomic")
    )


class Locked:
    """One request at a time, but only once all payments of the race have come."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._lock, self._gate = shop, threading.Lock(), threading.Barrier(2)

    def __call__(self, request: WireRequest):
        if request.path.endswith("/pay"):
            try:
                self._gate.wait(0.5)
            except threading.BrokenBarrierError:
                self._gate.reset()
        with self._lock:
            return self._shop(request)


def test_an_undocumented_refusal_leaves_it_undecided() -> None:
    """A server may be too busy to do both: a status of which the table says nothing is no order's matter."""

    def fault(shop, request, honest):
        return reply(423) if request.path.endswith("/pay") and honest.status == 409 else honest

    rig = Rig(Locked(Shop(fault))).explore()
    assert rig.kinds() == {VerdictKind.INCONCLUSIVE}
    assert not [found for found in rig.sink.violations if "/law/" in found.verdict.clause]


def test_an_answer_that_was_lost_may_have_been_either() -> None:
    """A payment without an answer may have taken effect: the other one's 409 is explained by it."""
    lost = Failure(FailureKind.TIMEOUT, "too slow")

    def fault(shop, request, honest):
        return lost if request.path.endswith("/pay") and honest.status == 200 else honest

    rig = Rig(Locked(Shop(fault))).explore()
    assert VerdictKind.VIOLATED not in rig.kinds()


def test_a_race_whose_instance_was_not_made_is_not_run() -> None:
    """Nothing is sent of a race of which one request cannot be."""
    rig = Rig(lambda request: reply(400)).explore()
    assert set(rig.send.lines) == {"POST /tabs"}
    assert rig.kinds() == set()


def test_a_target_that_went_away_ends_the_race() -> None:
    """Races that nobody answers count as one failure each, and the third ends the run."""
    shop = Shop()
    rig = Rig(lambda request: REFUSED if request.path.endswith("/pay") else shop(request))
    cases = [replace(case("open"), subject=Subject(SubjectKind.NEW, "i1"))]
    for mark in ("first", "second", "third", "fourth"):
        cases += [replace(case("pay", mark), subject=Subject(SubjectKind.KNOWN, "i1"))] * 2
    with pytest.raises(TargetDown):
        rig.stage.play(cases)
    assert len(rig.send.requests) == 1 + 3 * 2
