"""`supplies.NAME.from` that names a lifecycle, a state or a value that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.machine.expression import parse_problem
from assay.machine.reach import paths
from assay.model.contract import Prerequisite
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.problem import Problem
from assay.plan.prerequisites import state
from assay.rules.lint.look import Look

RULE = "unknown-prerequisite"

_OF_INSTANCE = re.compile(r"\$instance\.([A-Za-z_][A-Za-z0-9_-]*)")
_OTHER = re.compile(r"\$(?:method|url|statusCode|request|response|now)\b")


def check(look: Look) -> Iterator[Problem]:
    """A prerequisite that could never be made, or that gives no value."""
    cycles = {cycle.name: cycle for cycle in look.tables()}
    for made in look.api.prerequisites.values():
        cycle = cycles.get(made.lifecycle)
        if cycle is not None:
            yield from _state(look, made, cycle)
            yield from _value(look, made, cycle)
        elif look.whole and all(known.name != made.lifecycle for known in look.api.lifecycles):
            message = f"Cannot make a '{made.lifecycle}': because this API has no such lifecycle."
            fix = choose(made.lifecycle, cycles) or "Add the lifecycle, or delete `from`."
            yield Problem(look.below(made.place, "lifecycle"), RULE, message, fix)


def _state(look: Look, made: Prerequisite, cycle: Lifecycle) -> Iterator[Problem]:
    known = [known.name for known in cycle.states if known.name != ABSENT]
    if made.state and made.state not in known:
        because = "it is the state of what does not exist" if made.state == ABSENT else "it has no such state"
        message = f"Cannot bring a {cycle.name} into '{made.state}': because {because}."
        yield Problem(look.below(made.place, "state"), RULE, message, choose(made.state, known))
    elif not made.state and state(made, cycle) == ABSENT:
        message = (
            f"Cannot make a {cycle.name}: because {cycle.created_by} leads into no state that is documented."
        )
        yield Problem(made.place, RULE, message, "Add `to:` to its cell in `absent`, or name a state here.")
    elif state(made, cycle) not in paths(cycle):
        message = (
            f"Cannot bring a {cycle.name} into '{made.state}': because no documented answer leads to it."
        )
        yield Problem(
            look.below(made.place, "state"), RULE, message, choose(made.state, paths(cycle).keys() - {ABSENT})
        )


def _value(look: Look, made: Prerequisite, cycle: Lifecycle) -> Iterator[Problem]:
    place = look.below(made.place, "value")
    if (because := parse_problem(made.value)) is not None:
        cannot, _, fix = because.partition(". ")
        yield Problem(place, RULE, cannot if cannot.endswith(("?", ".")) else f"{cannot}.", fix)
        return
    fields = _OF_INSTANCE.findall(made.value)
    if not fields or _OTHER.search(made.value):
        message = (
            f"Cannot take a value from '{made.value}': because only the instance that was made is known then."
        )
        yield Problem(place, RULE, message, "Write `$instance.id`, or `$instance.FIELD`.")
        return
    known = {"id", *(field.name for field in cycle.fields)}
    for name in fields:
        if name not in known:
            message = (
                f"Cannot take '{name}' of a {cycle.name}: because `fields` of the lifecycle does not have it."
            )
            yield Problem(place, RULE, message, choose(name, known))
