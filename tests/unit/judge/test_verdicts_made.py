"""Contracts the shipped ones have no need of: ranges, headers, guards, numbers as ids."""

from __future__ import annotations

from functools import lru_cache

import pytest

from assay.model.case import BodyKind, Credentials, Payload, SubjectKind
from fakes.contracts import made
from fakes.judging import Bench, faults, kept, told
from fakes.send import reply

OBSERVED, VIOLATED, UNSURE = "observed", "violated", "inconclusive"

LIST = """
operation: list
method: get
path: /things
parameters:
  - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
  - {name: tags, in: query, schema: {type: array, items: {type: string}}}
  - {name: Authorization, in: header, required: true, schema: {type: string}}
responses:
  "200":
    description: the things
    headers:
      X-Count: {required: true, schema: {type: integer}}
      X-Page: {schema: {type: array, items: {type: integer}}}
    content: {application/*: {schema: {type: array}}}
  4XX: {description: no, content: {text/plain: {schema: {type: string, maxLength: 3}}}}
  default: {description: trouble}
promises:
  - {id: counts, on: 200, headers: {X-Count: {minimum: 0, type: integer}}}
  - {id: few, on: 2XX, rule: 'size(response.body) <= request.query.limit'}
"""

READ = """
operation: read
method: get
path: /things/{name}
parameters: [{name: name, in: path, required: true, schema: {type: string, maxLength: 20}}]
responses:
  "200": {description: it, content: {application/json: {schema: {type: object}}}}
  "303": {description: elsewhere}
  "400": {description: bad}
  "404": {description: none}
  "429": {description: slow down, content: {application/json: {schema: {type: object, required: [wait]}}}}
"""

MAKE = """
operation: make
method: post
path: /orders
security: [{key: []}]
requestBody:
  required: true
  content:
    application/json:
      schema:
        type: object
        required: [label]
        properties:
          label: {type: string, x-known-good: {pattern: '^[a-z]+$'}}
          most: {type: [integer, string]}
responses:
  "201": {description: made, content: {application/json: {schema: {type: object}}}}
  "400": {description: bad}
  "401": {description: who}
  "503": {description: busy}
provoke: {"503": {header: {X-Chaos: busy}}}
promises:
  - id: within
    on: 201
    body: {properties: {size: {maximum: $request.body#/most}}}
"""

SEE = """
operation: see
method: get
path: /orders/{id}
security: [{key: []}]
parameters:
  - {name: id, in: path, required: true, schema: {type: integer}}
  - {name: full, in: query, schema: {type: boolean}}
responses:
  "200": {description: it, content: {application/json: {schema: {type: object}}}}
  "401": {description: who}
  "404": {description: none}
  "502": {description: upstream}
  4XX: {description: other}
"""

RENAME = """
operation: rename
method: put
path: /orders/{id}/label
parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
responses:
  "200": {description: it, content: {application/json: {schema: {type: object}}}}
  "204": {description: done}
"""

ORDER = """
lifecycle: order
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, open: {}, renamed: {final: true}}
cells:
  make: {absent: {status: 201, to: open}}
  see:
    absent: {status: 404}
    open: {status: 200, body: {properties: {id: {const: $instance.id}}}}
    renamed: {when: "request.query.full == true", status: 200}
  rename:
    absent: {status: 204}
    open: [{status: 200, to: renamed, set: {label: new}}, {status: 204}]
    renamed: silent
fields:
  label:
    kind: echo
    sent: $request.body#/label
    at: {make: $response.body#/label, see: $response.body#/label}
laws: [unique-ids]
"""


@lru_cache(maxsize=1)
def plain():
    return Bench(made(LIST, READ))


@lru_cache(maxsize=1)
def orders():
    return Bench(made(MAKE, SEE, RENAME, ORDER))


def listed(number=1, **headers):
    return reply(200, [1] * number, **{"X_Count": str(number), **headers})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (listed(), {}),
        (listed(X_Count="1.0"), {}),
        (reply(200, [], "application/vnd.things+json", X_Count="0"), {}),
        (reply(200, [], "text/html", X_Count="0"), {"list/content-type/200": VIOLATED}),
        (reply(200, []), {"list/header/200/X-Count": VIOLATED, "list/promise/counts": VIOLATED}),
        (listed(X_Count="many"), {"list/header/200/X-Count": VIOLATED, "list/promise/counts": VIOLATED}),
        (listed(X_Count="-1"), {"list/promise/counts": VIOLATED}),
        (listed(X_Page="1, 2"), {}),
        (listed(99), {"list/promise/few": VIOLATED}),
        (reply(404, b"no", "text/plain"), {"list/status/200": VIOLATED}),
        (reply(500, b"ouch", "text/plain"), {"list/status/200": VIOLATED}),
    ],
)
def test_media_ranges_headers_and_rules(answer, expected):
    """A documented media range covers its types, and a header's text may spell any JSON value."""
    bench = plain()
    assert told(bench.ask(bench.case("list", query={"limit": 7}), answer)) == expected


