"""Whether the documentation speaks of what a fault changes: a mutant that it leaves open counts for nothing.

What decides is what the contract says, never whether somebody noticed:

* a cell that is silent says nothing of what is answered there;
* a member that may be left out, or may be null, or has no type, is left open, unless an example of that very answer
  shows it: then a promise could be made of it;
* which value of its type a member has is left open, unless a promise or a remembered field says so: then it is noticed;
* more members than are documented are allowed where the schema does not forbid them; so is a missing header that is
  not required;
* being asked to come back later, and being slow, break nothing that a contract can say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assay.laws import unique_ids
from assay.mock.faults.bodies import documented_reply, fields, json_content
from assay.mock.faults.mutants import Mutant
from assay.mock.faults.terms import Site
from assay.model.contract import Api, Reply
from assay.model.mutation import Difference, Trial
from assay.model.pointer import tokens
from assay.model.terms import Json, Schema, Strength


def left_open(mutant: Mutant, place: Site, trial: Trial) -> str:
    """Why the mutant counts for nothing; empty where it counts. For one that nobody noticed."""
    if not trial.visited:
        return ""
    if not trial.struck:
        return "it changes no answer there"
    cell = place.cycle.cell(place.state, place.operation.id) if place.cycle is not None else None
    if cell is not None and cell.silent and mutant.fault.name not in _EFFECTS:
        return f"the documentation does not say what {mutant.operation} answers in the state {place.state}"
    judge = _OF.get(mutant.fault.name, _of_difference)
    return judge(mutant, place, trial)


def _of_difference(_: Mutant, __: Site, trial: Trial) -> str:
    if not trial.shown:
        return "nothing that can be asked shows it"
    if all(one.silent for one in trial.shown):
        first = trial.shown[0]
        where = f"{first.operation} in the state {first.state}"
        return f"only {where} would show it, of which the documentation says nothing"
    return ""


def _of_member(mutant: Mutant, place: Site, _: Trial) -> str:
    pointer = mutant.fault.field
    reply = documented_reply(place)
    schema = dict(fields(place)).get(pointer, True)
    shown = exemplified(place.api, reply, pointer)
    if mutant.fault.name == "field-missing":
        return "" if shown else f"{pointer} may be left out, and no example shows it"
    if mutant.fault.name == "field-null" and nullable(schema):
        return f"{pointer} may be null"
    return "" if shown or typed(schema) else f"the documentation gives {pointer} no type"


def _of_value(mutant: Mutant, _: Site, __: Trial) -> str:
    return f"the documentation does not say which value {mutant.fault.field} has"


def _of_extra(_: Mutant, __: Site, ___: Trial) -> str:
    return "the schema allows other members than those it names"


def _of_header(mutant: Mutant, _: Site, __: Trial) -> str:
    return f"the header {mutant.fault.field} is not required"


def _of_status(mutant: Mutant, _: Site, __: Trial) -> str:
    if mutant.fault.status in (401, 403):
        return "who lets nobody in is told so (exit code 3), and is accused of nothing"
    return f"which status {mutant.operation} answers there is left open"


def _of_refusal(mutant: Mutant, _: Site, __: Trial) -> str:
    return f"no refusal is documented for {mutant.operation}, so that taking it is only observed"


def _of_identity(mutant: Mutant, place: Site, trial: Trial) -> str:
    laws = place.cycle.laws if place.cycle is not None else ()
    if any(law.name == unique_ids.NAME and law.strength is not Strength.SILENT for law in laws):
        return ""
    loud = [one for one in trial.shown if not one.silent and one.operation != mutant.operation]
    return "" if loud else "the documentation does not say that an id is used once"


def _of_delay(_: Mutant, __: Site, ___: Trial) -> str:
    return "no promise speaks of how long an answer may take"


def _of_wait(_: Mutant, __: Site, ___: Trial) -> str:
    return "to be asked to come back later says something of the circumstances, and nothing of the API"


_OF: Mapping[str, Callable[[Mutant, Site, Trial], str]] = {
    "field-missing": _of_member,
    "field-null": _of_member,
    "field-wrong-type": _of_member,
    "field-changed": _of_value,
    "field-extra": _of_extra,
    "header-missing": _of_header,
    "wrong-status": _of_status,
    "undocumented-status": _of_status,
    "accepts-invalid": _of_refusal,
    "ignores-auth": _of_refusal,
    "leaks": _of_refusal,
    "id-reuse": _of_identity,
    "slow": _of_delay,
    "retry-storm": _of_wait,
}
#: faults of what a request brings about: it may be seen elsewhere
_EFFECTS = frozenset({"lost-write", "duplicate-effect", "forgets-transition", "id-reuse", "non-atomic"})


def nullable(schema: Schema) -> bool:
    """True where null fits, as far as the schema itself says."""
    if not isinstance(schema, Mapping):
        return bool(schema)
    kinds = schema.get("type")
    if kinds is not None:
        return kinds == "null" or (isinstance(kinds, list) and "null" in kinds)
    if "enum" in schema or "const" in schema:
        return None in schema.get("enum", [schema.get("const", "")])
    branches = [branch for key in ("anyOf", "oneOf") for branch in schema.get(key, ())]
    return any(map(nullable, branches)) if branches else True


def typed(schema: Schema) -> bool:
    """True where the schema says of which type, or which values, there may be."""
    if not isinstance(schema, Mapping):
        return False
    branches = [branch for key in ("anyOf", "oneOf") for branch in schema.get(key, ())]
    return bool({"type", "enum", "const"} & set(schema)) or any(map(typed, branches))


def exemplified(api: Api, reply: Reply | None, pointer: str) -> bool:
    """True where an example of that answer has something other than null there, or the schema requires the member."""
    content = json_content(reply)
    if content is None:
        return False
    shown = [*content.examples.values(), *_examples(api.resolve(content.schema))]
    if any(_at(example, tokens(pointer)) is not None for example in shown):
        return True
    return _required(api, content.schema, tokens(pointer))


def _examples(schema: Schema) -> list[Json]:
    if not isinstance(schema, Mapping):
        return []
    found = schema.get("examples", [])
    return [
        *(found if isinstance(found, list) else []),
        *([schema["example"]] if "example" in schema else []),
    ]


def _at(value: Json, path: list[str]) -> Json:
    for name in path:
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list):
            value = value[int(name)] if name.isdigit() and int(name) < len(value) else None
        else:
            return None
    return value


def _required(api: Api, schema: Schema, path: list[str]) -> bool:
    """True where every member on the way is required."""
    for name in path:
        found = _parts(api, schema)
        if name.isdigit():
            schema = next((part["items"] for part in found if "items" in part), True)
            continue
        if not any(name in part.get("required", ()) for part in found):
            return False
        schema = next(
            (part["properties"][name] for part in found if name in part.get("properties", {})), True
        )
    return True


def _parts(api: Api, schema: Schema) -> list[Mapping[str, Json]]:
    schema = api.resolve(schema)
    if not isinstance(schema, Mapping):
        return []
    return [schema, *(part for branch in schema.get("allOf", ()) for part in _parts(api, branch))]


def unseen(differences: tuple[Difference, ...]) -> Difference | None:
    """The first difference that the documentation has something to say about."""
    return next((one for one in differences if not one.silent), None)


__all__ = ["exemplified", "left_open", "nullable", "typed", "unseen"]
