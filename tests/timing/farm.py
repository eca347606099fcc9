"""A small API of greenhouses in which time plays a part: its contracts, and a server of it that needs no network.

A bed is sown, grows by itself, is ripe within a minute, and is gone ten minutes later, eaten or not. Written by hand
and without the package's model, so that it is an independent witness; it lives by the clock it is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from assay.model.case import Failure, WireRequest, WireResponse
from fakes.clock import FakeClock
from fakes.contracts import made
from fakes.send import reply

SOW = """
operation: sow
method: post
path: /beds
security: []
requestBody:
  required: true
  content:
    application/json:
      schema:
        type: object
        required: [rows, plants]
        additionalProperties: false
        properties:
          rows: {type: integer, minimum: 1, maximum: 9}
          plants: {type: integer, minimum: 1, maximum: 9}
responses:
  "201":
    description: sown
    content:
      application/json:
        schema: &bed
          type: object
          required: [id, looks, total]
          properties:
            id: {type: string}
            rows: {type: integer}
            plants: {type: integer}
            looks: {type: integer}
            total: {type: integer}
            ripe: {type: boolean}
  "400": {description: bad}
"""
LOOK = """
operation: look
method: get
path: /beds/{id}
security: []
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200":
    description: a bed
    content:
      application/json:
        schema:
          type: object
          required: [id, looks, total, ripe]
          properties:
            {id: {type: string}, looks: {type: integer}, total: {type: integer}, ripe: {type: boolean},
             rows: {type: integer}, plants: {type: integer}}
  "404": {description: gone}
"""
EAT = """
operation: eat
method: post
path: /beds/{id}/eat
security: []
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200": {description: eaten, content: {application/json: {schema: {type: object}}}}
  "404": {description: gone}
  "409": {description: not ripe}
"""
TABLE = """
lifecycle: bed
instance: {created-by: sow, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, sown: {}, ripe: {}, gone: {final: true}}
cells:
  sow: {absent: {status: 201, to: sown}}
  look:
    absent: {status: 404}
    sown:
      eventually:
        within: 60s
        every: 10s
        status: 200
        to: ripe
        body: {properties: {ripe: {const: true}}}
        set: &looked {looks: {rule: instance.looks + 1}}
        meanwhile: {status: 200, body: {properties: {ripe: {const: false}}}}
    ripe:
      - {status: 200, body: {properties: {ripe: {const: true}}}, set: *looked}
      - {status: 404, to: gone, expires: {after: 10m, slack: 30s}}
    gone: {status: 404}
  eat:
    absent: {status: 404}
    sown: {status: 409}
    ripe: {status: 200, set: {rows: {rule: instance.rows - 1}}}
    gone: {status: 404}
fields:
  rows: {kind: echo, sent: $request.body#/rows, at: {sow: $response.body#/rows, look: $response.body#/rows}}
  plants: {kind: echo, sent: $request.body#/plants, at: {sow: $response.body#/plants}}
  looks: {kind: server, at: {sow: $response.body#/looks, look: $response.body#/looks}}
  total:
    kind: derived
    rule: instance.rows * instance.plants
    at: {sow: $response.body#/total, look: $response.body#/total}
"""

#: seconds that each request takes to arrive
LATENCY = 0.03

API = made(SOW, LOOK, EAT, TABLE)


@dataclass
class Bed:
    """One instance."""

    rows: int
    plants: int
    sown: float
    looks: int = 0
    #: rows when it was sown
    first: int = 0


@dataclass
class Farm:
    """The server function: honest. Its subclasses are wrong in one way each."""

    clock: FakeClock
    #: seconds; the documentation says a minute and ten
    ripens: float = 35.0
    lasts: float = 600.0
    beds: dict[str, Bed] = field(default_factory=dict)

    def __call__(self, request: WireRequest) -> WireResponse | Failure:
        """The answer to a request."""
        self.clock.advance(LATENCY)
        if request.method == "POST" and request.path == "/beds":
            return self.sow(json.loads(request.body or b"null"))
        _, _, name, *act = request.path.split("/")
        bed = self.beds.get(name)
        if bed is None or self.gone(bed):
            return reply(404, b"", None)
        return self.eat(bed) if act else self.look(name, bed)

    def sow(self, body: object) -> WireResponse:
        """201, or 400 for what is no bed."""
        if not isinstance(body, dict) or set(body) != {"rows", "plants"}:
            return reply(400, b"", None)
        if not all(isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= 9 for n in body.values()):
            return reply(400, b"", None)
        name = f"bed-{len(self.beds) + 1:04}"
        self.beds[name] = Bed(body["rows"], body["plants"], self.clock.monotonic(), 0, body["rows"])
        return reply(201, self.shown(name, self.beds[name]))

    def look(self, name: str, bed: Bed) -> WireResponse:
        """200; counts the looks at what is ripe."""
        bed.looks += self.ripe(bed)
        return reply(200, self.shown(name, bed))

    def eat(self, bed: Bed) -> WireResponse:
        """200, or 409 for what is not ripe."""
        if not self.ripe(bed):
            return reply(409, b"", None)
        bed.rows -= 1
        return reply(200, {})

    def shown(self, name: str, bed: Bed) -> dict[str, object]:
        """A bed as answers show it."""
        return {
            "id": name, "rows": bed.rows, "plants": bed.plants, "looks": bed.looks, "total": self.total(bed),
            "ripe": self.ripe(bed),
        }  # fmt: skip

    def total(self, bed: Bed) -> int:
        """Rows times plants."""
        return bed.rows * bed.plants

    def ripe(self, bed: Bed) -> bool:
        """True from some moment on."""
        return self.age(bed) >= self.ripens

    def gone(self, bed: Bed) -> bool:
        """True once it has been ripe for long enough."""
        return self.age(bed) >= self.ripens + self.lasts

    def age(self, bed: Bed) -> float:
        """Seconds since it was sown."""
        return self.clock.monotonic() - bed.sown


class NeverRipe(Farm):
    """Nothing ever becomes ripe."""

    def ripe(self, bed: Bed) -> bool:
        return False


class LateRipe(Farm):
    """It takes longer than it may."""

    def ripe(self, bed: Bed) -> bool:
        return self.age(bed) >= 75


class NeverGone(Farm):
    """What is ripe stays for ever."""

    def gone(self, bed: Bed) -> bool:
        return False


class GoneEarly(Farm):
    """What is ripe is gone after a quarter of its time."""

    def gone(self, bed: Bed) -> bool:
        return self.age(bed) >= self.ripens + 150


class EatsTheDead(Farm):
    """What is gone can be eaten all the same."""

    def __call__(self, request: WireRequest) -> WireResponse | Failure:
        self.clock.advance(LATENCY)
        if request.path.endswith("/eat") and (bed := self.beds.get(request.path.split("/")[2])):
            return self.eat(bed)
        return super().__call__(request)


class StuckCounter(Farm):
    """Looks are not counted after the first."""

    def look(self, name: str, bed: Bed) -> WireResponse:
        bed.looks = 1 if self.ripe(bed) else 0
        return reply(200, self.shown(name, bed))


class StaleTotal(Farm):
    """The total stays what it was when the bed was sown."""

    def total(self, bed: Bed) -> int:
        return bed.first * bed.plants
