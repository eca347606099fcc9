"""Miniatures of what a registry of images showed to be wrong in Assay: each failed before it was mended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assay.explore.ids import never_issued
from assay.inputs.classify import Validity
from assay.inputs.constraints import constraints
from assay.inputs.fresh import Freshener
from assay.inputs.wire import build
from assay.machine.expression import InstanceFacts, Scope, filled_in, substitute
from assay.mock.engine import Engine, MockOptions, MockRequest, World
from assay.model.case import BodyKind, Payload
from assay.model.contract import ContractSet
from assay.plan.witness import Planner
from assay.rules.lint import examine
from fakes.contracts import made, supply
from fakes.judging import Bench, faults, told
from fakes.send import reply

NOW = datetime(2026, 1, 1, tzinfo=UTC)

PUSH = """
operation: push
method: put
path: /blobs/{name}
parameters:
  - {name: name, in: path, required: true, schema: {$ref: '#/components/schemas/Name', x-known-good: {enum: [one]}}}
  - {name: from, in: query, required: true, schema: {$ref: '#/components/schemas/Name', x-supplied: origin}}
requestBody: {required: true, content: {application/octet-stream: {examples: {a: {value: hé}, b: {value: longer}}}}}
responses: {"201": {description: there}, "400": {description: no}}
"""
SCHEMAS = {"schemas": {"Name": {"type": "string", "pattern": "^[a-z]{1,9}$"}}}
PUSHED = made(PUSH, components=SCHEMAS, supplies={"origin": {"example": "here"}})


def planned(api, operation):
    """The usual request, and what the documentation says of it."""
    maker = Planner(api, supply(api)).maker(operation)
    case = maker.usual().case(maker.operation, "", "")
    return maker, case


def test_a_body_that_is_not_json_is_sent_as_the_documentation_shows_it():
    """In UTF-8, the shortest for what is required, and known to be good; any other bytes are observed."""
    maker, case = planned(PUSHED, "push")
    assert (case.body.kind, case.body.raw) == (BodyKind.RAW, "hé".encode())
    request = build(PUSHED, maker.operation, case, None)
    assert dict(request.headers)["Content-Type"] == "application/octet-stream"
    assert maker.full.body.raw == b"longer"
    assert maker.classify(case).validity is Validity.VALID
    other = replace(case, body=replace(case.body, raw=b"something else"))
    assert maker.classify(other).validity is Validity.UNSTATED
    assert maker.classify(replace(case, body=Payload())).broken == ("body/required",)


def test_our_annotations_count_beside_a_reference():
    """`x-known-good` and `x-supplied` next to `$ref` were read over, and nothing was ever known to be good."""
    maker, case = planned(PUSHED, "push")
    assert (case.path, case.query) == ({"name": "one"}, {"from": "here"})
    assert [p.supplied for p in maker.operation.parameters] == [None, "origin"]
    assert maker.classify(case).validity is Validity.VALID


def test_x_fresh_counts_beside_a_reference():
    """Two requests do not send the same value."""
    body = "{type: object, properties: {name: {$ref: '#/components/schemas/Free', x-fresh: true}}}"
    api = made(
        "operation: make\nmethod: post\npath: /x\n"
        f"requestBody: {{required: true, content: {{application/json: {{schema: {body}, example: {{name: a}}}}}}}}\n"
        "responses: {'201': {description: made}}",
        components={"schemas": {"Free": {"type": "string"}}},
    )
    _, case = planned(api, "make")
    names = {Freshener(api)(case, salt).body.value["name"] for salt in "ab"}
    assert len(names) == 2
    assert "a" not in names


def test_text_in_a_url_refuses_no_text_behind_a_reference():
    """`type: string` is no constraint of a path or query: nobody could break it."""
    found = [one.id for one in constraints(PUSHED, PUSHED.operation("push"))]
    assert found == ["body/required", "path/name/pattern", "query/from/required", "query/from/pattern"]


def test_a_path_that_is_nearly_right_is_tried_first():
    """What looks like another route is answered by the router, and shows nothing of the operation."""
    planner = Planner(PUSHED, supply(PUSHED))
    aims = {s.steps[-1].aim: s.steps[-1] for s in planner.witness(PUSHED.operation("push"), 60).scripts}
    assert aims["made/push/rejects/path/name/pattern"].path["name"] == "one~"


@pytest.mark.parametrize(
    ("like", "form"),
    [
        ("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e", r"sha256:[0-9a-f]{32}"),
        ("cus_9s6XKzkNRiz8i3", r"cus_[0-9][a-z][0-9][A-Z]{2}[a-z]{2}[A-Z]{2}[a-z]{2}[0-9][a-z][0-9]"),
        # a label that leaves no room is part of the id
        ("ab:1", r"[a-z0-9:]+"),
    ],
)
def test_an_id_keeps_its_label(like, form):
    """A server that looks at the label would call the id malformed, and be accused for it."""
    made_up = {never_issued(salt, like, {like}) for salt in "abcde"}
    assert len(made_up) == 5
    assert all(re.fullmatch(form, one) for one in made_up), made_up


def test_what_is_found_inside_a_pattern_is_no_syntax():
    """`a+b.c` in a pattern finds `a+b.c`: else ids with such characters break promises that are kept."""
    schema = {"properties": {"url": {"pattern": "/{$instance.id}$"}, "pattern": {"const": "{$instance.id}"}}}
    scope = Scope(instance=InstanceFacts("a+b.c/d-e", {}))
    filled = filled_in(schema, scope)
    assert filled["properties"]["url"]["pattern"] == r"/a\+b\.c/d-e$"
    assert filled["properties"]["pattern"]["const"] == "a+b.c/d-e"
    assert substitute({"pattern": "{$instance.id}"}, scope) == {"pattern": "a+b.c/d-e"}


READ = """
operation: read
method: get
path: /things
parameters: [{name: n, in: query, schema: {type: integer, minimum: 0}}]
responses:
  "200": {description: it, content: {application/json: {schema: {type: array}}}}
  "404": {description: none}
