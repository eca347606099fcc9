"""`rejects/…`: a request that breaks one documented constraint is refused, where the operation documents refusal."""

from __future__ import annotations

from assay.inputs.classify import Validity
from assay.inputs.constraints import refusals
from assay.judge.facts import Facts
from assay.model.clause_id import rejects_clause
from assay.model.verdict import Verdict


def check(facts: Facts) -> tuple[Verdict, ...]:
    """Verdicts on the broken constraints. An acceptance breaks them all; a refusal speaks only of a single one."""
    if facts.classified.validity is not Validity.INVALID or facts.unauthorized:
        return ()
    documented = refusals(facts.of.operation)
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
    refused = len(ids) == 1 and len(facts.classified.broken) == 1 and str(facts.status) in documented
    return (facts.holds(ids[0]),) if refused else ()
