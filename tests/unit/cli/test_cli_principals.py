"""Principals through the command line: a run that needs two, its report, and its replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assay.app.load import load
from assay.mock.engine import Engine, MockOptions
from assay.serve.http import Server, serve

ALICE, BOB = "s3cret-of-alice", "s3cret-of-bob"
LAW = """\
laws:
  - isolation: {operations: [closeTicket], principals: [change], stranger: {status: 404}}
"""


@pytest.fixture
def common(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on which tickets are everybody's, though the contracts in `project` keep them apart."""
    contracts = load(str(project / "contracts"), date(2026, 1, 1))
    lifecycle = project / "contracts/tickets/lifecycles/ticket.yaml"
    lifecycle.write_text(lifecycle.read_text() + LAW)
    monkeypatch.setenv("ALICE", ALICE)
    monkeypatch.setenv("BOB", BOB)
    with serve(Engine(contracts, MockOptions(token=ALICE, others={"bob": BOB}))) as server:
        yield server


def _report(project: Path) -> dict[str, object]:
    return json.loads((project / "reports/latest/report.json").read_text())


def _clause(report: dict, ending: str) -> dict:
    return next(clause for clause in report["clauses"] if clause["id"].endswith(ending))


def test_what_another_can_do_is_found_and_replayed(common: Server, project: Path, assay) -> None:
    """With a second principal the promise is seen broken; each step says who asked, and no token is anywhere."""
    said = assay("run", "--target", common.url, "--auth-env", "ALICE", "--principal", "bob=BOB", "--quiet")
    assert said.code == 1
    report = _report(project)
    found = next(v for v in report["violations"] if v["clause"].endswith("/law/isolation/principals-change"))
    assert {step["principal"] for step in found["history"]} == {"", "bob"}
    assert len(found["history"]) <= 6
    for step in found["history"]:
        assert ("$TOKEN_BOB" if step["principal"] else '$TOKEN"') in step["curl"]
    written = "".join(
        path.read_text("utf-8") for path in (project / "reports/latest").rglob("*") if path.is_file()
    )
    assert ALICE not in written
    assert BOB not in written

    again = assay("replay", found["fingerprint"], "--auth-env", "ALICE", "--principal", "bob=BOB")
    assert again.code == 1
    assert "Still broken: " in again.out
    assert "bob: " in again.out
    assert BOB not in again.out

    alone = assay("replay", found["fingerprint"], "--auth-env", "ALICE")
    assert alone.code == 2
    assert "needs the principal 'bob', whom nobody named" in alone.err
    assert "--principal bob=VAR" in alone.err

    mock = assay("replay", found["fingerprint"], "--target", "mock")
    assert mock.code == 2
    assert "mock has second." in mock.err


def test_with_one_principal_it_stays_unwitnessed(common: Server, project: Path, assay) -> None:
    """Nobody else to ask as: the clause is no pass, and says what it needs."""
    said = assay("run", "--target", common.url, "--auth-env", "ALICE", "--quiet")
    assert said.code == 0
    clause = _clause(_report(project), "/law/isolation/principals-change")
    assert clause["standing"] == "unwitnessed"
    assert clause["reason"].startswith("needs a second principal")


def test_the_mock_has_two_principals_and_keeps_them_apart(common: Server, project: Path, assay) -> None:
    """Out of the box the promise is witnessed against the mock, and kept."""
    assert assay("run", "--quiet").code == 0
    report = _report(project)
    for clause in ("/law/isolation", "/law/isolation/principals-change"):
        assert _clause(report, clause)["standing"] == "verified", clause


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--principal", "bob"), "not of the form NAME=VAR"),
        (("--principal", "bob=NOBODY"), "variable NOBODY is not set"),
        (("--principal", "bob=ALICE"), "the same credential as the usual one"),
    ],
)
def test_a_principal_who_cannot_ask_is_the_users_mistake(
    common: Server, project: Path, assay, words: tuple[str, ...], what: str
) -> None:
    """Exit 2 before anything is sent."""
    said = assay("run", "--target", common.url, "--auth-env", "ALICE", *words)
    assert said.code == 2
    assert what in said.err
    assert common.requests == 0
