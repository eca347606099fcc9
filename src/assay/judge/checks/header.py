"""`header/…`: documented response headers are there and have their documented form (OpenAPI 3.1 §4.8.21)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.classify import lenient_readings, text_readings
from assay.judge.facts import Facts
from assay.model.verdict import Verdict


def check(facts: Facts) -> Iterator[Verdict]:
    """One verdict for each documented header that is required or was sent."""
    for header, clause, validator, structured in facts.stated.headings:
        value = facts.headers.get(header.name.lower())
        if value is None:
            if header.required:
                yield facts.violated(clause, f"header {header.name} is missing", "missing")
            continue
        if structured:
            yield facts.holds(clause)  # it is there; how its text spells an array or object is not modelled
        elif any(validator.accepts(reading) for reading in (*text_readings(value), *lenient_readings(value))):
            yield facts.holds(clause)
        else:
            told = next(validator.mismatches(value), None)
            why = told.message if told else "it does not fit its schema"
            yield facts.violated(clause, f"header {header.name}: {why}", told.keyword if told else "schema")
