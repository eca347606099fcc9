"""Requests that are meant to be wrong are wrong, and requests at a limit are right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.inputs.constraints import constraints
from assay.inputs.known_good import narrow
from assay.inputs.valid import Maker
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Payload
from assay.plan.breaking import invalid, limits
from assay.plan.witness import Planner
from fakes.contracts import made, shipped, supply

RICH = made("""
operation: make
method: post
path: /make/{kind}
parameters:
  - {name: kind, in: path, required: true, schema: {type: string, enum: [a, b]}}
  - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 50, multipleOf: 1}}
  - {name: code, in: query, schema: {type: string, minLength: 2, maxLength: 4, pattern: '^[A-Z]+$'}}
requestBody:
  required: true
  content:
    application/json:
      schema:
        type: object
        required: [name, tags]
        additionalProperties: false
        properties:
          name: {type: string, minLength: 1, maxLength: 2147483647}
          email: {type: string, format: email}
          size: {type: number, exclusiveMinimum: 0, exclusiveMaximum: 10}
          tags:
            type: array
            minItems: 1
            maxItems: 3
            uniqueItems: true
            items: {type: string, enum: [v, w, x, y, z]}
          owner: {type: object, required: [id], properties: {id: {type: integer}}}
          mode: {const: fast}
responses: {"200": {description: ok}, "400": {description: no}}
""")
OPERATIONS = [(api, operation) for api in (*shipped().apis, RICH) for operation in api.operations]
BROKEN = [(api, operation, c) for api, operation in OPERATIONS for c in constraints(api, operation)]
#: limits that no request can sensibly pass
UNTRIED = {"body/name/maxLength", "query/limit/multipleOf"}


@pytest.mark.parametrize(
    ("api", "operation", "constraint"), BROKEN, ids=[f"{o.id}-{c.id}" for _, o, c in BROKEN]
)
def test_a_broken_constraint_is_broken(api, operation, constraint):
    """A case built to break a constraint breaks it, by the documentation and not only by intention."""
    maker = Planner(api, supply(api)).maker(operation.id)
    case = invalid(maker, constraint)
    if constraint.id in UNTRIED:
        assert case is None or constraint.id in maker.classify(case).broken
        return
    assert case is not None
    assert constraint.id in maker.classify(case).broken


#: constraints that cannot be broken without another: no member of an enumeration has another type
ALONG = {"body/tags/*/type"}


@pytest.mark.parametrize(
    ("api", "operation", "constraint"), BROKEN, ids=[f"{o.id}-{c.id}" for _, o, c in BROKEN]
)
def test_one_constraint_at_a_time(api, operation, constraint):
    """It breaks nothing else, so that its refusal shows something."""
    maker = Planner(api, supply(api)).maker(operation.id)
    case = invalid(maker, constraint)
    if case is not None and constraint.id not in ALONG:
        assert maker.classify(case).broken == (constraint.id,)


@pytest.mark.parametrize(
    ("api", "operation", "constraint"), BROKEN, ids=[f"{o.id}-{c.id}" for _, o, c in BROKEN]
)
def test_a_limit_is_within(api, operation, constraint):
    """Requests at the edge of what a constraint allows are valid."""
    maker = Planner(api, supply(api)).maker(operation.id)
    for case in limits(maker, constraint):
        assert maker.classify(case).validity == "valid"


BODIES = [(api, operation) for api, operation in OPERATIONS if operation.body is not None]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**10)
    | st.floats(-5, 99)
    | st.text(max_size=8)
    | st.sampled_from(["USD", "x"])
)
VALUES = st.recursive(
    SCALARS,
    lambda of: st.lists(of, max_size=3) | st.dictionaries(st.sampled_from(["id", "a"]), of, max_size=2),
)


@pytest.mark.parametrize(("api", "operation"), BODIES, ids=[operation.id for _, operation in BODIES])
def test_three_zones(api, operation):
    """What the schema refuses is invalid; what both readings accept is valid; all else is unstated."""
    maker = Maker(api, operation, supply(api))
    schema = operation.body.content[0].schema
    documented = Validator(schema, api.components)
    good = Validator(narrow(schema, api.resolve, supply(api)), api.components)
    whole = maker.full.body.value

    @settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(st.sampled_from([*whole, "more"]), VALUES, max_size=3),
        st.sets(st.sampled_from(list(whole)), max_size=2),
    )
    def zones(changes, without):
        body = {key: value for key, value in {**whole, **changes}.items() if key not in without}
        case = maker.full.case(operation, "", "")
        found = maker.classify(replace(case, body=Payload(BodyKind.JSON, body)))
        if not documented.accepts(body):
            assert found.validity == "invalid"
            assert found.broken
            assert set(found.broken) <= {c.id for c in constraints(api, operation)}
        else:
            assert found.validity == ("valid" if good.accepts(body) else "unstated")

    zones()
