"""What answers looked like, beside what is documented of them."""

from __future__ import annotations

import json
from dataclasses import replace

from assay.model.contract import Api, Content
from assay.model.event import RunStarted, StepJudged
from assay.report.documented import FIELDS, fields
from assay.report.fold import fold
from assay.report.log import dump
from assay.report.shapes import LOOKED, STRANGE, Field, Shape, Shapes, essence
from assay.report.skim import skim
from golden.story import HEADER, events

REPLIES = {
    "200": {
        "media": ["application/json"],
        "fields": {
            "/state": {"type": "string", "enum": ["draft", "paid"]},
            "/note": {},
            "/items/*/id": {},
            "/labels/{}": {"type": "string"},
            "/items": {},
            "/labels": {},
        },
    }
}


def _header(replies: object = REPLIES) -> RunStarted:
    return replace(HEADER, operations=({"api": "shop", "id": "get", "replies": replies},))


def _told(*bodies: object, replies: object = REPLIES, status: int = 200) -> Shape:
    shapes = Shapes(_header(replies))
    for body in bodies:
        if shapes.wants("shop", "get", status, "application/json"):
            shapes.look("shop", "get", status, json.dumps(body))
    return shapes.told()[0]


def _field(shape: Shape, pointer: str) -> Field:
    return next(one for one in shape.fields if one.pointer == pointer)


def test_fields_are_counted_by_body() -> None:
    """However often one stands in a body; null only where it is null everywhere."""
    shape = _told(
        {"state": "draft", "note": None, "items": [{"id": 1}, {"id": 2}]},
        {"state": "paid", "note": None, "items": [{"id": None}, {"id": 2}]},
    )
    assert (shape.answers, shape.looked) == (2, 2)
    assert _field(shape, "/note") == Field("/note", documented=True, seen=2, null=2)
    assert _field(shape, "/items/*/id") == Field("/items/*/id", documented=True, seen=2, null=0)
    assert _field(shape, "/labels").seen == 0


def test_values_of_an_enum_are_told_apart() -> None:
    """Those that came, one that is not documented among them, and those that never did."""
    state = _field(_told({"state": "draft"}, {"state": "draft"}, {"state": "lost"}), "/state")
    assert state.values == (('"draft"', 2), ('"lost"', 1))
    assert state.unseen_values == ('"paid"',)


def test_undocumented_fields_are_named() -> None:
    """But not the members of a documented map."""
    shape = _told({"extra": {"deep/er": 1}, "labels": {"a": "x", "b": "y"}})
    assert [one.pointer for one in shape.fields if not one.documented] == ["/extra", "/extra/deep~1er"]
    assert _field(shape, "/labels/{}").seen == 1


def test_a_log_that_does_not_tell_promises_nothing() -> None:
    """Older versions wrote no replies: then nothing is called undocumented media."""
    assert _told({"a": 1}, replies=None).promised is None
    assert _told({"a": 1}, status=500).promised is None
    assert _told({"a": 1}).promised == ("application/json",)


def test_memory_and_time_are_bounded() -> None:
    """Bodies after the first hundreds are counted and not looked into; noise is not told apart for ever."""
    shape = _told(*({f"noise-{n}": n} for n in range(LOOKED + 50)))
    assert (shape.answers, shape.looked) == (LOOKED + 50, LOOKED)
    assert len([one for one in shape.fields if not one.documented]) == STRANGE


def test_a_documented_field_is_seen_however_late_it_comes() -> None:
    """Once, wherever it stands: then there is nothing left to look for."""
    early = [{"note": "n", "items": []}] * LOOKED
    late = [
        {"note": "id"},
        {"items": [{"id": 7}, {"id": None}], "id": 1},
        {"items": [{"id": 8}]},
        {"labels": {"a": None}, "strange": 1},
        {"state": "paid"},
    ]
    shape = _told(*early, *late)
    assert (shape.answers, shape.looked) == (LOOKED + 5, LOOKED)
    assert {one.pointer: (one.seen, one.null) for one in shape.fields} == {
        "/state": (1, 0), "/note": (LOOKED, 0), "/items/*/id": (1, 0), "/labels/{}": (1, 1), "/items": (LOOKED, 0),
        "/labels": (1, 0),
    }  # fmt: skip
    assert _field(shape, "/state").values == (('"paid"', 1),)
    assert _field(_told(*early, {"id": 7}, {"note": {"items": [{"id": 1}]}}), "/items/*/id").seen == 0


