"""Claims about the mock's engine, over small contracts written for the purpose."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assay.contractfile.parse import parse
from assay.mock.engine import Engine, MockOptions, MockRequest, World
from assay.model.lifecycle import Law
from assay.model.terms import Strength

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

API = """
title: Shop
version: "1"
servers: [{url: "https://shop.example"}]
security: [{bearer: []}]
sources: {doc: {title: The manual}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    basic: {type: http, scheme: basic}
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: key}
  schemas:
    Order:
      type: object
      required: [number, name, created, state]
      properties:
        number: {type: string, format: uuid}
        name: {type: string, minLength: 1}
        note: {type: [string, "null"]}
        total: {type: integer, minimum: 1}
        state: {type: string}
        created: {type: string, format: date-time}
        link: {type: string, format: uri}
"""
PLACE = """
operation: place
method: post
path: /orders
summary: Place
source: doc
requestBody:
  required: true
  content:
    application/json:
      schema:
        type: object
        required: [name]
        properties:
          name: {type: string}
          note: {type: [string, "null"]}
          count: {type: integer}
          deep: {}
responses:
  "201":
    description: Placed
    headers:
      X-Name: {schema: {type: string}}
      Content-Length: {schema: {type: integer}}
    content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
  "422": {description: No, content: {application/json: {schema: {type: object}, example: {no: 1}}}}
  "503": {description: Later, content: {application/json: {schema: {const: later}}}}
