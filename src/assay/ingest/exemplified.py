"""What only an example shows: members that no schema requires.

A schema without `required` is kept by a server that answers `{}` everywhere: such a check passes and tells nothing.
Where an example shows members, they are promised, as firmly as an example can: strength `exemplified`, which fails no
build unless somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assay.ingest.notes import Block, Notes
from assay.ingest.operations import Found
from assay.ingest.resources import Survey
from assay.model.pointer import escape
from assay.model.terms import Json

PROMISE: Final = "carries-what-the-example-shows"
#: levels of a body
_DEEPEST: Final = 3


def add_promises(survey: Survey, notes: Notes) -> None:
    """Adds the promises to the contracts, in place."""
    for one in survey.found:
        contract = survey.contracts[one.file]
        for status in survey.successes(one):
            schema = survey.body(one, status)
            example = _example(survey, one, status, schema)
            body = _members(survey, schema, example, 1)
            if body and isinstance(contract, Block):
                _add(contract, one, status, body, notes)


def _add(contract: Block, one: Found, status: str, body: Block, notes: Notes) -> None:
    held = contract.setdefault("promises", [])
    name = PROMISE if not any(promise["id"] == PROMISE for promise in held) else f"{PROMISE}-{status}"
    if any(promise["id"] == name for promise in held):
        return
    source = f"{contract['source']}/responses/{escape(status)}"
    promise = Block(
        {"id": name, "on": int(status), "body": body, "strength": "exemplified", "source": source}
    )
    promise.remark(
        "id", "guessed: these members are always there, because an example shows them and no schema asks"
    )
    held.append(promise)
    cannot, because = (
        "tell which members an answer always has",
        "its schema requires none that its example shows",
    )
    notes.home = one.file
    notes.repeated(one.at / "responses" / status, cannot, because, "all that the example shows, exemplified")


def _example(survey: Survey, one: Found, status: str, schema: Json) -> Json:
    """The first example of an object: beside the schema, or in it."""
    response = survey.resolve(survey.contracts[one.file]["responses"][status])
    for media_type, media in response.get("content", {}).items():
        if "json" not in media_type:
            continue
        named = [survey.resolve(item) for item in media.get("examples", {}).values()]
        meant = survey.resolve(schema)
        inside = meant if isinstance(meant, Mapping) else {}
        found = [media.get("example"), *(item.get("value") for item in named), inside.get("example")]
        found += inside.get("examples", ()) if isinstance(inside.get("examples"), list) else ()
        for value in found:
            if isinstance(value, Mapping) and value:
                return value
    return None


def _members(survey: Survey, schema: Json, example: Json, depth: int) -> Block:
    """A schema that asks for what the example shows and `schema` describes, but does not ask for."""
    made = Block()
    if not isinstance(example, Mapping) or depth > _DEEPEST:
        return made
    known, asked = survey.properties(schema), survey.required(schema)
    shown = [name for name in example if name in known and example[name] is not None]
    missing = [name for name in shown if name not in asked]
    if missing:
        made["required"] = missing
    inner = {name: _members(survey, known[name], example[name], depth + 1) for name in shown}
    if any(inner.values()):
        made["properties"] = Block({name: body for name, body in inner.items() if body})
    return made
