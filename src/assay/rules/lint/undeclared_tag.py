"""Tags of operations that `tags` of `api.yaml` does not describe, where it describes others."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "undeclared-tag"


def check(look: Look) -> Iterator[Problem]:
    """A tag that would stand alone in every page made of the contracts."""
    known = [
        tag["name"] for tag in look.api.document.get("tags", ()) if isinstance(tag, dict) and "name" in tag
    ]
    if not known:
        return
    for operation in look.api.operations:
        for index, tag in enumerate(operation.document.get("tags", ())):
            if tag not in known:
                message = (
                    f"The tag '{tag}' is described nowhere: because `tags` of {look.api.place.file} lacks it."
                )
                yield advice(
                    look.at(operation.place, f"/tags/{index}"), RULE, message, choose(str(tag), known)
                )
