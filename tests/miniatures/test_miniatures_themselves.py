"""The miniatures are what they say: the honest ones honest, each wrong one wrong in its one way."""

from __future__ import annotations

import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from miniatures import APIS, HONEST, WRONG, Honest, HonestMiniature, Miniature, start
from miniatures.probes import PASS, UNKNOWN, Answer, Client, look

#: these never answer in time; nobody needs to wait long to see it
_ENDLESS = {"hang", "drip"}
#: one line to a miniature: `id: first outcome | the probes that differ from the honest server's`
_SHOWN = Path(__file__).with_name("shown.txt")

honest = pytest.mark.parametrize("miniature", HONEST, ids=lambda m: m.name)


@honest
def test_honest_multi_session_lives_as_documented(miniature: HonestMiniature) -> None:
    """Under every reading a multi-session is started, seen and ended with the documented answers."""
    with miniature.start() as running:
        ask, readings = Client(running), miniature.readings
        started = ask.multi()
        assert started.code == 201
        token = started.at("data", "multi_session_id")
        assert str(started.at("data", "swipe_url")).endswith(token)
        assert ask.multi(locale=None, device=None).code == 201
        assert ask.multi(currency=None).code == 400
        seen = ask.status(token)
        assert (seen.code, seen.at("data", "expires_at")) == (200, started.at("data", "expires_at"))
        assert seen.at("data", "status") == "active"
        ended = ask.end(token)
        assert (ended.code, ended.json["success"]) == (200, True)
        assert ask.end(token).code == readings.second_end
        assert ask.status(token).code == readings.status_after_end
        unknown = {"uuid": UNKNOWN, "opaque": "s1-abcdef", "counter": "7"}[readings.ids]
        for answer in (ask.status(unknown), ask.end(unknown)):
            assert (answer.code, answer.json["success"]) == (404, False)
        assert ask.status("no id").code == readings.malformed_id
        for answer in (
            ask.status(token, {}),
            ask.end(token, {}),
            ask.end(token, {"Authorization": "Bearer x"}),
        ):
            assert answer.code == 401
        assert all(kind.startswith("application/json") for kind in (started.type, seen.type, ended.type))


@honest
def test_honest_session_pass_lives_as_documented(miniature: HonestMiniature) -> None:
    """Under every reading a pass is started, stopped once with its session, and then null."""
    with miniature.start() as running:
        ask, readings = Client(running), miniature.readings
        started = ask.start_pass()
        assert started.code == 201
        session = started.json["session"]
        assert {name: session[name] for name in ("name", "client", "maxDuration")} == {
            name: PASS[name] for name in ("name", "client", "maxDuration")
        }
        stopped = ask.stop(session["id"])
        assert (stopped.code, stopped.json["id"]) == (200, session["id"])
        assert stopped.json["startedAt"] == session["startedAt"] <= stopped.json["endedAt"]
        nothing = (b"", "untyped") if readings.null == "empty" else (b"null", started.type)
        for answer in (ask.stop(session["id"]), ask.stop(UNKNOWN)):
            assert (answer.code, (answer.body, answer.type)) == (200, nothing)
        for answer in (ask.stop(session["id"], {}), ask.start_pass({"Authorization": "Bearer x"})):
            assert answer.code == readings.equos_unauthorized
        invalid = ask.start_pass(consumerIdentity={"identity": "user-42"})
        assert invalid.code == (201 if readings.equos_invalid == "accept" else readings.equos_invalid)
        assert ask.start_pass(name=5).code in {400, 422}


def test_what_readings_differ_in() -> None:
    """The readings that only some requests show are shown by them."""
    found: dict[str, Any] = {}
    for miniature in HONEST:
        with miniature.start() as running:
            ask = Client(running)
            found[miniature.name] = (
                ask.multi(game_ids=[1]).code,
                ask.multi(note="?").code,
                ask.multi(currency="dollars").code,
                "request_id" in ask.multi().json,
            )
    assert found["plain"] == (400, 201, 201, False)
    assert found["strict"] == (400, 400, 400, False)
    assert found["lenient"] == (201, 201, 201, False)
    assert found["talkative"] == (400, 201, 201, True)


