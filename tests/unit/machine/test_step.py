"""The possible-worlds step over one small table."""

from __future__ import annotations

import pytest

from assay.machine.expression import MISSING, InstanceFacts, RequestFacts, Scope
from assay.machine.step import Machine
from fakes.contracts import made

OPERATIONS = [
    f"""
operation: {name}
method: post
path: /{name}/{{id}}
parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
responses:
  "200": {{description: ok}}
  "404": {{description: no}}
  "409": {{description: no}}
"""
    for name in ("take", "drop")
]
MAKE = """
operation: make
method: post
path: /make
responses: {"201": {description: made}}
"""
TABLE = """
lifecycle: ball
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, up: {}, down: {}, gone: {final: true}}
cells:
  make: {absent: {status: 201, to: up}}
  take:
    absent: {status: 404}
    up: [{status: 200, to: down, body: {required: [n]}}, {status: 409}]
    down:
      - {status: 200, to: up, when: request.body.hard == true}
      - {status: 409, when: request.body.hard == false}
    gone: silent
  drop:
    absent: {status: 404}
    up: {status: 200, to: gone, body: nothing}
    down: {status: 200, to: GONE}
    gone: {status: 404}
"""


def machine(end="gone"):
    api = made(*OPERATIONS, MAKE, TABLE.replace("GONE", end))
    return Machine(api.lifecycles[0], {})


def scope(body=MISSING):
    return Scope(RequestFacts("POST", "/", body=body), None, InstanceFacts("i"))


@pytest.mark.parametrize(
    ("states", "operation", "status", "body", "sent", "fits", "silent", "misses", "after"),
    [
        ("absent", "make", 201, {}, {}, "absent", "", "", "up"),
        ("absent", "make", 200, {}, {}, "", "", "absent", ""),
        ("up", "take", 200, {"n": 1}, {}, "up", "", "", "down"),
        ("up", "take", 409, {}, {}, "up", "", "", "up"),
        ("up", "take", 200, {}, {}, "", "", "up", ""),
        ("up", "take", 404, {}, {}, "", "", "up", ""),
        ("up absent", "take", 404, {}, {}, "absent", "", "up", "absent"),
        ("up down", "take", 409, {}, {"hard": False}, "down up", "", "", "up down"),
        ("up down", "take", 409, {}, {"hard": True}, "up", "", "down", "up"),
        ("down", "take", 200, {}, {"hard": True}, "down", "", "", "up"),
        ("down", "take", 409, {}, {"hard": True}, "", "", "down", ""),
        # no guard holds, or none can be evaluated: the table is silent
        ("down", "take", 418, {}, {"hard": 5}, "", "down", "", "down"),
        ("down", "take", 418, {}, {}, "", "down", "", "down"),
        ("down", "take", 200, {}, MISSING, "", "down", "", "up down gone"),
        ("gone", "take", 418, {}, {}, "", "gone", "", "gone"),
        ("gone", "take", 200, {}, {}, "", "gone", "", "up down gone"),
        ("up", "drop", 200, None, {}, "up", "", "", "gone"),
        ("up", "drop", 200, {}, {}, "", "", "up", ""),
        ("up", "drop", 200, MISSING, {}, "", "", "up", ""),
        ("up gone", "drop", 404, {}, {}, "gone", "", "up", "gone"),
        ("", "drop", 200, {}, {}, "", "", "", ""),
    ],
)  # fmt: skip
def test_what_an_answer_means(states, operation, status, body, sent, fits, silent, misses, after):
    """An answer keeps the states that allow it, and is wrong only when none does."""
    taken = machine().step(frozenset(states.split()), operation, status, body, scope(sent))
    assert [cell.state for cell in taken.fits] == fits.split()
    assert [cell.state for cell in taken.silent] == silent.split()
    assert [miss.cell.state for miss in taken.misses] == misses.split()
    assert taken.states == set(after.split())


@pytest.mark.parametrize(
    ("status", "message"),
    [(200, 'body: "n" is a required property'), (404, "expected 200 or 409, got 404")],
)
def test_the_most_telling_reason(status, message):
    """A body that does not fit says more than a status that does not."""
    taken = machine().step(frozenset({"up"}), "take", status, {}, scope())
    assert taken.misses[0].message == message


def test_a_way_back_to_absent():
    """Where the table lets an instance cease to exist, a silent success may have made it so."""
    taken = machine(end="absent").step(frozenset({"gone"}), "take", 200, {}, scope())
    assert taken.states == {"absent", "up", "down", "gone"}


@pytest.mark.parametrize(
    ("states", "operation", "after"),
    [
        ("up", "take", "up down"),
        ("up", "drop", "up gone"),
        ("absent", "take", "absent"),
        ("absent", "make", "absent up"),
        ("gone", "take", "up down gone"),
        ("", "take", ""),
    ],
)
def test_not_knowing_whether_it_took_effect(states, operation, after):
    """After a request without an answer both worlds stay possible."""
    assert machine().successors(frozenset(states.split()), operation) == set(after.split())
