"""Valid, invalid or unstated: decided on what goes over the wire."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.inputs.classify import Classifier, lenient_readings, strict_json, text, text_readings
from assay.inputs.known_good import Supply
from assay.inputs.valid import Maker
from assay.model.case import BodyKind, Case, Payload, Subject, SubjectKind
from fakes.contracts import made, shipped, supply

IPLAYGAMES, EQUOS = shipped().api("iplaygames"), shipped().api("equos")
START, PASS = "startAMultiSession", "sessionPassesControllerStartV3"


def classify(body, api=IPLAYGAMES, operation=START, supplied=None, **changes):
    case = Maker(api, api.operation(operation), supply(api)).full.case(api.operation(operation), "", "")
    payload = body if isinstance(body, Payload) else Payload(BodyKind.JSON, {**case.body.value, **body})
    classifier = Classifier(api, api.operation(operation), supplied or supply(api))
    found = classifier(replace(case, body=payload, **changes))
    return found.validity.value, set(found.broken)


@pytest.mark.parametrize(
    ("body", "validity", "broken"),
    [
        ({}, "valid", set()),
        ({"locale": None, "device": None}, "valid", set()),
        ({"currency": "EUR"}, "unstated", set()),
        ({"currency": ""}, "unstated", set()),
        ({"device": "tablet"}, "unstated", set()),
        ({"game_ids": [1, 2, 3]}, "unstated", set()),
        ({"game_ids": []}, "unstated", set()),
        ({"more": 1}, "unstated", set()),
        ({"currency": None}, "invalid", {"body/currency/type"}),
        ({"game_ids": [None]}, "invalid", {"body/game_ids/*/type"}),
        ({"game_ids": [None, {}], "locale": 1}, "invalid", {"body/game_ids/*/type", "body/locale/type"}),
        ({"player_id": "\ud800"}, "unstated", set()),
        (Payload(), "invalid", {"body/required"}),
        (Payload(BodyKind.RAW, raw=b"", media_type="application/json"), "invalid", {"body/required"}),
        (Payload(BodyKind.RAW, raw=b"{", media_type="application/json"), "invalid", {"body/well-formed"}),
        (Payload(BodyKind.RAW, raw=b"NaN", media_type="application/json"), "invalid", {"body/well-formed"}),
        (
            Payload(BodyKind.RAW, raw=b"[" * 5000, media_type="application/json"),
            "invalid",
            {"body/well-formed"},
        ),
        (Payload(BodyKind.RAW, raw=b"null", media_type="application/json"), "invalid", {"body/type"}),
        (Payload(BodyKind.RAW, raw=b"null", media_type="text/plain"), "unstated", set()),
        (
            Payload(BodyKind.JSON, None, media_type="Application/JSON; charset=utf-8"),
            "invalid",
            {"body/type"},
        ),
    ],
)
def test_bodies(body, validity, broken):
    """The schema refuses, the known-good reading accepts, and what lies between is unstated."""
    assert classify(body) == (validity, broken)


def test_what_only_the_user_of_a_target_knows():
    """A request that names a value nobody supplied is unstated, not valid."""
    assert classify({}, EQUOS, PASS)[0] == "valid"
    assert classify({}, EQUOS, PASS, Supply({}))[0] == "unstated"
    assert classify({"avatar": {"id": "another"}}, EQUOS, PASS)[0] == "unstated"
    assert classify({"avatar": {}}, EQUOS, PASS) == ("invalid", {"body/avatar/id/required"})


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ("{}", None),
        ("{schema: {}}", None),
        ("{schema: true, example: 7}", 7),
        ("{schema: {title: Anything}, examples: {one: {value: [1]}}}", [1]),
        ("{schema: {description: whatever, default: {a: 1}}}", {"a": 1}),
        ("{schema: {type: object, properties: {a: {}}}, example: {a: 5}}", {}),
    ],
)
def test_of_what_may_be_anything_only_what_is_shown_is_good(content, good):
    """An honest server refuses most of what such a schema allows."""
    api = made(f"""
operation: put
method: put
path: /p
requestBody: {{required: true, content: {{application/json: {content}}}}}
responses: {{"200": {{description: ok}}, "400": {{description: no}}}}
""")
    classifier = Classifier(api, api.operation("put"), supply(api))

    def validity(value):
        body = Payload(BodyKind.JSON, value, media_type="application/json")
        return classifier(Case("made", "put", "", "", body=body)).validity.value

    assert validity({"a": "another"}) == "unstated"
    if good is not None:
        assert validity(good) == "valid"


def test_a_content_type_header_counts():
    """What the header says is what goes out."""
    assert classify({}, headers={"content-type": "text/csv"})[0] == "unstated"


def test_a_body_where_none_is_documented():
    """The documentation does not say what an undocumented body does."""
    operation = "sessionPassesControllerStopV3"
    case = Case("equos", operation, "", "", path={"id": "x"}, body=Payload(BodyKind.JSON, {}))
    assert Classifier(EQUOS, EQUOS.operation(operation), Supply())(case).validity == "unstated"


def test_an_arbitrary_id():
    """Nor what an id does that is not of the issued form."""
    case = Case(
        "equos", "sessionPassesControllerStopV3", "", "", subject=Subject(SubjectKind.ARBITRARY, value="x")
    )
    assert Classifier(EQUOS, EQUOS.operation(case.operation), Supply())(case).validity == "unstated"


FIND = """
operation: find
method: post
path: /find/{size}
parameters:
  - {name: size, in: path, required: true, schema: {type: integer, enum: [1, 2]}}
  - {name: flag, in: query, required: true, schema: {type: boolean}}
  - {name: ratio, in: query, schema: {type: number, exclusiveMinimum: 0, maximum: 1}}
  - {name: X-Trace, in: header, schema: {type: string, minLength: 3}}
  - {name: Content-Type, in: header, required: true, schema: {const: nonsense}}