promises:
  - {id: few, on: 200, rule: "!has(request.query.n) || size(response.body) <= request.query.n"}
  - {id: located, on: 200, headers: {Location: {pattern: '^/{$request.query.n}$'}}}
provoke: {"404": {query: {n: 3}}}
"""
READING = Bench(made(READ))


def test_an_expression_may_stand_inside_a_pattern():
    """The documentation shows it, and the lint refused it as no regular expression."""
    case = READING.case("read", query={"n": 3})
    assert faults(READING.ask(case, reply(200, [], Location="/3"))) == {}
    assert faults(READING.ask(case, reply(200, [], Location="/4"))) == {"read/promise/located": "violated"}


def test_promises_are_not_read_into_what_an_invalid_request_got():
    """`n=-1` may be taken for no `n` at all: nobody says that it is refused, or what is answered then."""
    case = READING.case("read", query={"n": -1})
    assert faults(READING.ask(case, reply(200, [1, 2]))) == {"read/rejects/query/n/minimum": "observed"}
    # what all answers of that status have is looked at all the same
    assert "read/shape/200" in faults(READING.ask(case, reply(200, {})))


def test_one_fault_is_told_once_where_a_request_should_have_failed():
    """A 404 was asked for: that there is a 200 is told, and not also what the 200 shows."""
    case = replace(READING.case("read", query={"n": 3}), provokes="404")
    assert faults(READING.ask(case, reply(200, [1, 2, 3, 4]))) == {"read/status/404": "violated"}


HEAD = """
operation: look
method: head
path: /things/{id}
parameters: [{name: id, in: path, required: true, schema: {type: string, enum: [a, b]}}]
responses:
  "200": {description: it, content: {application/vnd.thing+json: {schema: {type: object}}}}
  "404": {description: none}
provoke: {"404": {path: {id: b}}}
"""
HEADS = Bench(made(HEAD))


def test_head_is_judged_by_its_label_and_has_no_shape():
    """It is answered with the fields of a GET, and without a body (RFC 9110 §9.3.2)."""
    case = HEADS.case("look")
    assert "made/look/shape/200" not in {clause.id for clause in HEADS.clauses}
    labels = {
        "application/vnd.thing+json": {},
        "text/html": {"look/content-type/200": "violated"},
        None: {},
    }
    for label, expected in labels.items():
        assert told(HEADS.ask(case, reply(200, b"", label))) == expected
    kept = HEADS.ask(case, reply(200, b"", "application/vnd.thing+json")).verdicts
    assert "made/look/content-type/200" in {verdict.clause for verdict in kept}


def test_a_type_of_its_own_is_asked_for():
    """Servers give it to whoever accepts it, and another or none to others."""
    request = build(HEADS.api, HEADS.api.operation("look"), HEADS.case("look"), None)
    assert dict(request.headers)["Accept"] == "application/vnd.thing+json, */*;q=0.5"


def test_provoke_may_set_path_parameters():
    """What is not there is found by its name; the mock knows it again."""
    planner = Planner(HEADS.api, supply(HEADS.api))
    (case,) = planner.provoking(HEADS.api.operation("look"))
    assert (case.path, case.provokes) == ({"id": "b"}, "404")
    engine = Engine(ContractSet((HEADS.api,), ""), MockOptions())
    statuses = [
        engine.respond(World(), MockRequest("HEAD", f"/things/{one}", "", (), b"", NOW))[1].status
        for one in "ab"
    ]
    assert statuses == [200, 404]


START = """
operation: start
method: post
path: /{shelf}/jobs
parameters: [{name: shelf, in: path, required: true, schema: {type: string, enum: [top]}}]
responses:
  "202":
    description: begun
    headers:
      Job: {required: true, schema: {type: string, pattern: '^job-[0-9a-f]{12}$'}}
      Next: {required: true, schema: {type: string}}
