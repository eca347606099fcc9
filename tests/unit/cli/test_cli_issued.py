"""Claims about the last look at what was issued while a run went on, and about commands that have it issued."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assay.evidence.redact import Policy
from assay.inputs.wire import build
from assay.model.case import Case
from fakes.contracts import shipped
from fakes.gate import Gate
from fakes.tickets import answering, closes
from miniatures.wire import Reply, Request
from unit.cli.test_cli_auth import LOGIN, PASSWORD, gate, latest, nothing_is_told


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", PASSWORD)


def _echoes(_number: int, request: Request, reply: Reply) -> Reply:
    """Every answer quotes the token that it was asked with."""
    if reply.status not in {200, 201} or not reply.body.startswith(b'{"id"'):
        return reply
    token = request.headers["authorization"].removeprefix("Bearer ")
    return Reply(reply.status, json.dumps({**json.loads(reply.body), "for": f"you, {token}!"}).encode())


def test_a_token_that_comes_back_is_masked(project: Path, assay) -> None:
    server = Gate(_echoes, lasts=50)
    with gate(LOGIN, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 0, said.out
    assert '"for": "you, ***!"' in Path("reports/latest/log.jsonl").read_text().replace('\\"', '"')
    nothing_is_told(server.every, said.out, said.err)


def test_the_last_look_knows_what_was_issued(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where redaction forgot, nothing is published: the report is withheld, and what held the token is deleted."""
    monkeypatch.setattr(Policy, "learn", lambda *_args, **_rest: None)
    server = Gate(_echoes, lasts=50)
    with gate(LOGIN, server):
        said = assay("run", "--target", "x", "-q")
    assert said.code == 4
    assert "because a credential stands in" in said.err
    assert server.had["login"] > 1
    left = [path for path in Path("reports").rglob("*") if path.is_file()]
    assert not [path for path in left for token in server.every if token.encode() in path.read_bytes()]


def test_a_plan_has_nothing_issued(project: Path, assay) -> None:
    with gate(LOGIN, Gate()) as running:
        assert assay("plan", "--target", "x").code == 0
    assert running.seen == []


def test_a_replay_and_a_clean_up_log_in_by_themselves(project: Path, assay) -> None:
    """What was seen broken with a token that is long gone is tried again with another."""

    def wrong(_number: int, request: Request, reply: Reply) -> Reply:
        return answering(200, {}) if closes(request) and reply.status == 200 else reply

    server = Gate(wrong)
    with gate(LOGIN, server):
        assert assay("run", "--target", "x", "-q").code == 1
        server.issued.clear()
        said = assay("replay", latest()["violations"][0]["fingerprint"], "--target", "x")
        assert said.code == 1, said.out + said.err
        assert "Still broken" in said.out
        ended = assay("cleanup", "--target", "x")
        assert ended.code in {0, 3}, ended.out + ended.err
    nothing_is_told(server.every, said.out, said.err, ended.out, ended.err)


def test_logging_in_is_no_write_and_costs_no_budget(project: Path, assay) -> None:
    server = Gate()
    with gate(LOGIN, server, "read-only = true") as running:
        assert assay("run", "--target", "x", "-q").code == 3
    assert [request.path for request in running.seen] == ["/login"]
    server = Gate(lasts=15)
    with gate(LOGIN, server, "budget = {requests = 60}") as running:
        assert assay("run", "--target", "x", "-q").code == 5
    assert server.had["login"] > 2
    asked = [request for request in running.seen if request.path != "/login"]
    assert sum(latest()["run"]["requests"].values()) - latest()["clean_up"]["requests"] < 60
    # what ends the instances that were made is not part of it
    assert len(asked) - 60 <= 2 * latest()["clean_up"]["requests"]


def test_what_provokes_a_refusal_asks_for_no_renewal() -> None:
    api = shipped().api("equos")
    operation = next(one for one in api.operations if one.secured)
    path = dict.fromkeys(re.findall(r"\{([^}]*)\}", operation.path), "x")
    case = Case("equos", operation.id, "t", "o", path=path)
    assert build(api, operation, case, None).renews
    provoking = Case("equos", operation.id, "t", "o", path=path, provokes="401")
    assert not build(api, operation, provoking, None).renews
