"""For each rule about changes: what it was, what it is, and another way of writing what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assay.model.contract import Json
from fakes.versions import API, CANCEL, GONE, MAKE, ORDER, PARAMETER, READ, REQUEST, RESPONSE


class Pair(NamedTuple):
    """Two versions between which one rule, and no other, finds something."""

    old: Mapping[str, Json]
    new: Mapping[str, Json]
    #: a third one, not the same text as the old one, in which the rule finds nothing
    like_old: Mapping[str, Json]
    #: rules that find something in the same change
    along: frozenset[str] = frozenset()


def _of(at: str, old: Json, new: Json, like_old: Json, *along: str) -> Pair:
    return Pair({at: old}, {at: new}, {at: like_old}, frozenset(along))


def _object(required: list[str] | None = None, /, *, closed: bool = False, **properties: Json) -> Json:
    made: Json = {"type": "object", "properties": properties}
    if required:
        made["required"] = required
    return {**made, "additionalProperties": False} if closed else made


_TEXT = {"type": "string"}
_FLAT = {"type": "string", "description": "Told otherwise.", "examples": ["a"]}
_CARD, _CASH, _BANK = (
    {"type": "object", "required": ["by"], "properties": {"by": {"const": name}}}
    for name in ("card", "cash", "bank")
)


def _both(
    aspect: str, narrow: Json, wide: Json, like_narrow: Json, like_wide: Json, names: tuple[str, str]
) -> dict[str, Pair]:
    """What narrows requests, and widens responses."""
    return {
        names[0]: _of(REQUEST, wide, narrow, like_wide),
        names[1]: _of(RESPONSE, narrow, wide, like_narrow),
    }


SCHEMAS: dict[str, Pair] = {
    **_both(
        "values", {"enum": ["a"]}, {"enum": ["a", "b"]}, {"const": "a"}, {"enum": ["b", "a"], "type": "string"},
        ("request-values-narrowed", "response-values-widened"),
    ),
    **_both(
        "type", {"type": "integer"}, {"type": ["integer", "string"]}, {"type": ["integer"]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]}, ("request-type-narrowed", "response-type-widened"),
    ),
    **_both(
        "null", _TEXT, {"type": ["string", "null"]}, {"allOf": [_TEXT]}, {"anyOf": [{"type": "null"}, _FLAT]},
        ("request-null-refused", "response-null-possible"),
    ),
    **_both(
        "bound", {"type": "integer", "minimum": 3}, {"type": "integer", "minimum": 1},
        {"type": "integer", "exclusiveMinimum": 2}, {"type": "integer", "exclusiveMinimum": 0},
        ("request-bound-narrowed", "response-bound-widened"),
    ),
    **_both(
        "pattern", {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-z0-9]+$"},
        {"allOf": [{"pattern": "^[a-z]+$"}, _TEXT]}, {"allOf": [_TEXT, {"pattern": "^[a-z0-9]+$"}]},
        ("request-pattern-narrowed", "response-pattern-widened"),
    ),
    **_both(
        "format", {"type": "string", "format": "uuid"}, _TEXT, {"allOf": [_TEXT, {"format": "uuid"}]}, _FLAT,
        ("request-format-narrowed", "response-format-widened"),
    ),
    **_both(
        "required", _object(["a"], a=_TEXT), _object(a=_TEXT), {"allOf": [_object(a=_TEXT), {"required": ["a"]}]},
        _object(a=_FLAT), ("request-property-required", "response-property-optional"),
    ),
    **_both(
        "openness", _object(closed=True, a=_TEXT), _object(a=_TEXT),
        {"type": "object", "properties": {"a": _TEXT}, "unevaluatedProperties": False},
        {**_object(a=_TEXT), "additionalProperties": {}}, ("request-closed", "response-opened"),
    ),
    **_both(
        "alternative", {"oneOf": [_CARD, _CASH]}, {"oneOf": [_CARD, _CASH, _BANK]}, {"anyOf": [_CASH, _CARD]},
        {"anyOf": [_BANK, _CASH, _CARD]}, ("request-alternative-removed", "response-alternative-added"),
    ),
    **_both(
        "condition", {"type": "object", "dependentRequired": {"a": ["b"]}}, {"type": "object"},
        {"allOf": [{"dependentRequired": {"a": ["b"]}}, {"type": "object"}]}, {"type": ["object"]},
        ("request-condition-narrowed", "response-condition-widened"),
    ),
    "request-content-changed": _of(
        REQUEST, {"type": "string", "contentEncoding": "base64"}, {"type": "string", "contentEncoding": "base16"},
        {"allOf": [_TEXT, {"contentEncoding": "base64"}]},
    ),
    "response-content-changed": _of(
        RESPONSE, {"type": "string", "contentMediaType": "text/csv"},
        {"type": "string", "contentMediaType": "text/tsv"},
        {"allOf": [_TEXT, {"contentMediaType": "text/csv"}]},
    ),
    "required-request-property-added": _of(REQUEST, _object(), _object(["a"], a=_TEXT), {"type": "object"}),
    "request-property-added": _of(REQUEST, _object(), _object(a=_TEXT), {"type": "object"}),
    "request-property-refused": _of(
        REQUEST, _object(closed=True, a=_TEXT, b=_TEXT), _object(closed=True, b=_TEXT),
        {**_object(a=_FLAT, b=_FLAT), "additionalProperties": False},
    ),
    "request-property-withdrawn": _of(REQUEST, _object(a=_TEXT, b=_TEXT), _object(b=_TEXT), _object(b=_FLAT, a=_FLAT)),
    "response-property-added": _of(RESPONSE, _object(), _object(a=_TEXT), {"type": "object"}),
    "required-response-property-withdrawn": _of(
        RESPONSE, _object(["a"], a=_TEXT, b=_TEXT), _object(b=_TEXT), _object(["a"], b=_FLAT, a=_FLAT)
    ),
    "response-property-withdrawn": _of(
        RESPONSE, _object(a=_TEXT, b=_TEXT), _object(b=_TEXT), _object(b=_FLAT, a=_FLAT)
    ),
    "request-property-read-only": _of(
        REQUEST, _object(a=_TEXT), _object(a={**_TEXT, "readOnly": True}), _object(a={**_TEXT, "readOnly": False})
    ),
    "request-property-writable": _of(
        REQUEST, _object(a={**_TEXT, "readOnly": True}), _object(a=_TEXT), _object(a={**_FLAT, "readOnly": True})
    ),
    "response-property-write-only": _of(
        RESPONSE, _object(a=_TEXT), _object(a={**_TEXT, "writeOnly": True}), _object(a={**_TEXT, "writeOnly": False})
    ),
    "response-property-readable": _of(
        RESPONSE, _object(a={**_TEXT, "writeOnly": True}), _object(a=_TEXT), _object(a={**_FLAT, "writeOnly": True})
    ),
    "request-default-changed": _of(
        REQUEST, _object(a={**_TEXT, "default": "x"}), _object(a={**_TEXT, "default": "y"}),
        _object(a={"allOf": [_TEXT], "default": "x"}),
    ),
    "request-default-removed": _of(PARAMETER, {**_TEXT, "default": "x"}, _TEXT, {"allOf": [_TEXT, {"default": "x"}]}),
    "request-default-added": _of(PARAMETER, _TEXT, {**_TEXT, "default": "x"}, _FLAT),
    "response-default-changed": _of(RESPONSE, _TEXT, {**_TEXT, "default": "x"}, _FLAT),
    "discriminator-changed": _of(
        REQUEST, {"oneOf": [_CARD, _CASH], "discriminator": {"propertyName": "by"}}, {"oneOf": [_CARD, _CASH]},
        {"oneOf": [_CASH, _CARD], "discriminator": {"propertyName": "by"}},
    ),
    "extensible-values-removed": _of(
        REQUEST, {**_TEXT, "x-extensible-enum": ["a", "b"]}, {**_TEXT, "x-extensible-enum": ["a"]},
        {**_TEXT, "x-extensible-enum": ["a", "b", "c"]},
    ),
    # no validator looks at this format, so no value can show what it refuses
    "request-undecided": _of(
        REQUEST, {"type": "integer"}, {"type": "integer", "format": "int32"}, {"type": ["integer"]}
    ),
    "response-undecided": _of(RESPONSE, {"type": "integer", "format": "int32"}, {"type": "integer"},
                              {"allOf": [{"format": "int32"}, {"type": "integer"}]}),
    "request-accepts-more": _of(REQUEST, {"type": "string", "maxLength": 5}, _TEXT,
                                {"allOf": [_TEXT, {"maxLength": 5}]}),
    "response-promises-more": _of(RESPONSE, _TEXT, {"type": "string", "maxLength": 5}, _FLAT),
}  # fmt: skip

_SECURITY = "api#/components/securitySchemes"
_PAUSE = {**CANCEL, "operation": "pauseOrder", "path": "/orders/{id}/pause"}
_STATES = {"absent": {}, "open": {}, "paused": {}, "cancelled": {"final": True}}
_PAUSED = {
    **ORDER,
    "states": _STATES,
    "cells": {
        "makeOrder": {"absent": {"status": 201, "to": "open"}},
        "readOrder": {
            "absent": {"status": 404},
            **{state: {"status": 200} for state in ("open", "paused", "cancelled")},
        },
        "cancelOrder": {
            "absent": {"status": 404},
            "open": [{"status": 200, "to": "cancelled"}, {"status": 202, "to": "paused"}],
            "paused": {"status": 409},
            "cancelled": {"status": 409},
        },
    },
}
_UNREACHED = {
    **_PAUSED,
    "cells": {
        **_PAUSED["cells"],
        "cancelOrder": {
            **_PAUSED["cells"]["cancelOrder"],
            "open": [{"status": 200, "to": "cancelled"}, {"status": 202}],
        },
    },
}
_LATE = {"eventually": {"within": "5s", "every": "1s", "status": 200, "meanwhile": [{"status": 404}]}}
_LATER = {"eventually": {"within": "30s", "every": "1s", "status": 200, "meanwhile": [{"status": 404}]}}
_SOON = {"expires": {"after": "10m", "slack": "2m"}, "status": 404}
_SOONER = {"expires": {"after": "5m", "slack": "7m"}, "status": 404}
_TABLE = "order#/cells"
_CONTENT = "make#/requestBody/content"
_ANSWERS = "make#/responses/201/content"
_ANY = {"schema": True}
_FLOW = f"{_SECURITY}/login/flows/clientCredentials/tokenUrl"

CONTRACTS: dict[str, Pair] = {
    "api-removed": Pair({"bank/api": {**API, "title": "Bank"}}, {}, {"bank/api": {**API, "title": "A bank"}}),
    "api-added": Pair({}, {"bank/api": {**API, "title": "Bank"}}, {"api#/title": "A shop"}),
    "version-changed": _of("api#/version", "1.0.0", "2.0.0", "1.0.0"),
    "server-removed": _of(
        "api#/servers", [{"url": "https://a.example"}, {"url": "https://b.example"}], [{"url": "https://a.example"}],
        [{"url": "https://b.example"}, {"url": "https://a.example", "description": "Main."}],
    ),
    "server-added": _of(
        "api#/servers", [{"url": "https://a.example"}], [{"url": "https://a.example"}, {"url": "https://b.example"}],
        [{"url": "https://a.example", "description": "Main."}],
    ),
    "security-scheme-added": Pair({}, {f"{_SECURITY}/other": {"type": "http", "scheme": "bearer"}},
                                  {f"{_SECURITY}/key/description": "Told otherwise."}),
    "security-scheme-removed": Pair({f"{_SECURITY}/other": {"type": "http", "scheme": "bearer"}}, {},
                                    {f"{_SECURITY}/other": {"type": "http", "scheme": "Bearer"}}),
    "security-scheme-changed": Pair({}, {f"{_SECURITY}/key/in": "query"},
                                    {f"{_SECURITY}/key/description": "Told otherwise."}),
    "oauth-flow-changed": Pair({}, {_FLOW: "https://shop.example/oauth/token"},
                               {f"{_SECURITY}/login/description": "Told otherwise."}),
    "operation-removed": Pair({"pause": _PAUSE}, {}, {"pause": {**_PAUSE, "summary": "Told otherwise."}}),
    "operation-removed-after-deprecation": Pair(
        {"pause": {**_PAUSE, "deprecated": True}}, {}, {"pause": {**_PAUSE, "deprecated": True, "summary": "Pause."}}
    ),
    "operation-removed-before-sunset": Pair(
        {"pause": {**_PAUSE, "deprecated": True, "x-sunset": "2026-07-02"}}, {},
        {"pause": {**_PAUSE, "deprecated": True, "x-sunset": "2026-07-02", "summary": "Pause."}},
    ),
    "operation-added": Pair({}, {"pause": _PAUSE}, {"read#/summary": "Told otherwise."}),
    "operation-moved": _of("make#/path", "/orders", "/v2/orders", "/orders"),
    "operation-renamed": Pair({"pause": _PAUSE}, {"pause": {**_PAUSE, "operation": "haltOrder"}},
                              {"pause": {**_PAUSE, "summary": "Told otherwise."}}),
    "deprecated": _of("read#/deprecated", False, True, False),
    "undeprecated": _of("read#/deprecated", True, False, True),
    "sunset-changed": _of("read#/x-sunset", "2027-12-31", "2027-06-30", "2027-12-31"),
    "sunset-unreadable": Pair({}, {"read#/x-sunset": "next year"}, {"read#/x-sunset": "2027-12-31"}),
    "tags-changed": _of("make#/tags", ["Orders", "Sales"], ["Orders"], ["Sales", "Orders"]),
    "credentials-required": _of("make#/security", [], [{"key": []}], [{}]),
    "credentials-relaxed": _of("make#/security", [{"key": []}], [{"key": []}, {"login": []}], [{"key": []}]),
    "required-parameter-added": Pair(
        {}, {"make#/parameters/-": {"name": "country", "in": "query", "required": True, "schema": _TEXT}},
        {"make#/parameters/0/description": "Told otherwise."},
    ),
    "optional-parameter-added": Pair(
        {}, {"make#/parameters/-": {"name": "country", "in": "query", "schema": _TEXT}},
        {"make#/parameters/0/description": "Told otherwise."},
    ),
    "parameter-removed": Pair({}, {"make#/parameters": []}, {"make#/parameters/0/description": "Told otherwise."}),
    "parameter-moved": _of("make#/parameters/0/in", "query", "header", "query"),
    "path-parameter-renamed": Pair(
        {}, {"read#/path": "/orders/{order}", "read#/parameters/0/name": "order"}, {"read#/parameters/0/example": "x"}
    ),
    "parameter-became-required": _of("make#/parameters/0/required", False, True, False),
    "parameter-became-optional": _of("make#/parameters/0/required", True, False, True),
    "parameter-style-changed": Pair(
        {PARAMETER: {"type": "array", "items": _TEXT}},
        {PARAMETER: {"type": "array", "items": _TEXT}, "make#/parameters/0/explode": False},
        {PARAMETER: {"type": "array", "items": _TEXT}, "make#/parameters/0/explode": True,
         "make#/parameters/0/style": "form"},
    ),
    "required-body-added": Pair({"make#/requestBody": GONE}, {}, {"make#/requestBody": GONE, "make#/summary": "Make."}),
    "optional-body-added": Pair({"make#/requestBody": GONE}, {"make#/requestBody/required": False},
                                {"make#/requestBody": GONE, "make#/summary": "Make."}),
    "body-removed": Pair({}, {"make#/requestBody": GONE}, {"make#/requestBody/description": "Told otherwise."}),
    "body-became-required": _of("make#/requestBody/required", False, True, False),
    "body-became-optional": _of("make#/requestBody/required", True, False, True),
    "request-media-type-removed": _of(
        _CONTENT, {"application/json": _ANY, "text/csv": _ANY}, {"application/json": _ANY},
        {"TEXT/CSV": _ANY, "application/json; charset=utf-8": _ANY},
    ),
    "request-media-type-added": _of(
        _CONTENT, {"application/json": _ANY}, {"application/json": _ANY, "text/csv": _ANY}, {"Application/JSON": _ANY}
    ),
    "response-media-type-removed": _of(
        _ANSWERS, {"application/json": _ANY, "text/csv": _ANY}, {"application/json": _ANY},
        {"text/csv": _ANY, "application/json;charset=utf-8": _ANY},
    ),
    "response-media-type-added": _of(
        _ANSWERS, {"application/json": _ANY}, {"application/json": _ANY, "text/csv": _ANY}, {"Application/JSON": _ANY}
    ),
    "success-status-removed": Pair({"read#/responses/206": {"description": "Part."}}, {},
                                   {"read#/responses/206": {"description": "Some."}}),
    "error-status-removed": Pair({}, {"make#/responses/400": GONE}, {"make#/responses/400/description": "None."}),
    "success-status-added": Pair({}, {"read#/responses/206": {"description": "Part."}},
                                 {"read#/responses/200/description": "Told otherwise."}),
    "error-status-added": Pair({}, {"read#/responses/410": {"description": "Gone."}},
                               {"read#/responses/404/description": "Told otherwise."}),
    "required-header-removed": Pair({}, {"make#/responses/201/headers": GONE},
                                    {"make#/responses/201/headers": {"location": {"required": True, "schema": _TEXT}}}),
    "optional-header-removed": Pair(
        {"make#/responses/201/headers/X-Left": {"schema": _TEXT}}, {},
        {"make#/responses/201/headers/x-left": {"schema": _FLAT}},
    ),
    "header-added": Pair({}, {"make#/responses/201/headers/X-Left": {"schema": _TEXT}},
                         {"make#/responses/201/headers/Location/description": "Told otherwise."}),
    "header-became-optional": _of("make#/responses/201/headers/Location/required", True, False, True),
    "header-became-required": _of("make#/responses/201/headers/Location/required", False, True, False),
    "promise-removed": Pair({}, {"read#/promises": []}, {"read#/promises/0/source": "doc#elsewhere"}),
    "promise-added": Pair({"read#/promises": []}, {}, {"read#/promises": [], "read#/summary": "Read."}),
    "promise-rule-changed": _of(
        "read#/promises/0", {"id": "r", "on": 200, "rule": "response.body.total >= 0"},
        {"id": "r", "on": 200, "rule": "response.body.total > 0"},
        {"id": "r", "on": [200], "rule": "response.body.total  >=\n 0"},
    ),
    "strength-weakened": _of("read#/promises/0/strength", "documented", "exemplified", "documented"),
    "strength-raised": _of("read#/promises/0/strength", "exemplified", "documented", "exemplified"),
    "lifecycle-removed": Pair({}, {"order": GONE}, {"order#/description": "Told otherwise."}),
    "lifecycle-added": Pair({"order": GONE}, {}, {"order": GONE, "read#/summary": "Read."}),
    "instance-identity-changed": _of("order#/instance/id", "$response.body#/id", "$response.body#/order/id",
                                     "$response.body#/id"),
    "state-removed": Pair({"order#/states/lost": {}}, {}, {"order#/states/lost": {"description": "Gone astray."}}),
    "state-added": Pair({}, {"order#/states/lost": {}}, {"order#/states/open": {"description": "Told otherwise."}}),
    "state-unreachable": Pair({"order": _PAUSED}, {"order": _UNREACHED}, {"order": {**_PAUSED, "description": "x"}},
                              frozenset({"cell-next-state-changed"})),
    "state-reachable": Pair({"order": _UNREACHED}, {"order": _PAUSED}, {"order": {**_UNREACHED, "description": "x"}},
                            frozenset({"cell-next-state-changed"})),
    "state-final-changed": _of("order#/states/cancelled/final", True, False, True),
    "action-removed": Pair({}, {f"{_TABLE}/cancelOrder": GONE}, {"order#/description": "Told otherwise."},
                           frozenset({"state-unreachable"})),
    "action-added": Pair({f"{_TABLE}/readOrder": GONE}, {},
                         {f"{_TABLE}/readOrder": GONE, "order#/description": "Told otherwise."}),
    "cell-status-added": _of(f"{_TABLE}/cancelOrder/cancelled", {"status": 409}, {"status": 200}, [{"status": 409}]),
    "cell-status-removed": _of(
        f"{_TABLE}/cancelOrder/cancelled", [{"status": 409}, {"status": 200}], {"status": 409},
        [{"status": 200}, {"status": 409}],
    ),
    "cell-next-state-changed": _of(
        f"{_TABLE}/cancelOrder/cancelled", {"status": 200}, {"status": 200, "to": "open"},
        {"status": 200, "to": "cancelled"},
    ),
    "cell-silent": _of(f"{_TABLE}/cancelOrder/cancelled", {"status": 409}, "silent", [{"status": 409}]),
    "cell-documented": _of(f"{_TABLE}/cancelOrder/cancelled", "silent", {"status": 409},
                           {"silent": {"mock": {"status": 409}}}),
    "cell-guard-changed": _of(
        f"{_TABLE}/cancelOrder/cancelled",
        [{"status": 409, "when": "request.query.force == '1'"}, {"status": 200, "when": "request.query.force == '0'"}],
        [{"status": 409, "when": "request.query.force == '2'"}, {"status": 200, "when": "request.query.force == '0'"}],
        [{"status": 200, "when": "request.query.force == '0'"}, {"status": 409, "when": "request.query.force  == '1'"}],
    ),
    "cell-later": _of(f"{_TABLE}/readOrder/open", _LATE, _LATER, _LATE),
    "cell-sooner": _of(f"{_TABLE}/readOrder/open", _LATER, _LATE, _LATER),
    "expiry-sooner": _of(
        f"{_TABLE}/readOrder/open", [{"status": 200}, _SOON], [{"status": 200}, _SOONER], [_SOON, {"status": 200}]
    ),
    "expiry-later": _of(
        f"{_TABLE}/readOrder/open", [{"status": 200}, _SOONER], [{"status": 200}, _SOON], [_SOONER, {"status": 200}]
    ),
    "field-removed": Pair({}, {"order#/fields": {}}, {"order#/fields/note/source": "doc#elsewhere"}),
    "field-added": Pair({"order#/fields": {}}, {}, {"order#/fields": {}, "order#/description": "Told otherwise."}),
    "field-changed": Pair({}, {"order#/fields/note/at": {"makeOrder": "$response.body#/remark"}},
                          {"order#/fields/note/source": "doc#elsewhere"}),
    "law-removed": Pair({}, {"order#/laws/0": GONE}, {"order#/laws/0": {"unique-ids": {"source": "doc#there"}}}),
    "law-added": Pair({"order#/laws/0": GONE}, {}, {"order#/laws/0": GONE, "order#/description": "Told otherwise."}),
    "law-changed": _of(
        "order#/laws/1", {"isolation": {"operations": ["cancelOrder"]}}, {"isolation": {"operations": ["readOrder"]}},
        {"isolation": {"operations": ["cancelOrder"], "strength": "documented"}},
    ),
}  # fmt: skip

PAIRS: dict[str, Pair] = {**SCHEMAS, **CONTRACTS}
__all__ = ["MAKE", "PAIRS", "READ", "Pair"]
