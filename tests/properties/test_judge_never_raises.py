"""Whatever comes back, the judge has a word for it, and uses only clauses that were planned."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.model.case import BodyKind, Credentials, Failure, FailureKind, Payload, SubjectKind, WireResponse
from fakes.contracts import example
from fakes.judging import bench
from fakes.send import reply

#: light on the machine: the space is wide, and each night draws other values
LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)

OPERATIONS = [
    (api, operation.id) for api in ("iplaygames", "equos") for operation in bench(api).api.operations
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(max_size=5), of, max_size=3)
)
TYPES = st.sampled_from(
    ["application/json", "text/html", "application/problem+json", "TEXT/plain; charset=x", "", ";", "*/*"]
)


@st.composite
def wrecked(draw, api: str, operation: str):
    """A documented example with one member, somewhere, replaced or taken away."""
    whole = bench(api).api.operation(operation)
    status = draw(st.sampled_from([int(found.status) for found in whole.replies]))
    value = example(bench(api).api, operation, status)
    spot = value
    while isinstance(spot, dict) and spot:
        name = draw(st.sampled_from(sorted(spot)))
        if isinstance(spot[name], dict) and draw(st.booleans()):
            spot = spot[name]
            continue
        if draw(st.booleans()):
            spot[name] = draw(VALUES)
        else:
            del spot[name]
        break
    return status, json.dumps(value).encode()


def answers(api: str, operation: str):
    status = st.integers(100, 599) | st.sampled_from([200, 201, 400, 401, 404, 429, 500])
    body = st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode())
    headers = st.lists(
        st.tuples(st.text(string.ascii_letters, min_size=1, max_size=8), st.text(max_size=12)), max_size=3
    )
    typed = st.tuples(headers, TYPES).map(lambda pair: (*pair[0], ("Content-Type", pair[1])))
    anything = st.builds(WireResponse, status, typed, body)
    nearly = st.builds(
        lambda pair, kind: WireResponse(pair[0], (("content-type", kind),), pair[1]),
        wrecked(api, operation),
        TYPES,
    )
    failed = st.builds(Failure, st.sampled_from(FailureKind), st.text(max_size=10), st.booleans())
    return anything | nearly | failed


def situations(api: str, operation: str):
    cycle = bench(api).api.lifecycle_of(operation)
    assert cycle is not None
    names = [state.name for state in cycle.states]
    fields = [field.name for field in cycle.fields]
    return st.tuples(
        st.sets(st.sampled_from(names)).map(" ".join),
        st.booleans(),
        st.dictionaries(st.sampled_from(fields) if fields else st.nothing(), VALUES, max_size=3),
    )


@pytest.mark.parametrize(("api", "operation"), OPERATIONS)
def test_any_answer(api: str, operation: str):
    """Arbitrary and nearly honest answers give a judgement: its clauses exist, its states are the table's."""
    at = bench(api)
    cycle = at.api.lifecycle_of(operation)
    assert cycle is not None
    known = {clause.id for clause in at.clauses}
    states = {state.name for state in cycle.states}
    subjects = (
        (SubjectKind.NEW,)
        if operation == cycle.created_by
        else (SubjectKind.KNOWN, SubjectKind.NEVER_ISSUED, SubjectKind.ARBITRARY)
    )
    bodies = (
        st.none()
        | VALUES.map(lambda value: Payload(BodyKind.JSON, value))
        | st.binary(max_size=20).map(
            lambda raw: Payload(BodyKind.RAW, raw=raw, media_type="application/json")
        )
    )

    @LIGHT
    @given(
        answers(api, operation),
        situations(api, operation),
        st.sampled_from(subjects),
        st.sampled_from(Credentials),
        bodies,
    )
    def judged(answer, situation, subject, credentials, body):
        case = at.case(
            operation, subject, credentials=credentials, **({} if body is None else {"body": body})
        )
        judgement = at.ask(case, answer, situation[0], proven=situation[1], values=situation[2])
        assert {verdict.clause for verdict in judgement.verdicts} <= known
        assert judgement.states <= states
        assert judgement.verdicts, "an exchange that says nothing at all"
        assert judgement == at.ask(case, answer, situation[0], proven=situation[1], values=situation[2])

    judged()


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"1" * 6000, b'"\\ud800"', b"-", b"\x00" * 99]
)
@pytest.mark.parametrize(("api", "operation"), OPERATIONS)
def test_hostile_answers(api: str, operation: str, body: bytes):
    """Absurd nesting, broken text and vast numbers are verdicts, never our traceback."""
    at = bench(api)
    for status in (200, 201, 400, 404):
        assert at.ask(at.case(operation), reply(status, body), "active running").verdicts