provoke: {"503": {header: {X-Break: "yes"}}}
promises:
  - id: echoes
    on: 201
    body:
      properties:
        name: {const: $request.body#/name}
        note: {const: $request.body#/note}
        state: {const: open}
        link: {const: "https://shop.example/{$request.body#/name}"}
  - id: names
    on: 2XX
    headers: {X-Name: {const: $request.body#/name}}
  - id: cheap
    on: 201
    rule: response.body.total < 1000000
"""
READ = """
operation: read
method: get
path: /orders/{number}
summary: Read
source: doc
parameters:
  - {name: number, in: path, required: true, schema: {type: string, format: uuid}}
  - {name: page, in: query, schema: {type: integer, maximum: 9}}
  - {name: tags, in: query, schema: {type: array, items: {type: string}}}
  - {name: X-Trace, in: header, schema: {type: string, pattern: "^[a-z]+$"}}
responses:
  "200": {description: It, content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
  "404": {description: None}
"""
PAY = """
operation: pay
method: put
path: /orders/{number}/payment
summary: Pay
source: doc
parameters: [{name: number, in: path, required: true, schema: {type: string}}]
requestBody: {required: false, content: {application/json: {schema: {type: object}}}}
responses:
  "200": {description: Paid, content: {application/json: {schema: {type: object}}}}
  "202": {description: Partly}
  "204": {description: Nothing to pay}
  "404": {description: None}
"""
PING = """
operation: ping
method: get
path: /orders/ping
summary: Ping
source: doc
security: SECURITY
responses:
  "200": {description: Pong, content: {text/plain: {schema: {type: string}, example: pöng}}}
"""
LIFECYCLE = """
lifecycle: order
source: doc
instance: {created-by: place, id: $response.body#/number, carried-in: {number: path}}
states: {absent: {}, open: {}, paid: {final: true}}
cells:
  place: {absent: {status: 201, to: open, set: {count: 0}}}
  read:
    absent: {status: 404}
    open:
      status: 200
      body: {properties: {number: {const: $instance.id}}}
      mock: {body: {state: open, note: null, link: "https://x/{$instance.nothing}"}}
    paid: {silent: {mock: {status: 200, body: {state: 7}}}}
  pay:
    absent: silent
    open:
      - {when: request.body.amount < 10, status: 202}
      - {when: request.body.amount >= 10, status: 200, to: paid, body: {required: [paid]}, set: {paid: $now}}
    paid: {status: 204}
fields:
  name: {kind: echo, sent: $request.body#/name, at: {place: $response.body#/name, read: $response.body#/name}}
  total: {kind: server, at: {place: $response.body#/total, read: $response.body#/total}}
  created: {kind: server, at: {place: $response.body#/created, read: $response.body#/created}}
"""
BEARER = ("Authorization", "Bearer t")
JSON = ("Content-Type", "application/json")


def contracts(security="[]", place=PLACE):
    files = {"c/shop/api.yaml": API, "c/shop/lifecycles/order.yaml": LIFECYCLE}
    operations = {"place": place, "read": READ, "pay": PAY, "ping": PING.replace("SECURITY", security)}
    files |= {f"c/shop/{name}.yaml": text for name, text in operations.items()}
    parsed = parse(files, root="c")
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


class Client:
    """Keeps the world between requests."""

    def __init__(self, loaded=None, **options):
        self.engine = Engine(loaded or contracts(), MockOptions(**{"seed": 1, **options}))
        self.world = World()

    def send(self, method, path, body=b"", headers=(BEARER, JSON), query=""):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = MockRequest(method, path, query, tuple(headers), raw, NOW)
        self.world, reply = self.engine.respond(self.world, request)
        assert reply.explanation.isascii()
        assert reply.explanation.isprintable()
        assert reply.header("x-assay-cell") == reply.explanation
        for name, value in reply.headers:
            assert f"{name}{value}".isprintable()
            assert value.isascii()
        return reply

    def place(self, **body):
        return json.loads(self.send("POST", "/orders", {"name": "Ada", **body}).body)


@pytest.fixture
def client():
    return Client()


# --- replies


def test_replies_satisfy_schema_and_promises(client):
    """A reply without a documented example is sampled from its schema and made to keep the promises."""
    order = client.place(note="n")
    assert order["name"] == "Ada"
    assert order["note"] == "n"
    assert order["state"] == "open"
    assert order["link"] == "https://shop.example/Ada"
    assert order["created"] == "2026-03-04T05:06:07Z"
    assert order["total"] >= 1


def test_what_was_not_sent_is_not_answered(client):
    """A member promised to echo something that was not sent is left out; a null that was sent comes back."""
    assert "note" not in client.place()
    assert client.place(note=None)["note"] is None


def test_ids_are_new_each_time_and_seeded(client):
    """Every creation gets another id, and the same seed gives the same ids again."""
    numbers = [client.place()["number"] for _ in range(50)]
    assert len(set(numbers)) == 50
    other = Client()
    assert [other.place()["number"] for _ in range(50)] == numbers
    assert Client(seed=2).place()["number"] not in numbers


def test_remembered_values_come_back(client):
    """Echoed and server-made fields are answered again as they were; the cell's patch lies on top."""
    order = client.place(note="n")
    read = json.loads(client.send("GET", f"/orders/{order['number']}").body)
    assert {k: read[k] for k in ("name", "total", "created")} == {
        k: order[k] for k in ("name", "total", "created")
    }
    assert read["number"] == order["number"]
    assert read["state"] == "open"
    assert "note" not in read


def test_instances_do_not_share_values(client):
    """What one instance was created with is never answered for another."""
    first, second = client.place(name="one"), client.place(name="two")
    for order, name in ((first, "one"), (second, "two")):
        assert json.loads(client.send("GET", f"/orders/{order['number']}").body)["name"] == name


def test_guards_choose_and_effects_are_kept(client):
    """The first way whose guard holds answers; `set` is remembered; where none holds the mock says 409."""
    number = client.place()["number"]
    path = f"/orders/{number}/payment"
    key = ("shop", "order", number)
    assert client.world.instance(key).values["count"] == 0
    assert client.send("PUT", path, {"amount": 3}).status == 202
    assert client.world.instance(key).state == "open"
    assert client.send("PUT", path, {"other": 3}).status == 409
    paid = client.send("PUT", path, {"amount": 30})
    assert (paid.status, "paid" in json.loads(paid.body)) == (200, True)
    assert client.world.instance(key).state == "paid"
    assert client.world.instance(key).values["paid"] == "2026-03-04T05:06:07Z"
    assert "when request.body.amount >= 10" in paid.explanation
    empty = client.send("PUT", path)
    assert (empty.status, empty.body, empty.header("content-type")) == (204, b"", None)


def test_silence_is_admitted(client):
    """Where the documentation is silent the mock answers, says that it chose, and where the cell stands."""
    reply = client.send("PUT", "/orders/none/payment")
    assert reply.status == 404
    assert "the documentation does not say" in reply.explanation
    assert "c/shop/lifecycles/order.yaml:" in reply.explanation


def test_a_patch_that_breaks_the_schema_is_told(client):
    """The author's own patch is sent as it is, and what it breaks is named: never a 5xx."""
    number = client.place()["number"]
    client.send("PUT", f"/orders/{number}/payment", {"amount": 30})
    reply = client.send("GET", f"/orders/{number}")
    assert (reply.status, json.loads(reply.body)["state"]) == (200, 7)
    assert "does not satisfy shape/200" in reply.explanation


def test_other_media_types_show_their_example():
    """A documented reply that is not JSON is its example, in its own media type."""
    reply = Client().send("GET", "/orders/ping", headers=())
    assert (reply.status, reply.header("content-type"), reply.body.decode()) == (200, "text/plain", "pöng")


def test_provoked_statuses(client):
    """A status that the contract says how to provoke is given to who does so."""
    reply = client.send("POST", "/orders", {"name": "x"}, (BEARER, JSON, ("x-break", "yes")))
    assert (reply.status, json.loads(reply.body)) == (503, "later")
    assert client.world == World()


def test_a_provoking_body_is_known_by_all_but_its_fresh_values():
    """What is another in every request cannot tell which request it is."""
    made = PLACE.replace('{"503": {header: {X-Break: "yes"}}}', '{"503": {body: {name: once, note: late}}}')
    made = made.replace("name: {type: string}", "name: {type: string, x-fresh: true}", 1)
    client = Client(contracts(place=made))
    for body, status in (
        ({"name": "once-5c21", "note": "late"}, 503),
        ({"name": "once", "note": "early"}, 201),
        ({"name": "once"}, 201),
        ({"name": 5, "note": "late"}, 422),
    ):
        assert client.send("POST", "/orders", body).status == status, body


def test_worlds_are_values():
    """An old world can be asked again and answers as it did: nothing is kept anywhere else."""
    client = Client()
    number = client.place()["number"]
    before = client.world
    first = client.send("PUT", f"/orders/{number}/payment", {"amount": 30})
    client.world = before
    assert client.send("PUT", f"/orders/{number}/payment", {"amount": 30}) == first
    assert before.instance(("shop", "order", number)).state == "open"


# --- refusals


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nowhere", 404, None),
        ("GET", "/orders/", 404, None),
        ("GET", "orders", 404, None),
        ("GET", "", 404, None),
        ("GET", "*", 404, None),
        ("GET", "x/orders/ping", 404, None),
        ("GET", "/orders//payment", 404, None),
        ("GET", "/orders", 405, "OPTIONS, POST"),
        ("get", "/orders/1", 405, "GET, HEAD, OPTIONS"),
        ("BREW", "/orders/ping", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/orders", 204, "OPTIONS, POST"),
        ("GET", "/orders/%zz", 400, None),
        ("GET", "/orders/%ff", 400, None),
        ("GET", "/orders/\xff", 400, None),
    ],
)
def test_routes(client, method, path, status, allow):
    """No route is a 404, a wrong method a 405 with Allow, a broken path a 400; all before credentials."""
    reply = client.send(method, path, headers=())
    assert (reply.status, reply.header("allow")) == (status, allow)


def test_concrete_paths_go_first_and_prefixes_work():
    """`/orders/ping` is not the order «ping», and everything is reachable below the API's name too."""
    client = Client()
    assert client.send("GET", "/orders/ping").header("content-type") == "text/plain"
    assert client.send("GET", "/shop/orders/ping").status == 200
    number = client.place()["number"]
    assert client.send("GET", f"/shop/orders/{number}").status == 200


@pytest.mark.parametrize(
    ("security", "header", "query", "status"),
    [
        ("[{bearer: []}]", None, "", 401),
        ("[{bearer: []}]", "Bearer", "", 401),
        ("[{bearer: []}]", "Bearer ", "", 401),
        ("[{bearer: []}]", "Bearer t", "", 200),
        ("[{bearer: []}]", "bearer 1|laravel", "", 200),
        ("[{bearer: []}]", "Bearer invalid-token", "", 401),
        ("[{bearer: []}]", "Bearer a b", "", 401),
        ("[{bearer: []}]", "Basic dTpw", "", 401),
        ("[{basic: []}]", "Basic dTpw", "", 200),
        ("[{basic: []}]", "Basic dTo=", "", 200),  # a token, sent as a user without a password
        ("[{basic: []}]", "Basic aW52YWxpZC10b2tlbjo=", "", 401),
        ("[{basic: []}]", "Basic Og==", "", 401),
        ("[{basic: []}]", "Basic ???", "", 401),
        ("[{basic: []}]", "Basic /w==", "", 401),
        ("[{query: []}]", None, "key=k", 200),
        ("[{query: []}]", None, "", 401),
        ("[{query: []}, {}]", None, "", 200),
        ("[{query: [], bearer: []}]", None, "key=k", 401),
        ("[{query: [], bearer: []}]", "Bearer t", "key=k", 200),
        ("[{query: []}, {bearer: []}]", "Bearer t", "", 200),
        ("[]", None, "", 200),
    ],
)
def test_credentials(security, header, query, status):
    """Any documented alternative lets pass, with all its schemes; what begins with «invalid» never does."""
    client = Client(contracts(security))
    headers = [("Authorization", header)] if header is not None else []
    reply = client.send("GET", "/orders/ping", headers=headers, query=query)
    assert reply.status == status
    assert (reply.header("www-authenticate") is not None) == (status == 401)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("X-Key", "k"),), 401),
        ((("Cookie", "key=k; other=1"),), 401),
        ((("X-Key", "k"), ("Cookie", "other=1; key=k")), 200),
        ((("x-key", "k"), ("Cookie", "key=k")), 200),
        ((("X-Key", "k"), ("Cookie", "\x00;;=")), 401),
    ],
)
def test_api_keys(headers, status):
    """API keys are looked for where their scheme says: in a header, in a cookie."""
    client = Client(contracts("[{header: [], cookie: []}]"))
    assert client.send("GET", "/orders/ping", headers=headers).status == status


def test_a_chosen_token_is_the_only_one():
    """With a token configured exactly that one is accepted."""
    client = Client(token="secret-1")
    assert client.send("GET", "/orders/x", headers=(("Authorization", "Bearer secret-1"),)).status == 404
    assert client.send("GET", "/orders/x", headers=(("Authorization", "Bearer secret-2"),)).status == 401
    refused = client.send("GET", "/orders/x", headers=(BEARER, BEARER))
    assert refused.header("www-authenticate") == 'Bearer error="invalid_token"'


# --- whose


def _apart(**parameters):
    """The shop, with orders that are one principal's."""
    loaded = contracts()
    api = loaded.api("shop")
    cycle = api.lifecycles[0]
    stated = Law("isolation", parameters, Strength.DOCUMENTED, "doc")
    return replace(loaded, apis=(replace(api, lifecycles=(replace(cycle, laws=(*cycle.laws, stated)),)),))


def _as(token):
    return (("Authorization", f"Bearer {token}"), JSON)


def _asked(parameters, **options):
    """What the owner and somebody else are answered who read and then pay the owner's order."""
    client = Client(_apart(**parameters) if parameters is not None else None, **options)
    number = json.loads(client.send("POST", "/orders", {"name": "Ada"}, headers=_as("one")).body)["number"]
    asked = (("GET", f"/orders/{number}"), ("PUT", f"/orders/{number}/payment"))
    return [
        client.send(*request, {"amount": 30}, headers=_as(token)).status
        for token in ("two", "one")
        for request in asked
    ]


@pytest.mark.parametrize("options", [{}, {"token": "one", "others": {"bob": "two"}}])
@pytest.mark.parametrize(
    ("parameters", "statuses"),
    [
        (None, [200, 200, 200, 204]),
        ({}, [200, 200, 200, 204]),
        ({"principals": True}, [404, 404, 200, 200]),
        ({"principals": ["read"]}, [404, 200, 200, 204]),
        ({"principals": True, "stranger": {"status": 404}}, [404, 404, 200, 200]),
        ({"principals": True, "stranger": {"status": [403, 401]}}, [403, 403, 200, 200]),
        ({"principals": True, "stranger": {"like-unknown": True}}, [404, 404, 200, 200]),
    ],
)
def test_instances_are_their_makers_where_the_lifecycle_says_so(options, parameters, statuses):
    """Another is answered as the law says, by default as for an unknown id, and changes nothing; else all is open.

    Where any token is accepted, each is a principal of its own.
    """
    assert _asked(parameters, **options) == statuses


def test_two_schemes_are_of_one_principal():
    """Where two credentials are needed at once, one's and another's together are nobody's."""
    client = Client(contracts("[{header: [], query: []}]"), token="one", others={"bob": "two"})
    sent = [client.send("GET", "/orders/ping", headers=(("X-Key", a),), query=f"key={b}").status
            for a, b in (("one", "one"), ("two", "two"), ("one", "two"), ("two", "three"))]  # fmt: skip
    assert sent == [200, 200, 401, 401]


def test_the_world_keeps_no_credential():
    """Who made an instance is remembered, and not by what he showed."""
    client = Client()
    client.send("POST", "/orders", {"name": "Ada"}, headers=_as("hush-hush-token"))
    assert len(client.world.instances) == 1
    assert "hush-hush" not in repr(client.world)


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"name": 1}', "application/json", 422),
        (b"{", "application/json", 422),
        (b"nonsense", "application/json", 422),
        (b"\xff\xfe{\x00", "application/json", 422),
        (b'{"name": "x", "deep": NaN}', "application/json", 422),
        (b'{"name": "x", "deep": -Infinity}', "application/json", 422),
        (b'{"name": "x", "deep": 1e400}', "application/json", 422),
        (b'{"name": "x", "deep": ' + b"9" * 5000 + b"}", "application/json", 422),
        (b'{"name": "x", "deep": ' + b"9" * 500 + b"}", "application/json", 201),
        (b'{"name": "\\ud800"}', "application/json", 422),
        (b'{"name": "x", "\\udfff": 1}', "application/json", 422),
        (b'{"name": "x", "deep": ' + b"[" * 80 + b"]" * 80 + b"}", "application/json", 422),
        (b'{"name": "x", "deep": ' + b"[" * 100000 + b"]" * 100000 + b"}", "application/json", 422),
        (b'{"name": "x", "deep": ' + b"[" * 20 + b"]" * 20 + b"}", "application/json", 201),
        (b'\xef\xbb\xbf{"name": "x"}', "application/json", 201),
        (b'{"name": "x"}', "application/json; charset=utf-8", 201),
        (b'{"name": "x"}', "APPLICATION/JSON", 201),
        (b'{"name": "x"}', "application/json; charset=utf-16", 415),
        (b'{"name": "x"}', "text/plain", 415),
        (b'{"name": "x"}', "", 415),
        (b'{"name": "x"}', "\xff/\xff", 415),
        (b'{"name": "\\u0000"}', "application/json", 201),
    ],
)
def test_bodies(client, body, media_type, status):
    """What is not JSON, not of the schema or beyond measure gets the documented 422; a wrong type a 415."""
    reply = client.send("POST", "/orders", body, (BEARER, ("Content-Type", media_type)))
    assert reply.status == status
    if status == 422:
        assert json.loads(reply.body) == {"no": 1}
        assert client.world == World()


@pytest.mark.parametrize(
    ("query", "trace", "status"),
    [
        ("", "abc", 200),
        ("page=3", "abc", 200),
        ("page=10", "abc", 400),
        ("page=x", "abc", 400),
        ("page=", "abc", 400),
        ("page=" + "9" * 5000, "abc", 400),
        ("page=3&page=4", "abc", 200),
        ("tags=a&tags=b&&=&%20", "abc", 200),
        ("%zz=1", "abc", 400),
        ("a=%ff", "abc", 400),
        ("a=\xff", "abc", 400),
        ("", "A\xff", 400),
    ],
)
def test_parameters(client, query, trace, status):
    """Parameters are read as text and held to their schemas; broken encodings are a 400."""
    number = client.place()["number"]
    headers = (BEARER, ("x-TRACE", trace))
    assert client.send("GET", f"/orders/{number}", headers=headers, query=query).status == status


@pytest.mark.parametrize(
    "number", ["x", "%00", "%2F", "a" * 4096, "%F0%9F%98%80", "..", "{number}", "%0d%0aX:1"]
)
def test_odd_ids_are_ids_never_issued(client, number):
    """An id of any form that was not issued is absent, whatever the schema of the parameter says."""
    assert client.send("GET", f"/orders/{number}").status == 404


@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1", "é", "\0", " ", "x" * 100_000, "{$instance.id}", "$request.body"]
)
def test_requests_cannot_reach_the_headers(client, name):
    """A value that cannot stand in a header is left out; one that looks like an expression stays text."""
    reply = client.send("POST", "/orders", {"name": name})
    assert reply.status == 201
    assert json.loads(reply.body)["name"] == name
    assert reply.header("x-name") in (name, None)
    assert reply.header("x-evil") is None


def test_head_is_a_get_without_content(client):
    """HEAD tells the length of what a GET would send, and sends nothing."""
    number = client.place()["number"]
    got, head = client.send("GET", f"/orders/{number}"), client.send("HEAD", f"/orders/{number}")
    assert (head.status, head.body, head.header("content-length")) == (200, b"", str(len(got.body)))


def test_two_apis_may_share_a_path():
    """Where two APIs have the same method and path, each is reached below its own name, with worlds apart."""
    files = {"api": API, "place": PLACE, "read": READ, "pay": PAY, "ping": PING.replace("SECURITY", "[]")}
    tree = {f"c/{api}/{name}.yaml": text for api in ("one", "two") for name, text in files.items()}
    tree |= {f"c/{api}/lifecycles/order.yaml": LIFECYCLE for api in ("one", "two")}
    parsed = parse(tree, root="c")
    assert parsed.contracts is not None, parsed.problems
    client = Client(parsed.contracts)
    number = json.loads(client.send("POST", "/two/orders", {"name": "x"}).body)["number"]
    assert client.send("GET", f"/two/orders/{number}").status == 200
    assert client.send("GET", f"/one/orders/{number}").status == 404
    assert client.send("GET", f"/orders/{number}").explanation.startswith("one/lifecycle/order/absent/read")
