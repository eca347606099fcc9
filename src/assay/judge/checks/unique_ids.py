"""`law/unique-ids`: no id is issued twice."""

from __future__ import annotations

from assay.judge.facts import Facts
from assay.model.clause_id import law_clause
from assay.model.verdict import Verdict

LAW = "unique-ids"


def check(facts: Facts) -> Verdict | None:
    """None unless this answer issued an id and the lifecycle states the law.

    A request that is not surely valid may be a repetition that the server knows again (an idempotency key, say).
    """
    cycle = facts.of.lifecycle
    if facts.issued is None or cycle is None or all(law.name != LAW for law in cycle.laws):
        return None
    clause = law_clause(facts.of.api.name, cycle.name, LAW)
    if facts.issued in facts.situation.issued:
        if not facts.valid:
            return None
        return facts.violated(clause, f"the id {facts.issued!r} was issued before", LAW)
    return facts.holds(clause)
