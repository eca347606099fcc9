"""The closed list of what an operation's documentation refuses: one constraint, one stable id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assay.model.contract import Api, Content, Json, Operation, Parameter, Schema

#: keywords that refuse a value at their own spot
KEYWORDS = (
    "type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "contains",
    "minContains", "maxContains", "minProperties", "maxProperties", "propertyNames", "anyOf", "oneOf", "not",
    "dependentRequired", "dependentSchemas", "patternProperties", "prefixItems", "unevaluatedItems",
    "unevaluatedProperties", "if",
)  # fmt: skip

#: header parameters that OpenAPI 3.1 §4.8.12.2 says to ignore
IGNORED_HEADERS = ("accept", "content-type", "authorization")

#: documented statuses that refuse invalid input (RFC 9110 §15.5.1, §15.5.21)
REFUSALS = ("400", "422")

BODY_REQUIRED = "body/required"
BODY_WELL_FORMED = "body/well-formed"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One way in which a request can be wrong, by the documentation."""

    #: `body/player_id/required`, `query/limit/maximum`; array indexes are `*`
    id: str
    #: where: `body`, or `query/limit` and the like
    root: str
    #: path below the root: property names, `*` for any element
    path: tuple[str, ...]
    keyword: str
    #: the keyword's value
    argument: Json
    #: the schema object that holds the keyword
    schema: Schema


def constraints(api: Api, operation: Operation) -> tuple[Constraint, ...]:
    """Every constraint of the operation's request, in document order, ids unique."""
    found: dict[str, Constraint] = {}
    for constraint in _all(api, operation):
        found.setdefault(constraint.id, constraint)
    return tuple(found.values())


def _all(api: Api, operation: Operation) -> Iterator[Constraint]:
    content = json_content(operation)
    if operation.body is not None:
        if operation.body.required:
            yield Constraint(BODY_REQUIRED, "body", (), "required", True, {})
        if content is not None:
            yield Constraint(BODY_WELL_FORMED, "body", (), "well-formed", True, {})
            yield from walk("body", content.schema, api.resolve)
    carried = {name for cycle in api.lifecycles_with(operation.id) for name in cycle.carried_in}
    for parameter in operation.parameters:
        if parameter.name in carried or is_ignored(parameter):
            continue
        root = f"{parameter.location}/{parameter.name}"
        if parameter.required and parameter.location != "path":
            yield Constraint(f"{root}/required", root, (), "required", True, {})
        yield from (c for c in walk(root, parameter.schema, api.resolve) if not _any_text(c))


def _any_text(constraint: Constraint) -> bool:
    # everything in a URL or a header is text: `type: string` refuses nothing there
    return constraint.keyword == "type" and not constraint.path and "string" in str(constraint.argument)


def is_ignored(parameter: Parameter) -> bool:
    """True for header parameters without effect: media types and credentials are documented elsewhere."""
    return parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS


def refusals(operation: Operation) -> tuple[str, ...]:
    """The documented statuses that refuse invalid input; empty when the documentation is silent about it."""
    return tuple(reply.status for reply in operation.replies if reply.status in REFUSALS)


def varies(api: Api, operation: Operation) -> bool:
    """True when something of the request besides its instance's id can vary."""
    cycle = api.lifecycle_of(operation.id)
    carried = cycle.carried_in if cycle is not None and operation.id != cycle.created_by else {}
    return operation.body is not None or any(
        parameter.name not in carried for parameter in operation.parameters
    )


def json_content(operation: Operation) -> Content | None:
    """The request body's JSON media type, if it documents one (RFC 6839 §3.1 for `+json`)."""
    if operation.body is None:
        return None
    return next((c for c in operation.body.content if is_json(c.media_type)), None)


@lru_cache(maxsize=256)
def is_json(media_type: str) -> bool:
    """True for `application/json` and the `+json` family, parameters ignored."""
    essence = media_type.split(";", 1)[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def walk(
    root: str, schema: Schema, resolve: Callable[[Schema], Schema], path: tuple[str, ...] = ()
) -> Iterator[Constraint]:
    """The constraints of one schema, depth first. References cannot be cyclic: the loader refuses that."""
    schema = _flat(schema, resolve)
    at = "/".join((root, *path))
    if schema is False:
        yield Constraint(f"{at}/forbidden", root, path, "forbidden", True, {})
    if not isinstance(schema, Mapping):
        return
    for keyword in KEYWORDS:
        if keyword in schema:
            yield Constraint(f"{at}/{keyword}", root, path, keyword, schema[keyword], schema)
    for name in schema.get("required", ()):
        yield Constraint(f"{at}/{name}/required", root, (*path, name), "required", name, schema)
    closed = schema.get("additionalProperties", True)
    if closed is not True:
        yield Constraint(f"{at}/additionalProperties", root, path, "additionalProperties", closed, schema)
    for name, value in schema.get("properties", {}).items():
        yield from walk(root, value, resolve, (*path, name))
    for branch in schema.get("allOf", ()):
        yield from walk(root, branch, resolve, path)
    if isinstance(schema.get("items"), Mapping):
        yield from walk(root, schema["items"], resolve, (*path, "*"))


def _flat(schema: Schema, resolve: Callable[[Schema], Schema]) -> Schema:
    """`$ref` with siblings means both apply (JSON Schema 2020-12, core §8.2.3.1)."""
    if isinstance(schema, Mapping) and "$ref" in schema and len(schema) > 1:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {"allOf": [resolve({"$ref": schema["$ref"]}), rest]}
    return resolve(schema)
