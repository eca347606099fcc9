"""The control endpoint, `/__assay__/`: the mock's world to look at, to put back and to move on in time.

    GET  /__assay__/            a page that shows instances moving through their states
    GET  /__assay__/state       the world: clock, lifecycles, instances            ?limit=100
    POST /__assay__/reset       nothing was ever asked
    GET  /__assay__/snapshots   the names of the worlds that are kept
    POST /__assay__/snapshots   keeps the present one                              {"name": "two orders"}
    POST /__assay__/restore     goes on with one that is kept                      {"name": "two orders"}
    GET  /__assay__/clock       the time
    POST /__assay__/clock       lets time pass                                     {"advance": "10m"} or {"to": "…"}
    GET  /__assay__/faults      what can go wrong, and what does
    PUT  /__assay__/faults      makes these the ones that do                       {"active": ["slow"]}
    GET  /__assay__/exchanges   what was asked and answered last                   ?after=0&limit=50
    DELETE /__assay__/exchanges forgets them

Errors are problems (RFC 9457). Who may ask, `gate` says; nothing of this is seen by the contracts, and the record of
exchanges does not hold it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn
from urllib.parse import parse_qsl

from assay.contractfile.lifecycle import seconds
from assay.mock import replies
from assay.mock.answering import Faults
from assay.mock.picture import picture
from assay.mock.refusal import Refusal
from assay.mock.world import MockReply, MockRequest, World
from assay.model.terms import Json
from assay.serve.control import page, told
from assay.serve.control.gate import PREFIX, NotAlone, barred
from assay.serve.cors import Cors
from assay.serve.keeper import Keeper
from assay.serve.loopback import is_loopback
from assay.serve.record import MOST, Record

#: worlds that are kept by name, characters of a name, instances that are shown of a lifecycle at most
_MOST_SNAPSHOTS, _LONGEST_NAME, _MOST_SHOWN = 100, 100, 10_000
_TOLD = "the mock's control endpoint"

_Answer = Callable[[Mapping[str, str], Json], MockReply]


class _Wrong(Exception):
    """The request cannot be done."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


