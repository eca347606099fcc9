"""What would have told a surviving mutant: lines that can be pasted into a contract."""

from __future__ import annotations

import json

import yaml

from assay.mock.faults.bodies import documented_reply
from assay.mock.faults.mutants import Mutant
from assay.mock.faults.spoken import unseen
from assay.mock.faults.terms import Site
from assay.model.mutation import Suggestion, Trial
from assay.model.pointer import tokens
from assay.model.terms import Json

_MEMBER = frozenset({"field-missing", "field-null", "field-wrong-type", "enum-violated"})


def suggestion(mutant: Mutant, place: Site, trial: Trial) -> Suggestion | None:
    """Lines for the contract or the lifecycle; None where it takes no new promise, or nobody can say which."""
    if mutant.fault.name in _MEMBER:
        return _promise(mutant, place)
    different = unseen(trial.shown)
    if different is None or not different.where.startswith("/") or place.cycle is None:
        return None
    cell = place.cycle.cell(different.state, different.operation)
    if cell is None or not cell.place.file:
        return None
    pointer = different.where
    if different.expected.strip('"').lower() == different.state.lower():
        # it tells the state, so it does not stay what it was
        shown: Json = {"body": _equal(tokens(pointer), json.loads(different.expected))}
        below = f"cells.{different.operation}.{different.state}"
        return Suggestion(cell.place.file, below, _written(shown))
    name = tokens(pointer)[-1]
    field: Json = {
        name: {
            "kind": "server",
            "at": {different.operation: f"$response.body#{pointer}"},
            "strength": "exemplified",
            "source": cell.source,
        }
    }
    return Suggestion(cell.place.file, "fields", _written(field))


def _promise(mutant: Mutant, place: Site) -> Suggestion | None:
    reply = documented_reply(place)
    if reply is None or not reply.status.isdigit():
        return None
    names = tokens(mutant.fault.field)
    promise: Json = {
        "id": "-".join(["shows", *(name.replace("_", "-").lower() for name in names if not name.isdigit())]),
        "on": int(reply.status),
        "body": _there(names),
        "strength": "exemplified",
        "source": reply.source,
    }
    return Suggestion(place.operation.place.file, "promises", _written([promise]))


def _there(names: list[str]) -> Json:
    """A schema that asks for a member, and for all on the way to it; elements of a list one and all."""
    if not names:
        return {"not": {"type": "null"}}
    first, rest = names[0], names[1:]
    if first.isdigit():
        return {"items": _there(rest)}
    return {"required": [first], "properties": {first: _there(rest)}}


def _equal(names: list[str], value: Json) -> Json:
    """A schema that asks for that very value of a member, where there is one."""
    if not names:
        return {"const": value}
    first, rest = names[0], names[1:]
    below = _equal(rest, value)
    return {"items": below} if first.isdigit() else {"properties": {first: below}}


def _written(value: Json) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=110)
