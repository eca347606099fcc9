"""Whatever a target answers is a verdict: soon, in bounded memory, and never a traceback of ours."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.app.campaign import Campaign
from assay.app.header import header
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.app.units import units
from assay.drive.auth import Secrets
from assay.files.config import TargetConfig
from assay.model.contract import ContractSet
from assay.model.event import Event, StepJudged
from assay.model.verdict import Standing
from assay.plan.clauses import clauses
from assay.report.fold import Folding
from assay.report.render import html, json_, junit, markdown, sarif, terminal
from assay.report.result import Report
from fakes.contracts import made
from fakes.raw_server import CERTIFICATE, Connection, RawServer
from hostile.answers import HOSTILE, WELL, Hostile, all_well

TIMEOUT = 0.5
#: what a verdict may take on top of the time that a request may
SLACK = 1.0
MEGABYTE = 1 << 20
QUICK = replace(PROFILES["gate"], witness=2, valid=0, invalid=0, timeout=TIMEOUT, max_in_flight=1)

THING = """
operation: getThing
method: get
path: /thing
responses:
  200:
    description: it is there
    content:
      application/json:
        schema:
          type: object
          required: [name]
          properties: {name: {type: string}, size: {type: number}}
"""


class _Memory:
    """The most memory that this process had while something ran, beyond what it had before."""

    def __enter__(self) -> _Memory:
        self._over, self._before = threading.Event(), _resident()
        self._most = self._before
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.005):
            self._most = max(self._most, _resident())

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def grown(self) -> int:
        """Bytes."""
        return self._most - self._before


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def explored(url: str, operations: int = 1) -> tuple[Report, list[float]]:
    """The report of a short run, and the seconds that each request took."""
    api = made(
        THING,
        *(
            THING.replace("getThing", f"getThing{n}").replace("/thing", f"/thing/{n}")
            for n in range(1, operations)
        ),
    )
    contracts = ContractSet((api,), "digest")
    started = header(contracts, clauses(api), run="r", started=datetime(2026, 1, 1, tzinfo=UTC), seed=1,
                     profile="test", target=url, strict=False)  # fmt: skip
    folding, took = Folding(started), list[float]()

    def sink(event: Event) -> None:
        folding.take(event)
        if isinstance(event, StepJudged):
            took.append(event.step.evidence.elapsed_ms / 1000)

    config = TargetConfig(url, url, polite=False, verify=str(CERTIFICATE))
    target = Target(url, url, Secrets({}), config, QUICK, {})
    campaign = Campaign(target, QUICK, 1, sink)
    try:
        campaign.explore(*units(contracts))
    finally:
        target.close()
    return folding.report(), took


def rendered(report: Report) -> str:
    """Every report that is text for people, together."""
    pages = [html, json_, junit, markdown, sarif]
    files = [content for page in pages for content in page.render(report).values()]
    return "".join([*(content.decode() for content in files), terminal.render(report)])


def broken(report: Report) -> set[str]:
    return {
        r.clause.id.removeprefix("made/getThing/") for r in report.clauses if r.standing is Standing.VIOLATED
    }


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda h: h.name)
def test_a_hostile_answer_is_a_verdict(hostile: Hostile) -> None:
    with RawServer(hostile.script) as server, _Memory() as memory:
        report, took = explored(server.url)
    assert broken(report) == ({hostile.breaks} if hostile.breaks else set())
    told = " ".join(violation.verdict.message for violation in report.violations)
    assert hostile.says in told
    assert took
    assert max(took) <= TIMEOUT + SLACK
    if Path("/proc/self/statm").exists():
        assert memory.grown < 100 * MEGABYTE, memory.grown / MEGABYTE
    page = b"".join(html.render(report).values()).decode()
    assert "<script>alert" not in page
    shown = rendered(report)
    assert not {"\x1b", "\x00", "\x07"} & set(shown)


def test_the_scripts_have_names_of_their_own() -> None:
    names = [hostile.name for hostile in HOSTILE]
    assert len(set(names)) == len(names)


def test_a_good_answer_is_none_of_them() -> None:
    with RawServer(all_well) as server:
        report, _ = explored(server.url)
    assert not broken(report)
    assert any(r.standing is Standing.VERIFIED for r in report.clauses)


def test_tls_that_breaks_off_is_the_environments_fault() -> None:
    def breaks_off(connection: Connection, _number: int) -> None:
        connection.sock.recv(64)  # a piece of the greeting, and that was that
        connection.reset()

    with RawServer(breaks_off) as server:
        report, took = explored(server.url.replace("http://127.0.0.1", "https://localhost"))
    assert not broken(report)
    assert not any(r.standing is Standing.VERIFIED for r in report.clauses)
    assert all(seconds <= TIMEOUT + SLACK for seconds in took)
    assert any(note.kind == "target-down" for note in report.notes)


def test_a_name_that_is_gone_in_the_middle_of_a_run_is_the_environments_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def once(connection: Connection, _number: int) -> None:
        if connection.read():
            connection.say(WELL)
        monkeypatch.setattr(socket, "getaddrinfo", _nobody_knows)

    with RawServer(once) as server:
        report, _ = explored(server.url.replace("127.0.0.1", "localhost"), operations=4)
    assert not broken(report)
    assert any(note.kind == "target-down" for note in report.notes)


def _nobody_knows(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_target_that_is_started_again_in_the_middle_of_a_run_breaks_nothing() -> None:
    def leaves(connection: Connection, number: int) -> None:
        connection.read()
        connection.say(WELL)
        if number == 0:
            server.stop_listening()
            threading.Timer(0.4, back).start()

    again: list[RawServer] = []

    def back() -> None:
        again.append(RawServer(all_well, port=server.port))

    with RawServer(leaves) as server:
        report, _ = explored(server.url, operations=4)
    for one in again:
        with one:
            assert one.heads
    assert again
    assert not broken(report)
    assert not any(note.kind == "target-down" for note in report.notes)
