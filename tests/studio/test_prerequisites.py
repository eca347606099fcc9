"""An instance may need another: it is made first, in the same history, and its value flows into the request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.app.profile import PROFILES
from assay.app.units import units
from assay.explore import generated, lifecycle, witness
from assay.explore import laws as drills
from assay.explore.history import History
from assay.explore.properties import Generated
from assay.explore.vocabulary import vocabulary
from assay.inputs.classify import Validity
from assay.inputs.known_good import Supply, examples
from assay.judge.compiled import CompiledApi
from assay.model.case import BodyKind, Case, Credentials, Payload, Script, Subject, SubjectKind
from assay.model.contract import ContractSet
from assay.model.event import Noted
from assay.model.verdict import VerdictKind
from assay.plan import interplay
from assay.plan.ground import Ground
from studio.rig import Rig, api
from studio.server import Answer, Studio

NEW, KNOWN = Subject(SubjectKind.NEW, "i1"), Subject(SubjectKind.KNOWN, "i1")


def script(rig: Rig, *operations: str) -> Script:
    """Each operation once about the same instance, the first of them makes it."""
    steps = [rig.planner.usual(name, KNOWN if number else NEW) for number, name in enumerate(operations)]
    return Script("asked by a test", tuple(steps))


def test_what_is_needed_comes_first():
    """A pass needs an avatar that is ready: it is made and published first, and all URLs of the pass name that one."""
    rig = Rig(Studio())
    asked = rig.play(script(rig, "startPass", "getPass", "stopPass"))
    avatar, name = *rig.studio.avatars, *rig.studio.passes
    assert asked == [
        "POST /avatars",
        f"POST /avatars/{avatar}/publish",
        "POST /passes",
        f"GET /passes/{name}?avatar={avatar}",
        f"POST /avatars/{avatar}/passes/{name}/stop",
    ]
    assert dict(rig.send.requests[3].headers)["X-Avatar"] == avatar
    assert rig.violated == []


def test_what_is_needed_may_need_more():
    """A note needs a pass, which needs an avatar: innermost first, each made once."""
    rig = Rig(Studio())
    asked = rig.play(script(rig, "addNote", "getNote"))
    assert [line.split("/")[1] for line in asked] == ["avatars", "avatars", "passes", "passes", "passes"]
    assert len(rig.studio.notes) == 1
    assert rig.violated == []


def test_requests_built_so_are_valid():
    """The outcome of such a request is stated: who refuses it is accused, with the whole history, tried again."""

    class Refusing(Studio):
        def start(self, sent: object) -> Answer:
            return 422, {"error": "not today"}

    rig = Rig(Refusing())
    rig.play(script(rig, "startPass"))
    assert rig.violated == [
        ("lifecycle/pass/absent/startPass", ["createAvatar", "publishAvatar", "startPass"])
    ]
    assert [found.reproduced for found in rig.sink.violations] == [(2, 2)]


def test_two_things_share_nothing():
    """Each of two passes gets an avatar of its own: the first may have used up what it needed."""
    rig = Rig(Studio())
    other = rig.planner.usual("startPass", Subject(SubjectKind.NEW, "i2"))
    rig.play(Script("two", (*script(rig, "startPass").steps, other)))
    assert len({avatar for avatar, _ in rig.studio.passes.values()}) == 2


def test_one_request_sent_twice_is_the_same_in_all_of_it():
    """Two creations with one idempotency key name the same avatar; with another key, or of bob, they do not."""
    rig = Rig(Studio())
    usual = rig.planner.usual("startPass", NEW)
    keyed = replace(usual, refs={"header.Key": "$fresh.uuid.key"})
    twin = replace(keyed, subject=Subject(SubjectKind.NEW, "i2"))

    def named(*cases: Case) -> int:
        *_, one, other = rig.planner.prerequisites.complete(cases)
        return len({one.refs["body#/avatar/id"], other.refs["body#/avatar/id"]})

    assert named(keyed, twin) == 1
    assert named(keyed, replace(twin, refs={"header.Key": "$fresh.uuid.other"})) == 2
    assert named(keyed, replace(twin, principal="bob")) == 2


def test_a_target_that_has_one_ready_is_asked_for_none():
    """A value of the target's configuration wins: nothing is made, and the request is valid with it."""
    studio = Studio()
    studio.avatars["av-mine"] = "ready"
    rig = Rig(studio, Supply({"avatar-id": "av-mine"}))
    asked = rig.play(script(rig, "startPass"))
    assert asked == ["POST /passes"]
    assert [avatar for avatar, _ in studio.passes.values()] == ["av-mine"]
    verdicts = rig.sink.steps[0].verdicts
    assert ("studio/lifecycle/pass/absent/startPass", VerdictKind.HOLDS) in {
        (v.clause, v.kind) for v in verdicts
    }


