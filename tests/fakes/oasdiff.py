"""For each check of oasdiff that applies to contracts: a change that is of its kind.

The ids are oasdiff's; the table in docs/diff.md says which of our rules finds the same. What a check is about is built
from its id: the keyword's two forms below, put where the id says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from assay.model.contract import Json
from fakes.versions import API, CANCEL, GONE, HEADER, PARAMETER, REQUEST, RESPONSE


class Case(NamedTuple):
    """Two versions of the shop."""

    old: Mapping[str, Json]
    new: Mapping[str, Json]


_TEXT: Json = {"type": "string"}
_INT: Json = {"type": "integer"}
_A, _B, _C = ({"type": "object", "required": ["k"], "properties": {"k": {"const": name}}} for name in "abc")
_OBJECT: Json = {"type": "object"}
_ARRAY: Json = {"type": "array"}


def _with(base: Json, **words: Json) -> Json:
    return {**base, **words}


def _chosen(*many: Json, **discriminator: Json) -> Json:
    return {"oneOf": list(many), **({"discriminator": discriminator} if discriminator else {})}


_BY = {"propertyName": "k"}
_MAPPED = {"propertyName": "k", "mapping": {"a": "A"}}

#: what an id says after its place -> the narrower and the wider schema, and which of them is the old one
_NARROWED: Final[Mapping[str, tuple[Json, Json]]] = {
    # wide, narrow: the id's words for the way from the wide one to the narrow one stand in _WORDS
    "enum": (_with(_TEXT, enum=["a", "b"]), _with(_TEXT, enum=["a"])),
    "listed": (_TEXT, _with(_TEXT, enum=["a"])),
    "const": (_TEXT, {"const": "a"}),
    "null": ({"type": ["string", "null"]}, _TEXT),
    "max-length": (_with(_TEXT, maxLength=9), _with(_TEXT, maxLength=5)),
    "max-length set": (_TEXT, _with(_TEXT, maxLength=5)),
    "min-length": (_with(_TEXT, minLength=1), _with(_TEXT, minLength=2)),
    "max": (_with(_INT, maximum=9), _with(_INT, maximum=5)),
    "max set": (_INT, _with(_INT, maximum=5)),
    "min": (_with(_INT, minimum=1), _with(_INT, minimum=2)),
    "min set": (_INT, _with(_INT, minimum=2)),
    "exclusive-max": (_with(_INT, exclusiveMaximum=9), _with(_INT, exclusiveMaximum=5)),
    "exclusive-max set": (_INT, _with(_INT, exclusiveMaximum=5)),
    "exclusive-min": (_with(_INT, exclusiveMinimum=1), _with(_INT, exclusiveMinimum=2)),
    "exclusive-min set": (_INT, _with(_INT, exclusiveMinimum=2)),
    "max-items": (_with(_ARRAY, maxItems=9), _with(_ARRAY, maxItems=5)),
    "min-items": (_with(_ARRAY, minItems=1), _with(_ARRAY, minItems=2)),
    "min-items set": (_ARRAY, _with(_ARRAY, minItems=2)),
    "pattern": (_TEXT, _with(_TEXT, pattern="^a")),
    "pattern general": (_with(_TEXT, pattern=".*"), _with(_TEXT, pattern="^a")),
    "type": ({"type": "number"}, _INT),
    "types": ({"type": ["string", "integer"]}, {"type": ["string"]}),
    "all-of": ({"allOf": [_OBJECT]}, {"allOf": [_OBJECT, {"required": ["a"]}]}),
    "any-of": ({"anyOf": [_A, _B]}, {"anyOf": [_A]}),
    "one-of": (_chosen(_A, _B, _C), _chosen(_A, _B)),
    "prefix-items": (_with(_ARRAY, prefixItems=[_TEXT], items=_INT), _with(_ARRAY, items=_INT, prefixItems=[_INT])),
    "if": (_OBJECT, {**_OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}}),
    "then": ({**_OBJECT, "if": {"required": ["a"]}, "else": {"required": ["c"]}},
             {**_OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}),
    "else": ({**_OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
             {**_OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}),
    "contains": (_ARRAY, _with(_ARRAY, contains=_INT)),
    "min-contains": (_with(_ARRAY, contains=_INT), _with(_ARRAY, contains=_INT, minContains=2)),
    "max-contains": (_with(_ARRAY, contains=_INT, maxContains=3), _with(_ARRAY, contains=_INT, maxContains=2)),
    "dependent-required": (_OBJECT, _with(_OBJECT, dependentRequired={"a": ["b"]})),
    "dependent-required more": (_with(_OBJECT, dependentRequired={"a": ["b"]}),
                                _with(_OBJECT, dependentRequired={"a": ["b", "c"]})),
    "dependent-schema": (_OBJECT, _with(_OBJECT, dependentSchemas={"a": {"required": ["b"]}})),
    "pattern-property": (_OBJECT, _with(_OBJECT, patternProperties={"^x": _INT})),
    "property-names": (_OBJECT, _with(_OBJECT, propertyNames={"maxLength": 3})),
    "unevaluated-properties": ({"anyOf": [{"type": "object", "properties": {"a": _INT}}]},
                               {"type": "object", "properties": {"a": _INT}, "unevaluatedProperties": False}),
    "unevaluated-items": (_with(_ARRAY, prefixItems=[_INT]), _with(_ARRAY, prefixItems=[_INT], unevaluatedItems=False)),
    "content-schema": (_with(_TEXT, contentMediaType="application/json"),
                       _with(_TEXT, contentMediaType="application/json", contentSchema=_OBJECT)),
    "required": ({"type": "object", "properties": {"a": _TEXT}},
                 {"type": "object", "properties": {"a": _TEXT}, "required": ["a"]}),
}  # fmt: skip
#: words of ids -> an entry above, and True where the way leads from the wide one to the narrow one
_WORDS: Final[Mapping[str, tuple[str, bool]]] = {
    "became-enum": ("listed", True), "enum-value-removed": ("enum", True), "enum-value-added": ("enum", False),
    "const-added": ("const", True), "const-removed": ("const", False),
    "became-not-nullable": ("null", True), "became-nullable": ("null", False),
    "max-length-decreased": ("max-length", True), "max-length-increased": ("max-length", False),
    "max-length-set": ("max-length set", True), "max-length-unset": ("max-length set", False),
    "min-length-increased": ("min-length", True), "min-length-decreased": ("min-length", False),
    "max-decreased": ("max", True), "max-increased": ("max", False), "max-set": ("max set", True),
    "min-increased": ("min", True), "min-decreased": ("min", False), "min-set": ("min set", True),
    "exclusive-max-decreased": ("exclusive-max", True), "exclusive-max-increased": ("exclusive-max", False),
    "exclusive-max-set": ("exclusive-max set", True),
    "exclusive-min-increased": ("exclusive-min", True), "exclusive-min-decreased": ("exclusive-min", False),
    "exclusive-min-set": ("exclusive-min set", True),
    "max-items-decreased": ("max-items", True), "max-items-increased": ("max-items", False),
    "min-items-increased": ("min-items", True), "min-items-decreased": ("min-items", False),
    "min-items-set": ("min-items set", True), "min-items-unset": ("min-items set", False),
    "pattern-added": ("pattern", True), "pattern-removed": ("pattern", False),
    "pattern-generalized": ("pattern general", False),
    "type-generalized": ("type", False), "type-specialized": ("type", True),
    "list-of-types-narrowed": ("types", True), "list-of-types-widened": ("types", False),
    "all-of-added": ("all-of", True), "all-of-removed": ("all-of", False),
    "any-of-removed": ("any-of", True), "any-of-added": ("any-of", False),
    "one-of-removed": ("one-of", True), "one-of-added": ("one-of", False),
    **{f"{word}-{way}": (word, way == "added")
       for word in ("if", "then", "else", "contains", "dependent-required", "dependent-schema", "pattern-property",
                    "property-names", "unevaluated-items", "unevaluated-properties", "content-schema")
       for way in ("added", "removed")},
    "min-contains-increased": ("min-contains", True), "min-contains-decreased": ("min-contains", False),
    "max-contains-decreased": ("max-contains", True), "max-contains-increased": ("max-contains", False),
    "became-required": ("required", True), "became-optional": ("required", False),
}  # fmt: skip
#: ways between two forms of which neither is the narrower one
_CHANGED: Final[Mapping[str, tuple[Json, Json]]] = {
    "const-changed": ({"const": "a"}, {"const": "b"}),
    "type-changed": (_TEXT, _INT),
    "type-compatible": ({"type": "object"}, {"type": ["object"]}),
    "pattern-changed": (_with(_TEXT, pattern="^a"), _with(_TEXT, pattern="^b")),
    "wrapped-in-one-of": (_A, _chosen(_B, _C)),
    "prefix-items-added": (_with(_ARRAY, items=_INT), _with(_ARRAY, prefixItems=[_TEXT], items=_INT)),
    "prefix-items-removed": (_with(_ARRAY, prefixItems=[_TEXT], items=_INT), _with(_ARRAY, items=_INT)),
    "content-media-type-changed": (_with(_TEXT, contentMediaType="text/csv"),
                                   _with(_TEXT, contentMediaType="text/tsv")),
    "content-encoding-changed": (_with(_TEXT, contentEncoding="base64"), _with(_TEXT, contentEncoding="base16")),
    "default-value-added": (_TEXT, _with(_TEXT, default="a")),
    "default-value-removed": (_with(_TEXT, default="a"), _TEXT),
    "default-value-changed": (_with(_TEXT, default="a"), _with(_TEXT, default="b")),
    "discriminator-added": (_chosen(_A, _B), _chosen(_A, _B, **_BY)),
    "discriminator-removed": (_chosen(_A, _B, **_BY), _chosen(_A, _B)),
    "discriminator-property-name-changed": (_chosen(_A, _B, **_BY), _chosen(_A, _B, propertyName="j")),
    "discriminator-mapping-added": (_chosen(_A, _B, **_BY), _chosen(_A, _B, **_MAPPED)),
    "discriminator-mapping-deleted": (_chosen(_A, _B, **_MAPPED), _chosen(_A, _B, **_BY)),
    "discriminator-mapping-changed": (_chosen(_A, _B, **_MAPPED),
                                      _chosen(_A, _B, propertyName="k", mapping={"a": "B"})),
    "deprecated": (_TEXT, _with(_TEXT, deprecated=True)),
    "deprecated-with-sunset": (_TEXT, _with(_TEXT, deprecated=True, **{"x-sunset": "2027-01-01"})),
    "deprecated-sunset-invalid": (_TEXT, _with(_TEXT, deprecated=True, **{"x-sunset": "soon"})),
    "reactivated": (_with(_TEXT, deprecated=True), _TEXT),
    "x-extensible-enum-value-removed": (_with(_TEXT, **{"x-extensible-enum": ["a", "b"]}),
                                        _with(_TEXT, **{"x-extensible-enum": ["a"]})),
    "all-of-added-annotation-only": ({"allOf": [_OBJECT]}, {"allOf": [_OBJECT, {"description": "Told."}]}),
    "all-of-removed-annotation-only": ({"allOf": [_OBJECT, {"description": "Told."}]}, {"allOf": [_OBJECT]}),
    "dependent-required-changed": (_with(_OBJECT, dependentRequired={"a": ["b"]}),
                                   _with(_OBJECT, dependentRequired={"a": ["c"]})),
}  # fmt: skip
_PLACE: Final = re.compile(
    r"(request-parameter-property|request-parameter|request-body|request-property|response-body|response-property"
    r"|request-header-property|response-header)-(.*)"
)


def case(check: str) -> Case | None:
    """The change that a check of that id is about; None where nothing is known of it."""
    if check in WHOLE:
        return WHOLE[check]
    found = _PLACE.fullmatch(check)
    if found is None:
        return None
    place, what = found.groups()
    if what in _WORDS:
        name, narrows = _WORDS[what]
        wide, narrow = _NARROWED[name]
        return _at(place, *((wide, narrow) if narrows else (narrow, wide)))
    return _at(place, *_CHANGED[what]) if what in _CHANGED else None


def _at(place: str, old: Json, new: Json) -> Case:
    if place in {"request-property", "response-property", "request-parameter-property"}:
        old, new = ({"type": "object", "properties": {"p": schema}} for schema in (old, new))
    at = {
        "request-parameter": PARAMETER, "request-parameter-property": PARAMETER, "request-header-property": PARAMETER,
        "request-body": REQUEST, "request-property": REQUEST, "response-body": RESPONSE, "response-property": RESPONSE,
        "response-header": HEADER,
    }[place]  # fmt: skip
    header = {"make#/parameters/0/in": "header"} if place == "request-header-property" else {}
    return Case({**header, at: old}, {**header, at: new})


def _object(required: bool = False, /, **words: Json) -> Json:
    made: Json = {"type": "object", "properties": {"a": {**_TEXT, **words}}}
    return {**made, "required": ["a"]} if required else made


def _pair(at: str, old: Json, new: Json) -> Case:
    return Case({at: old}, {at: new})


_OPERATION = {**CANCEL, "operation": "pauseOrder", "path": "/orders/{id}/pause"}
_OLD = {**_OPERATION, "deprecated": True}
_SCHEMES = "api#/components/securitySchemes"
_FLOW = f"{_SCHEMES}/login/flows/clientCredentials"
_CONTENT, _ANSWERS = "make#/requestBody/content", "make#/responses/201/content"
_JSON, _CSV = {"application/json": {"schema": True}}, {"text/csv": {"schema": True}}
_QUERY: Json = {"name": "country", "in": "query", "schema": _TEXT}
_BARE = {"type": "object", "properties": {}}

#: checks that are about more than one keyword
WHOLE: Final[Mapping[str, Case]] = {
    "endpoint-added": Case({}, {"pause": _OPERATION}),
    "api-removed-without-deprecation": Case({"pause": _OPERATION}, {}),
    "api-path-removed-without-deprecation": Case({"pause": _OPERATION}, {}),
    "api-removed-with-deprecation": Case({"pause": {**_OLD, "x-sunset": "2026-06-30"}}, {}),
    "api-path-removed-with-deprecation": Case({"pause": {**_OLD, "x-sunset": "2026-06-30"}}, {}),
    "api-removed-before-sunset": Case({"pause": {**_OLD, "x-sunset": "2026-07-02"}}, {}),
    "api-path-removed-before-sunset": Case({"pause": {**_OLD, "x-sunset": "2026-07-02"}}, {}),
    "endpoint-deprecated": _pair("read#/deprecated", False, True),
    "endpoint-reactivated": _pair("read#/deprecated", True, False),
    "endpoint-deprecated-with-sunset": Case({}, {"read#/deprecated": True, "read#/x-sunset": "2027-01-01"}),
    "api-deprecated-sunset-parse": Case({}, {"read#/deprecated": True, "read#/x-sunset": "soon"}),
    "api-path-sunset-parse": Case({}, {"read#/deprecated": True, "read#/x-sunset": "soon"}),
    "sunset-deleted": Case({"read#/deprecated": True, "read#/x-sunset": "2027-01-01"}, {"read#/deprecated": True}),
    "api-sunset-date-changed-too-small": _pair("read#/x-sunset", "2027-12-31", "2026-07-02"),
    "request-parameter-sunset-deleted": _pair("make#/parameters/0", {**_QUERY, "x-sunset": "2027-01-01"}, _QUERY),
    "request-parameter-sunset-date-changed-too-small": _pair(
        "make#/parameters/0", {**_QUERY, "x-sunset": "2027-12-31"}, {**_QUERY, "x-sunset": "2026-07-02"}
    ),
    "request-parameter-sunset-parse": _pair("make#/parameters/0", _QUERY, {**_QUERY, "x-sunset": "soon"}),
    "request-parameter-deprecated": _pair("make#/parameters/0", _QUERY, {**_QUERY, "deprecated": True}),
    "request-parameter-reactivated": _pair("make#/parameters/0", {**_QUERY, "deprecated": True}, _QUERY),
    "request-parameter-removed": Case({}, {"make#/parameters": []}),
    "request-parameter-removed-with-deprecation": Case(
        {"make#/parameters/0/deprecated": True}, {"make#/parameters": []}
    ),
    "request-parameter-removed-before-sunset": Case(
        {"make#/parameters/0/deprecated": True, "make#/parameters/0/x-sunset": "2027-01-01"}, {"make#/parameters": []}
    ),
    "request-parameter-became-required": _pair("make#/parameters/0/required", False, True),
    "request-parameter-became-optional": _pair("make#/parameters/0/required", True, False),
    "new-required-request-parameter": Case({}, {"make#/parameters/-": {**_QUERY, "required": True}}),
    "new-optional-request-parameter": Case({}, {"make#/parameters/-": _QUERY}),
    "new-request-path-parameter": Case(
        {}, {"make#/path": "/shops/{shop}/orders",
             "make#/parameters/-": {"name": "shop", "in": "path", "required": True, "schema": _TEXT}}
    ),
    "new-required-request-default-parameter-to-existing-path": Case(
        {}, {"make#/parameters/-": {**_QUERY, "required": True}}
    ),
    "new-optional-request-default-parameter-to-existing-path": Case({}, {"make#/parameters/-": _QUERY}),
    "new-required-request-header-property": Case(
        {"make#/parameters/0": {"name": "X-A", "in": "header", "schema": _BARE}},
        {"make#/parameters/0": {"name": "X-A", "in": "header", "schema": _object(True)}},
    ),
    "request-header-property-became-required": Case(
        {"make#/parameters/0": {"name": "X-A", "in": "header", "schema": _object()}},
        {"make#/parameters/0": {"name": "X-A", "in": "header", "schema": _object(True)}},
    ),
    "request-body-added-required": Case({"make#/requestBody": GONE}, {}),
    "request-body-added-optional": Case({"make#/requestBody": GONE}, {"make#/requestBody/required": False}),
    "request-body-removed": Case({}, {"make#/requestBody": GONE}),
    "request-body-became-required": _pair("make#/requestBody/required", False, True),
    "request-body-became-optional": _pair("make#/requestBody/required", True, False),
    "request-body-media-type-removed": _pair(_CONTENT, {**_JSON, **_CSV}, _JSON),
    "request-body-media-type-added": _pair(_CONTENT, _JSON, {**_JSON, **_CSV}),
    "request-body-media-type-schema-added": Case({f"{_CONTENT}/application~1json": {}}, {REQUEST: _OBJECT}),
    "request-body-media-type-schema-removed": Case({REQUEST: _OBJECT}, {f"{_CONTENT}/application~1json": {}}),
    "response-body-media-type-schema-added": Case({f"{_ANSWERS}/application~1json": {}}, {RESPONSE: _OBJECT}),
    "response-body-media-type-schema-removed": Case({RESPONSE: _OBJECT}, {f"{_ANSWERS}/application~1json": {}}),
    "request-property-removed": _pair(REQUEST, _object(), _BARE),
    "new-required-request-property": _pair(REQUEST, _BARE, _object(True)),
    "new-required-request-property-with-default": _pair(REQUEST, _BARE, _object(True, default="x")),
    "new-optional-request-property": _pair(REQUEST, _BARE, _object()),
    "request-property-became-required": _pair(REQUEST, _object(), _object(True)),
    "request-property-became-required-with-default": _pair(REQUEST, _object(default="x"), _object(True, default="x")),
    "request-property-became-optional": _pair(REQUEST, _object(True), _object()),
    "request-optional-property-became-read-only": _pair(REQUEST, _object(), _object(readOnly=True)),
    "request-required-property-became-read-only": _pair(REQUEST, _object(True), _object(True, readOnly=True)),
    "request-optional-property-became-not-read-only": _pair(REQUEST, _object(readOnly=True), _object()),
    "request-required-property-became-not-read-only": _pair(REQUEST, _object(True, readOnly=True), _object(True)),
    "response-property-became-optional": _pair(RESPONSE, _object(True), _object()),
    "response-property-became-required": _pair(RESPONSE, _object(), _object(True)),
    "response-required-property-removed": _pair(RESPONSE, _object(True), _BARE),
    "response-optional-property-removed": _pair(RESPONSE, _object(), _BARE),
    "response-required-property-added": _pair(RESPONSE, _BARE, _object(True)),
    "response-optional-property-added": _pair(RESPONSE, _BARE, _object()),
    "response-optional-property-became-write-only": _pair(RESPONSE, _object(), _object(writeOnly=True)),
    "response-required-property-became-write-only": _pair(RESPONSE, _object(True), _object(True, writeOnly=True)),
    "response-optional-property-became-not-write-only": _pair(RESPONSE, _object(writeOnly=True), _object()),
    "response-required-property-became-not-write-only": _pair(RESPONSE, _object(True, writeOnly=True), _object(True)),
    "response-header-became-optional": _pair("make#/responses/201/headers/Location/required", True, False),
    "required-response-header-removed": Case({}, {"make#/responses/201/headers": GONE}),
    "optional-response-header-removed": Case({"make#/responses/201/headers/Location/required": False},
                                             {"make#/responses/201/headers": GONE}),
    "response-header-added": Case({}, {"make#/responses/201/headers/X-Left": {"schema": _TEXT}}),
    "response-media-type-removed": _pair(_ANSWERS, {**_JSON, **_CSV}, _JSON),
    "response-media-type-added": _pair(_ANSWERS, _JSON, {**_JSON, **_CSV}),
    "response-media-type-name-changed": _pair(_ANSWERS, {"application/xml": {}}, {"application/json": {}}),
    "response-media-type-name-generalized": _pair(_ANSWERS, {"text/csv": {}}, {"text/*": {}}),
    "response-media-type-name-specialized": _pair(_ANSWERS, {"text/*": {}}, {"text/csv": {}}),
    "response-success-status-removed": Case({"read#/responses/206": {"description": "Part."}}, {}),
    "response-success-status-added": Case({}, {"read#/responses/206": {"description": "Part."}}),
    "response-non-success-status-removed": Case({}, {"make#/responses/400": GONE}),
    "response-non-success-status-added": Case({}, {"read#/responses/410": {"description": "Gone."}}),
    "response-mediatype-enum-value-removed": _pair(RESPONSE, {"enum": ["a", "b"]}, {"enum": ["a"]}),
    "api-security-added": _pair("make#/security", [], [{"key": []}]),
    "api-security-removed": _pair("make#/security", [{"key": []}], []),
    "api-security-scope-added": _pair("make#/security", [{"login": []}], [{"login": ["read"]}]),
    "api-security-scope-removed": _pair("make#/security", [{"login": ["read"]}], [{"login": []}]),
    "api-global-security-added": _pair("api#/security", [], [{"key": []}]),
    "api-global-security-removed": _pair("api#/security", [{"key": []}], []),
    "api-global-security-scope-added": _pair("api#/security", [{"login": []}], [{"login": ["read"]}]),
    "api-global-security-scope-removed": _pair("api#/security", [{"login": ["read"]}], [{"login": []}]),
    "api-security-component-added": Case({}, {f"{_SCHEMES}/other": {"type": "http", "scheme": "bearer"}}),
    "api-security-component-removed": Case({f"{_SCHEMES}/other": {"type": "http", "scheme": "bearer"}}, {}),
    "api-security-component-type-changed": Case({}, {f"{_SCHEMES}/key": {"type": "http", "scheme": "bearer"}}),
    "api-security-component-oauth-url-changed": _pair(
        f"{_FLOW}/authorizationUrl", "https://shop.example/a", "https://shop.example/b"
    ),
    "api-security-component-oauth-token-url-changed": Case({}, {f"{_FLOW}/tokenUrl": "https://shop.example/oauth"}),
    "api-security-component-oauth-scope-added": Case({}, {f"{_FLOW}/scopes/write": "Write"}),
    "api-security-component-oauth-scope-removed": Case({f"{_FLOW}/scopes/write": "Write"}, {}),
    "api-operation-id-removed": Case({"pause": _OPERATION}, {"pause": {**_OPERATION, "operation": "haltOrder"}}),
    "api-operation-id-added": Case({"pause": _OPERATION}, {"pause": {**_OPERATION, "operation": "haltOrder"}}),
    "api-tag-removed": _pair("make#/tags", ["a", "b"], ["a"]),
    "api-tag-added": _pair("make#/tags", ["a"], ["a", "b"]),
    "api-version-not-bumped": Case({"pause": _OPERATION}, {}),
    "api-major-version-not-bumped": Case({"pause": _OPERATION}, {"api#/version": "1.1.0"}),
    "api-version-decreased": Case({"pause": _OPERATION}, {"api#/version": "0.9.0"}),
    "request-parameter-default-value-added": _pair(PARAMETER, _TEXT, {**_TEXT, "default": "a"}),
    "api-security-component-oauth-scope-changed": Case({}, {f"{_FLOW}/scopes/read": "Read all"}),
    "api-schema-removed": Case({"api#/components/schemas": {"Unused": _TEXT}}, {}),
    # what one side does not send is no matter of its schema
    **{f"request-read-only-property-{what}": Case({REQUEST: _object(readOnly=True, **old)},
                                                 {REQUEST: _object(readOnly=True, **new)})
       for what, old, new in (
           ("enum-value-removed", {"enum": ["a", "b"]}, {"enum": ["a"]}),
           ("max-decreased", {"maximum": 9}, {"maximum": 5}),
           ("exclusive-max-decreased", {"exclusiveMaximum": 9}, {"exclusiveMaximum": 5}),
           ("max-length-decreased", {"maxLength": 9}, {"maxLength": 5}),
           ("min-increased", {"minimum": 1}, {"minimum": 2}),
           ("exclusive-min-increased", {"exclusiveMinimum": 1}, {"exclusiveMinimum": 2}),
       )},
    **{f"request-{needed}-property-became-{became}write-only": _pair(
           REQUEST, _object(needed == "required", writeOnly=bool(became)),
           _object(needed == "required", writeOnly=not became))
       for needed in ("optional", "required") for became in ("", "not-")},
    **{f"response-{needed}-property-became-{became}read-only": _pair(
           RESPONSE, _object(needed == "required", readOnly=bool(became)),
           _object(needed == "required", readOnly=not became))
       for needed in ("optional", "required") for became in ("", "not-")},
    **{f"response-{needed}-write-only-property-removed": _pair(
           RESPONSE, _object(needed == "required", writeOnly=True), _BARE) for needed in ("optional", "required")},
    **{f"response-{needed}-write-only-property-added": _pair(
           RESPONSE, _BARE, _object(needed == "required", writeOnly=True)) for needed in ("optional", "required")},
    "response-write-only-property-became-optional": _pair(
        RESPONSE, _object(True, writeOnly=True), _object(writeOnly=True)
    ),
    "response-write-only-property-became-required": _pair(
        RESPONSE, _object(writeOnly=True), _object(True, writeOnly=True)
    ),
    "response-write-only-property-enum-value-added": _pair(
        RESPONSE, _object(writeOnly=True, enum=["a"]), _object(writeOnly=True, enum=["a", "b"])
    ),
}  # fmt: skip
__all__ = ["API", "WHOLE", "Case", "case"]
