"""`promise/…`: what OpenAPI cannot say, as a JSON Schema with runtime expressions or a CEL rule."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.classify import lenient_readings, text_readings
from assay.judge.facts import Facts
from assay.machine.expression import UNRESOLVED, RuleError, compile_rule, substitute
from assay.machine.predicate import compiled
from assay.model.contract import Promise
from assay.model.verdict import Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """One verdict for each promise that speaks of this status; inconclusive where it cannot be evaluated."""
    for promise in facts.of.operation.promises:
        if promise.speaks_of(facts.status):
            try:
                yield _judge(facts, promise)
            except RuleError as error:
                told = f"the promise could not be evaluated: {error}"
                yield facts.inconclusive(facts.of.clause(f"promise/{promise.id}"), told)


def _judge(facts: Facts, promise: Promise) -> Verdict:
    clause = facts.of.clause(f"promise/{promise.id}")
    if promise.body is not None:
        for mismatch in facts.of.predicate(promise).mismatches(facts.body.value, facts.scope):
            where = f" at {mismatch.pointer}" if mismatch.pointer else ""
            return facts.violated(
                clause, f"the body{where}: {mismatch.message}", mismatch.place, mismatch.pointer
            )
    for name, schema in promise.headers.items():
        value = facts.response.header(name)
        if value is None:
            return facts.violated(clause, f"header {name} is missing", f"header {name}")
        wanted = substitute(schema, facts.scope)
        if wanted is UNRESOLVED:
            continue
        allowed = compiled(wanted, facts.of.api.components)
        if not any(allowed.accepts(reading) for reading in (*text_readings(value), *lenient_readings(value))):
            return facts.violated(clause, f"header {name} is {value!r}", f"header {name}")
    if promise.rule is not None and not compile_rule(promise.rule)(facts.scope):
        return facts.violated(clause, f"the rule does not hold: {promise.rule}", "rule")
    return facts.holds(clause)
