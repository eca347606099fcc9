"""Servers that give out an id again once it is free: with others about, an ended instance may be somebody else's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random

import pytest

from assay.evidence.redact import Policy
from assay.explore.issuing import Issuing
from assay.explore.stage import Stage
from assay.judge import Judge
from assay.model.case import Credentials, Script, Subject, SubjectKind, WireRequest, WireResponse
from assay.model.verdict import VerdictKind
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import made, supply
from fakes.send import exchange, reply
from fakes.shop import ACT, MAKE
from fakes.sink import ListSink

TABLE = """
lifecycle: tab
instance: {created-by: open, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, open: {}, paid: {final: true}}
cells:
  open: {absent: {status: 201, to: open}}
  look: {absent: {status: 404}, open: {status: 200}, paid: {status: 404}}
  pay: {absent: {status: 404}, open: {status: 200, to: paid}, paid: {status: 404}}
"""
API = made(MAKE, ACT.replace("OPERATION", "look"), ACT.replace("OPERATION", "pay"), TABLE)
PLANNER = Planner(API, supply(API))
NEW, KNOWN = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
STEPS = tuple(
    PLANNER.usual(operation, subject)
    for operation, subject in (
        ("open", NEW),
        ("look", KNOWN),
        ("pay", KNOWN),
        ("look", KNOWN),
        ("pay", KNOWN),
    )
)
CELLS = "/lifecycle/tab/"


class Tables:
    """Gives out the lowest number that is free; the first ones only once. A faulty one shows what is paid."""

    def __init__(self, once: int, *, faulty: bool = False) -> None:
        self._lock = threading.Lock()
        self._once, self._faulty = once, faulty
        self._open: set[int] = set()
        self._given = 0
        self._chance = Random(once)
        self.now = 0
        #: requests under way as each began
        self.beside: list[int] = []

    def __call__(self, request: WireRequest):
        with self._lock:
            self.beside.append(self.now)
            self.now += 1
            wait = self._chance.random() * 0.004
        time.sleep(wait)
        with self._lock:
            answer = self._answer(request)
            self.now -= 1
        return exchange(answer, request)

    def _answer(self, request: WireRequest) -> WireResponse:
        if request.credentials is not Credentials.VALID:
            return reply(401)
        if request.path == "/tabs":
            return self._opened()
        _, _, name, action = request.path.split("/")
        number = int(name) if name.isdigit() else -1
        if number not in self._open:
            return reply(200, {}) if self._faulty and action == "look" else reply(404)
        if action == "pay":
            self._open.discard(number)
        return reply(200, {})

    def _opened(self) -> WireResponse:
        self._given += 1
        first = self._given if self._given <= self._once else self._once + 1
        number = next(n for n in range(first, first + 1000) if n not in self._open)
        self._open.add(number)
        return reply(201, {"id": str(number)})


def played(server: Callable, count: int) -> ListSink:
    """All that so many histories tell, eight under way at a time where they may."""
    sink = ListSink()
    stage = Stage(API, Judge(API, supply(API)), server, sink, FakeClock(), Policy(()), 7, in_flight=8)
    # of two lengths, or all hands would go in step
    scripts = [
        Script(str(number), STEPS if number % 2 else (*STEPS, *STEPS[-1:] * 3)) for number in range(count)
    ]
    list(stage.play_all(scripts))
    return sink


def kinds(sink: ListSink) -> list[VerdictKind]:
    """What was said of cells."""
    return [v.kind for e in sink.steps for v in e.verdicts if CELLS in v.clause]


@pytest.mark.parametrize("once", [0, 12, 17])
def test_an_honest_one_breaks_nothing(once: int) -> None:
    """Whoever meets another's instance under its id says so, and blames nobody."""
    server = Tables(once)
    sink = played(server, 60)
    assert not sink.violations
    assert VerdictKind.VIOLATED not in kinds(sink)
    assert kinds(sink).count(VerdictKind.HOLDS) > 200
    assert len(sink.steps) == 30 * (2 * len(STEPS) + 3)


def test_once_an_id_came_again_histories_have_the_target_to_themselves() -> None:
    """Many are under way until then, and one at a time from then on: so each cell is seen undisturbed."""
    server = Tables(20)
    played(server, 80)
    assert max(server.beside[:200]) > 3
    assert set(server.beside[-100:]) == {0}


def test_what_is_broken_by_itself_is_told_all_the_same() -> None:
    """A server that forgets nothing and reissues ids is wrong in every history of its own."""
    sink = played(Tables(12, faulty=True), 60)
    told = {violation.verdict.clause for violation in sink.violations}
    assert {clause.rpartition("tab/")[2] for clause in told} == {"paid/look"}


def test_an_answer_that_is_on_its_way_is_waited_for() -> None:
    """An id may have been issued to another whose answer nobody has read yet."""
    issuing = Issuing()
    issuing.issued("tab", "7", "1")
    under_way, read = threading.Event(), threading.Event()

    def another() -> None:
        with issuing.creating():
            under_way.set()
            read.wait(10)
            issuing.issued("tab", "7", "2")

    thread = threading.Thread(target=another)
    thread.start()
    under_way.wait(10)
    threading.Timer(0.05, read.set).start()
    assert issuing.shared("tab", "7")
    thread.join()
    assert issuing.again
    assert not issuing.shared("tab", "8")
