"""A little shop in memory that keeps its contract, unless told to break it in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from assay.model.case import Credentials, Failure, WireRequest, WireResponse
from fakes.contracts import made
from fakes.send import reply

MAKE = """
operation: open
method: post
path: /tabs
security: [{key: []}]
requestBody:
  required: true
  content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
responses:
  "201": {description: open, content: {application/json: {schema: {type: object, required: [id]}}}}
  "400": {description: bad}
  "401": {description: who}
"""
ACT = """
operation: OPERATION
method: post
path: /tabs/{id}/OPERATION
security: [{key: []}]
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200": {description: ok, content: {application/json: {schema: {type: object}}}}
  "401": {description: who}
  "404": {description: no}
  "409": {description: too late}
"""
TABLE = """
lifecycle: tab
instance: {created-by: open, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, open: {}, paid: {final: true}}
cells:
  open: {absent: {status: 201, to: open}}
  look:
    absent: {status: 404}
    open: {status: 200}
    paid: {status: 200}
  pay:
    absent: {status: 404}
    open: {status: 200, to: paid}
    paid: {status: 409}
laws: [unique-ids]
"""

API = made(MAKE, ACT.replace("OPERATION", "look"), ACT.replace("OPERATION", "pay"), TABLE)

#: gets (shop, request, honest answer) and may answer otherwise
Fault = Callable[["Shop", WireRequest, WireResponse], WireResponse | Failure]


class Shop:
    """The server function. `fault` bends its answers."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.tabs: dict[str, str] = {}
        self.asked = 0

    def __call__(self, request: WireRequest) -> WireResponse | Failure:
        self.asked += 1
        answer = self._honest(request)
        return answer if self.fault is None else self.fault(self, request, answer)

    def _honest(self, request: WireRequest) -> WireResponse:
        if request.credentials is not Credentials.VALID:
            return reply(401)
        if request.path == "/tabs":
            return self._open(request)
        _, _, name, action = request.path.split("/")
        state = self.tabs.get(name)
        if state is None:
            return reply(404)
        if action == "look":
            return reply(200, {"state": state})
        if state == "paid":
            return reply(409)
        self.tabs[name] = "paid"
        return reply(200, {})

    def _open(self, request: WireRequest) -> WireResponse:
        try:
            value = json.loads(request.body or b"")
        except ValueError:
            return reply(400)
        if not isinstance(value, dict) or not isinstance(value.get("name"), str) or request.headers == ():
            return reply(400)
        name = str(UUID(int=len(self.tabs) + 1))
        self.tabs[name] = "open"
        return reply(201, {"id": name})