def test_a_rule_that_cannot_be_evaluated():
    """A rule about something that is not there says neither yes nor no."""
    bench = plain()
    assert told(bench.ask(bench.case("list", query={}), listed())) == {"list/promise/few": UNSURE}


@pytest.mark.parametrize(
    ("media_type", "body", "expected"),
    [
        ("text/plain", b"no", {}),
        ("text/plain; charset=iso-8859-1", b"\xe9\xe9\xe9", {}),
        ("text/plain; charset=nonsense", b"no", {}),
        ("text/plain; charset=zip", b"no", {}),
        ("text/plain", b"", {}),
        ("text/plain", b"too long", {"list/shape/4XX": VIOLATED}),
        ("text/html", b"no", {"list/content-type/4XX": VIOLATED}),
    ],
)
def test_texts(media_type, body, expected):
    """Text is read in the charset it claims; an empty text is a text."""
    bench = plain()
    judgement = bench.ask(bench.case("list", query={"limit": 51}), reply(404, body, media_type))
    assert {k: v for k, v in told(judgement).items() if v != OBSERVED} == expected


@pytest.mark.parametrize(
    ("query", "answer", "expected"),
    [
        # neither 400 nor 422 is documented by name: what answers an invalid limit is observed
        ({"limit": 51}, listed(), OBSERVED),
        ({"limit": "many"}, reply(400, b"no", "text/plain"), OBSERVED),
    ],
)
def test_ranges_document_no_refusal(query, answer, expected):
    """`4XX` says that errors exist, not which input is refused."""
    bench = plain()
    assert expected in told(bench.ask(bench.case("list", query=query), answer)).values()


@pytest.mark.parametrize(
    ("query", "validity"),
    [
        ({}, "valid"),
        ({"limit": 5}, "valid"),
        ({"limit": "5"}, "valid"),
        ({"limit": 51}, "invalid"),
        ({"limit": "many"}, "invalid"),
        ({"limit": "1_0"}, "unstated"),
        ({"limit": "1e1"}, "unstated"),
        ({"limit": " 5 "}, "unstated"),
        ({"limit": ""}, "unstated"),
        ({"tags": ["a"]}, "unstated"),
        ({"tags": "a"}, "unstated"),
        ({"more": 1}, "unstated"),
    ],
)
def test_what_is_asked_is_judged_by_its_text(query, validity):
    """A query travels as text: what some servers read and others do not is neither valid nor invalid."""
    bench = plain()
    assert bench.planner.maker("list").classify(bench.case("list", query=query)).validity == validity


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        # nobody said that a thing of that name exists
        ("abc", reply(404), {"read/documented-statuses": OBSERVED}),
        ("abc", reply(200, {}), {}),
        ("abc", reply(200, []), {"read/shape/200": VIOLATED}),
        ("x" * 21, reply(404), {"read/documented-statuses": OBSERVED}),
        ("x" * 21, reply(400), {}),
        ("x" * 21, reply(200, {}), {"read/rejects/path/name/maxLength": VIOLATED}),
        ("a/b", reply(405), {"read/documented-statuses": OBSERVED}),
        ("", reply(200, {}), {}),
        ("abc", reply(429, {"wait": 1}), {"read/documented-statuses": UNSURE}),
        ("abc", reply(429, {}), {"read/documented-statuses": UNSURE, "read/shape/429": VIOLATED}),
    ],
)
def test_a_path_names_something_that_may_not_exist(name, answer, expected):
    """Without a lifecycle or a supplied value, «not found» accuses nobody; nor does a rate limit."""
    bench = plain()
    assert told(bench.ask(bench.case("read", path={"name": name}), answer)) == expected


def order(kind="valid", **changes):
    bench = orders()
    body = {"label": "old", **changes}
    case = bench.case("make", body=Payload(BodyKind.JSON, body))
    match kind:
        case "valid":
            return case
        case "provoked":
            return bench.case("make", headers={"X-Chaos": "busy"}, provokes="503")
        case "missing":
            return bench.case("make", credentials=Credentials.MISSING)
        case "missing, unstated":
            wrong = Payload(BodyKind.JSON, {"label": "Ü"})
            return bench.case("make", body=wrong, credentials=Credentials.MISSING)
    raise AssertionError(kind)


