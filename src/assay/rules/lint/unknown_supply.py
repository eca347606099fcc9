"""`x-supplied` names that `supplies` of `api.yaml` does not have."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.contractfile.walk import PartKind, subschemas
from assay.model.problem import Problem
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look

RULE = "unknown-supply"


def check(look: Look) -> Iterator[Problem]:
    """A name no user of a live target could learn about."""
    for file, part in parts(look):
        if part.kind is not PartKind.SCHEMA:
            continue
        for pointer, schema in subschemas(part.value, part.pointer):
            name = schema.get("x-supplied")
            if name is not None and name not in look.api.supplies:
                message = (
                    f"Cannot supply '{name}': because `supplies` of {look.api.place.file} does not have it."
                )
                fix = (
                    choose(str(name), look.api.supplies) or f"Add '{name}' with an `example:` to `supplies`."
                )
                yield Problem(look.contracts.locate(file, f"{pointer}/x-supplied"), RULE, message, fix)
