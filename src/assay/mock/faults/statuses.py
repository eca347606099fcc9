"""Faults of the status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from assay.mock.faults.terms import ONCE, Aim, Kind, Outcome, Site, Turn
from assay.mock.refusal import phrase
from assay.mock.world import MockReply

#: answers of that status are the documentation's business nowhere, or hardly anywhere
_FOREIGN = (206, 418, 207, 226, 451)
_PROBLEM = (("Content-Type", "application/problem+json"),)
#: seconds that a client is asked to wait
_WAIT = 1


def _problem(status: int, detail: str, *headers: tuple[str, str]) -> MockReply:
    body = {"type": "about:blank", "title": phrase(status), "status": status, "detail": detail}
    return MockReply(status, (*_PROBLEM, *headers), json.dumps(body).encode(), "")


# -- documented elsewhere -------------------------------------------------------------------------------------------


def _elsewhere(turn: Turn) -> Outcome:
    """The reply that the contract has for another status; nothing else happens."""
    status = turn.fault.status or _chosen(turn)
    if not status or status == turn.reply.status:
        return None
    asked = replace(turn.request, headers=(*turn.request.headers, ("Prefer", f"code={status}")))
    _, reply = turn.engine.respond(turn.world, asked)
    if reply.status != status:
        return None  # it was refused for another reason
    headers = tuple(field for field in reply.headers if field[0].lower() != "preference-applied")
    return turn.world, replace(reply, headers=headers)


def _chosen(turn: Turn) -> int:
    others = [code for code in _documented(turn.site) if code != turn.reply.status]
    return others[turn.draw(len(others))] if others else 0


def _documented(site: Site) -> list[int]:
    return [int(reply.status) for reply in site.operation.replies if reply.status.isdigit()]


def _others(site: Site) -> Iterator[Aim]:
    """Every documented status that is not the one of the cell."""
    cell = site.cycle.cell(site.state, site.operation.id) if site.cycle is not None else None
    ways = () if cell is None else cell.transitions or ((cell.mock,) if cell.mock is not None else ())
    natural = {way.status for way in ways}
    documented = _documented(site)
    if cell is None:
        natural = {code for code in documented if 200 <= code < 300}
    return (Aim(status=code) for code in documented if code not in natural)


WRONG_STATUS = Kind(
    "wrong-status",
    "Answers with a status that the operation documents for something else.",
    _elsewhere,
    _others,
    frozenset({"status"}),
)


# -- documented nowhere ---------------------------------------------------------------------------------------------


def _undocumented(turn: Turn) -> Outcome:
    status = turn.fault.status or next(
        code for code in _FOREIGN if turn.site.operation.reply_for(code) is None
    )
    return turn.after, replace(turn.reply, status=status)


def _no_default(site: Site) -> tuple[Aim, ...]:
    return ONCE if any(site.operation.reply_for(code) is None for code in _FOREIGN) else ()


UNDOCUMENTED_STATUS = Kind(
    "undocumented-status",
    "Does what was asked, and answers with a status that the operation documents nowhere.",
    _undocumented,
    _no_default,
    frozenset({"status"}),
)


def _broken(turn: Turn) -> Outcome:
    return turn.world, _problem(turn.fault.status or 500, "Something went wrong.")


def _always(_: Site) -> tuple[Aim, ...]:
    return ONCE


SERVER_ERROR = Kind("server-error", "Answers 500, and does nothing.", _broken, _always, frozenset({"status"}))


def _busy(turn: Turn) -> Outcome:
    wait = max(1, round(turn.fault.seconds or _WAIT))
    return turn.world, _problem(429, "Too many requests.", ("Retry-After", str(wait)))


RETRY_STORM = Kind(
    "retry-storm",
    "Answers 429 and asks to come back in a second, every time.",
    _busy,
    _always,
    frozenset({"seconds"}),
)
