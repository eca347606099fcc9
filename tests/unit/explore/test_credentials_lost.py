"""A token that expires in the middle of a run is nobody's broken promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assay.app.campaign import Campaign
from assay.app.header import header
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.app.units import units
from assay.drive.auth import Secrets
from assay.drive.clock import SystemClock
from assay.files.config import TargetConfig
from assay.model.contract import ContractSet
from assay.model.verdict import Standing
from assay.plan.clauses import clauses
from assay.report.fold import Folding
from miniatures.honest import Honest
from miniatures.wire import Request, start

CONTRACTS = str(Path(__file__).parents[3] / "contracts")
PROFILE = replace(PROFILES["gate"], valid=0, invalid=0)


def _report(server: Honest):
    contracts = load(CONTRACTS, date(2026, 1, 1))
    api = contracts.api("iplaygames")
    alone = ContractSet((api,), contracts.digest)
    with start(server) as running:
        folding = Folding(
            header(
                alone,
                clauses(api),
                run="r",
                started=SystemClock().now(),
                seed=1,
                profile="gate",
                target=running.url,
                strict=False,
            )
        )
        config = TargetConfig(running.url, running.url)
        target = Target(running.url, running.url, Secrets({"*": running.token}), config, PROFILE, {})
        campaign = Campaign(target, PROFILE, 1, folding.take)
        try:
            for unit in units(alone):
                campaign.explore(unit)
            campaign.finish()
        finally:
            target.close()
    return folding.report()


class _Expires(Honest):
    """Accepts the token for so many requests."""

    left = 40

    def authorized(self, request: Request) -> bool:
        self.left -= 1
        return self.left >= 0 and super().authorized(request)


def test_an_expired_token_accuses_nobody() -> None:
    """The run ends incomplete and says why; no clause stands violated."""
    report = _report(_Expires("good"))
    assert [r.clause.id for r in report.clauses if r.standing is Standing.VIOLATED] == []
    assert not report.complete
    assert "refused us" in report.reason


@pytest.mark.parametrize("name", ["unknown-is-unauthorized"])
def test_a_wrong_refusal_is_still_told(name: str) -> None:
    """A server that answers 401 where another status is documented, and lets other requests in, is accused."""
    import miniatures  # noqa: PLC0415 - discovers every wrong server

    wrong = next(m for m in miniatures.WRONG if m.name == name and m.api == "iplaygames")
    report = _report(wrong.make("good"))
    assert wrong.caught_by <= {r.clause.id for r in report.clauses if r.standing is Standing.VIOLATED}
