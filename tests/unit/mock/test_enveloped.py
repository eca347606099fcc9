"""The mock of an API that wraps what it shows: an item is a part of what reading shows, an ETag says it again."""

from __future__ import annotations

from assay.model.contract import ContractSet
from fakes.asking_the_mock import Asked, Asker
from fakes.contracts import made

_NOTE = """{type: object, required: [data], properties: {data: {type: object, required: [id, title, changed],
properties: {id: {type: string}, title: {type: string}, changed: {type: integer}}}}}"""
_SHOWN = f"""description: it, headers: {{ETag: {{required: true, schema: {{type: string, pattern: '^"[0-9]+"$'}}}}}},
content: {{application/json: {{schema: {_NOTE}, example: {{data: {{id: a, title: one, changed: 5}}}}}}}}"""
_SENT = """{required: true, content: {application/json: {schema: {type: object, required: [data], properties: {data:
{type: object, required: [title], properties: {title: {type: string}}}}}}}}"""
_ETAG = """promises:
  - {id: etag-says-when, on: [200, 201], headers: {ETag: {const: '"{$response.body#/data/changed}"'}}}
"""

API = made(
    f"operation: make\nmethod: post\npath: /notes\nrequestBody: {_SENT}\nresponses: {{'201': {{{_SHOWN}}}}}\n{_ETAG}",
    "operation: read\nmethod: get\npath: /notes/{id}\nparameters: [{name: id, in: path, required: true, "
    f"schema: {{type: string}}}}]\nresponses: {{'200': {{{_SHOWN}}}, '404': {{description: none}}}}\n{_ETAG}",
    """
operation: list
method: get
path: /notes
parameters:
  - {name: limit, in: query, schema: {type: integer, minimum: 0}}
  - {name: title, in: query, schema: {type: string}}
responses:
  "200": {description: all, content: {application/json: {schema: {type: object, required: [data], properties: {data:
    {type: array, items: {type: object, required: [id], properties: {id: {type: string}}}}}}}}}
""",
    """
lifecycle: note
instance: {created-by: make, id: $response.body#/data/id, carried-in: {id: path}}
states: {there: {}}
cells:
  make: {absent: {status: 201, to: there}}
  read: {absent: {status: 404}, there: {status: 200}}
fields:
  title: {kind: echo, sent: $request.body#/data/title,
          at: {make: $response.body#/data/title, read: $response.body#/data/title}}
  changed: {kind: server, at: {make: $response.body#/data/changed, read: $response.body#/data/changed}}
laws:
  - list-agrees: {operation: list, items: "#/data", read-at: "#/data", items-show: all, page-size: limit,
                  filter: {title: "#/title"}, next: $response.header.Next,
                  order: {by: "#/changed", descending: true}}
""",
)  # fmt: skip


def _asker() -> Asker:
    return Asker(ContractSet((API,), "made"))


def _make(ask: Asker, title: str) -> Asked:
    return ask("POST", "/notes", {"data": {"title": title}})


def test_an_item_is_what_reading_shows_below_read_at() -> None:
    """Items, what filters compare and what the order is by lie in the envelope; the envelope is in no list."""
    ask = _asker()
    shown = [_make(ask, title).body["data"] for title in ("one", "two")]
    assert sorted(ask("GET", "/notes").body["data"], key=str) == sorted(shown, key=str)
    assert ask("GET", "/notes?title=two").body["data"] == [shown[1]]
    changed = [item["changed"] for item in ask("GET", "/notes").body["data"]]
    assert changed == sorted(changed, reverse=True)


def test_a_limit_of_none_shows_none() -> None:
    """Where 0 is a limit like any other, so many are shown."""
    ask = _asker()
    _make(ask, "one")
    assert ask("GET", "/notes?limit=0").body["data"] == []


def test_a_header_may_be_promised_to_say_what_the_body_says() -> None:
    """The ETag names what the body has, in the creating answer and in the reading."""
    ask = _asker()
    created = _make(ask, "one")
    note = created.body["data"]
    read = ask("GET", f"/notes/{note['id']}")
    assert created.etag == read.etag == f'"{note["changed"]}"'
