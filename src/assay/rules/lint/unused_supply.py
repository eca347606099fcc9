"""`supplies` that no `x-supplied` asks for: whoever configures a target would look for a value in vain."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.walk import PartKind, subschemas
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning

RULE = "unused-supply"


def check(look: Look) -> Iterator[Problem]:
    """A value that nothing needs."""
    if not look.whole or not look.api.supplies:
        return
    used = {
        schema.get("x-supplied")
        for _, part in parts(look)
        if part.kind is PartKind.SCHEMA
        for _, schema in subschemas(part.value, part.pointer)
    }
    for name in look.api.supplies:
        if name not in used:
            message = f"Nothing needs the supply '{name}': because no schema has `x-supplied: {name}`."
            place = look.at(look.api.place, f"/supplies/{escape(name)}")
            yield warning(place, RULE, message, "Delete it, or write `x-supplied` where it is needed.")
