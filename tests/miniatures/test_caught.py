"""The harness against its independent witnesses: each wrong server is caught, no honest reading is accused.

Nothing here shares a line with the mock, so a mistake that mock and judge have in common shows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import miniatures
from assay.app.campaign import Campaign
from assay.app.header import header
from assay.app.load import load
from assay.app.profile import PROFILES, Profile
from assay.app.target import Target
from assay.app.units import units
from assay.drive.auth import Secrets
from assay.explore.lifecycle import Effort
from assay.files.config import TargetConfig
from assay.model.contract import ContractSet, Strength
from assay.model.verdict import Standing
from assay.plan.clauses import clauses
from assay.report.fold import Folding
from assay.report.result import Report
from miniatures import HONEST, VALUES, WRONG, HonestMiniature, Miniature
from miniatures.wire import Running

#: the gate without generated requests: what a miniature does wrong shows in directed and lifecycle histories
DIRECTED = replace(PROFILES["gate"], valid=0, invalid=0, timeout=1.5)
#: with a few generated ones
MIXED = replace(PROFILES["gate"], valid=9, invalid=9, timeout=5.0)
#: readings that take their time: the directed plan alone is enough for them
UNHURRIED = {"slow", "piecemeal"}


@pytest.fixture(scope="module")
def contracts() -> ContractSet:
    """The shipped contracts."""
    return load("contracts", date(2026, 1, 1))


def explored(contracts: ContractSet, running: Running, api: str, profile: Profile = DIRECTED) -> Report:
    """The report of a run of one API against a running miniature."""
    alone = ContractSet((contracts.api(api),), contracts.digest)
    started = header(
        alone, clauses(contracts.api(api)), run="r", started=datetime(2026, 1, 1, tzinfo=UTC), seed=7,
        profile="test", target=running.url, strict=False,
    )  # fmt: skip
    folding = Folding(started)
    config = TargetConfig(running.url, running.url, polite=False)
    target = Target(running.url, running.url, Secrets({"*": running.token}), config, profile, VALUES)
    campaign = Campaign(target, profile, 7, folding.take)
    try:
        for unit in units(alone):
            campaign.explore(unit)
    finally:
        target.close()
    return folding.report()


def broken(report: Report) -> set[str]:
    """The clauses that stand violated."""
    return {result.clause.id for result in report.clauses if result.standing is Standing.VIOLATED}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda m: m.id)
def test_a_wrong_server_is_caught_by_the_clause_it_breaks(contracts: ContractSet, wrong: Miniature) -> None:
    """Each fault is told by exactly the clauses it breaks and no other, with at most six requests of history."""
    with wrong.start() as running:
        report = explored(contracts, running, wrong.api)
    found = broken(report)
    assert not wrong.missed(found), f"{wrong.fault}: not caught, got {sorted(found)}"
    assert not wrong.surplus(found), f"{wrong.fault}: accused of more than it did"
    assert report.violations
    assert all(1 <= len(violation.history) <= 6 for violation in report.violations)


@pytest.mark.parametrize("api", miniatures.APIS)
@pytest.mark.parametrize("honest", HONEST, ids=lambda m: m.name)
def test_an_honest_server_is_never_accused(contracts: ContractSet, honest: HonestMiniature, api: str) -> None:
    """No reading of what the documentation leaves open is a violation."""
    profile = MIXED
    if honest.name in UNHURRIED:
        profile = replace(MIXED, valid=0, invalid=0, lifecycle=Effort(4, 6, 20, 60))
    with honest.start() as running:
        report = explored(contracts, running, api, profile)
    assert [(v.clause.id, v.verdict.message) for v in report.violations if not v.verdict.transient] == []
    assert broken(report) == set()


@pytest.mark.parametrize("api", miniatures.APIS)
def test_an_honest_server_keeps_every_documented_promise(contracts: ContractSet, api: str) -> None:
    """Against the plain honest server each reachable documented clause is witnessed: no pass is vacuous."""
    with HONEST[0].start() as running:
        report = explored(contracts, running, api)
    wanted = [
        result
        for result in report.clauses
        if result.clause.strength is Strength.DOCUMENTED and result.clause.unreachable is None
    ]
    assert [r.clause.id for r in wanted if r.standing is not Standing.VERIFIED] == []
