"""`rejects/…`: a request that breaks one documented constraint is refused, where the operation documents refusal."""

from __future__ import annotations

from assay.inputs.classify import Validity
from assay.judge.facts import Facts
from assay.model.clause_id import rejects_clause
from assay.model.verdict import Verdict


def check(facts: Facts) -> tuple[Verdict, ...]:
    """Verdicts on the broken constraints. An acceptance breaks them all; a refusal speaks only of a single one."""
    if facts.classified.validity is not Validity.INVALID or facts.unauthorized:
        return ()
    documented = facts.of.refusals
    operation = facts.of.operation
    ids = [rejects_clause(operation.api, operation.id, broken) for broken in facts.classified.broken
           if broken in facts.of.constraints]  # fmt: skip
    if not documented:
        seen = f"got {facts.outcome}; no refusal of invalid input is documented"
        return tuple(facts.observed(clause, seen) for clause in ids) if len(ids) == 1 else ()
    if facts.succeeded:
        told = f"got {facts.status}; the documentation refuses this ({' or '.join(documented)})"
        return tuple(facts.violated(clause, told, str(facts.status)) for clause in ids)
    # another status may refuse for another reason (a missing instance, say): it shows nothing of this constraint
    single = _single(facts.classified.broken)
    refused = single in facts.of.constraints and str(facts.status) in documented
    return (facts.holds(rejects_clause(operation.api, operation.id, single)),) if refused else ()


def _single(broken: tuple[str, ...]) -> str:
    """The one constraint that is broken, else empty. What is of no allowed type is in no enumeration either."""
    typed = {constraint.removesuffix("/type") for constraint in broken if constraint.endswith("/type")}
    implied = {f"{place}/{keyword}" for place in typed for keyword in ("enum", "const")}
    alone = [constraint for constraint in broken if constraint not in implied]
    return alone[0] if len(alone) == 1 else ""
