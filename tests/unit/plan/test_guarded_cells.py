"""A cell whose alternatives ask for a header field is asked with that field, too."""

from __future__ import annotations

from assay.inputs.known_good import Supply
from assay.plan.interplay import cells
from assay.plan.witness import Planner
from fakes.contracts import made

_MAKE = """
operation: make
method: post
path: /notes
responses:
  "201":
    description: made
    content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}
"""
_READ = """
operation: read
method: get
path: /notes/{id}
parameters:
  - {name: id, in: path, required: true, schema: {type: string}}
  - {name: If-Match, in: header, schema: {type: string, x-known-good: {const: "*"}}}
  - {name: X-Trace, in: header, schema: {type: string, x-known-good: false}}
responses: {"200": {description: it}, "404": {description: none}, "412": {description: none that could match}}
"""
_LIFE = """
lifecycle: note
instance: {created-by: make, id: $response.body#/id, carried-in: {id: path}}
states: {there: {}}
cells:
  make: {absent: {status: 201, to: there}}
  read:
    absent: ABSENT
    there: {status: 200}
"""
_GUARDED = """
      - {when: '"if-match" in request.headers', status: 412}
      - {when: '!("if-match" in request.headers)', status: 404}
"""


def _asked(cell: str) -> list[tuple[str, dict[str, str]]]:
    api = made(_MAKE, _READ, _LIFE.replace("ABSENT", cell))
    planner = Planner(api, Supply({}))
    scripts = cells(planner, api.lifecycles[0])
    return [(script.title, dict(script.steps[-1].headers)) for script in scripts]


def test_both_alternatives_are_met() -> None:
    """Without the field, and with a value of it that is surely good; what is not known to be good stays away."""
    asked = _asked(_GUARDED)
    assert ("read on absent", {}) in asked
    assert ("read on absent with If-Match", {"If-Match": "*"}) in asked
    assert [headers for _, headers in asked if headers] == [{"If-Match": "*"}]


def test_nothing_is_added_where_no_guard_looks_at_headers() -> None:
    """One request for each cell is enough."""
    assert [headers for _, headers in _asked("{status: 404}") if headers] == []
