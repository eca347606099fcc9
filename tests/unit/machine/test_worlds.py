"""What an answer makes of one possible world: the table, remembered values, promises, and what is not documented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.machine.expression import MISSING, RequestFacts, ResponseFacts, Scope
from assay.machine.worlds import Asked, Worlds
from assay.model.terms import Strength
from fakes.contracts import made

OPERATION = """
operation: NAME
method: METHOD
path: /cups/{id}/NAME
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses: {"200": {description: ok}, "404": {description: no}, "409": {description: no}}
"""
MAKE = """
operation: make
method: post
path: /cups
responses: {"201": {description: made}}
"""
FILL = (
    OPERATION.replace("NAME", "fill").replace("METHOD", "post")
    + """
promises:
  - {id: never-less, on: 200, rule: "!has(instance.level) || response.body.level >= instance.level"}
  - {id: own, on: 200, body: {properties: {id: {const: $instance.id}}}}
  - {id: tagged, on: 200, headers: {Cup: {const: "{$instance.id}"}}}
"""
)
TABLE = """
lifecycle: cup
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, empty: {}, full: {}, broken: {}, gone: {final: true}}
cells:
  make: {absent: {status: 201, to: empty}}
  look:
    absent: {status: 404}
    empty: {status: 200}
    full: {status: 200, strength: exemplified}
    broken: silent
    gone: {status: 404}
  fill:
    absent: {status: 404}
    empty:
      - {when: "request.body.much", status: 200, to: full, set: {level: $response.body#/level}}
      - {when: "!request.body.much", status: 200, set: {level: $response.body#/level}}
    full: {status: 409}
    broken: silent
    gone: {status: 404}
fields:
  colour: {kind: server, at: {look: $response.body#/colour}}
  level: {kind: server, at: {look: $response.body#/level}}
  mood: {kind: server, strength: exemplified, at: {look: $response.body#/mood}}
"""
API = made(MAKE, OPERATION.replace("NAME", "look").replace("METHOD", "get"), FILL, TABLE)


def worlds(strength: Strength = Strength.DOCUMENTED) -> Worlds:
    return Worlds(API, API.lifecycles[0], "c1", strength)


def asked(operation: str, status: int | None, body=MISSING, sent=MISSING, **headers: str) -> Asked:
    request = RequestFacts("POST", "/cups/c1", {"id": "c1"}, body=sent)
    response = None if status is None else ResponseFacts(status, headers, body)
    return Asked(operation, status, body, Scope(request, response))


def filled(level: int, *, much: bool = False, **shown) -> Asked:
    return asked("fill", 200, {"level": level, "id": "c1", **shown}, {"much": much}, cup="c1")


def after(of: Worlds, step: Asked, state: str, **values) -> list[tuple[str, dict]]:
    found = of.after(step, of.number(state, values))
    return sorted(((of[n].state, dict(of[n].values)) for n in found), key=repr)


def test_the_table_moves_it_and_refuses() -> None:
    """A documented answer leads on, any other is not possible."""
    of = worlds()
    assert after(of, filled(3, much=True), "empty") == [("full", {"level": 3})]
    assert after(of, filled(3, much=True), "full") == []
    assert after(of, asked("fill", 409, sent={"much": True}), "full") == [("full", {})]
    assert after(of, asked("fill", 409, sent={"much": True}), "empty") == []


def test_guards_choose_the_way() -> None:
    """What the request says decides where the step leads."""
    of = worlds()
    assert after(of, filled(3, much=False), "empty") == [("empty", {"level": 3})]


def test_remembered_values_must_come_back() -> None:
    """A value is bound at first sight and compared from then on; what a step sets is not compared with before."""
    of = worlds()
    look = asked("look", 200, {"colour": "red", "level": 2})
    assert after(of, look, "empty") == [("empty", {"colour": "red", "level": 2})]
    assert after(of, look, "empty", colour="red", level=2.0) == [("empty", {"colour": "red", "level": 2.0})]
    assert after(of, look, "empty", colour="blue") == []
    assert after(of, look, "empty", level=3) == []
    assert after(of, filled(4), "empty", level=3) == [("empty", {"level": 4})]


def test_one_is_not_true() -> None:
    """JSON's true and 1 are two values, though Python thinks otherwise."""
    of = worlds()
    assert after(of, asked("look", 200, {"level": True}), "empty", level=1) == []


@pytest.mark.parametrize(
    ("broken", "values"),
    [
        (filled(3), {"level": 4}),
        (filled(5, id="c2"), {}),
        (asked("fill", 200, {"level": 5, "id": "c1"}, {"much": False}, cup="c2"), {}),
    ],
    ids=["rule", "body", "header"],
)
def test_promises_about_the_instance_must_be_kept(broken, values) -> None:
    """A rule, a body and a header that speak of the instance are looked at in each world."""
    assert after(worlds(), broken, "empty", **values) == []
    assert after(worlds(), filled(5), "empty", level=4) == [("empty", {"level": 5})]


def test_silence_allows_everything_and_is_remembered_by_nothing() -> None:
    """After a cell of which nothing is documented no value is known, and any state is possible."""
    found = after(worlds(), asked("fill", 200, {"level": 9}), "broken", level=1, colour="red")
    assert {state for state, _ in found} == {"empty", "full", "broken", "gone"}
    assert all(values == {} for _, values in found)
    assert after(worlds(), asked("fill", 418), "broken") == [("broken", {})]


def test_what_is_less_firm_than_the_law_counts_as_silent() -> None:
    """Nobody is accused of a documented law by what only an example shows."""
    odd = asked("look", 404)
    assert after(worlds(), odd, "full") == [("full", {})]
    assert after(worlds(Strength.EXEMPLIFIED), odd, "full") == []
    moody = asked("look", 200, {"mood": "sad"})
    assert after(worlds(), moody, "empty", mood="glad") == [("empty", {"mood": "glad"})]
    assert after(worlds(Strength.EXEMPLIFIED), moody, "empty", mood="glad") == []


def test_without_an_answer_it_may_have_happened_or_not() -> None:
    """What it would have set by its answer is forgotten where it took effect."""
    found = after(worlds(), asked("fill", None, sent={"much": True}), "empty", level=1, colour="red")
    assert found == [("empty", {"level": 1, "colour": "red"}), ("full", {"colour": "red"})]


def test_an_answer_can_be_disregarded() -> None:
    """`lost` forgets what the answer said, and keeps what the request may have done."""
    of = worlds()
    found = of.lost(filled(7, much=True), of.number("empty", {"level": 1}))
    assert {(of[n].state, *of[n].values) for n in found} == {("empty", "level"), ("full",)}


def test_a_guard_that_cannot_be_told_accuses_nobody() -> None:
    """Without what the guard asks for, every answer is possible."""
    assert after(worlds(), asked("fill", 500), "empty") == [("empty", {})]


def test_an_operation_outside_of_the_table_changes_nothing() -> None:
    """A list beside the race says nothing of the instance."""
    cycle = API.lifecycles[0]
    without = replace(cycle, cells={name: row for name, row in cycle.cells.items() if name != "look"})
    of = Worlds(API, without, "c1", Strength.DOCUMENTED)
    assert after(of, asked("look", 200, {}), "empty", level=1) == [("empty", {"level": 1})]


def test_equal_worlds_have_one_number() -> None:
    """However a world came about, it is one."""
    of = worlds()
    assert of.number("empty", {"a": 1, "b": [2.0]}) == of.number("empty", {"b": [2], "a": 1.0})
    assert of.number("empty", {}) != of.number("full", {})
