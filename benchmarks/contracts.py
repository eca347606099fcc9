"""Contract folders of any size, as a team would write them: what `benchmarks.large` reads.

A *resource* is a table with its endpoint files: opened, read, replaced, closed, and listed in the API's shape. Each
has schemas of its own beside the shared ones, promises with bodies and rules, and a lifecycle with laws. Nothing is
random, and no two texts that a real author would write differently are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: what a resource's endpoints do, in the order in which a smaller resource has them
_ENDPOINTS = ("create", "get", "replace", "close", "list")


@dataclass(frozen=True)
class Shape:
    """How many endpoint files there are, and how they are spread."""

    name: str
    #: endpoint files of one resource, at most
    endpoints: int
    #: resources in one API; 0: all of them in one
    resources: int


#: several APIs of 20 endpoint files and 4 lifecycles each
SEVERAL = Shape("several APIs", 5, 4)
#: the hard one: one API, a lifecycle for every two endpoint files
ONE = Shape("one API", 2, 0)


def write(folder: Path, count: int, shape: Shape) -> None:
    """So many endpoint files below that folder."""
    for name, text in files(count, shape).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def files(count: int, shape: Shape) -> Mapping[str, str]:
    """The texts by path."""
    found: dict[str, str] = {}
    resources = [
        (f"thing{number}", min(shape.endpoints, count - at))
        for number, at in enumerate(range(0, count, shape.endpoints), 1)
    ]
    size = shape.resources or len(resources)
    for number, at in enumerate(range(0, len(resources), size), 1):
        mine = resources[at : at + size]
        home = f"shop{number}"
        found[f"{home}/api.yaml"] = _api(number, [name for name, _ in mine])
        for name, endpoints in mine:
            for what in _ENDPOINTS[:endpoints]:
                found[f"{home}/{what}-{name}.yaml"] = _WRITERS[what](name)
            found[f"{home}/lifecycles/{name}.yaml"] = _lifecycle(name, endpoints)
    return found


def _api(number: int, names: list[str]) -> str:
    schemas = "".join(_schemas(name) for name in names)
    return f"""\
title: Shop {number}
version: "1.0"
servers:
  - url: https://shop{number}.example.org
security:
  - token: []
sources:
  readme:
    title: Documentation of shop {number}
components:
  securitySchemes:
    token: {{type: http, scheme: bearer}}
  schemas:
    Quantity: {{type: integer, minimum: 1, maximum: 99}}
    Note: {{type: [string, "null"], maxLength: 200}}
    Money:
      type: object
      required: [cents, currency]
      properties:
        cents: {{type: integer, minimum: 0}}
        currency: {{type: string, enum: [EUR, USD, GBP]}}
    Problem:
      type: object
      required: [title, status, detail]
      properties:
        title: {{type: string, minLength: 1}}
        status: {{type: integer}}
        detail: {{type: string, minLength: 1}}
{schemas}  headers:
    ETag:
      required: true
      schema: {{type: string, pattern: '^"[!#-~]+"$'}}
  responses:
    Invalid:
      description: The request is not of the documented form.
      content:
        application/problem+json:
          schema: {{$ref: '#/components/schemas/Problem', properties: {{status: {{const: 400}}}}}}
          example: {{title: Bad Request, status: 400, detail: quantity is missing.}}
    Unauthorized:
      description: There is no valid token.
      content:
        application/problem+json:
          schema: {{$ref: '#/components/schemas/Problem', properties: {{status: {{const: 401}}}}}}
          example: {{title: Unauthorized, status: 401, detail: A token is needed.}}
    Unknown:
      description: There is no such thing.
      content:
        application/problem+json:
          schema: {{$ref: '#/components/schemas/Problem', properties: {{status: {{const: 404}}}}}}
          example: {{title: Not Found, status: 404, detail: There is none.}}
    Conflict:
      description: Its state does not allow it.
      content:
        application/problem+json:
          schema: {{$ref: '#/components/schemas/Problem', properties: {{status: {{const: 409}}}}}}
          example: {{title: Conflict, status: 409, detail: It is closed.}}
  parameters:
    id:
      name: id
      in: path
      required: true
      schema: {{type: string}}
      example: f3d6f0d5-5b05-4fde-b011-6c2eaffd74e9
"""


def _schemas(name: str) -> str:
    return f"""\
    New-{name}:
      type: object
      required: [kind, quantity]
      additionalProperties: false
      properties:
        kind: {{type: string, enum: [{name}-small, {name}-large]}}
        quantity: {{$ref: '#/components/schemas/Quantity'}}
        note: {{$ref: '#/components/schemas/Note'}}
    {name}:
      type: object
      required: [id, kind, quantity, note, state, price, createdAt]
      properties:
        id: {{type: string, minLength: 1}}
        kind: {{type: string, enum: [{name}-small, {name}-large]}}
        quantity: {{$ref: '#/components/schemas/Quantity'}}
        note: {{$ref: '#/components/schemas/Note'}}
        state: {{type: string, enum: [open, closed]}}
        price: {{$ref: '#/components/schemas/Money'}}
        createdAt: {{type: string, format: date-time}}
