"""`no-server-error`: a 5xx is a failure unless the operation documents it (RFC 9110 §15.6)."""

from __future__ import annotations

from assay.judge.facts import Facts
from assay.model.verdict import Verdict

#: what gateways answer for a server that is busy or restarting
TRANSIENT = frozenset({502, 503, 504})


def check(facts: Facts) -> Verdict:
    """Holds for every answer that is not an undocumented 5xx."""
    clause = facts.of.no_server_error
    if facts.status < 500 or facts.reply is not None:
        return facts.holds(clause)
    return facts.violated(
        clause,
        f"got {facts.status}, a server error that is not documented",
        str(facts.status),
        transient=facts.status in TRANSIENT,
    )
