"""The book as an Arazzo 1.0.1 description: a workflow a clause, for any runner that reads Arazzo.

* Credentials and values that only a target's owner knows are `inputs`; ids come from the `outputs` of earlier steps.
* Success criteria are simple conditions: the documented statuses, and what surely follows of the body. The standard
  has others (JSONPath, regular expressions), but runners disagree about them. So a body that is null or empty, a member
  that may be null and a value with characters of the condition's own grammar get no criterion; the JSON Schema in the
  OpenAPI document still speaks of them, to runners that heed it.
* `x-assay-clause` says which clause a workflow shows and a step relies on, `x-assay-omitted` which clauses have no
  workflow, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil

from assay.inputs.classify import text
from assay.machine.scope import MISSING
from assay.model.lifecycle import duration
from assay.model.pointer import escape
from assay.model.terms import Json
from assay.openapi.request import safe
from assay.openapi.workflow import (
    Ask,
    Book,
    CannotSay,
    Expected,
    Fact,
    Given,
    Input,
    Mixed,
    Shape,
    Step,
    Value,
    Workflow,
    needed,
    rendered,
)

CLAUSE, OMITTED = "x-assay-clause", "x-assay-omitted"

#: what a runner takes for a runtime expression (Arazzo 1.0.1 §4.7), or may
_EXPRESSION = re.compile(
    r"\$(?:url|method|statusCode|request|response|inputs|outputs|steps|workflows|faker|[a-z]+\.)"
)
#: texts that every reader of conditions reads alike between single quotes
_QUOTABLE = re.compile(r"[\w .,:;/@+!?#%-]*", re.ASCII)
#: reference tokens that a pointer in a condition may have
_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")
#: operation ids that cannot be taken for anything else
_NAMED = re.compile(r"[A-Za-z0-9_-]+")


def arazzo(book: Book, openapi: str) -> tuple[dict[str, Json], dict[str, str]]:
    """The description as a JSON value, and for clauses that it has nothing of, why.

    `openapi` is where the OpenAPI document lies: a URL, or a path from this file.
    """
    source = safe(book.api.name)
    omitted = dict(book.omitted)
    workflows = []
    for workflow in book.workflows:
        try:
            workflows.append(_workflow(book, workflow, source))
        except CannotSay as error:
            omitted[workflow.clause] = str(error)
    document: dict[str, Json] = {
        "arazzo": "1.0.1",
        "info": {
            "title": f"{book.api.title}: witnesses",
            "summary": "For each documented cell the shortest history that shows it.",
            "description": "Written by `assay bundle`. A workflow's last step shows the clause that it names; the "
            "steps before it lead up to it.",
            "version": book.api.version,
        },
        "sourceDescriptions": [{"name": source, "url": openapi, "type": "openapi"}],
        "workflows": workflows,
    }
    if omitted:
        document[OMITTED] = [{"clause": clause, "because": why} for clause, why in omitted.items()]
    return document, omitted


def _workflow(book: Book, workflow: Workflow, source: str) -> dict[str, Json]:
    own = needed(book.inputs, workflow)
    inputs = {
        "type": "object",
        **({"required": wanted} if (wanted := [one.name for one in own if one.default is MISSING]) else {}),
        "properties": {one.name: _input(one) for one in own},
    }
    return {
        "workflowId": workflow.id,
        "summary": workflow.summary,
        "description": f"Shows {workflow.clause}.",
        **({"inputs": inputs} if own else {}),
        "steps": [_step(step, source) for step in workflow.steps],
        CLAUSE: workflow.clause,
    }


def _input(one: Input) -> dict[str, Json]:
    if one.default is MISSING:
        return {"type": "string", "format": "password", "description": one.description}
    return {"description": one.description, "default": one.default}


def _step(step: Step, source: str) -> dict[str, Json]:
    if step.wait:
        raise CannotSay(f"Arazzo cannot wait ({duration(round(step.wait, 3))} have to pass)")
    told: dict[str, Json] = {"stepId": step.id, "description": step.says, **_operation(step.ask, source)}
    if parameters := list(_parameters(step.ask)):
        told["parameters"] = parameters
    if step.ask.body is not MISSING:
        told["requestBody"] = {
            **({"contentType": step.ask.media_type} if step.ask.media_type else {}),
            "payload": rendered(step.ask.body, _spelt, _literal),
        }
    if step.telling is not None and not (step.telling and all(map(_condition, step.telling))):
        raise CannotSay("no condition that all runners read alike tells when what is waited for has come")
    told["successCriteria"] = [
        {"condition": condition} for condition in dict.fromkeys(_conditions(step.expected))
    ]
    if step.eventually is not None:
        told["onFailure"] = [
            {
                "name": "not-yet",
                "type": "retry",
                "retryAfter": step.eventually.every,
                "retryLimit": ceil(step.eventually.within / step.eventually.every),
            }
        ]
    if step.outputs:
        told["outputs"] = dict(step.outputs)
    return {**told, CLAUSE: step.clause}


def _operation(ask: Ask, source: str) -> dict[str, Json]:
    """By its id; by its place where the id could be taken for something else."""
    if _NAMED.fullmatch(ask.operation.id):
        return {"operationId": ask.operation.id}
    place = f"/paths/{escape(ask.operation.path)}/{ask.operation.method}"
    return {"operationPath": f"{{$sourceDescriptions.{source}.url}}#{place}"}


def _parameters(ask: Ask) -> Iterator[dict[str, Json]]:
    places: dict[str, Mapping[str, Value]] = {
        "path": ask.path, "query": ask.query, "header": ask.headers, "cookie": ask.cookies,
    }  # fmt: skip
    for place, values in places.items():
        for name, value in values.items():
            if isinstance(value, list | Mapping):
                raise CannotSay(f"runners have many spellings for the list or object in {place}.{name}")
            yield {"name": name, "in": place, "value": rendered(value, _spelt, _literal)}


def _spelt(part: Given | Mixed) -> str:
    if isinstance(part, Given):
        return f"$steps.{part.step}.outputs.{part.name}" if part.step else f"$inputs.{part.name}"
    return "".join(
        _literal(piece) if isinstance(piece, str) else f"{{{_spelt(piece)}}}" for piece in part.parts
    )


def _literal(value: str) -> str:
    """The text, if no runner will find anything in it to be filled in: there is no way to say that it must not."""
    if _EXPRESSION.search(value):
        raise CannotSay(f"the text {value!r} would be taken for a runtime expression")
    return value


def _conditions(expected: Expected) -> Iterator[str]:
    yield " || ".join(f"$statusCode == {status}" for status in expected.statuses)
    for header in expected.headers:
        yield f"$response.header.{header} != null"
    for fact in expected.facts:
        if condition := _condition(fact):
            yield condition


def _condition(fact: Fact) -> str | None:
    """The fact as a simple condition; None where it cannot be one that all runners read alike."""
    tokens = [escape(name) for name in fact.path]
    if not all(_TOKEN.fullmatch(token) for token in tokens) or fact.value is Shape.THERE:
        return None
    place = f"$response.body#/{'/'.join(tokens)}"
    if fact.value is Shape.PRESENT:
        return f"{place} != null"
    if isinstance(fact.value, Given | Mixed):
        return f"{place} == {_spelt(fact.value)}"
    if isinstance(fact.value, str):
        return f"{place} == '{fact.value}'" if _QUOTABLE.fullmatch(fact.value) else None
    return f"{place} == {text(fact.value)}"
