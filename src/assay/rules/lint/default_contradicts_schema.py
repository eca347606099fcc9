"""A `default` that its own schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.walk import PartKind, subschemas
from assay.model.problem import Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning

RULE = "default-contradicts-schema"


def check(look: Look) -> Iterator[Problem]:
    """A value that stands for one that was not sent, and could not be sent."""
    closure = Closure(look.api.components)
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        for pointer, schema in subschemas(part.value, part.pointer):
            if "default" in schema:
                rest = {key: value for key, value in schema.items() if key != "default"}
                mismatch = next(iter(closure.validator(rest).mismatches(schema["default"])), None)
                if mismatch is not None:
                    message = f"This default contradicts its own schema: because {mismatch.message}."
                    place = look.contracts.locate(file, f"{pointer}/default")
                    yield warning(place, RULE, message, "Correct the default or the schema.")
