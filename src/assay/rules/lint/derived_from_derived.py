"""Rules of `derived` fields that look at other derived fields."""

from __future__ import annotations

from collections.abc import Iterator

from assay.machine.effects import mentioned
from assay.model.lifecycle import FieldKind
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "derived-from-derived"


def check(look: Look) -> Iterator[Problem]:
    """A rule that depends on what another rule gives, itself included: no value could be remembered of it."""
    for lifecycle in look.api.lifecycles:
        names = {field.name for field in lifecycle.fields if field.kind is FieldKind.DERIVED}
        for field in lifecycle.fields:
            for other in sorted(mentioned(field.rule or "") & names):
                message = f"Cannot work out '{field.name}': because '{other}', which its rule looks at, is derived too."
                fix = "Write the rule over fields of other kinds."
                yield Problem(look.below(field.place, "rule"), RULE, message, fix)
