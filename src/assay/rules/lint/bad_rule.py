"""Rules, guards and effects that are no CEL, the Common Expression Language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.machine.effects import rule_in
from assay.machine.rule import RuleError, compile_rule
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look

RULE = "bad-rule"

_SYNTAX = re.compile(r"<input>:\d+:(?P<column>\d+): Syntax error: (?P<what>.+?)(?= expecting|\.?$)")


def check(look: Look) -> Iterator[Problem]:
    """A `rule` or a `when` that does not compile, of a promise, a cell, a value it sets, or a field."""
    for place, text in _written(look):
        try:
            compile_rule(text)
        except RuleError as error:
            fix = "Write one CEL expression, e.g. `response.body.total >= 0`."
            yield Problem(place, RULE, _plain(error.message, text), fix)


def _plain(message: str, text: str) -> str:
    """The library's message without its lists of grammar symbols, where it has any."""
    told = _SYNTAX.search(message)
    if told is None:
        return message
    return f"Cannot compile the rule «{text}»: because {told['what']} (character {told['column']})."


def _written(look: Look) -> Iterator[tuple[Place, str]]:
    for operation in look.api.operations:
        for promise in operation.promises:
            if promise.rule is not None:
                yield look.below(promise.place, "rule"), promise.rule
    for _, cell in look.cells():
        for way, place in look.ways(cell):
            guard = way.when
            if guard is not None:
                yield look.below(place, "when"), guard
            for name, value in way.set.items():
                rule = rule_in(value)
                if rule is not None:
                    yield look.below(place, "set", name, "rule"), rule
    for lifecycle in look.api.lifecycles:
        for field in lifecycle.fields:
            if field.rule is not None:
                yield look.below(field.place, "rule"), field.rule
