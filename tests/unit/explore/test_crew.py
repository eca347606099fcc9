"""Several histories at once: the same is asked, judged and told as one after another, whoever is answered first."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from random import Random

import pytest

from assay.drive.clock import SystemClock
from assay.evidence.redact import Policy
from assay.explore import lifecycle, witness
from assay.explore.effort import Effort
from assay.explore.line import TargetDown
from assay.explore.stage import Stage
from assay.explore.vocabulary import vocabulary
from assay.judge import Judge
from assay.model.case import Script, Subject, SubjectKind
from assay.plan import interplay
from assay.plan.witness import Planner
from assay.report.log import dump
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import REFUSED, FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

PLANNER = Planner(API, supply(API))
CYCLE = API.lifecycles[0]
HANDS = 8


class Busy:
    """A driver that answers out of turn, and knows how many requests were under way at once."""

    def __init__(self, server, seed=0):
        self._send, self._chance = FakeSend(server), Random(seed)
        self._lock = threading.Lock()
        self.now = self.most = 0

    def __call__(self, request):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            wait = self._chance.random() * 0.004
        time.sleep(wait)
        with self._lock:
            self.now -= 1
            return self._send(request)

    @property
    def requests(self):
        return self._send.requests


class Rig:
    """A stage over a shop, with so many hands."""

    def __init__(self, server, hands, seed=0, ledger=None, clock=None):
        self.sink, self.send = ListSink(), Busy(server, seed)
        self.stage = Stage(
            API, Judge(API, supply(API)), self.send, self.sink, clock or FakeClock(), Policy(()), 7,
            in_flight=hands, ledger=ledger,
        )  # fmt: skip

    def play(self):
        """All that a lifecycle has to be asked."""
        for operation in API.operations:
            witness.explore(self.stage, PLANNER.witness(operation, 60))
        lifecycle.directed(self.stage, interplay.scripts(PLANNER, CYCLE), 400, "histories")
        lifecycle.explore(
            self.stage, lifecycle.walks(vocabulary(PLANNER, CYCLE), Effort(12, 8, 100, 0), 3), CYCLE
        )
        return self

    @property
    def told(self):
        """Every judged step, without ids and times, and the fingerprints of what was told."""
        steps = [
            (e.step.case.operation, e.step.case.title, e.step.state, e.step.after, e.step.instance,
             [(v.clause, v.kind) for v in e.verdicts])
            for e in self.sink.steps if e.step.case.origin != "confirm"
        ]  # fmt: skip
        return steps, sorted((v.fingerprint, len(v.history)) for v in self.sink.violations)


def scripts(count):
    """So many histories of three steps."""
    new, known = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
    steps = (PLANNER.usual("open", new), PLANNER.usual("look", known), PLANNER.usual("pay", known))
    return [Script(str(number), steps) for number in range(count)]


def pays_twice(shop, request, honest):
    return reply(200, {}) if request.path.endswith("pay") and honest.status == 409 else honest


def nameless(told):
    """The same without the numbers of instances."""
    steps, marks = told
    return [(*step[:4], *step[5:]) for step in steps], marks


@pytest.mark.parametrize("fault", [None, pays_twice])
def test_order_of_completion_means_nothing(fault):
    """Whatever is answered first: the same steps in the same order with the same verdicts, numbers and names."""
    make = (lambda: Shop(fault)) if fault else Shop
    alone = Rig(make(), 1).play()
    side_by_side = [Rig(make(), HANDS, seed).play() for seed in (1, 2, 3)]
    assert all(rig.send.most > HANDS // 2 for rig in side_by_side)
    assert alone.send.most == 1
    assert [rig.told for rig in side_by_side] == [side_by_side[0].told] * 3
    # one after another, what is tried again comes in between, and its instances have numbers too
    assert nameless(side_by_side[0].told) == nameless(alone.told)
    assert [e.number for e in side_by_side[0].sink.steps] == list(range(1, len(alone.sink.steps) + 1))


def test_no_more_are_under_way_than_allowed():
    """The bound holds whatever there is to ask."""
    rig = Rig(Shop(), 3)
    list(rig.stage.play_all(scripts(60)))
    assert rig.send.most == 3


def test_one_id_for_two_histories_is_told_once_and_in_order():
    """Neither history can know that the other was given the same id; the run does, and says so of the later one."""

    def fault(shop, request, honest):
        if request.path == "/tabs" and len(shop.tabs) > 12:
            first = next(iter(shop.tabs))
            return reply(201, {"id": first})
        return honest

    sink, send = ListSink(), Busy(Shop(fault))
    stage = Stage(API, Judge(API, supply(API)), send, sink, FakeClock(), Policy(()), 7, in_flight=HANDS)
    list(stage.play_all(scripts(30)))
    told = [v for e in sink.steps for v in e.verdicts if v.clause.endswith("/law/unique-ids")]
    kinds = [str(v.kind) for v in told]
    issued = [step.step.evidence.response_body for step in sink.steps if step.step.case.operation == "open"]
    seen = set()
    for kind, body in zip(kinds, issued, strict=True):
        assert kind == ("violated" if body in seen else "holds")
        seen.add(body)
    assert len(seen) < len(issued)
    assert any(v.verdict.clause.endswith("/law/unique-ids") for v in sink.violations)


def test_violations_are_tried_again_one_request_at_a_time():
    """What is confirmed and shrunk is alone with the target: nothing else is under way then."""
    at_once = []

    def fault(shop, request, honest):
        at_once.append(rig.send.now)
        return pays_twice(shop, request, honest) if shop.asked > 20 else honest

    rig = Rig(Shop(fault), HANDS)
    new, known = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
    steps = (PLANNER.usual("open", new), PLANNER.usual("pay", known), PLANNER.usual("pay", known))
    list(rig.stage.play_all([Script(str(n), steps) for n in range(30)]))
    again = rig.stage.requests["confirm"]
    assert again >= 6
    assert max(at_once[:-again]) > 2
    assert set(at_once[-again:]) == {0}
    assert len(rig.sink.violations) == 1


def test_a_target_that_goes_down_ends_it_and_all_that_was_seen_is_told():
    """The first failure that lasts ends the run; what had been answered by then is in the log, and told."""

    def fault(shop, request, honest):
        return REFUSED if shop.asked > 60 else pays_twice(shop, request, honest)

    rig = Rig(Shop(fault), HANDS)
    with pytest.raises(TargetDown):
        rig.play()
    assert len(rig.sink.steps) >= 60 - HANDS
    assert rig.sink.violations


def test_a_moment_in_which_nobody_answers_is_one_moment():
    """Eight refusals of requests that were under way together are one failure, not eight in a row."""
    down = []

    def fault(shop, request, honest):
        if 40 < shop.asked <= 40 + HANDS:
            down.append(request)
            return REFUSED
        return honest

    # by a clock that nobody's waiting moves on for the others
    rig = Rig(Shop(fault), HANDS, clock=SystemClock())
    list(rig.stage.play_all(scripts(40)))
    assert len(down) == HANDS


def test_an_interruption_waits_for_what_is_under_way():
    """Ctrl-C: no new request, every answer that was on its way is taken, and then it is raised."""
    asked = []

    def fault(shop, request, honest):
        asked.append(request)
        return honest

    rig = Rig(Shop(fault), HANDS)
    played = rig.stage.play_all(scripts(200))
    for _ in range(20):
        next(played)
    with pytest.raises(KeyboardInterrupt):
        played.throw(KeyboardInterrupt)
    assert len(rig.sink.steps) == len(asked)
    assert len(asked) < 3 * 100


def test_whoever_stops_asking_loses_nothing():
    """Where the consumer has enough, what is under way is taken all the same."""
    rig = Rig(Shop(), HANDS)
    played = rig.stage.play_all(scripts(100))
    for _ in range(20):
        next(played)
    played.close()
    assert len(rig.sink.steps) == len(rig.send.requests)


def test_what_must_be_alone_comes_after_the_rest():
    """A race is played by itself, when nothing else is under way, and handed back last."""
    together = [
        replace(
            script,
            title="race",
            steps=(script.steps[0], *(replace(c, together="r") for c in script.steps[1:])),
        )
        for script in scripts(1)
    ]
    rig = Rig(Shop(), HANDS)
    titles = [script.title for script, _ in rig.stage.play_all([*together, *scripts(30)])]
    assert titles[-1] == "race"
    assert titles[:-1] == [str(n) for n in range(30)]


def test_the_ledger_has_every_instance():
    """Whoever made it: each instance is entered, and as it was last seen."""
    entries, begun = {}, []

    def keep(entry):
        if entry.id:
            entries[entry.key] = entry
        else:
            begun.append(-1 if entry.ended else 1)

    rig = Rig(Shop(), HANDS, ledger=keep)
    list(rig.stage.play_all(scripts(50)))
    assert len(entries) == 50
    assert {entry.states for entry in entries.values()} == {("paid",)}
    assert (sum(begun), len(begun)) == (0, 100), (
        "each creation was entered before it went out, and has its id"
    )


def test_a_fault_of_ours_in_a_hand_is_raised():
    """An error that is nobody else's is not swallowed by a thread."""

    def fault(shop, request, honest):
        if shop.asked > 30:
            raise ZeroDivisionError
        return honest

    rig = Rig(Shop(fault), HANDS)
    with pytest.raises(ZeroDivisionError):
        list(rig.stage.play_all(scripts(60)))
    assert all(dump(event) for event in rig.sink.events)


def test_what_comes_to_light_while_something_is_tried_again_is_told_too():
    """Otherwise it would stand in the report with one exchange, and nobody could send it again."""
    paid_again = []

    def fault(shop, request, honest):
        if not (request.path.endswith("pay") and honest.status == 409):
            return honest
        paid_again.append(request)
        return reply(200, {}) if len(paid_again) == 1 else reply(500)

    rig = Rig(Shop(fault), 1)
    new, known = (Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN))
    steps = (PLANNER.usual("open", new), PLANNER.usual("pay", known), PLANNER.usual("pay", known))
    rig.stage.play(steps)
    told = {v.verdict.clause.rpartition("/")[2]: v for v in rig.sink.violations}
    assert "no-server-error" in told
    found = told["no-server-error"]
    assert [step.case.operation for step in found.history] == ["open", "pay", "pay"]
    assert found.reproduced[0] == found.reproduced[1] > 1
    assert len({v.fingerprint for v in rig.sink.violations}) == len(told)
