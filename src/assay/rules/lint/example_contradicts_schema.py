"""Documented examples that their own schema refuses: one of the two is wrong, and nobody can tell which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.contractfile.walk import PartKind, subschemas
from assay.model.contract import Json
from assay.model.pointer import escape
from assay.model.problem import Place, Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look, warning

RULE = "example-contradicts-schema"


def check(look: Look) -> Iterator[Problem]:
    """An example, beside a schema or inside it, that the schema refuses."""
    closure = Closure(look.api.components)
    for file, part in parts(look):
        if part.kind is PartKind.SCHEMA:
            for pointer, schema in subschemas(part.value, part.pointer):
                yield from _examples(look, file, pointer, schema, closure)
    for file, pointer, holder in _holders(look):
        for at, value in _named(look, holder, pointer):
            yield from _judge(look.contracts.locate(file, at), holder.get("schema"), value, closure)


def _examples(
    look: Look, file: str, pointer: str, schema: Mapping[str, Json], closure: Closure
) -> Iterator[Problem]:
    found = [(f"{pointer}/example", schema["example"])] if "example" in schema else []
    found += [(f"{pointer}/examples/{i}", value) for i, value in enumerate(schema.get("examples", ()))]
    bare = {key: value for key, value in schema.items() if key not in {"example", "examples"}}
    for at, value in found:
        yield from _judge(look.contracts.locate(file, at), bare, value, closure)


def _holders(look: Look) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    """Parameters, headers and media types: what has a schema and examples beside it."""
    for file, part in parts(look):
        if part.kind in {PartKind.PARAMETER, PartKind.HEADER}:
            yield file, part.pointer, part.value
        elif part.kind in {PartKind.REQUEST_BODY, PartKind.RESPONSE}:
            for media_type, content in part.value.get("content", {}).items():
                yield file, f"{part.pointer}/content/{escape(media_type)}", content


def _named(look: Look, holder: Mapping[str, Json], pointer: str) -> Iterator[tuple[str, Json]]:
    if "example" in holder:
        yield f"{pointer}/example", holder["example"]
    for name, example in holder.get("examples", {}).items():
        meant = look.api.resolve(example)
        if "value" in meant:
            yield f"{pointer}/examples/{escape(name)}", meant["value"]


def _judge(place: Place, schema: Json, value: Json, closure: Closure) -> Iterator[Problem]:
    if schema is None or schema is True:
        return
    mismatch = next(iter(closure.validator(schema).mismatches(value)), None)
    if mismatch is not None:
        where = f" at {mismatch.pointer}" if mismatch.pointer else ""
        message = f"This example contradicts its own schema{where}: because {mismatch.message}."
        yield warning(
            place, RULE, message, "Correct the example or the schema, whichever the documentation got wrong."
        )
