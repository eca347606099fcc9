"""One document for strangers: all that an API's contracts say and OpenAPI 3.1 can say, and the rest beside it.

What stands for what:

* Components stay components, and each reference leads to where it led in the contracts. Keywords beside one are moved
  into `allOf` where tools that lay one over the other would lose some (`siblings`).
* A promise that is a plain JSON Schema of a documented response is said in that response's schema, as a member of
  `allOf` beside what is there: beside a `$ref`, too (JSON Schema 2020-12 §8.2.3.1), so that whoever makes classes of
  components still sees the component. `x-assay-promise` in the member says which promise it is.
* Every other promise stands in `x-assay-promises` of its operation, as the contract has it: one that needs another
  part of the conversation, speaks of headers or of statuses nobody documented, or is only exemplified. What merely an
  example shows must not make a stranger's validator refuse an answer.
* Where no server is named it says `/`, where no credentials are needed `[]`: what OpenAPI means by saying nothing.
* `x-assay-sources` tells where the documentation is that these promises were read from.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from assay.inputs.constraints import is_json
from assay.machine.predicate import has_expressions
from assay.model.contract import Api, Json, Operation, Promise, Source, Strength
from assay.openapi.compile import compile_api
from assay.openapi.siblings import apart

PROMISE, PROMISES, SOURCES = "x-assay-promise", "x-assay-promises", "x-assay-sources"


def bundle(api: Api) -> dict[str, Json]:
    """The OpenAPI 3.1.0 document of `api`, complete in itself; equal for equal contracts."""
    document = _aloud(compile_api(api))
    for operation in api.operations:
        compiled = document["paths"][operation.path][operation.method]
        _as_written(operation, compiled)
        _say_promises(api, operation, compiled)
    if tags := _tags(api):
        document["tags"] = tags
    if api.sources:
        document[SOURCES] = {key: _source(source) for key, source in api.sources.items()}
    apart(document)
    return document


def _aloud(document: dict[str, Json]) -> dict[str, Json]:
    """The document with the two members that mean something by not being there (§4.8.1.1): linters miss them."""
    said = {"servers": [{"url": "/"}], "security": []}
    missing = {key: value for key, value in said.items() if not document.get(key)}
    head = {key: value for key, value in document.items() if key not in {"paths", "components", *missing}}
    return {**head, **missing, "paths": document["paths"], "components": document["components"]}


def _as_written(operation: Operation, compiled: dict[str, Json]) -> None:
    """Security as the contract has it, scopes and all; where it names none, that of the whole document holds."""
    compiled.pop("security", None)
    if "security" in operation.document:
        compiled["security"] = copy.deepcopy(operation.document["security"])


def _tags(api: Api) -> list[Json]:
    """The tags that are described, then those that operations only use (§4.8.22)."""
    described = copy.deepcopy(list(api.document.get("tags", ())))
    known = {tag["name"] for tag in described}
    used = (tag for operation in api.operations for tag in operation.document.get("tags", ()))
    return [*described, *({"name": tag} for tag in dict.fromkeys(used) if tag not in known)]


def _source(source: Source) -> dict[str, Json]:
    told = {"title": source.title, "url": source.url, "note": source.note}
    return {key: value for key, value in told.items() if value is not None}


def _say_promises(api: Api, operation: Operation, compiled: dict[str, Json]) -> None:
    beside = []
    for promise in operation.promises:
        schemas = _schemas(api, promise, compiled["responses"])
        if schemas:
            for media in schemas:
                media["schema"] = _also(media.get("schema", {}), promise)
        else:
            beside.append(_written(promise))
    if beside:
        compiled[PROMISES] = beside


def _schemas(api: Api, promise: Promise, responses: dict[str, Json]) -> list[dict[str, Json]]:
    """The Media Type Objects whose schema can say the promise, all of it; none where it takes more than that.

    A response that is a reference is written out then: the component is shared with those that promise less.
    """
    if (
        promise.strength is not Strength.DOCUMENTED
        or promise.rule is not None
        or promise.headers
        or not isinstance(promise.body, Mapping)
        or has_expressions(promise.body)
        or not all(status.isdigit() and status in responses for status in promise.on)
    ):
        return []
    whole = {status: copy.deepcopy(dict(api.resolve(responses[status]))) for status in promise.on}
    if not all(_all_json(response.get("content", {})) for response in whole.values()):
        return []
    for status, response in whole.items():
        # a reference may have a description of its own (§4.8.23)
        response["description"] = responses[status].get("description", response["description"])
        responses[status] = response
    return [media for response in whole.values() for media in response["content"].values()]


def _all_json(content: Mapping[str, Json]) -> bool:
    """True when there is a body, and every kind of it is JSON."""
    return bool(content) and all(is_json(media_type) for media_type in content)


def _also(schema: Json, promise: Promise) -> dict[str, Json]:
    """A schema that asks for what the promise does, too."""
    if not isinstance(schema, Mapping):
        schema = {} if schema else {"not": {}}
    known = {"id": promise.id, "source": promise.source}
    return {**schema, "allOf": [*schema.get("allOf", ()), {**_plain(promise.body), PROMISE: known}]}


def _written(promise: Promise) -> dict[str, Json]:
    """The promise with the keys that it has in a contract."""
    told = {
        "id": promise.id,
        "on": list(promise.on),
        "body": _plain(promise.body),
        "headers": _plain(promise.headers) or None,
        "rule": promise.rule,
        "strength": str(promise.strength),
        "source": promise.source,
    }
    return {key: value for key, value in told.items() if value is not None}


def _plain(value: Json) -> Json:
    """A copy that is the reader's own."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(element) for element in value]
    return value
