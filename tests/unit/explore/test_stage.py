"""The stage: what is sent, what is told, and what keeps explorers honest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.evidence.redact import Policy
from assay.explore import witness
from assay.explore.stage import Stage, TargetDown
from assay.judge import Judge
from assay.model.case import Credentials, Failure, FailureKind, Subject, SubjectKind
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.contracts import supply
from fakes.send import REFUSED, FakeSend, reply
from fakes.shop import API, Shop
from fakes.sink import ListSink

PLANNER = Planner(API, supply(API))
NEW, KNOWN, UNKNOWN = (
    Subject(kind, "i1") for kind in (SubjectKind.NEW, SubjectKind.KNOWN, SubjectKind.NEVER_ISSUED)
)


class Rig:
    """A stage with everything around it in memory."""

    def __init__(self, server, policy=None, **options):
        self.clock = FakeClock()
        self.sink = ListSink()
        self.send = FakeSend(server, self.clock)
        self.stage = Stage(
            API, Judge(API, supply(API)), self.send, self.sink, self.clock, policy or Policy(()), 7, **options
        )

    def play(self, *steps):
        subjects = {"open": NEW}
        return self.stage.play([PLANNER.usual(op, subjects.get(op, KNOWN)) for op in steps])

    @property
    def violated(self):
        return [
            (
                found.verdict.clause.split("/", 1)[1],
                [step.case.operation for step in found.history],
                found.reproduced,
            )
            for found in self.sink.violations
        ]


def on(path, answer, after=0):
    """A fault that answers requests to a path otherwise, from the n-th on."""
    seen = [0]

    def fault(shop, request, honest):
        if not request.path.endswith(path):
            return honest
        seen[0] += 1
        return answer if seen[0] > after else honest

    return fault


def test_an_honest_shop():
    """Nothing is told of an honest server, and every step is logged once."""
    rig = Rig(Shop())
    played = rig.play("open", "look", "pay", "look", "pay")
    assert [step.judgement.states for step in played] == [{"open"}, {"open"}, {"paid"}, {"paid"}, {"paid"}]
    assert rig.violated == []
    assert [event.number for event in rig.sink.steps] == [1, 2, 3, 4, 5]
    assert [event.step.state for event in rig.sink.steps] == ["absent", "open", "open", "paid", "paid"]


def test_ids_are_bound():
    """Requests carry the id that the server issued, and one of its form that it did not."""
    rig = Rig(Shop())
    rig.play("open", "pay")
    rig.stage.play([PLANNER.usual("look", UNKNOWN)])
    assert rig.send.requests[1].path == "/tabs/00000000-0000-0000-0000-000000000001/pay"
    assert len(rig.send.requests[2].path) == len("/tabs/00000000-0000-0000-0000-000000000001/look")
    assert rig.violated == []


def test_a_violation_is_confirmed_and_its_story_told():
    """A broken cell is told with the steps of its instance, tried again on fresh ones."""
    rig = Rig(Shop(on("pay", reply(200, {}))))
    rig.play("open", "pay", "pay")
    assert rig.violated == [("lifecycle/tab/paid/pay", ["open", "pay", "pay"], (2, 2))]
    assert rig.stage.requests["confirm"] == 6 + 2, "and once without the step that could be left out"


def test_a_violation_that_does_not_come_back():
    """What is seen once and not again is told so."""
    seen = []

    def fault(shop, request, honest):
        seen.append(request)
        return reply(500) if len(seen) == 2 else honest

    rig = Rig(Shop(fault))
    rig.play("open", "look")
    assert rig.violated == [("look/no-server-error", ["open", "look"], (0, 2))]


def test_a_failure_that_needs_another_instance():
    """Where one instance spoils another, the whole history is the story."""

    def fault(shop, request, honest):
        if request.path.endswith("pay") and honest.status == 200:
            shop.tabs = dict.fromkeys(shop.tabs, "paid")
        return honest

    rig = Rig(Shop(fault))
    two = Subject(SubjectKind.NEW, "i2"), Subject(SubjectKind.KNOWN, "i2")
    rig.stage.play(
        [
            PLANNER.usual("open", NEW),
            PLANNER.usual("open", two[0]),
            PLANNER.usual("pay", KNOWN),
            PLANNER.usual("pay", two[1]),
        ]
    )
    assert rig.violated == [("lifecycle/tab/open/pay", ["open", "open", "pay", "pay"], (2, 2))]


def test_the_story_of_an_id_issued_twice():
    """The two answers that issued the same id, and nothing between them."""
    rig = Rig(lambda request: reply(201, {"id": "the same 'id'"}))
    rig.play("open")
    rig.play("open")
    assert rig.violated == [("lifecycle/tab/law/unique-ids", ["open", "open"], (2, 2))]


def test_an_instance_out_of_step_accuses_no_more():
    """After an answer the table does not allow, the same instance is observed only."""
    rig = Rig(Shop(on("pay", reply(404))))
    rig.play("open", "pay", "look", "pay", "look")
    assert [clause for clause, _, _ in rig.violated] == ["lifecycle/tab/open/pay"]


def test_a_case_without_its_instance_is_not_sent():
    """Where the instance was never made, what follows cannot be asked."""
    rig = Rig(Shop(on("tabs", reply(201, {"id": ""}))))
    assert len(rig.play("open", "look", "pay")) == 1


def test_without_credentials_only_the_open_questions():
    """A target without credentials is asked only what needs none."""
    rig = Rig(Shop(), has_credentials=False)
    assert rig.play("open") == []
    rig.stage.play([replace(PLANNER.usual("open", NEW), credentials=Credentials.MISSING)])
    assert rig.stage.requests["witness"] == 1


def _refusing(principal, after):
    """A fault that refuses one principal, from his n-th request on."""
    seen = [0]

    def fault(shop, request, honest):
        if request.principal != principal or request.credentials is not Credentials.VALID:
            return honest
        seen[0] += 1
        return reply(401) if seen[0] > after else honest

    return fault


def _as(principal, *steps):
    subjects = {"open": NEW}
    return [replace(PLANNER.usual(op, subjects.get(op, KNOWN)), principal=principal) for op in steps]


def test_credentials_are_proven_one_principal_at_a_time():
    """That the usual one was let in says nothing of another: his refusal accuses nobody, and ends nothing."""
    rig = Rig(Shop(_refusing("bob", 0)))
    rig.play("open", "look")
    rig.stage.play(_as("bob", "open"))
    rig.play("open", "pay")
    assert rig.violated == []
    assert (rig.stage.accesses.of("").proven, rig.stage.accesses.of("bob").proven) == (True, False)


def test_another_who_is_locked_out_is_left_out_and_the_rest_goes_on():
    """A second principal's token that expires is noted, and he is not asked as again; the usual one is."""
    rig = Rig(Shop(_refusing("bob", 2)))
    rig.play("open")
    rig.stage.play(_as("bob", "open", "look"))
    rig.stage.play(_as("bob", "open"))
    assert rig.stage.play(_as("bob", "open")) == []
    assert rig.stage.obstacle == "the target stopped accepting the credentials of bob"
    assert len(rig.play("open", "look")) == 2
    assert [note.kind for note in rig.sink.notes] == ["credentials"]
    assert rig.violated == []


