"""`shape/…`: the body has the documented shape (JSON Schema 2020-12, formats asserted)."""

from __future__ import annotations

from assay.inputs.constraints import is_json
from assay.judge.body import Form, accepts, documented_content, essence
from assay.judge.facts import Facts
from assay.model.contract import Content
from assay.model.verdict import Verdict


def check(facts: Facts) -> Verdict | None:
    """None where no shape is documented, or the body is something else altogether and labelled so."""
    reply = facts.reply
    content = documented_content(facts.response, reply)
    if reply is None or content is None or not _has_shape(content):
        return None
    if facts.of.operation.method.lower() == "head":
        return None  # its response never has a body, whatever GET would answer (RFC 9110 §9.3.2)
    clause = facts.of.clause("shape", reply)
    body = facts.body
    if body.form is Form.BROKEN:
        # HTML labelled HTML is the matter of `content-type`; HTML labelled JSON is ours
        labelled = accepts(content.media_type, essence(facts.response.header("content-type") or ""))
        return facts.violated(clause, f"the body is {body.problem}", "unreadable") if labelled else None
    # a zero-length body is read as null: «returns null» has both wire forms, and the documentation names neither
    for mismatch in facts.of.validator(content).mismatches(body.value):
        where = f"at {mismatch.pointer}" if mismatch.pointer else "as a whole"
        empty = " (the body is empty)" if body.form is Form.EMPTY else ""
        return facts.violated(
            clause, f"the body {where}: {mismatch.message}{empty}", mismatch.place, mismatch.pointer
        )
    return facts.holds(clause)


def _has_shape(content: Content) -> bool:
    return is_json(content.media_type) or essence(content.media_type).startswith("text/")
