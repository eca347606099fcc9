"""The directed plan."""

from __future__ import annotations

import pytest

from assay.model.case import Credentials, SubjectKind
from assay.plan.clauses import clauses
from assay.plan.witness import Planner
from fakes.contracts import made, shipped, supply

OPERATIONS = [(api, operation) for api in shipped().apis for operation in api.operations]
IDS = [operation.id for _, operation in OPERATIONS]


@pytest.mark.parametrize(("api", "operation"), OPERATIONS, ids=IDS)
def test_every_clause_is_aimed_at_or_explained(api, operation):
    """No cell, constraint or credential check is forgotten: a request aims at it, or a reason is given."""
    plan = Planner(api, supply(api)).witness(operation, 10_000)
    aimed = {step.aim for script in plan.scripts for step in script.steps} | set(plan.missing)
    kinds = {"cell", "rejects", "authorization"}
    wanted = {
        clause.id for clause in clauses(api) if clause.operation == operation.id and clause.kind in kinds
    }
    assert wanted <= aimed


@pytest.mark.parametrize(("api", "operation"), OPERATIONS, ids=IDS)
def test_aims_are_clauses(api, operation):
    """What a plan aims at, or explains, is a clause of the contract."""
    plan = Planner(api, supply(api)).witness(operation, 10_000)
    aims = {step.aim for script in plan.scripts for step in script.steps if step.aim}
    assert aims | set(plan.missing) <= {clause.id for clause in clauses(api)}


@pytest.mark.parametrize("budget", [0, 1, 7, 30])
@pytest.mark.parametrize(("api", "operation"), OPERATIONS, ids=IDS)
def test_budgets(api, operation, budget):
    """A plan keeps its budget, and tells which clauses did not fit."""
    planner = Planner(api, supply(api))
    plan, whole = planner.witness(operation, budget), planner.witness(operation, 10_000)
    assert plan.requests <= budget < whole.requests or plan == whole
    aimed = {script.steps[-1].aim for script in plan.scripts} | set(plan.missing)
    assert {script.steps[-1].aim for script in whole.scripts} - {None} <= aimed


@pytest.mark.parametrize(("api", "operation"), OPERATIONS, ids=IDS)
def test_no_request_is_made_twice(api, operation):
    """Two scripts that would send the same are one."""
    scripts = Planner(api, supply(api)).witness(operation, 10_000).scripts
    asked = [
        repr(
            [
                (s.operation, s.credentials, s.subject, s.path, s.query, s.headers, s.body)
                for s in script.steps
            ]
        )
        for script in scripts
    ]
    assert len(asked) == len(set(asked))


def test_every_state_is_led_to():
    """Each state is brought about by the shortest documented way, on a fresh instance."""
    api = shipped().api("iplaygames")
    plan = Planner(api, supply(api)).witness(api.operation("endMultiSession"), 1000)
    ways = {
        s.steps[-1].aim: [step.operation for step in s.steps]
        for s in plan.scripts
        if "/lifecycle/" in str(s.steps[-1].aim)
    }
    start, end = "startAMultiSession", "endMultiSession"
    assert ways == {
        "iplaygames/lifecycle/multi-session/absent/endMultiSession": [end],
        "iplaygames/lifecycle/multi-session/active/endMultiSession": [start, end],
        "iplaygames/lifecycle/multi-session/ended/endMultiSession": [start, end, end],
    }
    for script in plan.scripts:
        if len(script.steps) > 1:
            assert [step.subject.kind for step in script.steps][:2] == [SubjectKind.NEW, SubjectKind.KNOWN]


def test_credentials_are_tried_where_success_is_possible():
    """Without and with wrong credentials, the request is one that would succeed with the right ones."""
    api = shipped().api("equos")
    plan = Planner(api, supply(api)).witness(api.operation("sessionPassesControllerStopV3"), 1000)
    tried = [script.steps for script in plan.scripts if script.steps[-1].credentials is not Credentials.VALID]
    assert {steps[-1].credentials for steps in tried} == {Credentials.MISSING, Credentials.INVALID}
    assert any(len(steps) == 2 and steps[-1].subject.kind is SubjectKind.KNOWN for steps in tried)


def test_a_status_nobody_can_derive():
    """A documented status without a way to bring it about is missing, with what to do; `provoke` helps."""
    text = """
operation: ping
method: get
path: /ping
responses: {"200": {description: ok}, "503": {description: busy}}
"""
    api = made(text)
    plan = Planner(api, supply(api)).witness(api.operation("ping"), 10)
    assert "`provoke` can" in plan.missing["made/ping/status/503"]
    api = made(text + "provoke: {'503': {header: {X-Busy: '1'}}}")
    plan = Planner(api, supply(api)).witness(api.operation("ping"), 10)
    assert plan.missing == {}
    assert [script.steps[-1].provokes for script in plan.scripts] == [None, "503"]