"""


def _example(name: str, indent: int) -> str:
    pad = " " * indent
    return f"""\
{pad}id: f3d6f0d5-5b05-4fde-b011-6c2eaffd74e9
{pad}kind: {name}-small
{pad}quantity: 2
{pad}note: gift wrap
{pad}state: open
{pad}price: {{cents: 700, currency: EUR}}
{pad}createdAt: "2026-03-02T10:15:30.250Z"
"""


def _answer(name: str, status: int, description: str) -> str:
    return f"""\
  "{status}":
    description: {description}
    headers:
      ETag: {{$ref: '#/components/headers/ETag'}}
    content:
      application/json:
        schema: {{$ref: '#/components/schemas/{name}'}}
        example:
{_example(name, 10)}"""


def _body(name: str) -> str:
    return f"""\
requestBody:
  required: true
  content:
    application/json:
      schema: {{$ref: '#/components/schemas/New-{name}'}}
      examples:
        every-field:
          value: {{kind: {name}-small, quantity: 2, note: gift wrap}}
"""


def _promises(name: str, status: int) -> str:
    return f"""\
  - id: shows-what-was-sent
    on: {status}
    body:
      properties:
        kind: {{const: $request.body#/kind}}
        quantity: {{const: $request.body#/quantity}}
    source: readme#{name}/sent
  - id: price-fits
    on: {status}
    rule: >-
      response.body.price.cents
      == response.body.quantity * {{'{name}-small': 350, '{name}-large': 900}}[response.body.kind]
    source: readme#{name}/price
"""


def _create(name: str) -> str:
    return f"""\
operation: create-{name}
method: post
path: /{name}s
summary: Open a {name}
source: readme#{name}/create
parameters:
  - name: dry-run
    in: query
    schema: {{type: boolean, x-known-good: {{const: false}}}}
{_body(name)}responses:
{_answer(name, 201, f"The {name} is open.")}\
  "400": {{$ref: '#/components/responses/Invalid', source: 'readme#{name}/invalid'}}
  "401": {{$ref: '#/components/responses/Unauthorized', source: 'readme#{name}/token'}}
promises:
  - id: starts-open
    on: 201
    body: {{properties: {{state: {{const: open}}}}}}
    source: readme#{name}/create
{_promises(name, 201)}"""


def _get(name: str) -> str:
    return f"""\
operation: get-{name}
method: get
path: /{name}s/{{id}}
summary: Read a {name}
source: readme#{name}/get
parameters:
  - {{$ref: '#/components/parameters/id'}}
responses:
{_answer(name, 200, f"The {name} as it is.")}\
  "401": {{$ref: '#/components/responses/Unauthorized', source: 'readme#{name}/token'}}
  "404": {{$ref: '#/components/responses/Unknown', source: 'readme#{name}/unknown'}}
promises:
  - id: kind-is-known
    on: 200
    rule: response.body.kind.startsWith('{name}')
    source: readme#{name}/get
"""


def _replace(name: str) -> str:
    return f"""\
operation: replace-{name}
method: put
path: /{name}s/{{id}}
summary: Replace a {name}
source: readme#{name}/replace
parameters:
  - {{$ref: '#/components/parameters/id'}}
{_body(name)}responses:
{_answer(name, 200, f"The {name} as it is now.")}\
  "400": {{$ref: '#/components/responses/Invalid', source: 'readme#{name}/invalid'}}
  "401": {{$ref: '#/components/responses/Unauthorized', source: 'readme#{name}/token'}}
  "404": {{$ref: '#/components/responses/Unknown', source: 'readme#{name}/unknown'}}
  "409": {{$ref: '#/components/responses/Conflict', source: 'readme#{name}/conflict'}}
promises:
{_promises(name, 200)}"""


def _close(name: str) -> str:
    return f"""\
operation: close-{name}
method: post
path: /{name}s/{{id}}/close
summary: Close a {name}
source: readme#{name}/close
parameters:
  - {{$ref: '#/components/parameters/id'}}
responses:
{_answer(name, 200, f"The {name} is closed.")}\
  "401": {{$ref: '#/components/responses/Unauthorized', source: 'readme#{name}/token'}}
  "404": {{$ref: '#/components/responses/Unknown', source: 'readme#{name}/unknown'}}
  "409": {{$ref: '#/components/responses/Conflict', source: 'readme#{name}/conflict'}}
promises:
  - id: is-closed
    on: 200
    body: {{properties: {{state: {{const: closed}}}}}}
    source: readme#{name}/close
"""


def _list(name: str) -> str:
    return f"""\
operation: list-{name}
method: get
path: /{name}s
summary: List them
source: readme#{name}/list
parameters:
  - name: limit
    in: query
    schema: {{type: integer, minimum: 1, maximum: 100}}
  - name: state
    in: query
    schema: {{type: string, enum: [open, closed]}}
responses:
  "200":
    description: All that there are.
    content:
      application/json:
        schema:
          type: object
          required: [items, total]
          properties:
            items: {{type: array, items: {{$ref: '#/components/schemas/{name}'}}}}
            total: {{type: integer, minimum: 0}}
        example:
          total: 1
          items:
            -
{_example(name, 14)}\
  "400": {{$ref: '#/components/responses/Invalid', source: 'readme#{name}/invalid'}}
  "401": {{$ref: '#/components/responses/Unauthorized', source: 'readme#{name}/token'}}
promises:
  - id: total-counts
    on: 200
    rule: response.body.total >= size(response.body.items)
    source: readme#{name}/list
"""


_WRITERS = {"create": _create, "get": _get, "replace": _replace, "close": _close, "list": _list}


def _lifecycle(name: str, endpoints: int) -> str:
    there = _ENDPOINTS[:endpoints]
    shown = "{properties: {id: {const: $instance.id}, state: {const: STATE}}}"
    seen = f"body: {shown}, source: 'readme#{name}/get'"
    kept = "set: {quantity: $request.body#/quantity, kind: $request.body#/kind}"
    closed = "  closed: {final: true}\n" if "close" in there else ""
    rows = {
        "create": (("absent", f"{{status: 201, to: open, source: 'readme#{name}/create'}}"),),
        "get": (
            ("absent", f"{{status: 404, source: 'readme#{name}/unknown'}}"),
            ("open", f"{{status: 200, {seen.replace('STATE', 'open')}}}"),
            ("closed", f"{{status: 200, {seen.replace('STATE', 'closed')}}}"),
        ),
        "replace": (
            ("absent", f"{{status: 404, source: 'readme#{name}/unknown'}}"),
            ("open", f"{{status: 200, {seen.replace('STATE', 'open')}, {kept}}}"),
            ("closed", f"{{status: 409, source: 'readme#{name}/conflict'}}"),
        ),
        "close": (
            ("absent", f"{{status: 404, source: 'readme#{name}/unknown'}}"),
            ("open", f"{{status: 200, to: closed, source: 'readme#{name}/close'}}"),
            ("closed", f"{{status: 409, source: 'readme#{name}/conflict'}}"),
        ),
    }  # fmt: skip
    cells = ""
    for what in there:
        if what not in rows:
            continue
        cells += f"  {what}-{name}:\n"
        for state, cell in rows[what]:
            if state != "closed" or closed:
                cells += f"    {state}: {cell}\n"
    seen_in = [what for what in there if what in {"create", "get", "close"}]
    at = "".join(f"      {what}-{name}: $response.body#/FIELD\n" for what in seen_in)
    replaced = "replace" in there
    laws = [f"unique-ids: {{source: 'readme#{name}/ids'}}", f"isolation: {{source: 'readme#{name}/others'}}"]
    if "get" in there:
        laws.append(
            f"safe-methods-change-nothing: {{operations: [get-{name}], equal: [body], source: 'readme#{name}/get'}}"
        )
        laws.append(f"read-your-writes: {{equal: [body], source: 'readme#{name}/get'}}")
    if replaced:
        laws.append(f"put-replaces: {{absent: {{note: null}}, source: 'readme#{name}/replace'}}")
        laws.append(f"idempotent: {{operations: [replace-{name}], source: 'readme#{name}/replace'}}")
        laws.append(f"failed-write-changes-nothing: {{equal: [body], source: 'readme#{name}/conflict'}}")
    if closed:
        laws.append(f"stays-final: {{states: [closed], source: 'readme#{name}/close'}}")
        laws.append(f"atomic: {{operation: close-{name}, source: 'readme#{name}/close'}}")
    listed = "".join(f"  - {law}\n" for law in laws)
    return f"""\
lifecycle: {name}
description: A {name} is open until it is closed.
source: readme#{name}
instance:
  created-by: create-{name}
  id: $response.body#/id
  carried-in: {{id: path}}
states:
  absent: {{}}
  open: {{description: Open to changes.}}
{closed}cells:
{cells}fields:
  kind:
    kind: echo
    sent: $request.body#/kind
    at:
{at.replace("FIELD", "kind")}    source: readme#{name}/sent
  quantity:
    kind: echo
    sent: $request.body#/quantity
    at:
{at.replace("FIELD", "quantity")}    source: readme#{name}/sent
  createdAt:
    kind: server
    at:
{at.replace("FIELD", "createdAt")}    source: readme#{name}/create
laws:
{listed}"""
