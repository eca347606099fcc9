"""Keywords beside a `type` that they say nothing about: `{type: string, minimum: 3}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from assay.contractfile.walk import PartKind, subschemas
from assay.model.contract import Json
from assay.model.problem import Problem
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning
from assay.rules.lint.schemas import types

RULE = "keyword-without-effect"

#: keyword -> the type whose values it constrains (JSON Schema 2020-12, validation §6, core §10.3); others it lets pass
_ABOUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items", "prefixItems", "contains"), "array"),
    **dict.fromkeys(("properties", "required", "additionalProperties", "patternProperties", "propertyNames",
                     "minProperties", "maxProperties"), "object"),
}  # fmt: skip


def check(look: Look) -> Iterator[Problem]:
    """A constraint that no value of the documented type could break."""
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        for pointer, schema in subschemas(part.value, part.pointer):
            for keyword, about in _idle(schema):
                message = (
                    f"'{keyword}' says nothing here: because it is about {about}s, and `type` allows none."
                )
                place = look.contracts.locate(file, f"{pointer}/{keyword}")
                fix = f"Delete it, or correct `type` ({', '.join(sorted(types(schema) or ()))})."
                yield warning(place, RULE, message, fix)


def _idle(schema: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    allowed = types(schema)
    if allowed is None:
        return
    if "integer" in allowed:
        allowed |= {"number"}
    for keyword in schema:
        about = _ABOUT.get(keyword)
        if about is not None and about not in allowed:
            yield keyword, about
