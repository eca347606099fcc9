"""Whole runs against the embedded mock and against nothing: what a run promises whatever it tests."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from assay.app import profile as profiles
from assay.app.campaign import Campaign
from assay.app.errors import Exit
from assay.app.header import header
from assay.app.load import load
from assay.app.run import RunOptions, run
from assay.app.target import open_target
from assay.app.units import units
from assay.drive.clock import SystemClock
from assay.explore.lifecycle import Effort
from assay.model.contract import Strength
from assay.model.verdict import ClauseKind, Standing
from assay.plan.clauses import clauses
from assay.report.fold import Folding

CONTRACTS = str(Path(__file__).parents[3] / "contracts")
ORDERS = str(Path(__file__).parents[3] / "examples" / "orders" / "contracts")
SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text())


@pytest.fixture(scope="module")
def contracts():
    """The shipped contracts."""
    return load(CONTRACTS, date(2026, 1, 1))


def _asked(log: Path) -> list[tuple[str, str, str | None]]:
    """Method, path and body of every request of a log, in order."""
    steps = [json.loads(line) for line in log.read_text().splitlines()]
    evidence = [event["step"]["evidence"] for event in steps if "step" in event]
    return [(e["method"], e["url"].split("/", 3)[3], e.get("request_body")) for e in evidence]


def test_the_main_job_conforms_and_is_not_vacuous(tmp_path):
    """Both APIs against the mock: exit 0, every reachable documented clause verified, a valid report and a footer."""
    result = run(RunOptions(CONTRACTS, seed=1, reports=str(tmp_path)))
    assert result.exit == Exit.CONFORMS
    documented = [c for c in result.report.clauses if c.clause.strength is Strength.DOCUMENTED]
    assert documented
    assert [c.clause.id for c in documented if c.standing is not Standing.VERIFIED] == []
    latest = tmp_path / "latest"
    jsonschema_rs.validate(SCHEMA, json.loads((latest / "report.json").read_text()))
    assert json.loads((latest / "log.jsonl").read_text().splitlines()[-1])["complete"] is True
    assert b"<html" in (latest / "report.html").read_bytes()


def test_the_mock_keeps_every_law_of_the_orders_example(tmp_path):
    """The orders contracts, which state every law, against the mock: exit 0, nothing broken, each law witnessed."""
    result = run(RunOptions(ORDERS, seed=1, reports=str(tmp_path)))
    assert [violation.verdict.clause for violation in result.report.violations] == []
    assert result.exit == Exit.CONFORMS
    laws = [c for c in result.report.clauses if c.clause.kind is ClauseKind.LAW]
    assert len(laws) > 20
    unseen = [c.clause.id for c in laws if c.standing is not Standing.VERIFIED]
    # whether two requests overlap is up to the machine
    assert [clause for clause in unseen if not clause.endswith(("/at-once", "/atomic"))] == []


def test_the_second_run_s_page_knows_the_first(tmp_path):
    """The page is written with the past of its run; without a history it says so, and so does the first one."""
    options = RunOptions(CONTRACTS, seed=1, apis=("iplaygames",), reports=str(tmp_path))
    pages = []
    for one in (options, options, replace(options, history="off")):
        run(one)
        pages.append((tmp_path / "latest" / "report.html").read_text("utf-8"))
    first, second, off = pages
    assert 'No trend: <span class="message">there is no earlier run' in first
    assert 'id="since"' not in first
    assert 'id="since"' in second
    assert "Since the run before: nothing moved" in second
    assert "no history is kept" in off


def test_equal_seeds_make_equal_requests(tmp_path):
    """Same seed, same plan: the same requests in the same order; another seed makes others."""
    logs = []
    for number, seed in enumerate((7, 7, 8)):
        run(RunOptions(CONTRACTS, seed=seed, apis=("iplaygames",), reports=str(tmp_path / str(number))))
        logs.append(_asked(tmp_path / str(number) / "latest" / "log.jsonl"))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


def test_the_directed_explorer_alone_shows_every_documented_status(contracts):
    """Within sixty requests an operation, every documented status is witnessed where it is documented."""
    gate = replace(profiles.PROFILES["gate"], valid=0, invalid=0, lifecycle=Effort(1, 1, 0, 0))
    target = open_target("mock", contracts, gate, 1, None, {})
    everything = tuple(c for api in contracts.apis for c in clauses(api))
    started = header(
        contracts,
        everything,
        run="r",
        started=SystemClock().now(),
        seed=1,
        profile="gate",
        target="mock",
        strict=False,
    )
    folding = Folding(started)
    campaign = Campaign(target, gate, 1, folding.take)
    try:
        for unit in units(contracts):
            campaign.explore(unit)
    finally:
        target.close()
    statuses = [r for r in folding.report().clauses if r.clause.kind is ClauseKind.STATUS]
    assert statuses
    assert [r.clause.id for r in statuses if r.standing is not Standing.VERIFIED] == []
    for api in contracts.apis:
        for operation in api.operations:
            assert campaign.planner(api).witness(operation, 60).requests <= 60


def test_nobody_listens(tmp_path):
    """A target that is down from the start is the environment's fault: exit 4, and nothing is violated."""
    options = RunOptions(CONTRACTS, target="http://127.0.0.1:9", seed=1, reports=str(tmp_path))
    result = run(options)
    assert result.exit == Exit.ENVIRONMENT
    assert result.report.violations == ()


def test_a_forgotten_token_is_no_pass(tmp_path):
    """Without credentials only refusals are seen: exit 3, never 0."""
    started = load(CONTRACTS, date(2026, 1, 1))
    with open_target_as_url(started) as url:
        result = run(RunOptions(CONTRACTS, target=url, seed=1, reports=str(tmp_path)))
    assert result.exit == Exit.NOTHING_EXERCISED
    assert result.report.violations == ()
    reasons = {c.reason for c in result.report.clauses if c.clause.kind is ClauseKind.CELL and c.reason}
    assert any("credentials" in reason for reason in reasons)


def open_target_as_url(contracts):
    """The mock behind a URL, as a context manager that gives it."""
    from contextlib import contextmanager  # noqa: PLC0415 - only here

    from assay.mock.engine import Engine, MockOptions  # noqa: PLC0415
    from assay.serve.http import serve  # noqa: PLC0415

    @contextmanager
    def served():
        with serve(Engine(contracts, MockOptions(seed=1))) as server:
            yield server.url

    return served()