def test_wire_readings_are_seen_on_the_wire() -> None:
    """Framing, compression, closing and leaking happen where a reading says so."""
    with _named("leaks-the-token").start() as running:
        headers = _get(running.url, running.token).headers
        assert running.token in headers["X-Authorization-Was"]
    with _named("compressed").start() as running:
        headers = _get(running.url, running.token).headers
        assert (headers["Content-Encoding"], headers["Transfer-Encoding"]) == ("gzip", "chunked")
    with _named("closes-after-each-answer").start() as running:
        assert _get(running.url, running.token).headers["Connection"] == "close"
    with _named("body-until-close").start() as running:
        assert "Content-Length" not in _get(running.url, running.token).headers


def _named(name: str) -> HonestMiniature:
    return next(miniature for miniature in HONEST if miniature.name == name)


def _get(url: str, token: str) -> requests.Response:
    path = f"{url}/api/v1/multi-sessions/{UNKNOWN}/status"
    return requests.get(path, headers={"Authorization": f"Bearer {token}"}, timeout=3)


def test_only_one_of_many_stops_gets_the_session() -> None:
    """The honest server answers concurrent stops in some order: one session, the rest null."""
    with HONEST[0].start() as running:
        session_id = Client(running).start_pass().at("session", "id")
        answers: list[Answer] = []

        def stop() -> None:
            answers.append(Client(running).stop(session_id))

        threads = [threading.Thread(target=stop) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert sorted(answer.json is None for answer in answers) == [False] + [True] * 7


@cache
def _honestly(api: str) -> dict[str, str]:
    with HONEST[0].start() as running:
        return look(running, api)


@pytest.mark.parametrize("api", APIS)
def test_honest_answers_repeat(api: str) -> None:
    """Two runs against the honest server look alike, so a difference means a fault."""
    with HONEST[0].start() as running:
        assert look(running, api) == _honestly(api)


@pytest.mark.parametrize("miniature", WRONG, ids=lambda m: m.id)
def test_each_fault_shows_where_it_should_and_nowhere_else(miniature: Miniature) -> None:
    """A wrong server differs from the honest one in exactly the probes listed beside it."""
    with miniature.start() as running:
        seen = look(running, miniature.api, 0.3 if miniature.name in _ENDLESS else 3.0)
    differ = [probe for probe, outcome in seen.items() if outcome != _honestly(miniature.api)[probe]]
    assert differ, "its fault does not show"
    label = " ".join(seen[differ[0]].split()[:2])
    assert f"{miniature.id}: {label} | {' '.join(differ)}" == _shown().get(miniature.id)


@cache
def _shown() -> dict[str, str]:
    return {line.partition(":")[0]: line for line in _SHOWN.read_text(encoding="utf-8").splitlines()}


def test_every_line_of_what_is_shown_has_its_miniature() -> None:
    """No line in shown.txt outlives its miniature."""
    assert set(_shown()) == {miniature.id for miniature in WRONG}


def test_each_miniature_says_what_it_is() -> None:
    """Every fault is one sentence, and names clauses of one API that must find it."""
    for miniature in WRONG:
        assert miniature.fault.endswith("."), miniature.id
        assert "\n" not in miniature.fault, miniature.id
        assert all(clause.startswith(f"{miniature.api}/") for clause in miniature.caught_by), miniature.id
        assert not miniature.surplus(set(miniature.caught_by)), miniature.id


def test_stopping_does_not_wait_for_a_handler_that_hangs() -> None:
    """A server whose handler hangs stops in a fraction of the time it would hang."""
    began = time.monotonic()
    hanging = next(miniature for miniature in WRONG if miniature.id == "hang[equos]")
    with hanging.start() as running:
        ask = Client(running, 0.1)
        assert ask.stop(ask.start_pass().at("session", "id")).code == 0
    assert time.monotonic() - began < 2


def test_a_crash_of_a_miniature_is_not_taken_for_a_finding() -> None:
    """A miniature that raises says so when it stops."""

    class Crashing(Honest):
        def answer(self, request: Any) -> Any:
            raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="Cannot trust this miniature"), start(Crashing("t")) as running:
        Client(running).multi()
