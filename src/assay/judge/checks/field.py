"""`field/…`: what the model remembers of an instance comes back as it was, or as a rule says that it became."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence, Set

from assay.judge.facts import Facts
from assay.machine.effects import applied, derived, looks_at, rule_in
from assay.machine.expression import UNRESOLVED, InstanceFacts
from assay.model.contract import Json
from assay.model.equality import same
from assay.model.lifecycle import Field, FieldKind, Transition
from assay.model.verdict import Verdict

_NOTHING: frozenset[str] = frozenset()


def shown(facts: Facts) -> dict[str, Json]:
    """The fields that the answer shows, each looked up once."""
    found: dict[str, Json] = {}
    if facts.body.value is None and facts.of.shown_by_members:
        return found
    for name, read in facts.of.shown:
        if (value := read(facts.scope)) is not UNRESOLVED:
            found[name] = value
    return found


def remember(facts: Facts, found: Mapping[str, Json]) -> dict[str, Json]:
    """The remembered values after this answer: echoes bound at creation, server values at first sight."""
    values = dict(facts.situation.values)
    for known in facts.of.fields:
        if known.sent is not None and facts.valid:
            sent = known.sent(facts.scope)
            if sent is not UNRESOLVED:
                values[known.name] = sent
        # what becomes of an unstated value (trimmed, clamped), nobody says: what the server made of it is remembered
        elif known.compared and known.name in found and known.name not in values:
            values[known.name] = found[known.name]
    return values


def changed(ways: Sequence[Transition]) -> frozenset[str]:
    """The fields that a step which took one of these ways may have changed."""
    if len(ways) == 1 and not ways[0].set:
        return _NOTHING
    return frozenset([name for way in ways for name in way.set])


def after(
    facts: Facts, values: Mapping[str, Json], ways: Sequence[Transition], unsure: Set[str]
) -> Mapping[str, Json]:
    """The remembered values once the cell's `set` has been applied; forgotten where it is unclear which one was.

    `unsure` names fields that time may have changed, or not yet.
    """
    known = forgotten(values, unsure)
    if len(ways) == 1:
        known = applied(ways[0].set, known, facts.scope) if ways[0].set else known
    else:
        known = forgotten(known, changed(ways))
    if not facts.of.derived:
        return known
    instance = facts.scope.instance
    return derived(facts.of.derived, known, instance.id if isinstance(instance, InstanceFacts) else None)


def forgotten(values: Mapping[str, Json], names: Set[str]) -> Mapping[str, Json]:
    """The values without those of that name."""
    return {name: value for name, value in values.items() if name not in names} if names else values


def check(
    facts: Facts, remembered: Mapping[str, Json], found: Mapping[str, Json], but: Set[str] = _NOTHING
) -> Iterator[Verdict]:
    """One verdict for each field this operation shows and the model remembers from elsewhere.

    `found` is what the answer shows. `but` names fields that this very step changes: whether its answer shows them
    before or after is not said.
    """
    for known in facts.of.fields:
        name = known.name
        if not known.compared or name not in found or name in but or name not in remembered:
            continue
        sent_now = known.echoed and facts.valid
        if name not in facts.situation.values and not sent_now:
            continue  # first sight: nothing to compare with yet
        wanted = remembered[name]
        if _same(found[name], wanted):
            yield facts.holds(known.clause)
        else:
            told = f"{name} was {_brief(wanted)} and is now {_brief(found[name])}"
            yield facts.violated(known.clause, told, name)


def predicted(
    facts: Facts,
    values: Mapping[str, Json],
    found: Mapping[str, Json],
    ways: Sequence[Transition],
    unsure: Set[str],
) -> Iterator[Verdict]:
    """One verdict for each field that this operation shows and a rule works out. `values` are those afterwards.

    Where this very step changes it, its answer may show what it was before or what it is now: the documentation does
    not say which. Nothing is told of what depends on an `unsure` field.
    """
    if facts.case.subject is None:
        return
    for known in facts.of.fields:
        if known.name not in found:
            continue
        wanted = _predictions(known.field, facts.situation.values, values, ways, unsure)
        if not wanted:
            continue
        value = found[known.name]
        if any(_close(value, one) for one in wanted):
            yield facts.holds(known.clause)
        else:
            told = " or ".join(map(_brief, wanted))
            yield facts.violated(
                known.clause, f"{known.name} should be {told} and is {_brief(value)}", known.name
            )


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


def _same(one: Json, other: Json) -> bool:
    """The same value; most are texts, of which that is soon told."""
    return (type(one) is str and bool(one == other)) or same(one, other)


def _close(one: Json, other: Json) -> bool:
    """The same value; fractions to nine digits, because sums of them depend on the order in which they are added."""
    if isinstance(one, float) != isinstance(other, float) or isinstance(one, float):
        numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (one, other))
        return numbers and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return same(one, other)


def _brief(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."
