"""`shape/…`: the body has the documented shape (JSON Schema 2020-12, formats asserted)."""

from __future__ import annotations

from assay.judge.body import Form
from assay.judge.facts import Facts
from assay.model.verdict import Verdict


def check(facts: Facts) -> Verdict | None:
    """None where no shape is documented, or the body is something else altogether and labelled so."""
    content = facts.label.content
    if content is None or not (facts.label.json or facts.label.textual):
        return None
    if not facts.of.bodied:
        return None
    clause = facts.stated.shape
    body = facts.body
    if body.form is Form.BROKEN:
        # HTML labelled HTML is the matter of `content-type`; HTML labelled JSON is ours
        told = f"the body is {body.problem}"
        return facts.violated(clause, told, "unreadable") if facts.label.fits else None
    # a zero-length body is read as null: «returns null» has both wire forms, and the documentation names neither
    for mismatch in facts.of.validator(content).mismatches(body.value):
        where = f"at {mismatch.pointer}" if mismatch.pointer else "as a whole"
        empty = " (the body is empty)" if body.form is Form.EMPTY else ""
        return facts.violated(
            clause, f"the body {where}: {mismatch.message}{empty}", mismatch.place, mismatch.pointer
        )
    return facts.holds(clause)