def test_a_refusal_of_one_who_was_let_in_is_told():
    """A server that refuses what it should grant is accused, whoever asks, while it lets him do other things."""

    def fault(shop, request, honest):
        return reply(401) if request.principal == "bob" and request.path.endswith("look") else honest

    rig = Rig(Shop(fault))
    rig.stage.play(_as("bob", "open", "look"))
    assert [steps for _, steps, _ in rig.violated] == [["open", "look"]]


def test_a_hanging_operation_is_left_alone():
    """Three unanswered requests are enough, and one more to be sure; a remark says so."""
    rig = Rig(Shop(on("look", Failure(FailureKind.TIMEOUT, "10 s"))))
    for _ in range(4):
        rig.play("open", "look")
    assert sum(line.endswith("/look") for line in rig.send.lines) == 4
    assert [note.kind for note in rig.sink.notes] == ["early-stop"]
    assert rig.violated == [("look/answers", ["open", "look"], (3, 3))]


def test_a_timeout_leaves_two_worlds():
    """After an unanswered payment both answers of the next look are right, and a second payment's too."""
    for took_effect in (False, True):

        def fault(shop, request, honest, took_effect=took_effect, seen=[]):  # noqa: B006 - one list per server
            if request.path.endswith("pay") and not seen:
                seen.append(1)
                if not took_effect:
                    shop.tabs[request.path.split("/")[2]] = "open"
                return Failure(FailureKind.TIMEOUT, "10 s")
            return honest

        rig = Rig(Shop(fault))
        rig.play("open", "pay", "pay", "look")
        assert [clause for clause, _, _ in rig.violated] == ["pay/answers"], took_effect


def test_a_target_that_is_down_ends_the_run():
    """Three refused connections in a row, with pauses, and it is the environment's fault."""
    rig = Rig(lambda request: REFUSED)
    with pytest.raises(TargetDown):
        rig.play("open")
    assert len(rig.send.requests) == 3
    assert rig.clock.slept == [0.3, 0.3]
    assert not rig.stage.reached
    assert rig.violated == []


def test_a_short_outage_is_waited_out():
    """A connection refused once is tried again, and nothing is told."""
    answers = iter([REFUSED])
    shop = Shop()
    rig = Rig(lambda request: next(answers, None) or shop(request))
    assert len(rig.play("open", "pay")) == 2
    assert rig.violated == []


def test_what_was_seen_before_the_target_went_down_is_told():
    """A violation is reported although the target did not live to show it again."""
    for lives in (2, 3):  # it goes down in the same history, or while the violation is tried again

        def fault(shop, request, honest, lives=lives):
            if shop.asked > lives:
                return REFUSED
            return reply(404) if request.path.endswith("look") else honest

        rig = Rig(Shop(fault))
        with pytest.raises(TargetDown):
            rig.play("open", "look", *["pay"] * (3 - lives))
        assert rig.violated == [("lifecycle/tab/open/look", ["open", "look"], (0, 0))], lives


@pytest.mark.parametrize("status", [302, 404])
def test_what_does_not_prove_credentials(status):
    """A redirect or a refusal is no sign that the target accepted our credentials."""
    rig = Rig(lambda request: reply(status) if request.path.endswith("look") else reply(401))
    rig.stage.play([PLANNER.usual("look", UNKNOWN)])
    rig.play("open")
    assert [verdict.kind for verdict in rig.sink.steps[-1].verdicts][-1] == "inconclusive"


def test_secrets_reach_no_event():
    """What a server echoes of our token stands in no verdict and no evidence."""
    rig = Rig(Shop(on("look", reply(404, {"why": "s3cret-token"}))), Policy(("s3cret-token",)))
    rig.play("open", "look")
    assert "s3cret-token" not in repr(rig.sink.events)


def test_the_witness_explorer_explains_what_it_could_not_show():
    """What does not fit the budget, or cannot be sent, is noted with the clause it leaves unwitnessed."""
    rig = Rig(Shop(on("tabs", reply(500))))
    plan = PLANNER.witness(API.operation("pay"), 12)
    witness.explore(rig.stage, plan)
    noted = {clause for note in rig.sink.notes for clause in note.clauses}
    assert "made/lifecycle/tab/open/pay" in noted
    assert "made/lifecycle/tab/paid/pay" in noted
