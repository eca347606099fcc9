"""An object with too few or too many members breaks the bound on their number, and nothing else."""

from __future__ import annotations

import pytest

from assay.inputs.constraints import constraints
from assay.inputs.known_good import Supply
from assay.plan.breaking import invalid, limits
from assay.plan.witness import Planner
from fakes.contracts import made


@pytest.mark.parametrize(
    ("bound", "constraint", "sent", "at_the_edge"),
    [
        ("minProperties: 1", "body/minProperties", 0, 1),
        ("minProperties: 2", "body/minProperties", 1, 2),
        ("maxProperties: 3", "body/maxProperties", 4, None),
        ("maxProperties: 2", "body/maxProperties", 3, None),
    ],
)
def test_a_bound_on_members_is_broken_by_one(
    bound: str, constraint: str, sent: int, at_the_edge: int | None
) -> None:
    """One member less or more than the bound allows; and where declared members do, as many as it allows."""
    api = made(
        f"""
operation: write
method: put
path: /note
requestBody:
  required: true
  content:
    application/json:
      schema: {{type: object, {bound}, properties: {{a: {{type: string}}, b: {{type: string}}}}}}
responses: {{"204": {{description: written}}, "400": {{description: refused}}}}
"""
    )
    maker = Planner(api, Supply({})).maker("write")
    (wanted,) = (c for c in constraints(api, api.operation("write")) if c.id == constraint)
    case = invalid(maker, wanted)
    assert case is not None
    assert maker.classify(case).broken == (constraint,)
    assert len(case.body.value) == sent
    if at_the_edge is not None:
        assert [len(one.body.value) for one in limits(maker, wanted)] == [at_the_edge]
