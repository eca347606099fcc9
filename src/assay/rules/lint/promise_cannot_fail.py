"""Promises that hold whatever is answered: they look like tests and test nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.machine.mention import mentions
from assay.machine.rule import RuleError, compile_rule
from assay.machine.scope import Scope
from assay.model.contract import Promise
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look, warning
from assay.rules.lint.schemas import accepts_all

RULE = "promise-cannot-fail"

#: `X == X`, without anything around it
_ITSELF = re.compile(r"\s*(?P<one>[A-Za-z_][\w.]*)\s*==\s*(?P=one)\s*")


def check(look: Look) -> Iterator[Problem]:
    """A promise no part of which says anything. (One without parts is `empty-promise`.)"""
    for operation in look.api.operations:
        for promise in operation.promises:
            found = _idle(look, promise)
            if found is not None:
                place, why = found
                message = f"The promise '{promise.id}' of '{operation.id}' cannot be broken: because {why}."
                yield warning(place, RULE, message, "Say what would be wrong, or delete the promise.")


def _idle(look: Look, promise: Promise) -> tuple[Place, str] | None:
    """Where and why nothing can break it; None when something may."""
    if promise.headers or (promise.body is None and promise.rule is None):
        return None  # a header has to be there at least
    if promise.body is not None and not accepts_all(promise.body, look.api):
        return None
    if promise.rule is not None and not _always(promise.rule):
        return None
    if promise.rule is None:
        return look.below(promise.place, "body"), "its schema is satisfied by every body"
    return look.below(promise.place, "rule"), "its rule is true whatever is answered"


def _always(rule: str) -> bool:
    """True when the rule holds for every answer for certain."""
    if _ITSELF.fullmatch(rule):
        return True
    if mentions(rule):
        return False
    try:
        return compile_rule(rule)(Scope())
    except (RuleError, TypeError):
        return False
