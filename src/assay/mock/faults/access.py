"""Faults of who may ask, and of what may be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from assay.inputs.constraints import constraints, json_content
from assay.inputs.known_good import examples
from assay.inputs.valid import Maker
from assay.inputs.wire import build
from assay.laws import isolation, strangers
from assay.mock.faults.terms import ONCE, Aim, Kind, Leniency, Outcome, Site, Turn
from assay.mock.world import MockReply, MockRequest
from assay.model.contract import Api, Operation
from assay.model.lifecycle import ABSENT

#: a moment for requests that are looked at in part only
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def _leniently(what: Leniency) -> Callable[[Turn], Outcome]:
    def act(turn: Turn) -> Outcome:
        """As an engine answers that overlooks it."""
        if turn.reply.status < 400:
            return None
        after, reply = turn.lenient(what).respond(turn.world, turn.request)
        return None if _alike(reply, turn.reply) else (after, reply)

    return act


def _alike(one: MockReply, other: MockReply) -> bool:
    return (one.status, one.body) == (other.status, other.body)


def _secured(site: Site) -> tuple[Aim, ...]:
    return ONCE if site.operation.secured else ()


IGNORES_AUTH = Kind(
    "ignores-auth",
    "Serves whoever asks, with or without valid credentials.",
    _leniently("unlocked"),
    _secured,
)


def _owned(site: Site) -> tuple[Aim, ...]:
    laws = site.cycle.laws if site.cycle is not None else ()
    part = strangers.part(site.api, site.operation.id)
    told = any(law.name == isolation.NAME and part in strangers.asked(law) for law in laws)
    return ONCE if told and not site.creates and site.state != ABSENT else ()


LEAKS = Kind(
    "leaks",
    "Answers another principal about an instance that is not his.",
    _leniently("unowned"),
    _owned,
)


def _accepted(turn: Turn) -> Outcome:
    """An invalid request is answered as the usual valid one would be."""
    if turn.reply.status not in (400, 415, 422):
        return None
    body = _usual(turn.site.api, turn.site.operation)
    kept = tuple(f for f in turn.request.headers if f[0].lower() not in ("content-type", "content-encoding"))
    label = body.headers
    asked = replace(turn.request, body=body.body, headers=(*kept, *label), query=body.query)
    after, reply = turn.engine.respond(turn.world, asked)
    return (after, reply) if reply.status < 400 else None


def _usual(api: Api, operation: Operation) -> MockRequest:
    """A valid request of the operation: its body, the label of that, and its query."""
    known: dict[str, MockRequest] = api.kept.setdefault("fault/usual", {})
    if operation.id not in known:
        maker = Maker(api, operation, examples(api))
        case = maker.usual().case(operation, "a valid request", "mock")
        made = build(api, operation, case, None)
        label = tuple(field for field in made.headers if field[0].lower() == "content-type")
        path, _, query = made.path.partition("?")
        known[operation.id] = MockRequest(made.method, path, query, label, made.body or b"", _NEVER)
    return known[operation.id]


def _refusing(site: Site) -> tuple[Aim, ...]:
    """Once for each operation that documents what is invalid: before anybody looks at an instance."""
    if site.state not in ("", ABSENT) or (
        json_content(site.operation) is None and not site.operation.parameters
    ):
        return ()
    return ONCE if constraints(site.api, site.operation) else ()


ACCEPTS_INVALID = Kind(
    "accepts-invalid",
    "Takes a request that its schema forbids for a valid one.",
    _accepted,
    _refusing,
)
