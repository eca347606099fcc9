"""Bounds of a schema that leave nothing between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from assay.contractfile.walk import PartKind, subschemas
from assay.model.contract import Json
from assay.model.problem import Problem
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning

RULE = "impossible-bounds"

#: lower, upper, and whether the two may be equal
_PAIRS: Final = (
    ("minLength", "maxLength", True),
    ("minItems", "maxItems", True),
    ("minProperties", "maxProperties", True),
    ("minContains", "maxContains", True),
    ("minimum", "maximum", True),
    ("exclusiveMinimum", "maximum", False),
    ("minimum", "exclusiveMaximum", False),
    ("exclusiveMinimum", "exclusiveMaximum", False),
)


def check(look: Look) -> Iterator[Problem]:
    """A lower bound above the upper one."""
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        for pointer, schema in subschemas(part.value, part.pointer):
            for lower, upper in _crossed(schema):
                told = f"'{lower}' is {schema[lower]} and '{upper}' is {schema[upper]}"
                message = f"No {_about(lower)} fits here: because {told}."
                place = look.contracts.locate(file, f"{pointer}/{lower}")
                yield warning(place, RULE, message, "Correct one of the two.")


def _about(keyword: str) -> str:
    """What the keyword is about."""
    kinds = {"Length": "text", "Items": "list", "Contains": "list", "Properties": "object"}
    return next((kind for end, kind in kinds.items() if keyword.endswith(end)), "number")


def _crossed(schema: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for lower, upper, equal in _PAIRS:
        low, high = schema.get(lower), schema.get(upper)
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            continue
        if low > high or (low == high and not equal):
            yield lower, upper
