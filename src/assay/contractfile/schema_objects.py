"""Schemas inside contract files: are they JSON Schema 2020-12, and do they say what their author meant?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

import jsonschema_rs

from assay.contractfile.conform import explain, show
from assay.contractfile.positions import Document
from assay.contractfile.suggest import nearest
from assay.contractfile.walk import Part, PartKind, subschemas
from assay.model.contract import Json
from assay.model.pointer import escape, tokens
from assay.model.problem import Problem, Severity

#: a value that is a runtime expression (OpenAPI 3.1 §4.8.20.4, and ours); the grammar itself is linted
_EXPRESSION: Final = re.compile(r"\$(method|url|statusCode|request|response|instance|now)\b.*", re.DOTALL)

_EMBEDDED: Final = re.compile(r"\{\$[^{}]*\}")

#: JSON Schema 2020-12 (Core §8-11, Validation §6-9), OpenAPI 3.1 §4.8.24
_KEYWORDS: Final = frozenset(
    [
        "$ref",
        "$comment",
        "$defs",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "dependentSchemas",
        "prefixItems",
        "items",
        "contains",
        "properties",
        "patternProperties",
        "additionalProperties",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "maxProperties",
        "minProperties",
        "required",
        "dependentRequired",
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "examples",
        "format",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "discriminator",
        "xml",
        "externalDocs",
        "example",
        "$schema",
    ]
)
_KNOWN_GOOD: Final = "x-known-good"
#: keywords that would move the point `#/components/…` is looked up from
_UNSUPPORTED: Final = frozenset(
    ["$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$vocabulary"]
)
_OTHER_WORDS: Final = {
    "nullable": "Write `type: [string, 'null']`: OpenAPI 3.1 has no `nullable`.",
    "definitions": "Write `$defs`, or use `components` of api.yaml.",
    "dependencies": "Write `dependentRequired` or `dependentSchemas`.",
    "additionalItems": "Write `items` beside `prefixItems`.",
}


@cache
def _meta() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


@lru_cache(maxsize=4096)
def regex_problem(pattern: str) -> str | None:
    """Why that is no regular expression (ECMA 262, as JSON Schema says), or None."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return "it is not a regular expression"
    return None


def check_schemas(parts: Iterable[Part], document: Document) -> list[Problem]:
    """Problems of every schema among those parts."""
    problems: list[Problem] = []
    for part in parts:
        if part.kind is PartKind.SCHEMA:
            problems.extend(_check(part.value, part.pointer, document))
        elif part.kind is PartKind.EXPRESSION:
            problems.extend(_check(without_expressions(part.value), part.pointer, document))
    return problems


def without_expressions(value: Json) -> Json:
    """The schema without keywords whose whole value is a runtime expression: what they will hold is open.

    Inside a longer text an expression is some text or other.
    """
    if isinstance(value, str):
        return _EMBEDDED.sub("x", value)
    if isinstance(value, Mapping):
        return {k: without_expressions(v) for k, v in value.items() if not _is_expression(v)}
    if isinstance(value, list):
        return [without_expressions(item) for item in value]
    return value


def _is_expression(value: Json) -> bool:
    return isinstance(value, str) and _EXPRESSION.fullmatch(value) is not None


def _check(schema: Json, pointer: str, document: Document) -> Iterator[Problem]:
    # the meta-schema does not know that `x-known-good` holds a schema
    roots = [(pointer, schema)]
    roots += [
        (f"{at}/{_KNOWN_GOOD}", node[_KNOWN_GOOD])
        for at, node in subschemas(schema, pointer)
        if _KNOWN_GOOD in node
    ]
    wrong = [problem for at, root in roots for problem in _not_a_schema(root, at, document)]
    yield from wrong
    if wrong:
        return
    for at, node in subschemas(schema, pointer):
        for keyword in node.keys() - _KEYWORDS:
            problem = _unknown(keyword, f"{at}/{escape(keyword)}", document)
            if problem is not None:
                yield problem
        if "pattern" in node:
            yield from _check_regex(node["pattern"], f"{at}/pattern", document)
        for pattern in node.get("patternProperties", ()):
            yield from _check_regex(pattern, f"{at}/patternProperties/{escape(pattern)}", document)


def _not_a_schema(schema: Json, pointer: str, document: Document) -> Iterator[Problem]:
    if _meta().is_valid(schema):
        return
    told: set[str] = set()
    for error in _meta().iter_errors(schema):
        at = document.existing([*tokens(pointer), *error.instance_path])
        if at in told:
            continue
        told.add(at)
        because, fix = explain(error, error.instance)
        message = (
            f"Cannot use {show(error.instance)} for {document.name(at)} in a JSON Schema: because {because}."
        )
        yield document.problem("invalid-schema", at, message, fix, at_value=True)


def _check_regex(pattern: str, pointer: str, document: Document) -> Iterator[Problem]:
    because = regex_problem(pattern)
    if because is not None:
        message = f"Cannot use {show(pattern)} as a pattern: because {because}."
        fix = "Mend it; in YAML, single quotes keep backslashes as they are."
        yield document.problem("invalid-regex", pointer, message, fix, at_value=True)


def _unknown(keyword: str, pointer: str, document: Document) -> Problem | None:
    if keyword in _UNSUPPORTED:
        message = (
            f"Cannot use '{keyword}' in a schema: "
            "because references lead to `#/components/…` of api.yaml only."
        )
        return document.problem(
            "unsupported-keyword", pointer, message, "Use `$ref: '#/components/schemas/NAME'`."
        )
    if keyword.startswith("x-"):
        return None
    near = nearest(keyword, _KEYWORDS)
    fix = _OTHER_WORDS.get(keyword) or (
        f"Did you mean '{near}'?" if near else "Delete it, or begin it with `x-`."
    )
    message = f"'{keyword}' constrains nothing: because JSON Schema has no such keyword."
    return document.problem("unknown-schema-keyword", pointer, message, fix, severity=Severity.WARNING)
