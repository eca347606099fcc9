"""Names in `required` that `properties` beside it does not have: a slip of the pen, mostly."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.contractfile.walk import PartKind, subschemas
from assay.model.problem import Problem
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, advice, warning

RULE = "required-undescribed"

#: where one of these is, the name may be described there
_ELSEWHERE = (
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "patternProperties",
    "if",
    "then",
    "else",
    "dependentSchemas",
)


def check(look: Look) -> Iterator[Problem]:
    """A required property that nothing is said about, and one that `additionalProperties: false` forbids."""
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        # an alternative speaks of what stands around it
        for pointer, schema in subschemas(part.value, part.pointer):
            known, required = schema.get("properties"), schema.get("required")
            if not isinstance(known, dict) or not required or any(key in schema for key in _ELSEWHERE):
                continue
            if any(f"/{key}/" in pointer.removeprefix(part.pointer) for key in _ELSEWHERE):
                continue
            forbidden = schema.get("additionalProperties") is False
            for index, name in enumerate(required):
                if name not in known:
                    near = nearest(name, known)
                    place = look.contracts.locate(file, f"{pointer}/required/{index}")
                    fix = f"Did you mean '{near}'?" if near else f"Add '{name}' to `properties`."
                    if forbidden:
                        message = f"No object fits: because '{name}' is required, and nothing additional is allowed."
                        yield warning(place, RULE, message, fix)
                    else:
                        message = f"'{name}' is required, and `properties` does not say what it is."
                        yield advice(place, RULE, message, fix)
