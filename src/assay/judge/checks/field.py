"""`field/…`: what the model remembers of an instance comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from assay.judge.facts import Facts
from assay.machine.expression import UNRESOLVED, evaluate
from assay.model.clause_id import field_clause
from assay.model.contract import Json
from assay.model.lifecycle import FieldKind
from assay.model.verdict import Verdict


def remember(facts: Facts) -> Mapping[str, Json]:
    """The remembered values after this answer: echoes bound at creation, server values at first sight."""
    values = dict(facts.situation.values)
    cycle = facts.of.lifecycle
    if cycle is None:
        return values
    creating = facts.of.operation.id == cycle.created_by
    for field in cycle.fields:
        if field.kind is FieldKind.ECHO and creating and field.sent:
            sent = evaluate(field.sent, facts.scope)
            if sent is not UNRESOLVED:
                values[field.name] = sent
        elif field.kind is FieldKind.SERVER and field.name not in values:
            found = _answered(facts, field.at)
            if found is not UNRESOLVED:
                values[field.name] = found
    return values


def check(facts: Facts, remembered: Mapping[str, Json]) -> Iterator[Verdict]:
    """One verdict for each field this operation shows and the model remembers from elsewhere."""
    cycle = facts.of.lifecycle
    if cycle is None:
        return
    for field in cycle.fields:
        if field.kind is FieldKind.VOLATILE or facts.of.operation.id not in field.at:
            continue
        if field.kind is FieldKind.SERVER and field.name not in facts.situation.values:
            continue  # first sight: nothing to compare with yet
        found = _answered(facts, field.at)
        if found is UNRESOLVED or field.name not in remembered:
            continue
        clause = field_clause(facts.of.api.name, cycle.name, field.name)
        wanted = remembered[field.name]
        if same(found, wanted):
            yield facts.holds(clause)
        else:
            told = f"{field.name} was {_brief(wanted)} and is now {_brief(found)}"
            yield facts.violated(clause, told, field.name)


def same(one: Json, other: Json) -> bool:
    """JSON equality: 1 and 1.0 are one number, true and 1 are not (JSON Schema 2020-12, core §4.2.2)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def _answered(facts: Facts, at: Mapping[str, str]) -> Json:
    expression = at.get(facts.of.operation.id)
    return UNRESOLVED if expression is None else evaluate(expression, facts.scope)


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."