"""
STEP = """
operation: step
method: put
path: /{shelf}/jobs/{id}
parameters:
  - {name: shelf, in: path, required: true, schema: {type: string, enum: [top]}}
  - {name: id, in: path, required: true, schema: {type: string}}
responses:
  "200": {description: on it goes, headers: {Next: {required: true, schema: {type: string}}}}
  "404": {description: none}
"""
JOB = """
lifecycle: job
instance: {created-by: start, id: $response.header.Job, carried-in: {id: path}, url: $instance.next}
states: {absent: {}, going: {}}
cells:
  start: {absent: {status: 202, to: going, set: {next: $response.header.Next}}}
  step: {absent: {status: 404}, going: {status: 200, set: {next: $response.header.Next}}}
fields: {next: {kind: volatile}}
"""


def test_the_mock_names_a_new_instance_and_its_url_in_headers():
    """An id of the header's own form, never the same, and a URL that leads to it, in each answer."""
    engine, world = Engine(ContractSet((made(START, STEP, JOB),), ""), MockOptions()), World()
    ids = []
    for _ in range(2):
        world, begun = engine.respond(world, MockRequest("POST", "/top/jobs", "", (), b"", NOW))
        ids.append(begun.header("job"))
        assert begun.header("next") == f"/top/jobs/{ids[-1]}"
        world, on = engine.respond(world, MockRequest("PUT", begun.header("next"), "", (), b"", NOW))
        assert (on.status, on.header("next")) == (200, begun.header("next"))
    assert len(set(ids)) == 2
    assert all(one.startswith("job-") and len(one) == 16 for one in ids)


def linted(**files: str) -> list[str]:
    """The rules of the problems of an API whose files these are."""
    whole = {
        "contracts/a/api.yaml": "title: A\nversion: '1'\nsecurity: []\nsources: {doc: {title: D}}\n"
        "supplies: {job: {example: j, from: {lifecycle: job}}}\n",
        **{f"contracts/a/{name.replace('__', '/')}.yaml": text for name, text in files.items()},
    }
    return [problem.rule for problem in examine(whole).problems]


USE = """
operation: use
method: get
path: /use/{job}
source: doc
parameters: [{name: job, in: path, required: true, schema: {type: string, x-supplied: job}}]
responses: {"204": {description: used}}
"""


def test_a_file_that_cannot_be_read_is_told_and_no_fault_of_ours():
    """What makes a prerequisite was looked up, though its file had an error; that ended with a traceback."""
    files = {"step": STEP, "use": USE, "lifecycles__job": f"{JOB}source: doc\n"}
    assert "unknown-key" in linted(start=START.replace("method:", "metho:"), **files)


def test_a_body_is_said_also_by_a_cell_or_a_promise():
    """`body: nothing` and a promise about Content-Length say what comes: no warning that anything passes."""
    files = {"step": f"{STEP}source: doc\n", "use": USE, "lifecycles__job": f"{JOB}source: doc\n"}
    start = f"{START}source: doc\n"
    rule = "status-without-schema"
    bare = linted(start=start, **files).count(rule)
    length = "promises: [{id: empty, on: 202, headers: {Content-Length: {const: '0'}}}]\n"
    assert linted(start=start + length, **files).count(rule) == bare - 1
    nothing = JOB.replace("status: 202,", "status: 202, body: nothing,")
    files["lifecycles__job"] = f"{nothing}source: doc\n"
    assert linted(start=start, **files).count(rule) == bare - 1
