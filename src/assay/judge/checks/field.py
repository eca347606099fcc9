"""`field/…`: what the model remembers of an instance comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set

from assay.judge.facts import Facts
from assay.machine.expression import UNRESOLVED, Scope, evaluate, substitute
from assay.model.clause_id import field_clause
from assay.model.contract import Json
from assay.model.lifecycle import FieldKind, Transition
from assay.model.verdict import Verdict


def remember(facts: Facts) -> Mapping[str, Json]:
    """The remembered values after this answer: echoes bound at creation, server values at first sight."""
    values = dict(facts.situation.values)
    cycle = facts.of.lifecycle
    if cycle is None:
        return values
    creating = facts.of.operation.id == cycle.created_by
    for field in cycle.fields:
        if field.kind is FieldKind.ECHO and creating and field.sent and facts.valid:
            sent = evaluate(field.sent, facts.scope)
            if sent is not UNRESOLVED:
                values[field.name] = sent
        # what becomes of an unstated value (trimmed, clamped), nobody says: what the server made of it is remembered
        elif field.kind is not FieldKind.VOLATILE and field.name not in values:
            found = _answered(facts, field.at)
            if found is not UNRESOLVED:
                values[field.name] = found
    return values


def changed(ways: Sequence[Transition]) -> frozenset[str]:
    """The fields that a step which took one of these ways may have changed."""
    return frozenset(name for way in ways for name in way.set)


def after(values: Mapping[str, Json], ways: Sequence[Transition], scope: Scope) -> dict[str, Json]:
    """The remembered values once the cell's `set` has been applied; forgotten where it is unclear which one was."""
    kept = {name: value for name, value in values.items() if name not in changed(ways)}
    made = substitute(dict(ways[0].set), scope) if len(ways) == 1 else {}
    return {**kept, **made}


def check(facts: Facts, remembered: Mapping[str, Json], but: Set[str] = frozenset()) -> Iterator[Verdict]:
    """One verdict for each field this operation shows and the model remembers from elsewhere.

    `but` names fields that this very step changes: whether its answer shows them before or after is not said.
    """
    cycle = facts.of.lifecycle
    if cycle is None:
        return
    for field in cycle.fields:
        if field.kind is FieldKind.VOLATILE or facts.of.operation.id not in field.at or field.name in but:
            continue
        sent_now = field.kind is FieldKind.ECHO and facts.valid and facts.of.operation.id == cycle.created_by
        if field.name not in facts.situation.values and not sent_now:
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