requestBody:
  content:
    application/json:
      schema:
        type: object
        properties: {never: false, pair: {prefixItems: [{type: string}]}}
        propertyNames: {maxLength: 9}
        patternProperties: {'^n_': {type: integer}}
        additionalProperties: {type: string}
        if: {required: [a]}
        then: {required: [b]}
responses: {"200": {description: ok}, "400": {description: no}}
"""


@pytest.mark.parametrize(
    ("changes", "validity", "broken"),
    [
        ({}, "valid", set()),
        ({"query": {}}, "invalid", {"query/flag/required"}),
        ({"query": {"flag": "maybe"}}, "invalid", {"query/flag/type"}),
        ({"query": {"flag": "1"}}, "unstated", set()),
        ({"query": {"flag": True, "ratio": 0}}, "invalid", {"query/ratio/exclusiveMinimum"}),
        ({"query": {"flag": True, "ratio": "1e-1"}}, "unstated", set()),
        ({"path": {"size": 3}}, "invalid", {"path/size/enum"}),
        ({"path": {"size": ".."}}, "unstated", set()),
        ({"headers": {"x-trace": "ab"}}, "invalid", {"header/X-Trace/minLength"}),
        ({"body": {"never": 1}}, "invalid", {"body/never/forbidden"}),
        ({"body": {"pair": [1]}}, "invalid", {"body/pair/prefixItems"}),
        ({"body": {"long_names_": "x"}}, "invalid", {"body/propertyNames"}),
        ({"body": {"n_x": "x"}}, "invalid", {"body/patternProperties"}),
        ({"body": {"other": 1}}, "invalid", {"body/additionalProperties"}),
        ({"body": {"a": "x"}}, "invalid", {"body/if"}),
    ],
)
def test_parameters_and_rare_keywords(changes, validity, broken):
    """Every broken constraint has a name that the contract gives, whatever the sender called things."""
    api = made(FIND)
    base = {"path": {"size": 1}, "query": {"flag": True}, "body": None}
    merged = {**base, **changes}
    payload = Payload() if merged["body"] is None else Payload(BodyKind.JSON, merged["body"])
    case = Case("made", "find", "", "", **{**merged, "body": payload})
    found = Classifier(api, api.operation("find"), Supply())(case)
    assert (found.validity.value, set(found.broken)) == (validity, broken)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"1", 1),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\ud800"', "\ud800"),
        (b"1e400", float("inf")),
    ],
)
def test_reading_json(raw, value):
    """JSON as RFC 8259 has it, with a byte order mark and repeated names tolerated."""
    assert strict_json(raw) == value


@pytest.mark.parametrize(
    "raw", [b"NaN", b"[Infinity]", b"\xff", b"{'a':1}", b"", b"[" * 201 + b"]" * 201, b"[" * 10**5]
)
def test_what_is_no_json(raw):
    """What cannot be read is a ValueError, whatever the reason."""
    with pytest.raises(ValueError):  # noqa: PT011 - the claim is the kind
        strict_json(raw)


def test_vast_numbers():
    """With `vast`, numbers beyond a double are read as the largest one."""
    numbers = strict_json(b"[1e400, -1e400, 1.5, " + b"9" * 6000 + b"]", vast=True)
    assert numbers[0] == -numbers[1] == numbers[3] > 1e308
    assert strict_json(b"[" * 200 + b"]" * 200) is not None


@pytest.mark.parametrize(
    ("written", "strict", "lenient"),
    [
        ("7", ["7", 7], [7, 7.0]),
        ("-0.5", ["-0.5", -0.5], [-0.5]),
        ("true", ["true", True], [True]),
        ("True", ["True"], [True]),
        ("7.0", ["7.0"], [7.0]),
        ("1_0", ["1_0"], [10, 10.0]),
        ("", [""], [None]),
        ("nan", ["nan"], []),
        ("inf", ["inf"], []),
        ("07", ["07"], [7, 7.0]),
        ("9" * 5000, ["9" * 5000], []),
        ("word", ["word"], []),
    ],
)
def test_what_a_text_spells(written, strict, lenient):
    """Plain spellings are everybody's; others are some servers' only."""
    assert text_readings(written) == strict
    assert lenient_readings(written) == lenient


@pytest.mark.parametrize(
    ("value", "written"), [(True, "true"), (None, "null"), (1, "1"), (2.0, "2"), (0.5, "0.5"), ("a b", "a b")]
)
def test_how_a_value_is_written(value, written):
    """Primitives in URLs and headers as other languages write them."""
    assert text(value) == written
