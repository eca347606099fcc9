"""`content-type/…`: the body is labelled as documented (RFC 9110 §8.3)."""

from __future__ import annotations

from assay.judge.body import Form
from assay.judge.facts import Facts
from assay.model.verdict import Verdict


def check(facts: Facts) -> Verdict | None:
    """None where no body is documented, or none was sent: a label without a body says nothing.

    But for HEAD, which is answered with the label that a GET would have (RFC 9110 §9.3.2).
    """
    reply = facts.reply
    if reply is None or not reply.content:
        return None
    if facts.body.form is Form.EMPTY and not (
        facts.succeeded and not facts.of.bodied and facts.label.claimed
    ):
        return None
    clause, claimed = facts.stated.content_type, facts.label.claimed
    if facts.label.documented:
        return facts.holds(clause)
    wanted = " or ".join(content.media_type for content in reply.content)
    return facts.violated(
        clause, f"expected Content-Type {wanted}, got {claimed or 'none'}", claimed or "none"
    )