def test_a_prerequisite_that_fails_accuses_only_itself():
    """Where the avatar never becomes ready, no pass is asked for, and the plan says why."""

    class Stuck(Studio):
        def publish(self, avatar: str) -> Answer:
            return 409, {"error": "later"}

    rig = Rig(Stuck())
    asked = rig.play(script(rig, "startPass"))
    assert "POST /passes" not in asked
    assert "avatar that it needs" in rig.stage.obstacle
    assert {clause for clause, _ in rig.violated} == {
        "publishAvatar/documented-statuses",
        "lifecycle/avatar/draft/publishAvatar",
    }


def test_a_prerequisite_that_was_not_made_is_told_as_that():
    """The reason of what stays unwitnessed names the thing that is missing, and what was answered."""

    class Full(Studio):
        def create_avatar(self, sent: object) -> Answer:
            return 422, {"error": "no more"}

    rig = Rig(Full())
    rig.play(script(rig, "startPass"))
    assert "POST /passes" not in rig.send.lines
    assert "was not made" in rig.stage.obstacle


def test_what_somebody_put_there_on_purpose_stays():
    """A made-up id is left as it is: it is unstated, and nothing is made for it."""
    rig = Rig(Studio())
    case = rig.planner.usual("startPass", NEW)
    odd = replace(case, body=replace(case.body, value={"avatar": {"id": "made-up"}}))
    assert rig.planner.prerequisites.complete((odd,)) == (odd,)
    classify = CompiledApi(api(), Supply({})).operations["startPass"].classify
    assert classify(odd).validity is Validity.UNSTATED
    assert classify(case).validity is Validity.UNSTATED, "the example exists at no live target"


def test_nobody_passes_an_invented_value_off_as_made():
    """Only the very reference that the plan writes makes a value known to exist; another reference does not."""
    rig = Rig(Studio())
    *_, good = rig.planner.prerequisites.complete((rig.planner.usual("startPass", NEW),))
    classify = CompiledApi(api(), Supply({})).operations["startPass"].classify
    assert classify(good).validity is Validity.VALID
    other = replace(good, refs=dict.fromkeys(good.refs, "$instances.i2.id"))
    assert classify(other).validity is Validity.UNSTATED


def test_a_drill_may_refer_to_something_itself():
    """Where a law has put a reference at the place, or at what holds it, nothing is added."""
    rig = Rig(Studio())
    case = rig.planner.usual("startPass", NEW)
    for place in ("body#/avatar/id", "body#/avatar", "body", "body#/avatar?"):
        own = replace(case, refs={place: "$steps.first.request.body"})
        assert rig.planner.prerequisites.complete((own,)) == (own,)


def test_who_is_not_let_in_can_still_be_turned_away():
    """Without any credentials nothing can be made: the refusal of strangers is tried with the example instead."""
    rig = Rig(Studio(), has_credentials=False)
    plan = rig.planner.witness(api().operation("startPass"), 60)
    alone = [s for s in plan.scripts if s.steps[-1].credentials is not Credentials.VALID]
    assert alone
    assert {len(s.steps) for s in alone} == {1}
    witness.explore(rig.stage, replace(plan, scripts=tuple(alone)))
    assert {step.step.evidence.status for step in rig.sink.steps} == {401}


def test_a_principal_makes_what_he_needs():
    """What bob's request needs, bob makes."""
    rig = Rig(Studio())
    steps = rig.planner.prerequisites.complete(
        (replace(rig.planner.usual("startPass", NEW), principal="bob"),)
    )
    assert {step.principal for step in steps} == {"bob"}


@pytest.mark.parametrize("operation", ["startPass", "getPass", "stopPass", "addNote", "getNote"])
def test_the_directed_plan_keeps_its_budget(operation):
    """Requests of the witness plan count what comes before them; on an honest server nothing is broken."""
    rig = Rig(Studio())
    plan = rig.planner.witness(api().operation(operation), 40)
    witness.explore(rig.stage, plan)
    assert len(rig.send.requests) == plan.requests <= 40
    assert rig.violated == []


def test_generated_requests_have_what_they_need():
    """A generated request with the stand-in gets the real thing, one with another id goes out as it is."""
    rig = Rig(Studio())
    bodies = ({"avatar": {"id": "av-shown"}, "label": "odd"}, {"avatar": {"id": "else"}})
    made = [
        Generated(
            "made up",
            {},
            {},
            {},
            {},
            Payload(BodyKind.JSON, body, media_type="application/json"),
            "valid",
            "random",
        )
        for body in bodies
    ]
    found = tuple(generated.scripts(rig.planner, api().operation("startPass"), iter(made)))
    assert [len(one.steps) for one in found] == [3, 1]
    witness.play(rig.stage, iter(found))
    assert len(rig.studio.passes) == 1
    assert rig.violated == []


