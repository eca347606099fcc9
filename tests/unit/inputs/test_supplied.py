"""Where a request wants a supplied value, and how one that was made for it is recognised."""

from __future__ import annotations

import pytest

from assay.inputs.places import placed
from assay.inputs.pointers import put
from assay.inputs.supplied import made as made_for
from assay.inputs.supplied import names, reference, spots, symbol
from assay.model.case import BodyKind, Case, Payload, Subject, SubjectKind
from fakes.contracts import made

ADD = """
operation: add
method: post
path: /shops/{shop}/things
parameters:
  - {name: shop, in: path, required: true, schema: {type: string, x-supplied: shop}}
  - {name: X-Till, in: header, schema: {type: string, x-supplied: till}}
  - {name: lane, in: query, schema: {type: string, x-supplied: till}}
  - {name: seat, in: cookie, schema: {type: string, x-supplied: till}}
requestBody:
  content:
    application/json:
      schema:
        type: object
        properties:
          owner:
            anyOf:
              - {type: "null"}
              - {$ref: '#/components/schemas/Owner'}
          tags: {type: array, items: {type: string, x-supplied: tag}}
          pair: {type: array, prefixItems: [{type: string}, {type: string, x-supplied: tag}]}
          "a/b": {type: string, x-supplied: tag}
        additionalProperties: {type: string, x-supplied: other}
responses: {"201": {description: made}}
"""
SHOW = """
operation: show
method: get
path: /things/{id}
parameters:
  - {name: id, in: path, required: true, schema: {type: string, x-supplied: shop}}
responses: {"200": {description: there}}
"""
TABLE = """
lifecycle: thing
instance: {created-by: add, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, there: {}}
cells:
  add: {absent: {status: 201, to: there}}
  show: {absent: silent, there: {status: 200}}
"""
API = made(
    ADD, SHOW, TABLE,
    supplies={name: {"example": f"{name}-1"} for name in ("shop", "till", "tag", "other", "owner")}
    | {"made": {"example": "m", "from": {"lifecycle": "thing", "value": "thing {$instance.id}"}}},
    components={"schemas": {"Owner": {"properties": {"id": {"type": "string", "x-supplied": "owner"}}}}},
)  # fmt: skip


def case(operation: str = "add", body: object = None, **parts: object) -> Case:
    payload = Payload() if body is None else Payload(BodyKind.JSON, body, media_type="application/json")
    return Case("made", operation, "", "", body=payload, **parts)  # type: ignore[arg-type]


def found(one: Case) -> dict[str, tuple[str, object]]:
    return {spot.place: (spot.name, spot.value) for spot in spots(API, API.operation(one.operation), one)}


def test_parameters_of_every_place():
    """Path, query, cookie and header, whatever the case of its name; what is not sent has no place."""
    sent = case(path={"shop": "s"}, query={"lane": "l"}, headers={"x-TILL": "t"}, cookies={"seat": "c"})
    assert found(sent) == {
        "path.shop": ("shop", "s"),
        "header.X-Till": ("till", "t"),
        "query.lane": ("till", "l"),
        "cookie.seat": ("till", "c"),
    }
    assert found(case()) == {}


def test_bodies_through_references_and_branches():
    """Alternatives, items, members by name and by rest: each value where the schema says so."""
    body = {"owner": {"id": "o"}, "tags": ["a", "b"], "pair": ["x", "y"], "a/b": "c", "more": "d"}
    assert found(case(body=body)) == {
        "body#/owner/id": ("owner", "o"),
        "body#/tags/0": ("tag", "a"),
        "body#/tags/1": ("tag", "b"),
        "body#/pair/1": ("tag", "y"),
        "body#/a~1b": ("tag", "c"),
        "body#/more": ("other", "d"),
    }
    assert found(case(body={"owner": None})) == {}
    assert found(case(body=["not", "an", "object"])) == {}


def test_the_subjects_own_id_is_none():
    """The parameter that carries the instance is filled from the instance."""
    assert found(case("show", path={"id": "x"})) == {}
    assert names(API, API.operation("show")) == frozenset()
    assert names(API, API.operation("add")) == {"shop", "till", "tag", "other", "owner"}


def test_references_are_recognised_by_their_wording():
    """What `reference` writes, and nothing else, is a value made for the request; the value is a text around the id."""
    subject = Subject(SubjectKind.NEW, "i1")
    one = case(path={"shop": "s"}, subject=subject)
    assert reference(API, "made", symbol("made", "i1")) == "thing {$instances.made_for_i1.id}"
    assert list(made_for(API, API.operation("add"), one)) == []


@pytest.mark.parametrize(("one", "other"), [("a.b", "a-b"), ("a_b", "a.b"), ("a b", "a_20_b"), ("é", "e")])
def test_names_that_differ_make_symbols_that_differ(one, other):
    """Two supplied values are two instances, however odd their names; symbols have no other character than theirs."""
    made_of_one, made_of_other = symbol(one, "i1"), symbol(other, "i1")
    assert made_of_one != made_of_other
    assert all(c.isascii() and (c.isalnum() or c in "_-") for c in made_of_one + made_of_other)


def test_putting_at_a_place():
    """Each kind of place; a header replaces the one of that name whatever its case, and texts stay texts."""
    operation = API.operation("add")
    base = case(path={"shop": "s"}, headers={"x-till": "old", "Other": "1"}, body={"tags": ["a"]})
    assert placed(base, operation, "path.shop", 7).path == {"shop": 7}
    assert placed(base, operation, "query.lane", "l").query == {"lane": "l"}
    assert placed(base, operation, "cookie.seat", 3).cookies == {"seat": "3"}
    assert placed(base, operation, "header.X-Till", True).headers == {"Other": "1", "X-Till": "true"}
    assert placed(base, operation, "body#/tags/0", "z").body.value == {"tags": ["z"]}
    assert placed(base, operation, "body#/owner/id", "o").body.value == {"tags": ["a"], "owner": {"id": "o"}}
    assert placed(base, operation, "body#", [1]).body.value == [1]
    assert base.body.value == {"tags": ["a"]}, "what was there is not changed"


@pytest.mark.parametrize("pointer", ["/a/b", "/list/x", "/list/9", "/list/0/deep/er"])
def test_a_place_that_is_not_there(pointer):
    """Below a text, at no index of an array: there is nothing to write to."""
    with pytest.raises(LookupError):
        put({"a": "text", "list": ["x"]}, pointer, 1)
