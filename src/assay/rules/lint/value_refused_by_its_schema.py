"""Values in `enum` or `const` that the rest of the same schema refuses: `{type: integer, enum: ["1", "2"]}`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from assay.contractfile.walk import PartKind, subschemas
from assay.model.problem import Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning

RULE = "value-refused-by-its-schema"

_VALUES = ("enum", "const")


def check(look: Look) -> Iterator[Problem]:
    """An allowed value that is not allowed."""
    closure = Closure(look.api.components)
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        for pointer, schema in subschemas(part.value, part.pointer):
            if not schema.keys() & {"enum", "const"} or len(schema) == 1:
                continue
            validator = closure.validator({k: v for k, v in schema.items() if k not in _VALUES})
            named = [(f"{pointer}/enum/{i}", value) for i, value in enumerate(schema.get("enum") or ())]
            named += [(f"{pointer}/const", schema["const"])] if "const" in schema else []
            for at, value in named:
                mismatch = next(iter(validator.mismatches(value)), None)
                if mismatch is not None:
                    shown = json.dumps(value, ensure_ascii=False)
                    message = f"{shown} can never be the value here: because {mismatch.message}."
                    fix = "Correct the value, or what stands beside it."
                    yield warning(look.contracts.locate(file, at), RULE, message, fix)