def test_what_is_no_json_is_passed_over() -> None:
    """A body that was cut for the log, or lies about its type."""
    shapes = Shapes(_header())
    assert shapes.wants("shop", "get", 200, "application/json")
    for body in (None, "", '{"cut": ', "[" * 100_000):
        shapes.look("shop", "get", 200, body)
    assert shapes.told()[0].looked == 0
    assert not shapes.wants("shop", "get", 200, "text/html")


def test_media_types_lose_their_parameters() -> None:
    """RFC 9110: parameters and case do not make another type."""
    assert essence((("X", "y"), ("Content-type", "Application/JSON; charset=utf-8"))) == "application/json"
    assert essence(()) == "none"


def test_a_log_tells_what_the_run_told() -> None:
    """Read by the quick way, the same comes out."""
    lines = [dump(event).encode() for event in events()]
    assert fold(map(skim, lines)).shapes == fold(events()).shapes
    assert ("image/teapot", 2) in [one for shape in fold(events()).shapes for one in shape.media]


def test_headers_that_imitate_others_fool_nobody() -> None:
    """A value that looks like JSON of a header is no header."""
    judged = next(event for event in events() if isinstance(event, StepJudged))
    evil = (("x", '["content-type","text/evil"]'), ("Content-Type", 'te"xt/pl\\ain;a=b'))
    step = replace(judged.step, evidence=replace(judged.step.evidence, response_headers=evil))
    told = skim(dump(replace(judged, step=step)).encode())
    assert not isinstance(told, StepJudged | RunStarted)
    assert getattr(told, "media") == 'te"xt/pl\\ain'  # noqa: B009 - any event may come out of a line


def test_documented_fields_come_from_every_branch() -> None:
    """References, lists, maps and alternatives; and no more than a header should hold."""
    api = _api({"Pet": {"properties": {"name": {"type": ["string", "null"]}}}})
    schema = {
        "$ref": "#/components/schemas/Pet",
        "properties": {
            "a/b": {"items": {"enum": [1, 2]}},
            "tags": {"additionalProperties": {"type": "string"}},
        },
        "oneOf": [{"properties": {"cat": True}}, {"properties": {"dog": {}}}],
    }
    found = fields(api, (Content("application/problem+json", schema),))
    assert set(found) == {"/name", "/a~1b", "/a~1b/*", "/tags", "/tags/{}", "/cat", "/dog"}
    assert found["/name"] == {"type": "string or null"}
    assert found["/a~1b/*"] == {"enum": [1, 2]}
    many = {"properties": {f"p{n}": {} for n in range(FIELDS + 9)}}
    assert len(fields(api, (Content("application/json", many),))) == FIELDS
    assert fields(api, (Content("text/plain", many),)) == {}


def _api(schemas: dict[str, object]) -> Api:
    return Api("shop", "Shop", "1", (), {}, {"schemas": schemas}, {}, (), ())


def test_the_header_says_what_is_documented() -> None:
    """A schema that many share is worked out once, and told of each; a contract's `slo` is told where it has one."""
    api = _api({"Pet": {"properties": {"name": {"type": "string"}}}})
    shared = (Content("application/json", {"$ref": "#/components/schemas/Pet"}),)
    assert fields(api, shared) == {"/name": {"type": "string"}}
    assert fields(api, shared) is fields(api, shared)
    assert fields(_api({"Pet": {"properties": {"tag": {}}}}), shared) == {"/tag": {}}