def test_directed_histories_have_what_they_need():
    """Cells and pairs of a lifecycle that needs another: all go through, and nothing honest is accused."""
    rig = Rig(Studio())
    note = next(cycle for cycle in api().lifecycles if cycle.name == "note")
    lifecycle.directed(rig.stage, interplay.scripts(rig.planner, note), 200, "histories")
    verdicts = {(v.clause, v.kind) for step in rig.sink.steps for v in step.verdicts}
    assert ("studio/lifecycle/note/written/getNote", VerdictKind.HOLDS) in verdicts
    assert rig.violated == []


def test_the_machine_makes_what_it_needs():
    """The random machine witnesses every cell of a pass, and what it makes for that counts against its effort."""
    rig = Rig(Studio())
    cycle = next(cycle for cycle in api().lifecycles if cycle.name == "pass")
    effort = replace(PROFILES["gate"].lifecycle, histories=12, steps=10)
    lifecycle.explore(rig.stage, lifecycle.walks(vocabulary(rig.planner, cycle), effort, 5), cycle)
    held = {v.clause for step in rig.sink.steps for v in step.verdicts if v.kind is VerdictKind.HOLDS}
    assert {
        f"studio/lifecycle/pass/{state}/{name}"
        for state in ("running", "stopped")
        for name in ("getPass", "stopPass")
    } <= held
    assert len(rig.send.requests) <= effort.random
    assert rig.violated == []


def test_the_machine_finds_and_shrinks():
    """A second stop that is not refused is found, and told with the two steps of its avatar before it."""

    class Lax(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            status, value = super().stop(avatar, name)
            return (200, self.shown(name)) if status == 409 else (status, value)

    rig = Rig(Lax())
    cycle = next(cycle for cycle in api().lifecycles if cycle.name == "pass")
    effort = replace(PROFILES["gate"].lifecycle, histories=12)
    lifecycle.explore(rig.stage, lifecycle.walks(vocabulary(rig.planner, cycle), effort, 5), cycle)
    assert ("lifecycle/pass/stopped/stopPass",
            ["createAvatar", "publishAvatar", "startPass", "stopPass", "stopPass"]) in rig.violated  # fmt: skip


def test_drills_have_what_they_need():
    """Laws are drilled on instances that need others; the drills' own steps are told from what comes before them."""
    rig = Rig(Studio())
    cycle = next(cycle for cycle in api().lifecycles if cycle.name == "pass")
    drills.explore(rig.stage, Ground(rig.planner, cycle), 200)
    verdicts = {(v.clause, v.kind) for step in rig.sink.steps for v in step.verdicts}
    assert ("studio/lifecycle/pass/law/stays-final", VerdictKind.HOLDS) in verdicts
    assert not [event for event in rig.sink.events if isinstance(event, Noted)]
    assert rig.violated == []


def test_a_twice_issued_id_is_told_with_what_both_needed():
    """The story of `unique-ids` makes an avatar for each of the two passes: it can be sent again as it stands."""

    class Forgetful(Studio):
        def start(self, sent: object) -> Answer:
            status, value = super().start(sent)
            if status == 201 and isinstance(value, dict):
                self.passes["ps-one"] = self.passes.pop(value["id"])
                value = self.shown("ps-one")
            return status, value

    rig = Rig(Forgetful())
    rig.play(script(rig, "startPass"))
    rig.play(script(rig, "startPass"))
    lead = ["createAvatar", "publishAvatar", "startPass"]
    assert rig.violated == [("lifecycle/pass/law/unique-ids", lead + lead)]
    assert [found.reproduced for found in rig.sink.violations] == [(2, 2)]


def test_a_history_replays_from_its_cases():
    """The cases of a report are enough: prerequisites and references are in them."""
    rig = Rig(Studio())
    rig.play(script(rig, "startPass", "stopPass"))
    cases = [step.step.case for step in rig.sink.steps]
    again = Rig(Studio())
    assert again.stage.perform_all(History(), cases)
    assert again.studio.running == []
    assert len(again.studio.passes) == 1


def test_they_are_one_unit():
    """Lifecycles joined by what they need are explored together; so is an operation that needs one of them."""
    found = units(ContractSet((api(),), ""))
    assert [(unit.id, {cycle.name for cycle in unit.lifecycles}) for unit in found] == [
        ("studio/avatar", {"avatar", "pass", "note"})
    ]
    assert {operation.id for operation in found[0].operations} == {
        operation.id for operation in api().operations
    }


def test_the_mock_holds_what_no_instance_gives():
    """Against the mock prerequisites are made as at a live target: its examples stand only for the rest."""
    assert examples(api()).values == {}
    assert set(api().supplies) == {"avatar-id", "pass-id"}


def test_a_case_without_any_is_left_alone():
    """Completion touches nothing that needs nothing."""
    rig = Rig(Studio())
    case = rig.planner.usual("createAvatar", NEW)
    assert rig.planner.complete(Script("alone", (case,))) == Script("alone", (case,))
    assert isinstance(case, Case)
