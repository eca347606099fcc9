"""`authorization`: a secured operation never succeeds without valid credentials (RFC 9110 §11.6, §15.5.2)."""

from __future__ import annotations

from assay.judge.facts import Facts
from assay.model.verdict import Verdict


def check(facts: Facts) -> Verdict | None:
    """None where the request carries valid credentials or needs none."""
    if not facts.unauthorized:
        return None
    clause = facts.of.authorization
    if facts.succeeded:
        return facts.violated(
            clause,
            f"got {facts.status} with {facts.case.credentials} credentials; the operation documents that it is secured",
            f"{facts.case.credentials} {facts.status}",
        )
    return facts.holds(clause)
