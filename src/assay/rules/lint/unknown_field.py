"""Fields that expressions, rules and cells speak of and that `fields` of the lifecycle does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.machine.effects import mentioned, rule_in
from assay.model.problem import Place, Problem
from assay.rules.lint.expressions import of_lifecycle
from assay.rules.lint.look import Look, strings

RULE = "unknown-field"


_FIELD = re.compile(r"\$instance\.([A-Za-z_][A-Za-z0-9_-]*)")


def check(look: Look) -> Iterator[Problem]:
    """A field nobody remembers."""
    for lifecycle in look.api.lifecycles:
        known = {field.name for field in lifecycle.fields}
        for place, text in of_lifecycle(look, lifecycle):
            yield from _unknown(text, known, place)
        for row in lifecycle.cells.values():
            for cell in row.values():
                for way, place in look.ways(cell):
                    for name, value in way.set.items():
                        if name not in known:
                            yield _problem(name, known, look.below(place, "set", name))
                        rule = rule_in(value)
                        if rule is not None:
                            yield from _unread(rule, known, look.below(place, "set", name, "rule"))
                    if way.when is not None:
                        yield from _unread(way.when, known, look.below(place, "when"))
        for field in lifecycle.fields:
            if field.rule is not None:
                yield from _unread(field.rule, known, look.below(field.place, "rule"))
    for operation in look.api.operations:
        tables = look.api.lifecycles_with(operation.id)
        known = {field.name for table in tables for field in table.fields}
        for promise in operation.promises:
            for path, text in strings({"body": promise.body, "headers": dict(promise.headers)}):
                if tables or look.whole:
                    yield from _unknown(text, known, look.below(promise.place, *path))


def _unknown(text: str, known: set[str], place: Place) -> Iterator[Problem]:
    for name in _FIELD.findall(text):
        if name != "id" and name not in known:
            yield _problem(name, known, place)


def _unread(rule: str, known: set[str], place: Place) -> Iterator[Problem]:
    for name in sorted(mentioned(rule) - known):
        yield _problem(name, known, place)


def _problem(name: str, known: set[str], place: Place) -> Problem:
    message = f"Cannot remember '{name}': because `fields` of the lifecycle does not have it."
    return Problem(place, RULE, message, choose(name, known) or f"Add '{name}' to `fields`.")
