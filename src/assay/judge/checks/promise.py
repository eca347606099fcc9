"""`promise/…`: what OpenAPI cannot say, as a JSON Schema with runtime expressions or a CEL rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.inputs.classify import lenient_readings, text_readings
from assay.judge.facts import Facts
from assay.machine.expression import UNRESOLVED, RuleError, compile_rule, filled_in
from assay.machine.predicate import compiled
from assay.model.contract import Promise
from assay.model.verdict import Verdict, VerdictKind


def check(facts: Facts) -> Iterator[Verdict]:
    """One verdict for each promise that speaks of this status; inconclusive where it cannot be evaluated."""
    for promise, clause in facts.stated.promises:
        try:
            yield _judge(facts, promise, clause)
        except RuleError as error:
            yield facts.inconclusive(clause, f"the promise could not be evaluated: {error}")


def all_hold(facts: Facts, promises: Iterable[tuple[Promise, str]]) -> bool:
    """True when each of these promises holds for certain."""
    try:
        for promise, clause in promises:
            if _judge(facts, promise, clause).kind is not VerdictKind.HOLDS:
                return False
    except RuleError:
        return False
    return True


def _judge(facts: Facts, promise: Promise, clause: str) -> Verdict:
    if promise.body is not None:
        mismatch = facts.of.predicate(promise).first(facts.body.value, facts.scope)
        if mismatch is not None:
            where = f" at {mismatch.pointer}" if mismatch.pointer else ""
            return facts.violated(
                clause, f"the body{where}: {mismatch.message}", mismatch.place, mismatch.pointer
            )
    for name, schema in promise.headers.items():
        value = facts.headers.get(name.lower())
        if value is None:
            return facts.violated(clause, f"header {name} is missing", f"header {name}")
        wanted = filled_in(schema, facts.scope)
        if wanted is UNRESOLVED:
            continue
        allowed = compiled(wanted, facts.of.api.components)
        if not any(allowed.accepts(reading) for reading in (*text_readings(value), *lenient_readings(value))):
            return facts.violated(clause, f"header {name} is {value!r}", f"header {name}")
    if promise.rule is not None and not compile_rule(promise.rule)(facts.scope):
        return facts.violated(clause, f"the rule does not hold: {promise.rule}", "rule")
    return facts.holds(clause)
