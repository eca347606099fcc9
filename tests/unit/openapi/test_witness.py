"""The book of an API: every clause has a workflow or a reason, and nothing is expected that is not surely so."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from assay.machine.scope import MISSING
from assay.model.clause_id import cell_clause
from assay.model.contract import Strength
from assay.openapi.workflow import Given, Mixed, Shape, Workflow, givens
from fakes.books import APIS, written
from fakes.contracts import made

COMPONENTS = {
    "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    "schemas": {
        "Thing": {
            "type": "object",
            "required": ["id", "kind"],
            "properties": {"id": {"type": "string"}, "kind": {"type": "string"}, "note": {"type": "string"}},
        }
    },
}
CREATE = """
operation: createThing
method: post
path: /things
requestBody:
  required: true
  content:
    application/json:
      schema: {type: object, required: [kind], properties: {kind: {enum: [big, small]}}}
      example: {kind: big}
responses:
  "201": {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  "202": {description: later}
"""
READ = """
operation: readThing
method: get
path: /things/{id}
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200": {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
  "404": {description: unknown}
"""
CLOSE = """
operation: closeThing
method: post
path: /things/{id}/close
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200": {description: closed}
  "404": {description: unknown}
  "409": {description: was closed}
"""
LIFECYCLE = """
lifecycle: thing
instance: {{created-by: createThing, id: $response.body#/id, carried-in: {{id: path}}}}
states: {{absent: {{}}, open: {{}}, closed: {{final: true}}}}
cells:
  createThing:
    absent: {create}
  readThing:
    absent: {{status: 404}}
    open: {read}
    closed: {{status: 200}}
  closeThing:
    absent: {{status: 404}}
    open: {close}
    closed: {{status: 409}}
fields:
  kind: {{kind: echo, sent: $request.body#/kind, at: {{createThing: $response.body#/kind}}}}
"""
CREATED, READ_IT, CLOSED = "{status: 201, to: open}", "{status: 200}", "{status: 200, to: closed}"


def things(create: str = CREATED, read: str = READ_IT, close: str = CLOSED) -> dict[str, Any]:
    """The workflows by clause of a small API, and the reasons of what is left out."""
    cycle = LIFECYCLE.format(create=create, read=read, close=close)
    book = written(made(CREATE, READ, CLOSE, cycle, components=COMPONENTS, security=[{"key": []}]))
    found: dict[str, Any] = {
        workflow.clause.removeprefix("made/lifecycle/thing/"): workflow for workflow in book.workflows
    }
    return {
        **found,
        **{clause.removeprefix("made/lifecycle/thing/"): why for clause, why in book.omitted.items()},
    }


def statuses(workflow: Workflow) -> list[tuple[int, ...]]:
    return [step.expected.statuses for step in workflow.steps]


def facts(workflow: Workflow) -> dict[str, Any]:
    """What is asked of the last answer's body."""
    return {"/".join(fact.path): fact.value for fact in workflow.steps[-1].expected.facts}


@pytest.mark.parametrize("name", APIS)
def test_each_cell_has_a_workflow_or_a_reason(name: str) -> None:
    """Exactly one of the two; what the documentation says has a workflow, what it does not has none."""
    api = APIS[name]
    book = written(api)
    shown = [workflow.clause for workflow in book.workflows]
    assert len(set(shown)) == len(shown) == len({workflow.id for workflow in book.workflows})
    assert not set(shown) & set(book.omitted)
    for cycle in api.lifecycles:
        for row in cycle.cells.values():
            for cell in row.values():
                clause = cell_clause(api.name, cycle.name, cell.state, cell.operation)
                documented = not cell.silent and cell.strength is Strength.DOCUMENTED
                assert (clause in shown) == documented
                assert (clause in book.omitted) == (not documented)


@pytest.mark.parametrize("name", APIS)
def test_what_a_step_builds_on_was_made_before_it(name: str) -> None:
    """Outputs of earlier steps of the same workflow, and inputs of the book."""
    book = written(APIS[name])
    for workflow in book.workflows:
        there: set[tuple[str, str]] = set()
        for step in workflow.steps:
            for value in step.ask.values:
                for one in givens(value):
                    assert one.name in book.inputs if not one.step else (one.step, one.name) in there
            there |= {(step.id, output) for output in step.outputs}


@pytest.mark.parametrize("name", APIS)
def test_the_book_is_the_same_each_time(name: str) -> None:
    """In all its parts."""
    assert repr(written(APIS[name]).workflows) == repr(written(APIS[name]).workflows)


def test_fresh_values_are_new_in_each_step_and_for_each_seed() -> None:
    """No two starts name the same player; another seed, other players."""
    players = [
        [s.ask.body["player_id"] for w in written(APIS["iplaygames"], seed).workflows for s in w.steps
         if s.ask.operation.id == "startAMultiSession"]
        for seed in (0, 1)
    ]  # fmt: skip
    assert len({*players[0], *players[1]}) == len(players[0]) * 2


def test_a_shortest_history_leads_up_to_the_cell() -> None:
    """Its steps rely on cells and say so; the id comes from the answer that issues it."""
    workflow = things()["closed/closeThing"]
    assert [step.ask.operation.id for step in workflow.steps] == ["createThing", "closeThing", "closeThing"]
    assert [step.clause for step in workflow.steps] == [
        "made/lifecycle/thing/absent/createThing",
        "made/lifecycle/thing/open/closeThing",
        "made/lifecycle/thing/closed/closeThing",
    ]
    assert statuses(workflow) == [(201,), (200,), (409,)]
    create, first, second = workflow.steps
    assert create.outputs == {"id": "$response.body#/id"}
    assert first.ask.path == second.ask.path == {"id": Given("id", create.id)}
    assert len({step.id for step in workflow.steps}) == 3


def test_an_id_that_was_never_issued_is_an_input() -> None:
    """With a default of the form that the documentation shows."""
    book = written(APIS["orders"])
    (step,) = next(w for w in book.workflows if w.clause.endswith("absent/getOrder")).steps
    assert step.ask.path == {"id": Given("unknown-order", like=book.inputs["unknown-order"].default)}
    assert len(book.inputs["unknown-order"].default) == len("f3d6f0d5-5b05-4fde-b011-6c2eaffd74e9")


def test_no_secret_is_in_it() -> None:
    """A credential is an input without a default, wherever the scheme wants it."""
    book = written(APIS["orders"])
    assert book.inputs["token"].default is MISSING
    wanted = Mixed(("Bearer ", Given("token")))
    assert {
        repr(s.ask.headers.get("Authorization"))
        for w in book.workflows
        for s in w.steps
        if s.ask.operation.secured
    } == {repr(wanted)}
    assert not any(
        "Authorization" in s.ask.headers
        for w in book.workflows
        for s in w.steps
        if not s.ask.operation.secured
    )


@pytest.mark.parametrize(
    ("scheme", "place", "value"),
    [
        ("{type: http, scheme: basic}", "headers.Authorization", Mixed(("Basic ", Given("token")))),
        ("{type: http, scheme: DPoP}", "headers.Authorization", Mixed(("DPoP ", Given("token")))),
        (
            "{type: openIdConnect, openIdConnectUrl: 'https://x/y'}",
            "headers.Authorization",
            Mixed(("Bearer ", Given("token"))),
        ),
        ("{type: apiKey, in: header, name: X-Key}", "headers.X-Key", Given("token")),
        ("{type: apiKey, in: query, name: key}", "query.key", Given("token")),
        ("{type: apiKey, in: cookie, name: key}", "cookies.key", Given("token")),
    ],
)
def test_every_scheme_is_an_input_in_its_place(scheme: str, place: str, value: Any) -> None:
    """As OpenAPI says that it travels."""
    components = {**COMPONENTS, "securitySchemes": {"key": yaml.safe_load(scheme)}}
    book = written(made(CREATE, components=components, security=[{"key": []}]))
    part, _, name = place.partition(".")
    assert getattr(book.workflows[0].steps[0].ask, part) == {name: value}
    assert list(book.inputs) == ["token"]


BIG, NOT_BIG = "when: \"request.body.kind == 'big'\"", "when: \"request.body.kind != 'big'\""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (f"{BIG}, status: 201, to: open", f"{NOT_BIG}, status: 202", (201,)),
        (f"{NOT_BIG}, status: 201, to: open", f"{BIG}, status: 202, to: open", (202,)),
        ("status: 201, to: open", "status: 202, to: open", (201, 202)),
        ("when: 'request.body.oops > 1', status: 201, to: open", "status: 202, to: open", (201, 202)),
    ],
)
def test_guards_are_looked_at(one: str, other: str, expected: tuple[int, ...]) -> None:
    """A way that surely does not hold is not expected; one of which it cannot be told is."""
    assert statuses(things(create=f"[{{{one}}}, {{{other}}}]")["absent/createThing"]) == [expected]


def test_a_cell_that_may_say_nothing_of_the_request_is_left_out() -> None:
    """Where no guard surely holds, nothing is surely documented."""
    for guard in ("instance.size == 'big'", "request.body.oops > 1", "request.body.kind == 'small'"):
        told = things(create=f'[{{when: "{guard}", status: 201, to: open}}]')["absent/createThing"]
        assert told == "it cannot be told that one of its documented ways is open to the request"


def test_guards_over_what_was_sent_before() -> None:
    """A field that is the echo of the creating request is known; one that an answer decided is not."""
    for name, expected in (("kind", (200, 404)), ("size", (200, 409, 404))):
        big, other = f"when: \"instance.{name} == 'big'\"", f"when: \"instance.{name} != 'big'\""
        close = f"[{{{big}, status: 200, to: closed}}, {{{other}, status: 409}}, {{status: 404}}]"
        assert statuses(things(close=close)["open/closeThing"]) == [(201,), expected]


def test_a_lead_that_may_lead_elsewhere_is_none() -> None:
    """An honest API may choose the other documented way: then the history would accuse it."""
    found = things(close="[{status: 200, to: closed}, {status: 409}]")
    assert found["closed/readThing"] == "no request is surely answered so that it leads into closed"
    assert statuses(found["open/closeThing"]) == [(201,), (200, 409)]
    both = things(close="[{status: 200, to: closed}, {status: 409, to: closed}]")
    assert statuses(both["closed/readThing"]) == [(201,), (200, 409), (200,)]
    big, other = "when: \"instance.kind == 'big'\"", "when: \"instance.kind != 'big'\""
    guarded = f"[{{{big}, status: 200, to: closed}}, {{{other}, status: 409}}]"
    assert statuses(things(close=guarded)["closed/readThing"]) == [(201,), (200,), (200,)]


@pytest.mark.parametrize(
    ("cells", "clause", "why"),
    [
        ({"read": "silent"}, "open/readThing", "the documentation does not say what happens"),
        ({"read": "{status: 200, strength: exemplified}"}, "open/readThing", "only an example shows it"),
        ({"close": "{status: 200}"}, "closed/readThing", "no documented way leads into closed"),
    ],
)
def test_what_is_left_out_has_a_reason(cells: dict[str, str], clause: str, why: str) -> None:
    """Silence, mere examples, and states that nobody can get into."""
    assert things(**cells)[clause] == why


def test_a_request_that_nobody_knows_to_be_valid_is_left_out() -> None:
    """An honest API may refuse it."""
    create = CREATE.replace("{enum: [big, small]}", "{type: string}").replace(
        "example: {kind: big}", "example: {kind: ''}"
    )
    create = create.replace("schema: {type: object", "schema: {type: object, x-known-good: false")
    book = written(made(create, READ, CLOSE, LIFECYCLE.format(create=CREATED, read=READ_IT, close=CLOSED),
                        components=COMPONENTS, security=[{"key": []}]))  # fmt: skip
    assert (
        book.omitted["made/lifecycle/thing/absent/createThing"]
        == "no request to createThing is known to be valid"
    )
    assert [w.clause.split("/")[-2] for w in book.workflows] == ["absent", "absent"]


def test_a_body_that_is_no_json_is_left_out() -> None:
    """No planner makes one."""
    head, _, tail = CREATE.partition("    application/json:")
    create = (
        f"{head}    text/plain: {{schema: {{type: string}}}}\nresponses:{tail.partition('responses:')[2]}"
    )
    book = written(made(create, components=COMPONENTS))
    assert book.workflows == ()
    assert list(book.omitted) == ["made/createThing/status/201"]


def test_of_a_body_is_asked_what_surely_is_there() -> None:
    """Required members and the values of those that have one; nothing that may be missing."""
    read = "{status: 200, body: {properties: {id: {const: $instance.id}, note: {const: hello}}}}"
    assert facts(things(read=read)["open/readThing"]) == {
        "id": Given("id", "createThing"),
        "kind": Shape.PRESENT,
    }
    read = "{status: 200, body: {required: [note], properties: {note: {const: hello}, kind: {const: $instance.kind}}}}"
    assert facts(things(read=read)["open/readThing"]) == {"id": Shape.PRESENT, "kind": "big", "note": "hello"}


def test_nothing_is_asked_of_a_body_where_several_answers_are_documented() -> None:
    """Each of them is honest."""
    found = things(
        close="[{status: 200, to: closed}, {status: 409}]",
        read="[{status: 200, body: nothing}, {status: 200}]",
    )
    assert facts(found["open/closeThing"]) == {}
    answer = found["open/readThing"].steps[-1].expected
    assert (answer.statuses, answer.nothing, answer.facts) == ((200,), False, ())


def test_nothing_is_what_is_asked_where_nothing_is_promised() -> None:
    """Null or no byte."""
    assert things(read="{status: 200, body: nothing}")["open/readThing"].steps[-1].expected.nothing


def test_what_comes_in_time_is_waited_for() -> None:
    """The step says how long and how often."""
    late = "{eventually: {within: 5s, every: 500ms, status: 200, body: {properties: {kind: {const: big}}}}}"
    step = things(read=late)["open/readThing"].steps[-1]
    assert step.eventually is not None
    assert (step.eventually.within, step.eventually.every) == (5, 0.5)


def test_what_leads_there_in_time_is_waited_for_until_it_shows() -> None:
    """A status alone would be taken for it too early."""
    body = "body: {required: [note], properties: {note: {const: done}}}"
    late = f"{{eventually: {{within: 5s, every: 500ms, status: 200, to: closed, {body}, meanwhile: {{status: 200}}}}}}"
    found = things(read=late, close="{status: 409}")
    assert [fact.value for fact in found["closed/closeThing"].steps[1].expected.facts][-1] == "done"
    blind = things(read=late.replace(body, "body: {}"), close="{status: 409}")
    assert blind["closed/closeThing"] == blind["open/readThing"]
    assert "surely shows that what it waits for has come" in blind["open/readThing"]
    apart = things(
        read=late.replace(body, "body: {}").replace("{status: 200}", "{status: 404}"), close="{status: 409}"
    )
    assert statuses(apart["closed/closeThing"]) == [(201,), (200,), (409,)]


@pytest.mark.parametrize(("after", "before"), [("60s", (200,)), ("2s", (200, 404))])
def test_what_expires_is_waited_for(after: str, before: tuple[int, ...]) -> None:
    """Before, the other way is expected; where that is soon, a slow runner may find either."""
    read = f"[{{status: 200}}, {{expires: {{after: {after}, slack: 1s}}, status: 404, to: closed}}]"
    found = things(read=read, close="{status: 409}")
    assert statuses(found["closed/closeThing"]) == [(201,), (404,), (409,)]
    assert found["closed/closeThing"].steps[1].wait > float(after[:-1]) + 1
    assert statuses(found["open/readThing"]) == [(201,), before]


def test_an_instance_that_a_request_needs_is_made_first() -> None:
    """Its id, and not the example of one, goes into the request."""
    workflow = next(
        w for w in written(APIS["studio"]).workflows if w.clause.endswith("pass/absent/startPass")
    )
    create, publish, start = workflow.steps
    assert [step.ask.operation.id for step in workflow.steps] == [
        "createAvatar",
        "publishAvatar",
        "startPass",
    ]
    assert start.ask.body["avatar"]["id"] == Given("id", create.id, like="av-shown")
    assert publish.ask.path["id"] == Given("id", create.id)
    assert create.clause == "studio/lifecycle/avatar/absent/createAvatar"


def test_an_id_that_the_client_chose_is_known_without_an_answer() -> None:
    """Nothing has to be found in one."""
    create = (
        CREATE.replace("required: [kind]", "required: [kind, id]")
        .replace("{kind: {enum", "{id: {enum: [mine]}, kind: {enum")
        .replace("{kind: big}", "{kind: big, id: mine}")
    )
    cycle = LIFECYCLE.format(create=CREATED, read=READ_IT, close=CLOSED).replace(
        "$response.body#/id", "$request.body#/id"
    )
    book = written(made(create, READ, CLOSE, cycle, components=COMPONENTS, security=[{"key": []}]))
    workflow = next(w for w in book.workflows if w.clause.endswith("open/readThing"))
    assert workflow.steps[-1].ask.path == {"id": "mine"}
    assert workflow.steps[0].outputs == {}
