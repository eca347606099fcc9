"""Replies as bytes: composed ones, refusals, and what is said where no contract has anything to say."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from assay.mock import explain
from assay.mock.planned import Composed
from assay.mock.refusal import Refusal
from assay.mock.world import MockReply, MockRequest
from assay.model.contract import Operation
from assay.model.lifecycle import Lifecycle
from assay.model.problem import NOWHERE

_PROBLEM = "application/problem+json"


def reply(composed: Composed, told: str, extra: tuple[tuple[str, str], ...] = ()) -> MockReply:
    """The reply, with the line `told` that explains it; its own headers go before the `extra` ones."""
    if not (extra or composed.headers):
        return MockReply(composed.status, _usual(composed.media_type, told), composed.as_bytes(), told)
    headers = dict(extra)
    headers |= composed.headers
    if composed.media_type is not None:
        headers["Content-Type"] = composed.media_type
    headers[explain.HEADER] = told
    return MockReply(composed.status, tuple(headers.items()), composed.as_bytes(), told)


@lru_cache(maxsize=4096)  # most replies have these and no others
def _usual(media_type: str | None, told: str) -> tuple[tuple[str, str], ...]:
    typed = () if media_type is None else (("Content-Type", media_type),)
    return (*typed, (explain.HEADER, told))


def problem(refusal: Refusal, told: str) -> MockReply:
    """A refusal for which the documentation offers no reply (RFC 9457)."""
    composed = Composed(refusal.status, {}, refusal.problem, _PROBLEM)
    return reply(composed, told, refusal.headers)


def unrouted(refusal: Refusal, request: MockRequest) -> MockReply:
    """A request for which no contract has an operation; OPTIONS is told what there is."""
    told = explain.line(explain.UNROUTED, "", refusal.why, NOWHERE)
    if request.method == "OPTIONS" and refusal.status == 405:
        return MockReply(204, (*refusal.headers, (explain.HEADER, told)), b"", told)
    return without_body(problem(refusal, told)) if request.method == "HEAD" else problem(refusal, told)


def without_body(full: MockReply) -> MockReply:
    """A HEAD reply: the headers of the GET, its length included, and no content (RFC 9110 §9.3.2)."""
    length = ("Content-Length", str(len(full.body)))
    return replace(full, headers=(*full.headers, length), body=b"")


def stuck(lifecycle: Lifecycle, state: str, operation: Operation) -> MockReply:
    """No way of answering applies: the contract does not say what happens, so the state conflicts."""
    refusal = Refusal(409, f"The contract has no answer for {operation.id} in the state {state}.")
    clause = f"{lifecycle.api}/lifecycle/{lifecycle.name}/{state}/{operation.id}"
    return problem(refusal, explain.line(clause, "", refusal.why, lifecycle.place))
