"""What single exchanges with the Equos API say: no error is documented there, and «nothing» is an answer."""

from __future__ import annotations

import json

import pytest

from assay.model.case import BodyKind, Payload, SubjectKind
from fakes.contracts import example
from fakes.judging import ID, WRONG, bench, faults, kept, told
from fakes.send import reply

API = bench("equos")
START, STOP = "sessionPassesControllerStartV3", "sessionPassesControllerStopV3"
CELL = "lifecycle/session-pass"
OBSERVED, VIOLATED = "observed", "violated"


def started(**changes):
    value = example(API.api, START, 201)
    value["session"].update(changes)
    return value


def stopped(**changes):
    return {**example(API.api, STOP, 200), "id": ID, **changes}


def decided(judgement):
    """What is violated; what is inconclusive where nothing is."""
    return {clause: kind for clause, kind in faults(judgement).items() if kind != OBSERVED}


def stray(state):
    """A status nobody documents breaks two promises: the table's, and that no other status is answered."""
    return {f"{STOP}/documented-statuses": VIOLATED, f"{CELL}/{state}/{STOP}": VIOLATED}


def raw(value, name, text):
    """JSON with a member whose text no Python value writes."""
    return (json.dumps(value)[:-1] + f', "{name}": {text}}}').encode()


@pytest.mark.parametrize(
    ("states", "answer", "expected"),
    [
        ("running", reply(200, stopped()), {}),
        ("running", reply(200, stopped(id="another")), {f"{CELL}/running/{STOP}": VIOLATED}),
        ("running", reply(200, None), {f"{CELL}/running/{STOP}": VIOLATED}),
        ("running", reply(200, b""), {f"{CELL}/running/{STOP}": VIOLATED}),
        ("running", reply(200, {}), {f"{STOP}/shape/200": VIOLATED}),
        ("running", reply(404, {}), stray("running")),
        ("running", reply(204, b""), stray("running")),
        ("stopped", reply(200, None), {}),
        ("stopped", reply(200, b""), {}),
        ("stopped", reply(200, b"", None), {}),
        ("stopped", reply(200, b"  null\n"), {}),
        ("stopped", reply(200, stopped()), {f"{CELL}/stopped/{STOP}": VIOLATED}),
        ("stopped", reply(200, {}), {f"{STOP}/shape/200": VIOLATED}),
        ("stopped", reply(200, b"null", "text/html"), {f"{STOP}/content-type/200": VIOLATED}),
        ("stopped", reply(409, {}), stray("stopped")),
        ("running stopped", reply(200, None), {}),
        ("running stopped", reply(200, stopped()), {}),
        ("running stopped", reply(200, stopped(id="x")), {f"{CELL}/running/{STOP}": VIOLATED}),
        ("", reply(404, {}), {}),
        ("", reply(200, None), {}),
    ],
)
def test_stopping(states, answer, expected):
    """A stop ends a running session, otherwise answers nothing: null and no body are both nothing."""
    assert decided(API.ask(API.case(STOP), answer, states)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(reply(200, None), {}), (reply(200, b""), {}), (reply(404), stray("absent"))],
)
def test_stopping_what_was_never_issued(answer, expected):
    """«Not found» is null here, and 404 breaks the documented summary."""
    assert decided(API.ask(API.case(STOP, SubjectKind.NEVER_ISSUED), answer)) == expected


@pytest.mark.parametrize(
    ("answer", "label"), [(reply(200, None), "200 null"), (reply(200, b""), "200 empty")]
)
def test_which_nothing_was_seen(answer, label):
    """Null and empty both pass, and the tally tells them apart."""
    judgement = API.ask(API.case(STOP), answer, "stopped")
    assert {verdict.outcome for verdict in judgement.verdicts if verdict.kind == "holds"} == {label}


@pytest.mark.parametrize("credentials", WRONG)
@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 404, 409, 422, 451])
def test_wrong_credentials(credentials, status):
    """No refusal of credentials is documented, so any refusal is only observed."""
    judgement = API.ask(API.case(START, credentials=credentials), reply(status))
    assert decided(judgement) == {}
    assert f"{START}/authorization" in kept(judgement)


@pytest.mark.parametrize("credentials", WRONG)
@pytest.mark.parametrize("answer", [reply(200, None), reply(204), reply(201, started())])
def test_success_without_credentials(credentials, answer):
    """Any 2xx without valid credentials breaks the documented security, and is told once."""
    judgement = API.ask(API.case(STOP, credentials=credentials), answer, "running")
    assert told(judgement) == {f"{STOP}/authorization": VIOLATED}


