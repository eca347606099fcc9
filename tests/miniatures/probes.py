"""Direct requests, and what comes back in words that two runs share: how miniatures are tested themselves.

`look` asks everything once and answers `{probe: outcome}`. An outcome hides what differs from run to
run (ids, the present time) and shows everything else, so that a wrong server differs from the honest one just
where its fault is.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests
import urllib3

from miniatures.wire import Running

MULTI: dict[str, Any] = {
    "player_id": "player_456",
    "currency": "USD",
    "country_code": "US",
    "ip_address": "192.168.1.1",
    "game_ids": ["1", "2", "3"],
    "locale": "en",
    "device": "mobile",
}
PASS: dict[str, Any] = {
    "name": "Support call",
    "client": "shop-front",
    "maxDuration": 60,
    "avatar": {"id": "6f1c2a34-8d5e-4b7f-9a10-2b3c4d5e6f70"},
    "agent": {"id": "0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d"},
    "additionalCtx": "The user asks about an order.",
    "templateVars": {"plan": "premium"},
    "consumerIdentity": {"identity": "user-42", "name": "Ada"},
}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
_MOST = 20 * 1024 * 1024
_STABLE = frozenset({UNKNOWN, PASS["avatar"]["id"], PASS["agent"]["id"]})


class Client:
    """Asks one server."""

    def __init__(self, running: Running, patience: float = 3.0) -> None:
        self.running, self.patience = running, patience
        self._url, self._patience = running.url, patience
        self._session = requests.Session()
        self._session.trust_env = False
        self.right = {"Authorization": f"Bearer {running.token}"}

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> Answer:
        """Send one request and read the whole answer, within bounds."""
        try:
            with self._session.request(
                method,
                self._url + path,
                headers=self.right if headers is None else headers,
                timeout=self._patience,
                allow_redirects=False,
                stream=True,
                **body,
            ) as response:
                return Answer(response, self._read(response))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return Answer(None, type(error).__name__.encode())

    def _read(self, response: requests.Response) -> bytes:
        parts, total, deadline = [], 0, time.monotonic() + self._patience
        while part := response.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            total += len(part)
            if total > _MOST:
                return b"(more than 20 MB)"
            if time.monotonic() > deadline:
                return b"(not in time)"
        return b"".join(parts)

    def multi(self, **changes: Any) -> Answer:
        """Start a multi-session."""
        return self.ask("POST", "/api/v1/multi-sessions/start", json=MULTI | changes)

    def status(self, token: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a multi-session's status."""
        return self.ask("GET", f"/api/v1/multi-sessions/{token}/status", headers)

    def end(self, token: str, headers: Mapping[str, str] | None = None) -> Answer:
        """End a multi-session."""
        return self.ask("POST", f"/api/v1/multi-sessions/{token}/end", headers)

    def start_pass(self, headers: Mapping[str, str] | None = None, **changes: Any) -> Answer:
        """Start a session pass."""
        return self.ask("POST", "/v3/session-passes", headers, json=PASS | changes)

    def stop(self, session_id: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Stop a session pass."""
        return self.ask("PATCH", f"/v3/session-passes/{session_id}/stop", headers)


class Answer:
    """What came back; compares by what two runs share."""

    def __init__(self, response: requests.Response | None, body: bytes) -> None:
        self.code = response.status_code if response is not None else 0
        self.type = response.headers.get("Content-Type", "untyped") if response is not None else ""
        self.body = body

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is not."""
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(self.body)
        return None

    def at(self, *keys: str) -> Any:
        """Dig for a value; a placeholder when it is not there."""
        value = self.json
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value or UNKNOWN

    def __str__(self) -> str:
        if not self.code:
            return self.body.decode()
        text = self.body.decode("utf-8", errors="backslashreplace")
        # fixed dates are of 2025, all others of today
        text = re.sub(r"20(?!25)\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
        text = re.sub(r"20(?!25)\d\d-\d\d-\d\d \d\d:\d\d:\d\d", "<local time>", text)
        text = re.sub(
            r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            lambda found: found[0] if found[0] in _STABLE else "<id>",
            text,
        )
        return f"{self.code} {self.type} {text if len(text) < 3000 else zlib.crc32(text.encode())}"


def look(running: Running, api: str, patience: float = 3.0) -> dict[str, str]:
    """Ask every probe of an API once, each on instances of its own; wait `patience` seconds for an answer."""
    client = Client(running, patience)
    probes = _multi_sessions(client) if api == "iplaygames" else _session_passes(client)
    return {name: str(answer) for name, answer in probes}


_WRONG = {"Authorization": "Bearer wrong"}
_NO_TOKEN: dict[str, str] = {}


def _multi_sessions(ask: Client) -> Iterator[tuple[str, object]]:
    path = "/api/v1/multi-sessions/start"

    def fresh() -> str:
        return str(ask.multi().at("data", "multi_session_id"))

    lacking = {name: value for name, value in MULTI.items() if name != "currency"}
    yield "start", ask.multi()
    yield "start-required-only", ask.ask("POST", path, json={k: MULTI[k] for k in list(MULTI)[:4]})
    yield "start-null-locale", ask.multi(locale=None)
    yield "start-lacking-currency", ask.ask("POST", path, json=lacking)
    yield "start-integer-player", ask.multi(player_id=7)
    yield "start-boolean-game", ask.multi(game_ids=[True])
    yield "start-integer-locale", ask.multi(locale=7)
    yield "start-game-ids-text", ask.multi(game_ids="1")
    yield "start-list", ask.ask("POST", path, json=[MULTI])
    yield "start-not-json", ask.ask("POST", path, data=b"{")
    yield "start-no-body", ask.ask("POST", path)
    yield "start-non-ascii", ask.multi(player_id="żółw")
    yield "start-long", ask.multi(player_id="x" * 2000)
    yield "start-no-token", ask.ask("POST", path, _NO_TOKEN, json=MULTI)
    yield "start-wrong-token", ask.ask("POST", path, _WRONG, json=MULTI)
    started = ask.multi()
    yield "status", ask.status(started.at("data", "multi_session_id"))
    again = ask.status(started.at("data", "multi_session_id"))
    yield "status-again", again
    yield "status-agrees", _agreement(started, again)
    yield "status-no-token", ask.status(fresh(), _NO_TOKEN)
    yield "status-wrong-token", ask.status(fresh(), _WRONG)
    yield "status-unknown", ask.status(UNKNOWN)
    yield "status-malformed", ask.status("no-uuid")
    yield "end", ask.end(fresh())
    token = fresh()
    ask.status(token), ask.status(token)
    yield "end-looked-at", ask.end(token)
    yield "end-twice", (ask.end(token), ask.end(token))[1]
    yield "end-no-token", ask.end(fresh(), _NO_TOKEN)
    yield "end-wrong-token", ask.end(fresh(), _WRONG)
    yield "end-unknown", ask.end(UNKNOWN)


def _agreement(started: Answer, seen: Answer) -> str:
    then, now = started.at("data", "expires_at"), seen.at("data", "expires_at")
    page, token = str(started.at("data", "swipe_url")), str(started.at("data", "multi_session_id"))
    return f"{'same' if then == now else 'other'} expiry, {'own' if token in page else 'other'} page"


def _session_passes(ask: Client) -> Iterator[tuple[str, object]]:
    def fresh() -> str:
        return str(ask.start_pass().at("session", "id"))

    lacking = {name: value for name, value in PASS.items() if name != "name"}
    started = ask.start_pass()
    yield "start", started
    yield "start-times", _order(started.at("session"))
    yield "start-lacking-name", ask.ask("POST", "/v3/session-passes", json=lacking)
    yield "start-non-ascii", ask.start_pass(name="żółw")
    yield "start-long", ask.start_pass(name="x" * 2000)
    yield "start-no-token", ask.start_pass(_NO_TOKEN)
    yield "start-wrong-token", ask.start_pass(_WRONG)
    yield "start-ids", f"{len({fresh(), fresh(), fresh()})} of 3 different"
    first, second = fresh(), fresh()
    stopped = ask.stop(first)
    yield "stop", stopped
    yield "stop-id", "own" if stopped.at("id") == first else "other"
    yield "stop-times", _order(stopped.json)
    yield "stop-another", ask.stop(second)
    yield "stop-twice", ask.stop(first)
    yield "stop-thrice", ask.stop(first)
    yield "stop-no-token", ask.stop(fresh(), _NO_TOKEN)
    yield "stop-wrong-token", ask.stop(fresh(), _WRONG)
    yield "stop-unknown", ask.stop(UNKNOWN)
    yield "stop-malformed", ask.stop("no-uuid")
    yield "stop-at-once", _at_once(ask, fresh)


def _at_once(ask: Client, fresh: Callable[[], str]) -> str:
    """How many of four stops at once get the session, in a word; tried again while it is one, as it should be."""
    seen = "one"
    for _ in range(4):
        if seen != "one":
            break
        name, answers, gate = fresh(), list[Answer](), threading.Barrier(4)
        clients = [Client(ask.running, ask.patience) for _ in range(4)]

        def stop(client: Client, name: str = name, gate: threading.Barrier = gate) -> None:
            gate.wait(5)
            answers.append(client.stop(name))  # noqa: B023 - the threads end before the next round

        threads = [threading.Thread(target=stop, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        seen = {0: "none", 1: "one"}.get(sum("id" in (a.json or ()) for a in answers), "several")
    return f"{seen} of several gets the session"


def _order(session: Any) -> str:
    if not isinstance(session, dict):
        return "no times"
    created, started = str(session.get("createdAt")), str(session.get("startedAt"))
    facts = (str(session.get("updatedAt")) >= created, str(session.get("endedAt", "z")) >= started)
    return f"updated in order: {facts[0]}, ended in order: {facts[1]}"
