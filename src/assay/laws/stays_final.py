"""`stays-final`: an instance in a final state stays there, whatever is asked of it, and however often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.terms import Finding, Ground, Missing, Told, broken, holds, untold
from assay.model.case import Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Schema

NAME = "stays-final"
TITLE = "what is asked of an instance in a final state does not bring it back"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "states": {
            "type": "array",
            "items": {"type": "string", "x-names": "state"},
            "minItems": 1,
            "description": "The states that nothing leads out of; those marked `final` when it is left out.",
        }
    },
    "additionalProperties": False,
}


def aspects(law: Law) -> Mapping[str, str]:
    """None: it is one promise."""
    return {}


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """For each final state: every operation on it, and afterwards every operation that can tell."""
    wanted = law.parameters.get("states", [s.name for s in ground.cycle.states if s.final])
    asked = [o for o in ground.cycle.operations if o != ground.cycle.created_by]
    found = False
    for state in wanted:
        if state not in ground.states:
            continue
        lead = ground.lead(state)
        for first in asked:
            for probe in asked:
                cell = ground.cycle.cell(state, probe)
                if cell is None or cell.silent:
                    continue
                found = True
                asks = [
                    replace(ground.ask(first, "i1"), role="asked"),
                    replace(ground.ask(probe, "i1"), role="probe"),
                ]
                yield Script(f"{first} on {state}, then {probe}", (*lead, *asks))
    if not found:
        yield Missing("no documented way leads into a final state of which the table says anything")


def judge(told: Told) -> Sequence[Finding]:
    """The probe answers as the table says for the final state: else something brought the instance out of it."""
    last = told.last
    asked = told.at("asked")
    if last.role != "probe" or asked is None:
        return ()
    final = {state.name for state in told.cycle.states if state.final} | set(
        told.law.parameters.get("states", ())
    )
    if not asked.before or not asked.before <= final:
        return (untold("it never came into the final state"),)
    cells = tuple(c for c in last.broken if "/lifecycle/" in c)
    if cells:
        state = "/".join(sorted(asked.before))
        what = f"{state} is final, but after {asked.operation} ({asked.status}) {last.operation} answers {last.status}"
        return (broken(f"{what}, not as the table says for {state}", f"{asked.operation} {last.operation}"),)
    return (holds(),) if last.clean and last.before else ()
