"""`promise/…`: what OpenAPI cannot say, as a JSON Schema with runtime expressions or a CEL rule."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.validator import Validator
from assay.judge.body import Form
from assay.judge.facts import Facts
from assay.machine.expression import UNRESOLVED, RuleError, compile_rule, substitute
from assay.model.contract import Promise
from assay.model.verdict import Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """One verdict for each promise that speaks of this status. A body that cannot be read is `shape`'s matter."""
    for promise in facts.of.operation.promises:
        if promise.speaks_of(facts.status) and facts.body.form is not Form.BROKEN:
            yield _judge(facts, promise)


def _judge(facts: Facts, promise: Promise) -> Verdict:
    clause = facts.of.clause(f"promise/{promise.id}")
    if promise.body is not None:
        for mismatch in facts.of.predicate(promise).mismatches(facts.body.value, facts.scope):
            where = f" at {mismatch.pointer}" if mismatch.pointer else ""
            return facts.violated(clause, f"the body{where}: {mismatch.message}", mismatch.place, mismatch.pointer)
    for name, schema in promise.headers.items():
        value = facts.response.header(name)
        if value is None:
            return facts.violated(clause, f"header {name} is missing", f"header {name}")
        wanted = substitute(schema, facts.scope)
        if wanted is not UNRESOLVED and not Validator(wanted, facts.of.api.components).accepts(value):
            return facts.violated(clause, f"header {name} is {value!r}", f"header {name}")
    if promise.rule is not None:
        try:
            kept = compile_rule(promise.rule)(facts.scope)
        except RuleError as error:
            return facts.inconclusive(clause, f"the rule could not be evaluated: {error}")
        if not kept:
            return facts.violated(clause, f"the rule does not hold: {promise.rule}", "rule")
    return facts.holds(clause)
