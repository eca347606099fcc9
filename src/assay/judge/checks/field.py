"""`field/…`: what the model remembers of an instance comes back as it was, or as a rule says that it became."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence, Set

from assay.judge.facts import Facts
from assay.machine.effects import applied, derived, looks_at, rule_in
from assay.machine.expression import UNRESOLVED, InstanceFacts, evaluate
from assay.model.clause_id import field_clause
from assay.model.contract import Json
from assay.model.equality import same
from assay.model.lifecycle import Field, FieldKind, Transition
from assay.model.verdict import Verdict

#: compared with what is remembered, which the answers themselves bind; a derived one is compared with its rule
_COMPARED = (FieldKind.ECHO, FieldKind.SERVER)


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
        elif field.kind in _COMPARED and field.name not in values:
            found = _answered(facts, field.at)
            if found is not UNRESOLVED:
                values[field.name] = found
    return values


def changed(ways: Sequence[Transition]) -> frozenset[str]:
    """The fields that a step which took one of these ways may have changed."""
    return frozenset(name for way in ways for name in way.set)


def after(
    facts: Facts, values: Mapping[str, Json], ways: Sequence[Transition], unsure: Set[str]
) -> dict[str, Json]:
    """The remembered values once the cell's `set` has been applied; forgotten where it is unclear which one was.

    `unsure` names fields that time may have changed, or not yet.
    """
    known = forgotten(values, unsure)
    clear = len(ways) == 1
    known = applied(ways[0].set, known, facts.scope) if clear else forgotten(known, changed(ways))
    cycle, instance = facts.of.lifecycle, facts.scope.instance
    if cycle is None:
        return known
    return derived(cycle.fields, known, instance.id if isinstance(instance, InstanceFacts) else None)


def forgotten(values: Mapping[str, Json], names: Set[str]) -> dict[str, Json]:
    """The values without those of that name."""
    return {name: value for name, value in values.items() if name not in names}


def check(facts: Facts, remembered: Mapping[str, Json], but: Set[str] = frozenset()) -> Iterator[Verdict]:
    """One verdict for each field this operation shows and the model remembers from elsewhere.

    `but` names fields that this very step changes: whether its answer shows them before or after is not said.
    """
    cycle = facts.of.lifecycle
    if cycle is None:
        return
    for field in cycle.fields:
        if field.kind not in _COMPARED or facts.of.operation.id not in field.at or field.name in but:
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


def predicted(
    facts: Facts, values: Mapping[str, Json], ways: Sequence[Transition], unsure: Set[str]
) -> Iterator[Verdict]:
    """One verdict for each field that this operation shows and a rule works out. `values` are those afterwards.

    Where this very step changes it, its answer may show what it was before or what it is now: the documentation does
    not say which. Nothing is told of what depends on an `unsure` field.
    """
    cycle = facts.of.lifecycle
    if cycle is None or facts.case.subject is None:
        return
    for field in cycle.fields:
        wanted = _predictions(field, facts.situation.values, values, ways, unsure)
        found = _answered(facts, field.at) if wanted else UNRESOLVED
        if found is UNRESOLVED:
            continue
        clause = field_clause(facts.of.api.name, cycle.name, field.name)
        if any(_close(found, value) for value in wanted):
            yield facts.holds(clause)
        else:
            told = " or ".join(map(_brief, wanted))
            yield facts.violated(clause, f"{field.name} should be {told} and is {_brief(found)}", field.name)


def _predictions(
    field: Field,
    before: Mapping[str, Json],
    now: Mapping[str, Json],
    ways: Sequence[Transition],
    unsure: Set[str],
) -> list[Json]:
    """What an answer may show of a field that a rule works out; nothing where that cannot be told."""
    if field.name in unsure or field.name not in now:
        return []
    if field.kind is FieldKind.DERIVED:
        rule = field.rule or ""
        if looks_at(rule, unsure):
            return []
        moved = looks_at(rule, changed(ways))
        return [now[field.name], *([before[field.name]] if moved and field.name in before else [])]
    if field.kind is FieldKind.VOLATILE or len(ways) != 1 or field.name not in before:
        return []
    ruled = rule_in(ways[0].set.get(field.name)) is not None
    return [now[field.name], before[field.name]] if ruled else []


def _close(one: Json, other: Json) -> bool:
    """The same value; fractions to nine digits, because sums of them depend on the order in which they are added."""
    if isinstance(one, float) != isinstance(other, float) or isinstance(one, float):
        numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (one, other))
        return numbers and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return same(one, other)


def _answered(facts: Facts, at: Mapping[str, str]) -> Json:
    expression = at.get(facts.of.operation.id)
    return UNRESOLVED if expression is None else evaluate(expression, facts.scope)


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."
