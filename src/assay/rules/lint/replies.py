"""Documented responses, as rules about HTTP look at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from assay.model.contract import Operation, Reply
from assay.model.pointer import escape, tokens
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look, advice

#: statuses whose answers have no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5), with the section that says so
BODILESS: Final = {"204": "§15.3.5", "205": "§15.3.6", "304": "§15.4.5"}


class Written(NamedTuple):
    """One documented response of an operation."""

    operation: Operation
    reply: Reply
    #: where the Response Object is written: the component's, where it is one
    place: Place


def replies(look: Look) -> Iterator[Written]:
    """Every documented response of every operation, each operation's in turn."""
    for operation in look.api.operations:
        for reply in operation.replies:
            yield Written(operation, reply, _place(look, operation, reply))


def _place(look: Look, operation: Operation, reply: Reply) -> Place:
    responses = operation.document.get("responses", {})
    target = responses.get(reply.status, {}).get("$ref") if isinstance(responses, dict) else None
    if not isinstance(target, str):
        return reply.place
    name = tokens(target.removeprefix("#"))
    return look.at(look.api.place, "".join(f"/{escape(part)}" for part in name))


def has(reply: Reply, header: str) -> bool:
    """True when that header is documented. Names have no case (RFC 9110 §5.1)."""
    return any(known.name.lower() == header.lower() for known in reply.headers)


def promised(operation: Operation, reply: Reply, header: str) -> bool:
    """True when a promise about that status speaks of the header."""
    return reply.status.isdigit() and any(
        promise.speaks_of(int(reply.status)) and header.lower() in {name.lower() for name in promise.headers}
        for promise in operation.promises
    )


def lacking(
    look: Look, rule: str, statuses: str | tuple[str, ...], header: str, why: str, *, method: str = ""
) -> Iterator[Problem]:
    """Advice on each documented response of those statuses, of that method or any, that does not have that header.

    A shared response is told of once, where it is written.
    """
    wanted = {statuses} if isinstance(statuses, str) else set(statuses)
    seen: set[Place] = set()
    for operation, reply, place in replies(look):
        if reply.status not in wanted or method not in {"", operation.method}:
            continue
        if has(reply, header) or promised(operation, reply, header):
            continue
        if place not in seen:
            seen.add(place)
            message = f"No header '{header}' is documented for this {reply.status}: {why}."
            fix = f"Add `headers: {{{header}: {{schema: {{type: string}}}}}}` if the documentation names it."
            yield advice(place, rule, message, fix)