@pytest.mark.parametrize(
    ("case", "answer", "expected"),
    [
        (order(), reply(201, {"id": 7, "label": "old"}), {}),
        (order(), reply(201, {"id": 7, "label": "OLD"}), {"lifecycle/order/field/label": VIOLATED}),
        # what becomes of a label that is not known to be good, nobody says
        (order(label=" Old "), reply(201, {"id": 7, "label": "Old"}), {}),
        (order(most=3), reply(201, {"id": 7, "size": 4}), {"make/promise/within": VIOLATED}),
        (order(most="three"), reply(201, {"id": 7, "size": 4}), {"make/promise/within": UNSURE}),
        (order("provoked"), reply(503), {}),
        (order("provoked"), reply(201, {"id": 7}), {"make/status/503": VIOLATED}),
        (order("provoked"), reply(500), {"make/no-server-error": VIOLATED}),
        (order("missing"), reply(401), {}),
        (order("missing, unstated"), reply(415), {"make/documented-statuses": OBSERVED}),
        (order("missing, unstated"), reply(201, {"id": 7}), {"make/authorization": VIOLATED}),
        # a documented 503 to a valid request is told, as something that counts when it comes again
        (order(), reply(503), {"lifecycle/order/absent/make": VIOLATED}),
    ],
)
def test_creating(case, answer, expected):
    """Provoked errors, echoes of plain values, and schemas that expressions fill in."""
    assert faults(orders().ask(case, answer)) == expected


def test_a_documented_503_is_transient():
    """What a busy gateway answers now and then counts only when it comes again."""
    judgement = orders().ask(order(), reply(503))
    assert [verdict.transient for verdict in judgement.violated] == [True]


def test_ids_that_are_numbers():
    """An id that is a number in bodies stays one to expressions, though URLs carry text."""
    bench = orders()
    made_it = bench.ask(order(), reply(201, {"id": 7, "label": "old"}))
    assert (made_it.issued, made_it.values["id"]) == ("7", 7)
    see = bench.case("see", query={})
    assert told(bench.ask(see, reply(200, {"id": 7, "label": "old"}), "open", values=made_it.values)) == {}
    other = bench.ask(see, reply(200, {"id": 8}), "open", values=made_it.values)
    assert told(other) == {"lifecycle/order/open/see": VIOLATED}


@pytest.mark.parametrize(
    ("query", "answer", "expected"),
    [
        ({"full": True}, reply(200, {}), {}),
        ({"full": True}, reply(404), {"lifecycle/order/renamed/see": VIOLATED}),
        # no case of the cell applies for certain
        ({"full": False}, reply(404), {"lifecycle/order/renamed/see": OBSERVED}),
        ({}, reply(404), {"lifecycle/order/renamed/see": OBSERVED}),
    ],
)
def test_guards(query, answer, expected):
    """Where no guard of a cell holds, the table says nothing, and nobody is accused."""
    bench = orders()
    assert told(bench.ask(bench.case("see", query=query), answer, "renamed")) == expected


@pytest.mark.parametrize("status", [404, 403, 418])
def test_documented_ranges_cover_refused_credentials(status):
    """Which code of a documented range comes when is not said."""
    bench = orders()
    case = bench.case("see", SubjectKind.NEVER_ISSUED, query={}, credentials=Credentials.MISSING)
    assert told(bench.ask(case, reply(status))) == {}


def test_a_step_that_sets_a_field():
    """What a cell sets is the remembered value from then on."""
    bench = orders()
    values = {"label": "old", "id": 7}
    rename = bench.case("rename")
    assert bench.ask(rename, reply(200, {}), "open", values=values).values["label"] == "new"
    assert bench.ask(rename, reply(204, b""), "open", values=values).values["label"] == "old"
    see = bench.case("see", query={"full": True})
    told_new = told(bench.ask(see, reply(200, {"label": "old"}), "renamed", values={"label": "new"}))
    assert told_new == {"lifecycle/order/field/label": VIOLATED}


def test_head_has_no_body():
    """A response to HEAD has no body, whatever is documented (RFC 9110 §9.3.2)."""
    bench = Bench(
        made(LIST.replace("method: get", "method: head").replace("application/*", "application/json"))
    )
    judgement = bench.ask(bench.case("list", query={"limit": 1}), reply(200, b"", X_Count="0"))
    assert VIOLATED not in told(judgement).values()
    assert "list/status/200" in kept(judgement)


