"""What is refused, what is surely accepted, and the valid requests built from it."""

from __future__ import annotations

import pytest

from assay.inputs.constraints import constraints, is_json, refusals
from assay.inputs.fresh import Freshener
from assay.inputs.known_good import Supply, narrow
from assay.inputs.valid import Maker
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Case, Payload
from fakes.contracts import made, shipped, supply

IPLAYGAMES, EQUOS = shipped().api("iplaygames"), shipped().api("equos")


def test_shipped_constraints():
    """The closed list of what starting a multi-session refuses."""
    found = {
        constraint.id for constraint in constraints(IPLAYGAMES, IPLAYGAMES.operation("startAMultiSession"))
    }
    fields = ("player_id", "currency", "country_code", "ip_address")
    assert found == {
        "body/required",
        "body/well-formed",
        "body/type",
        "body/game_ids/type",
        "body/game_ids/*/type",
        "body/locale/type",
        "body/device/type",
        *(f"body/{name}/{keyword}" for name in fields for keyword in ("required", "type")),
    }
    assert constraints(IPLAYGAMES, IPLAYGAMES.operation("endMultiSession")) == ()


def test_constraints_of_parameters():
    """Ids of the table, ignored headers and `type: string` in a URL refuse nothing."""
    api = made("""
operation: find
method: get
path: /f/{n}
parameters:
  - {name: n, in: path, required: true, schema: {type: integer}}
  - {name: q, in: query, required: true, schema: {type: string, maxLength: 3}}
  - {name: Accept, in: header, required: true, schema: {type: string}}
responses: {"200": {description: ok}, "422": {description: no}, "400": {description: no}}
""")
    operation = api.operation("find")
    assert {c.id for c in constraints(api, operation)} == {
        "path/n/type",
        "query/q/required",
        "query/q/maxLength",
    }
    assert refusals(operation) == ("422", "400")
    assert refusals(EQUOS.operations[0]) == ()


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        ("Application/Problem+JSON; charset=x", True),
        ("text/json", False),
        ("", False),
    ],
)
def test_json_media_types(media_type, expected):
    """`application/json` and the `+json` family (RFC 6839 §3.1)."""
    assert is_json(media_type) is expected


@pytest.mark.parametrize(
    ("schema", "good", "unsure"),
    [
        ({"type": "string"}, ["a", "a b"], ["", " a", "ü", "\x00", "x" * 300]),
        ({"type": "string", "x-known-good": {"enum": ["EUR"]}}, ["EUR"], ["eur"]),
        ({"type": "string", "enum": ["", "ü"]}, ["", "ü"], []),
        ({"type": "integer"}, [1, 100], [0, -1, 101, 2**31]),
        ({"type": "integer", "minimum": -5}, [-5, 0], [2**31]),
        ({"type": "array", "items": {"type": "string"}}, [["a"]], [[], [""], ["a"] * 11]),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}},
            [{}, {"a": "x"}],
            [{"b": 1}, {"a": ""}],
        ),
        ({"type": "object"}, [{}, {"a": "x"}], [{"a": 1}, {"a": None}]),
        ({"type": "string", "x-supplied": "id"}, ["known"], ["other"]),
        ({"type": "string", "x-supplied": "other"}, [], ["known", "other"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ["a", None], [""]),
        (
            {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "string"}}}]},
            [{"a": "x", "b": "y"}],
            [{"c": 1}],
        ),
    ],
)
def test_what_is_surely_accepted(schema, good, unsure):
    """Where nothing is drawn, plain values are known to be good and odd ones are not."""
    validator = Validator(narrow(schema, lambda s: s, Supply({"id": "known"})), {})
    assert [value for value in good if not validator.accepts(value)] == []
    assert [value for value in unsure if validator.accepts(value)] == []


@pytest.mark.parametrize(
    ("api", "operation"), [(api, o.id) for api in (IPLAYGAMES, EQUOS) for o in api.operations]
)
def test_requests_that_are_made_are_valid(api, operation):
    """The fullest, the barest and the usual request of every shipped operation are valid."""
    maker = Maker(api, api.operation(operation), supply(api))
    for parts in (maker.full, maker.minimal, maker.usual()):
        assert maker.classify(parts.case(maker.operation, "", "")).validity == "valid"


def test_without_supplies_the_surest_is_taken():
    """What nobody supplied is made up, and the request is then unstated; where it can be left out, it is."""
    start = Maker(EQUOS, EQUOS.operation("sessionPassesControllerStartV3"), Supply())
    assert start.classify(start.usual().case(start.operation, "", "")).validity == "unstated"
    session = Maker(IPLAYGAMES, IPLAYGAMES.operation("startAMultiSession"), Supply())
    assert "game_ids" not in session.usual().body.value


def test_fresh_values():
    """No two salts give the same player; values that somebody chose to be odd are left alone."""
    fresh = Freshener(IPLAYGAMES)

    def case(player):
        return Case(
            "iplaygames", "startAMultiSession", "", "", body=Payload(BodyKind.JSON, {"player_id": player})
        )

    players = {fresh(case("p"), salt).body.value["player_id"] for salt in "abc"}
    assert len(players) == 3
    assert all(player.startswith("p-") for player in players)
    for odd in ("", "ü", 5, None):
        assert fresh(case(odd), "a") == case(odd)
    for payload in (Payload(), Payload(BodyKind.JSON, []), Payload(BodyKind.JSON, {})):
        odd = Case("iplaygames", "startAMultiSession", "", "", body=payload)
        assert fresh(odd, "a") == odd