@pytest.mark.parametrize("status", [301, 400, 404, 409, 422])
def test_invalid_input_where_no_refusal_is_documented(status):
    """A refusal of invalid input is observed at the constraint it is about."""
    body = Payload(BodyKind.JSON, {**API.case(START).body.value, "name": 5})
    judgement = API.ask(API.case(START, body=body), reply(status))
    assert told(judgement) == {f"{START}/rejects/body/name/type": OBSERVED}


def test_accepting_invalid_input_where_no_refusal_is_documented():
    """So is its acceptance, and the response is held to its documented form all the same."""
    body = Payload(BodyKind.JSON, {**API.case(START).body.value, "maxDuration": "long"})
    case = API.case(START, body=body)
    assert decided(API.ask(case, reply(201, started()))) == {}
    assert decided(API.ask(case, reply(201, {}))) == {f"{START}/shape/201": VIOLATED}


@pytest.mark.parametrize(
    ("answer", "clause"),
    [
        (reply(201, b"<html>"), "shape/201"),
        (reply(201, b"<html>", "text/html"), "content-type/201"),
        (reply(201, raw(started(), "odd", "NaN")), "shape/201"),
        (reply(201, raw(started(), "odd", "-Infinity")), "shape/201"),
        (reply(201, raw(started(), "odd", "[" * 100_000 + "]" * 100_000)), "shape/201"),
        (reply(201, raw(started(), "odd", "[" * 300 + "]" * 300)), "shape/201"),
        (reply(201, b'{"session": "\xff"}'), "shape/201"),
        (reply(201, json.dumps(started()).encode("utf-16")), "shape/201"),
        (reply(201, json.dumps(started()).encode()[:-1]), "shape/201"),
        (reply(201, json.dumps(started()).encode() * 2), "shape/201"),
        (reply(201, [started()]), "shape/201"),
        (reply(201, started(createdAt="yesterday")), "shape/201"),
        (reply(201, started(createdAt="2025-02-30T00:00:00Z")), "shape/201"),
        (reply(201, started(avatar=None)), "shape/201"),
    ],
)
def test_bodies_that_are_wrong(answer, clause):
    """A body that cannot be read, or does not fit, is told once, by the clause nearest to it."""
    assert decided(API.ask(API.case(START), answer)) == {f"{START}/{clause}": VIOLATED}


@pytest.mark.parametrize(
    "answer",
    [
        reply(201, raw(started(), "odd", "1e999")),
        reply(201, raw(started(), "odd", "9" * 400)),
        reply(201, raw(started(), "odd", "9" * 6000)),
        reply(201, raw(started(), "odd", '"\\ud800"')),
        reply(201, raw(started(), "odd", "[" * 150 + "]" * 150)),
        reply(201, raw(started(), "session", json.dumps(started()["session"]))),
        reply(201, b"\xef\xbb\xbf" + json.dumps(started()).encode()),
        reply(201, started(createdAt="2025-12-19t10:00:00.123456z", updatedAt="2025-12-19T11:00:01+01:00")),
        reply(201, started(client=None, transcript=None, agent=None)),
        reply(201, started(provider="\ud83d\ude00")),
    ],
)
def test_bodies_that_are_odd_and_right(answer):
    """What RFC 8259 and RFC 3339 allow accuses nobody: vast numbers, lone surrogates, repeated keys."""
    assert decided(API.ask(API.case(START), answer)) == {}


def test_fields_stay_what_they_were():
    """What the start answered, the stop answers again; a difference is told by the field's clause."""
    values = {"name": "Support call", "maxDuration": 60}
    same = API.ask(
        API.case(STOP), reply(200, stopped(name="Support call", maxDuration=60.0)), "running", values=values
    )
    other = API.ask(
        API.case(STOP), reply(200, stopped(name="Renamed", maxDuration=True)), "running", values=values
    )
    assert f"{CELL}/field/name" in kept(same)
    assert f"{CELL}/field/maxDuration" in kept(same)
    assert decided(other) == {f"{STOP}/shape/200": VIOLATED}
    other = API.ask(API.case(STOP), reply(200, stopped(name="Renamed")), "running", values=values)
    assert decided(other) == {f"{CELL}/field/name": VIOLATED}
    assert other.states == {"stopped"}  # a wrong value is no reason to lose track of the instance


def test_ids_are_issued_once():
    """An id that was issued before breaks the law, and the model no longer says where that instance is."""
    answer = reply(201, started())
    issued = frozenset({started()["session"]["id"]})
    judgement = API.ask(API.case(START), answer, issued=issued)
    assert decided(judgement) == {f"{CELL}/law/unique-ids": VIOLATED}
    assert judgement.states == frozenset()
    assert f"{CELL}/law/unique-ids" in kept(API.ask(API.case(START), answer))