def test_a_silent_reply_is_observed():
    """A reply of strength `silent` is noted and never failed."""
    bench = Bench(
        made(READ.replace('"404": {description: none}', '"404": {description: none, strength: silent}'))
    )
    case = bench.case("read", path={"name": "x" * 21})
    assert VIOLATED not in told(bench.ask(case, reply(404))).values()


LOOK = """
operation: look
method: get
path: /pages/{page}
parameters:
  - {name: page, in: path, required: true, schema: {type: integer, x-known-good: {minimum: 1}}}
  - {name: limit, in: query, schema: {type: integer}}
  - {name: full, in: query, schema: {type: boolean}}
  - {name: word, in: query, schema: {type: string}}
responses:
  "200": {description: it, content: {application/json: {schema: {type: object}}}}
promises:
  - id: echoes
    on: 200
    body:
      properties:
        page: {const: $request.path.page}
        limit: {const: $request.query.limit}
        full: {const: $request.query.full}
        word: {const: $request.query.word}
"""

VOTE = """
operation: vote
method: post
path: /votes
requestBody:
  required: true
  content:
    application/json:
      schema: {type: object, required: [way], properties: {way: {type: string, enum: [up, down]}}}
responses:
  "202": {description: taken}
  "422": {description: bad}
"""


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({"limit": 10, "full": True, "word": 7}, 3),
        ({"limit": "10", "full": "true", "word": "7"}, "3"),
    ],
)
def test_a_parameter_is_what_its_schema_reads_from_its_text(query, page):
    """A number in a URL is the number the body echoes, whichever way the request was made."""
    bench = Bench(made(LOOK))
    case = bench.case("look", query=query, path={"page": page})
    right = {"page": 3, "limit": 10, "full": True, "word": "7"}
    assert told(bench.ask(case, reply(200, right))) == {}
    for wrong in ({"page": "3"}, {"limit": 11}, {"full": False}, {"word": 7}):
        assert told(bench.ask(case, reply(200, right | wrong))) == {"look/promise/echoes": VIOLATED}


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (Payload(), 415, {"vote/documented-statuses": OBSERVED}),
        (Payload(), 422, {}),
        (Payload(), 404, {"vote/documented-statuses": VIOLATED}),
        (Payload(BodyKind.JSON, {}), 415, {"vote/documented-statuses": VIOLATED}),
    ],
)
def test_no_body_has_no_media_type(body, status, expected):
    """A server may miss the media type before it misses the body (RFC 9110 §15.5.16)."""
    bench = Bench(made(VOTE))
    assert told(bench.ask(bench.case("vote", body=body), reply(status))) == expected


def test_a_wrong_type_is_shown_refused_beside_an_enumeration():
    """What is of no allowed type is in no enumeration either: its refusal shows the type, and only that."""
    bench = Bench(made(VOTE))
    judgement = bench.ask(bench.case("vote", body=Payload(BodyKind.JSON, {"way": 7})), reply(422))
    held = {
        v.clause.partition("/")[2]
        for v in judgement.verdicts
        if v.kind == "holds" and "/rejects/" in v.clause
    }
    assert held == {"vote/rejects/body/way/type"}


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        ("{type: integer, minimum: 3}", b"7", {}),
        ("{type: integer, minimum: 3}", b"2", {"say/shape/200": VIOLATED}),
        ("{type: integer}", b"seven", {"say/shape/200": VIOLATED}),
        ("{type: boolean}", b"true", {}),
        ("{type: boolean}", b"yes", {"say/shape/200": VIOLATED}),
        ("{enum: [1, 2]}", b"2", {}),
        ("{enum: [1, 2]}", b"3", {"say/shape/200": VIOLATED}),
        ("{type: string, maxLength: 3}", b"1234", {"say/shape/200": VIOLATED}),
        ("{type: array, items: {type: string}}", b"a,b", {}),
        ("{type: object, required: [a]}", b"a=1", {}),
        ("{type: object, required: [a]}", b'{"a": 1}', {}),
    ],
)
def test_a_text_may_write_a_value(schema, body, expected):
    """Of a number or a truth value in JSON's way; of a list or an object nothing is known, and nothing is said."""
    text = "{text/plain: {schema: SCHEMA}}".replace("SCHEMA", schema)
    bench = Bench(
        made(
            f"operation: say\nmethod: get\npath: /say\nresponses: {{200: {{description: it, content: {text}}}}}\n"
        )
    )
    assert told(bench.ask(bench.case("say"), reply(200, body, "text/plain"))) == expected
