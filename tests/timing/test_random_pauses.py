"""Honest farms and the mock, asked anything at any time: nothing that time can explain is ever a violation."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from assay.evidence.redact import Policy
from assay.explore.history import History
from assay.explore.stage import Stage
from assay.judge import Judge
from assay.model.case import Subject, SubjectKind, WireRequest, WireResponse
from assay.model.event import StepJudged
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import FakeSend, Server
from fakes.sink import ListSink
from timing.bench import Outcome
from timing.farm import API, Farm, NeverGone
from timing.test_mock import Mocked

#: seconds that pass between two requests: none, moments, and around every time that the table names
PAUSES = (0.0, 0.0, 0.0, 1.0, 9.0, 31.0, 59.0, 61.0, 300.0, 598.0, 631.0, 700.0)


def wandered(server: Server, clock: FakeClock, seed: int, requests: int = 120) -> Outcome:
    """What is seen in some histories of random requests with random pauses."""
    dice, log, spent = Random(seed), ListSink(), 0
    stage = Stage(API, Judge(API, supply(API)), FakeSend(server, clock), log, clock, Policy(()), seed)
    planner = Planner(API, supply(API))
    while spent < requests:
        history = History()
        stage.perform(history, planner.usual("sow", Subject(SubjectKind.NEW, "i1")))
        for _ in range(dice.randrange(2, 9)):
            case = planner.usual(dice.choice(("look", "look", "eat")), Subject(SubjectKind.KNOWN, "i1"))
            stage.perform(history, replace(case, wait=dice.choice(PAUSES)))
            spent += 1
    return Outcome(tuple(log.events), tuple(clock.slept))


@pytest.mark.parametrize("seed", range(6))
def test_an_honest_farm(seed: int) -> None:
    """Whenever it ripens and expires within what is documented, and whenever it is asked."""
    dice, clock = Random(seed), FakeClock()
    farm = Farm(clock, ripens=dice.uniform(0, 59.9), lasts=dice.uniform(600.1, 629.9))
    assert wandered(farm, clock, seed).broken == set()


@pytest.mark.parametrize("seed", range(3))
def test_the_mock(seed: int) -> None:
    """The mock ages its instances as its contract says, whoever asks first."""
    clock = FakeClock()
    assert wandered(Mocked(clock), clock, seed).broken == set()


def test_answers_that_get_lost() -> None:
    """The farm acts and nobody hears of it: both worlds go on ageing, and neither is held against the farm."""
    clock, dice = FakeClock(), Random(5)
    farm = Farm(clock)

    def lossy(request: WireRequest) -> WireResponse:
        answer = farm(request)
        lost = request.method == "POST" and request.path != "/beds" and dice.random() < 0.3
        assert isinstance(answer, WireResponse)
        return WireResponse(503, (), b"") if lost else answer

    found = wandered(lossy, clock, 5)
    told = (v for e in found.events if isinstance(e, StepJudged) for v in e.verdicts if v.kind == "violated")
    assert {v.clause.rpartition("/")[2] for v in told} <= {"no-server-error"}


def test_a_wrong_farm_is_caught_here_too() -> None:
    """The same wandering accuses a farm in which nothing expires, so that its silence about others means something."""
    clock = FakeClock()
    assert "ripe/look/expires" in wandered(NeverGone(clock), clock, 1).broken
