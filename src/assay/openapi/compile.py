"""From one API's contracts to the OpenAPI 3.1 document that every other tool of the ecosystem can read."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace

from assay.model.contract import Api, Json, Operation, Schema
from assay.model.lifecycle import ABSENT, Lifecycle

#: from a request schema, `$ref`s and all, to the one that stands in its place
Narrow = Callable[[Schema], Schema]


def compile_api(api: Api, *, narrow: Narrow | None = None) -> dict[str, Json]:
    """The OpenAPI 3.1.0 document of `api`: a fresh value, free to be changed.

    Our annotations (`x-known-good`, `x-supplied`) stay in the schemas, where other tools pass over them.
    `narrow` is applied to the schema of every parameter and of every request body; components keep theirs.
    What the lifecycles know of ids becomes Link Objects (§4.8.20) on the reply that issues the id, beside
    those that the contract itself writes there.
    """
    document = _frame(api)
    for operation in api.operations:
        item = document["paths"].setdefault(operation.path, {})
        item[operation.method] = _operation(api, operation, narrow)
    return document


def compile_operation(api: Api, operation: Operation, *, narrow: Narrow | None = None) -> dict[str, Json]:
    """The same of one operation alone, without links: they lead to others."""
    compiled = _operation(replace(api, lifecycles=()), operation, narrow)
    return {**_frame(api), "paths": {operation.path: {operation.method: compiled}}}


def _frame(api: Api) -> dict[str, Json]:
    document: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": api.version},
        **({"servers": [{"url": url} for url in api.servers]} if api.servers else {}),
        **copy.deepcopy(dict(api.document)),
        "paths": {},
        "components": copy.deepcopy(dict(api.components)),
    }
    if api.security_schemes:
        document["components"]["securitySchemes"] = copy.deepcopy(dict(api.security_schemes))
    return document


def _operation(api: Api, operation: Operation, narrow: Narrow | None) -> dict[str, Json]:
    compiled: dict[str, Json] = {"operationId": operation.id, **copy.deepcopy(dict(operation.document))}
    if operation.security:
        compiled["security"] = [{name: [] for name in together} for together in operation.security]
    if narrow is not None:
        _narrow_request(api, compiled, narrow)
    responses = compiled.setdefault("responses", {})
    for lifecycle in api.lifecycles:
        if lifecycle.created_by == operation.id and (links := _links(api, lifecycle)):
            for status in _issuing(operation, lifecycle):
                response = _resolved(api, responses[status])
                responses[status] = {**response, "links": {**links, **response.get("links", {})}}
    return compiled


def _narrow_request(api: Api, compiled: dict[str, Json], narrow: Narrow) -> None:
    if "parameters" in compiled:
        compiled["parameters"] = [_resolved(api, item) for item in compiled["parameters"]]
        for parameter in compiled["parameters"]:
            if "schema" in parameter:
                parameter["schema"] = narrow(parameter["schema"])
    if "requestBody" in compiled:
        compiled["requestBody"] = _resolved(api, compiled["requestBody"])
        for content in compiled["requestBody"].get("content", {}).values():
            content["schema"] = narrow(content.get("schema", True))


def _links(api: Api, lifecycle: Lifecycle) -> dict[str, Json]:
    """One Link Object for every operation of the table that carries the id.

    None where instances are asked at URLs that answers name: a Link Object cannot say that (OpenAPI 3.1 §4.8.20).
    """
    links: dict[str, Json] = {}
    if lifecycle.url_expression is not None:
        return links
    for target in lifecycle.operations:
        if target == lifecycle.created_by:
            continue
        declared = {(parameter.name, parameter.location) for parameter in api.operation(target).parameters}
        parameters = {
            f"{location}.{name}": lifecycle.id_expression
            for name, location in lifecycle.carried_in.items()
            if (name, location) in declared
        }
        if parameters:
            links[target] = {"operationId": target, "parameters": parameters}
    return links


def _issuing(operation: Operation, lifecycle: Lifecycle) -> list[str]:
    """The documented replies, as the contract writes their status, in which a new id is found."""
    cell = lifecycle.cell(ABSENT, operation.id)
    statuses = {transition.status for transition in cell.transitions if transition.to} if cell else set()
    replies = [reply for status in sorted(statuses) if (reply := operation.reply_for(status)) is not None]
    return list(dict.fromkeys(reply.status for reply in replies))


def _resolved(api: Api, part: Json) -> dict[str, Json]:
    """A copy of a Parameter, Request Body or Response Object that may be a reference (§4.8.23)."""
    resolved = dict(copy.deepcopy(api.resolve(part)))
    if isinstance(part, Mapping) and "$ref" in part and "description" in part:
        resolved["description"] = part["description"]
    return resolved
