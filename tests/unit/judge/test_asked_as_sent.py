"""What expressions see of a request is what went over the wire: also the id of something that nobody issued."""

from __future__ import annotations

import pytest

from assay.model.case import SubjectKind
from fakes.contracts import made
from fakes.judging import ID, Bench, faults, kept
from fakes.send import reply

_SCHEMA = "{type: object, required: [id], properties: {id: {type: string}}}"
_ANSWER = f"description: it, content: {{application/json: {{schema: {_SCHEMA}}}}}"


def _bench(place: str) -> Bench:
    path = "/notes/{id}" if place == "path" else "/note"
    return Bench(
        made(
            f"operation: make\nmethod: post\npath: /notes\nresponses: {{'201': {{{_ANSWER}}}}}",
            f"""
operation: write
method: put
path: {path}
parameters: [{{name: id, in: {place}, required: true, schema: {{type: string}}}}]
responses: {{'200': {{{_ANSWER}}}, '201': {{{_ANSWER}}}}}
promises:
  - {{id: under-that-id, on: [200, 201], body: {{properties: {{id: {{const: $request.{place}.id}}}}}}}}
""",
            f"""
lifecycle: note
instance: {{created-by: make, id: $response.body#/id, carried-in: {{id: {place}}}}}
states: {{there: {{}}}}
cells:
  make: {{absent: {{status: 201, to: there}}}}
  write: {{absent: {{status: 201}}, there: {{status: 200}}}}
""",
        )
    )


@pytest.mark.parametrize("place", ["path", "query"])
@pytest.mark.parametrize(
    ("kind", "status"),
    [(SubjectKind.NEVER_ISSUED, 201), (SubjectKind.KNOWN, 200)],
)
def test_an_expression_finds_the_id_that_was_sent(place: str, kind: SubjectKind, status: int) -> None:
    """A PUT to an id that nobody issued answers with that very id, and keeps its promise by it; with another not."""
    bench = _bench(place)
    case = bench.case("write", kind)
    promise = "write/promise/under-that-id"
    assert promise in kept(bench.ask(case, reply(status, {"id": ID}), "there"))
    assert promise in faults(bench.ask(case, reply(status, {"id": "another"}), "there"))
