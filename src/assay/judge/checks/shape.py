"""`shape/…`: the body has the documented shape (JSON Schema 2020-12, formats asserted)."""

from __future__ import annotations

from assay.inputs.classify import strict_json
from assay.inputs.validator import Validator
from assay.judge.body import Form
from assay.judge.facts import Facts
from assay.model.terms import Json
from assay.model.verdict import Verdict

#: one of each type that a text can write in one way only
_SCALARS = ("", 0, 0.5, True, None)
#: keywords that refuse a text for being one
_OF_TYPES = frozenset({"type", "enum", "const"})


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
    validator = facts.of.validator(content)
    for mismatch in validator.mismatches(body.value):
        if body.form is Form.TEXT and mismatch.keyword in _OF_TYPES and not mismatch.path:
            # the schema wants no text: how a text writes a number is not documented (OpenAPI 3.1 §4.8.14), JSON's way
            # is the usual one; and how it writes a list or an object is anybody's guess
            if _reads(validator, body.value):
                break
            if all(_wants_other(validator, one) for one in _SCALARS):
                return None
        where = f"at {mismatch.pointer}" if mismatch.pointer else "as a whole"
        empty = " (the body is empty)" if body.form is Form.EMPTY else ""
        return facts.violated(
            clause, f"the body {where}: {mismatch.message}{empty}", mismatch.place, mismatch.pointer
        )
    return facts.holds(clause)


def _reads(validator: Validator, text: Json) -> bool:
    """True when the text, read as JSON, is what is wanted."""
    try:
        return validator.accepts(strict_json(str(text).encode("utf-8", "surrogatepass"), vast=True))
    except ValueError:
        return False


def _wants_other(validator: Validator, value: Json) -> bool:
    return any(one.keyword == "type" and not one.path for one in validator.mismatches(value))
