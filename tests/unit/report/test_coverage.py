"""Coverage: how much of a table a log has walked, and why not the rest."""

from __future__ import annotations

from dataclasses import replace

from assay.evidence.redact import Policy
from assay.explore.stage import Stage
from assay.judge import Judge
from assay.model.case import Credentials, Subject, SubjectKind
from assay.model.event import RunFinished, RunStarted, StepJudged
from assay.plan.clauses import clauses
from assay.plan.witness import Planner
from assay.report.coverage import Trail
from assay.report.fold import fold
from assay.report.log import dump, load
from assay.report.outline import table
from assay.report.result import Gap
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

PLANNER = Planner(API, supply(API))
CYCLE = API.lifecycles[0]
HEADER = RunStarted(
    "r", "2026-01-01T00:00:00Z", 1, "gate", "mock", "d", "0", clauses(API), tables=(table(CYCLE),)
)
UNKNOWN = Subject(SubjectKind.NEVER_ISSUED, "n1")


def case(operation, symbol="i1"):
    kind = SubjectKind.NEW if operation == "open" else SubjectKind.KNOWN
    return PLANNER.usual(operation, Subject(kind, symbol))


def walked(*histories, server=None):
    """The coverage after histories: operations on one tab, or cases."""
    sink = ListSink()
    stage = Stage(API, Judge(API, supply(API)), FakeSend(server or Shop()), sink, FakeClock(), Policy(()), 7)
    for history in histories:
        stage.play([case(step) if isinstance(step, str) else step for step in history])
    log = [HEADER, *(load(dump(event)) for event in sink.events), RunFinished("2026-01-01T00:00:09Z", True)]
    (found,) = fold(log).coverage
    return found


def test_nothing_asked_nothing_seen():
    """Of what documented ways lead to, nothing was seen, and each part says why."""
    found = walked()
    assert [(e.seen, e.of) for e in (found.states, found.cells, found.transitions, found.pairs)] == [
        (0, 3),
        (0, 7),
        (0, 7),
        (0, 10),
    ]
    assert found.complete is None
    assert Gap("no instance was brought into it", "paid") in found.states.gaps
    assert Gap("no request of this run reached it", "open", "pay") in found.cells.gaps
    assert Gap("no request of this run reached it", "open", "pay", "paid") in found.transitions.gaps
    why = "open on absent → open was not seen at all"
    assert Gap(why, "absent", "open", "open", ("open", "look", "open")) in found.pairs.gaps


def test_a_walk():
    """Each step is a transition, and each two in a row are a pair."""
    found = walked(["open", "look", "pay", "pay"])
    assert (found.states.seen, found.cells.seen, found.transitions.seen, found.pairs.seen) == (3, 4, 4, 3)
    apart = "they did not follow one another on one instance"
    assert Gap(apart, "absent", "open", "open", ("open", "pay", "paid")) in found.pairs.gaps


def test_all_cells_are_seen_by_a_request():
    """The number of the request that showed the last cell is told, and only once there is none left."""
    all_of_it = (
        ["look"],
        ["pay"],
        ["open", "look"],
        ["open", "pay"],
        ["open", "pay", "look"],
        ["open", "pay", "pay"],
    )
    histories = [[replace(case(h[0]), subject=UNKNOWN)] if len(h) == 1 else h for h in all_of_it]
    assert walked(*histories[:-1]).complete is None
    assert walked(*histories, histories[0], histories[2]).complete == 2 + 2 + 2 + 3 + 3
    assert walked(*histories).cells.gaps == ()


def test_steps_of_two_instances_are_no_pair():
    """Only what one instance went through follows one another, however the steps of two are mixed."""
    mixed = [case("open"), case("open", "i2"), case("look"), case("pay", "i2"), case("pay")]
    found = walked(mixed)
    gone = {(g.state, g.operation, g.then) for g in found.pairs.gaps}
    assert ("open", "look", ("open", "pay", "paid")) not in gone
    assert ("absent", "open", ("open", "pay", "paid")) not in gone
    assert found.pairs.seen == 3


def test_what_was_refused_is_no_step_of_the_walk():
    """A request without credentials takes no transition, and what stands around it did not follow one another."""
    refused = replace(case("look"), credentials=Credentials.MISSING)
    found = walked([case("open"), refused, case("pay")])
    assert found.transitions.seen == 2
    assert found.pairs.seen == 0


def test_another_answer_than_documented_is_no_transition():
    """A broken cell was asked, so it is seen; the transition it promises was not."""

    def fault(shop, request, honest):
        return reply(409) if request.path.endswith("pay") and honest.status == 200 else honest

    found = walked(["open", "pay", "look"], server=Shop(fault))
    assert Gap("its cell was asked, and answered otherwise than documented", "open", "pay", "paid") in (
        found.transitions.gaps
    )
    assert ("open", "pay") not in {(g.state, g.operation) for g in found.cells.gaps}
    assert found.transitions.seen == 1


def test_what_is_known_of_a_step_is_learnt_again_from_nobody():
    """Steps like earlier ones, judged by the very same verdicts, leave the trail that they leave one by one."""
    sink = ListSink()
    stage = Stage(API, Judge(API, supply(API)), FakeSend(Shop()), sink, FakeClock(), Policy(()), 7)
    for steps in (["open", "pay", "look"], ["open", "look", "look", "pay"], ["open"]):
        stage.play([case(step) for step in steps])
    seen = [event for event in sink.events if isinstance(event, StepJudged)]
    alike = [
        replace(e, step=replace(e.step, instance=f"{e.step.instance}{n}")) for n in range(3) for e in seen
    ]
    quick, slow = Trail(), Trail()
    for event in [*seen, *alike]:
        quick.take(event)
        slow._known.clear()
        slow.take(event)
    assert (quick.hops, quick.pairs, quick.states, quick.first, quick._last) == (
        slow.hops, slow.pairs, slow.states, slow.first, slow._last
    )  # fmt: skip
    assert quick.pairs


def test_memory_does_not_grow_with_the_log():
    """However many instances a run meets, the last steps of a few are remembered."""
    sink = ListSink()
    stage = Stage(API, Judge(API, supply(API)), FakeSend(Shop()), sink, FakeClock(), Policy(()), 7)
    for _ in range(200):
        stage.play([case("open")])
    trail = Trail()
    for event in sink.events:
        if isinstance(event, StepJudged):
            trail.take(event)
    assert len(trail._last) < 100
    assert len(trail._known) <= 1024