class Control:
    """What can be asked below `/__assay__/`. It keeps a record of the exchanges as long as it is there."""

    def __init__(self, keeper: Keeper, host: str) -> None:
        """Looks after that world. Raises `NotAlone` where others can reach the address `host`."""
        if not is_loopback(host):
            raise NotAlone(
                f"Cannot serve the control endpoint on {host}: because anybody who reaches this address could use it. "
                "Listen on 127.0.0.1, or go without it."
            )
        self._keeper = keeper
        self._record = keeper.record = Record(MOST)
        #: whatever answers may be able to answer wrongly
        self._faults = keeper.engine if isinstance(keeper.engine, Faults) else None
        self._snapshots: dict[str, World] = {}
        self._cors = Cors()
        self._routes: dict[str, dict[str, _Answer]] = {
            "": {"GET": self._page},
            "/": {"GET": self._page},
            "/state": {"GET": self._state},
            "/reset": {"POST": self._reset},
            "/snapshots": {"GET": self._kept, "POST": self._keep},
            "/restore": {"POST": self._restore},
            "/clock": {"GET": self._clock, "POST": self._move},
            "/faults": {"GET": self._wrong, "PUT": self._switch},
            "/exchanges": {"GET": self._exchanges, "DELETE": self._forget},
        }

    def owns(self, path: str) -> bool:
        """True for paths that are the control endpoint's."""
        return path.startswith(PREFIX) and path[len(PREFIX) :][:1] in ("", "/")

    def answer(self, request: MockRequest) -> MockReply:
        """The reply to a request for one of its paths."""
        refusal = barred(request.named)
        if refusal is not None:
            return _problem(refusal)
        try:
            reply = self._cors.shared(request, self._answered(request))
        except _Wrong as wrong:
            reply = self._cors.shared(request, _problem(wrong.refusal))
        return replies.without_body(reply) if request.method == "HEAD" else reply

    def _answered(self, request: MockRequest) -> MockReply:
        offered = self._routes.get(request.path.removeprefix(PREFIX))
        if offered is None:
            _refuse(404, f"There is no {request.path}; {PREFIX}/ shows what there is.")
        answer = offered.get("GET" if request.method == "HEAD" else request.method)
        if answer is None:
            allowed = sorted({*offered, "OPTIONS"} | ({"HEAD"} if "GET" in offered else set()))
            refusal = Refusal(
                405, f"This path allows {', '.join(allowed)}.", (("Allow", ", ".join(allowed)),)
            )
            return replies.unrouted(refusal, request)
        return answer(dict(parse_qsl(request.query)), _body(request))

    # --- looking

    def _page(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        return MockReply(200, page.HEADERS, page.BODY, _TOLD)

    def _state(self, query: Mapping[str, str], _body: Json) -> MockReply:
        keeper = self._keeper
        world, most = keeper.world, _number(query, "limit", 100, _MOST_SHOWN)
        return _said(
            {
                "now": keeper.now().isoformat(),
                "ahead": keeper.ahead,
                "requests": keeper.requests,
                "created": world.created,
                "instances": len(world.instances),
                "lifecycles": picture(keeper.engine.contracts, world, keeper.now(), most),
                "snapshots": list(self._snapshots),
                "faults": self._active(),
                "lastExchange": self._record.last,
            }
        )

    def _exchanges(self, query: Mapping[str, str], _body: Json) -> MockReply:
        after, most = _number(query, "after", 0, 2**63), _number(query, "limit", 50, MOST)
        shown = [
            told.exchange(kept, self._keeper.engine.contracts) for kept in self._record.since(after, most)
        ]
        return _said({"last": self._record.last, "exchanges": shown})

    def _forget(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        self._record.clear()
        return _said({"last": self._record.last, "exchanges": []})

    # --- other worlds

    def _reset(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        self._keeper.reset(World())
        return _said({"created": 0, "instances": 0})

    def _kept(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        return _said({"snapshots": list(self._snapshots)})

    def _keep(self, _query: Mapping[str, str], body: Json) -> MockReply:
        name = _name(body, f"snapshot-{len(self._snapshots) + 1}")
        if name not in self._snapshots and len(self._snapshots) >= _MOST_SNAPSHOTS:
            _refuse(409, f"There are {_MOST_SNAPSHOTS} snapshots already. Use one of their names again.")
        self._snapshots[name] = self._keeper.world
        return _said({"name": name, "instances": len(self._keeper.world.instances)}, 201)

    def _restore(self, _query: Mapping[str, str], body: Json) -> MockReply:
        name = _name(body, next(reversed(self._snapshots), ""))
        if name not in self._snapshots:
            known = ", ".join(self._snapshots) or "none"
            _refuse(404, f"There is no snapshot {name!r}. There are: {known}.")
        self._keeper.reset(self._snapshots[name])
        return _said({"name": name, "instances": len(self._keeper.world.instances)})

    # --- time

    def _clock(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        return _said({"now": self._keeper.now().isoformat(), "ahead": self._keeper.ahead})

    def _move(self, query: Mapping[str, str], body: Json) -> MockReply:
        given = body if isinstance(body, Mapping) else {}
        if len(given) != 1:
            _refuse(400, 'Say either {"advance": "10m"} or {"to": "2030-01-01T00:00:00Z"}.')
        advance = _length(given["advance"]) if "advance" in given else self._until(given.get("to"))
        if advance < 0:
            _refuse(409, "Time goes on; there is no way back. A snapshot may be restored instead.")
        try:
            self._keeper.advance(advance)
        except OverflowError:
            _refuse(400, "No calendar reaches so far.")
        return self._clock(query, body)

    def _until(self, moment: Json) -> float:
        try:
            return (datetime.fromisoformat(moment) - self._keeper.now()).total_seconds()
        except (TypeError, ValueError):
            _refuse(400, f"{moment!r} is not a date and time with an offset (RFC 3339).")

    # --- faults

    def _active(self) -> list[Json]:
        return [] if self._faults is None else list(self._faults.active())

    def _wrong(self, _query: Mapping[str, str], _body: Json) -> MockReply:
        offered = [] if self._faults is None else list(self._faults.offered())
        return _said({"offered": offered, "active": self._active()})

    def _switch(self, query: Mapping[str, str], body: Json) -> MockReply:
        wanted = body.get("active") if isinstance(body, Mapping) else None
        if not isinstance(wanted, list):
            _refuse(
                400, 'Say {"active": […]}: all the faults that are to be, each a name or an object with one.'
            )
        faults = self._faults
        if faults is None:
            if wanted:
                _refuse(404, "This mock offers no faults.")
            return self._wrong(query, body)
        try:
            self._keeper.undisturbed(lambda: faults.switch(wanted))
        except ValueError as error:
            _refuse(400, str(error))
        return self._wrong(query, body)


def _said(value: Json, status: int = 200) -> MockReply:
    headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
    return MockReply(status, headers, told.written(value), _TOLD)


def _problem(refusal: Refusal) -> MockReply:
    return replies.problem(refusal, _TOLD)


def _refuse(status: int, why: str) -> NoReturn:
    raise _Wrong(Refusal(status, why))


def _body(request: MockRequest) -> Json:
    if not request.body:
        return None
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        _refuse(400, "The body is not JSON (RFC 8259).")


def _name(body: Json, usual: str) -> str:
    name = body.get("name", usual) if isinstance(body, Mapping) else usual
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        _refuse(400, f'Say {{"name": "…"}} with 1 to {_LONGEST_NAME} characters.')
    return name


def _number(query: Mapping[str, str], name: str, usual: int, most: int) -> int:
    written = query.get(name, str(usual))
    if not (written.isascii() and written.isdecimal()) or len(written) > 19 or int(written) > most:
        _refuse(400, f"{name} is not a number from 0 to {most}.")
    return int(written)


def _length(duration: Json) -> float:
    """Seconds, or a length of time as contracts write it. One that is no number of seconds is refused."""
    if isinstance(duration, int | float) and not isinstance(duration, bool):
        return float(duration) if abs(duration) < 1e12 else 1e12
    try:
        return seconds(duration)
    except (TypeError, ValueError):
        _refuse(400, f"{duration!r} is not a length of time: seconds, or a text like 90s, 10m, 1.5h, 2d.")
