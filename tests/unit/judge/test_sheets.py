"""Exchanges that are judged by a sheet are judged as in detail: whatever server answered, honest or wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest
from examples.orders.server import Orders
from examples.orders.serving import start
from examples.orders.wrong import WRONG as WRONG_ORDERS

import miniatures
from assay.app.campaign import Campaign
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.app.units import units
from assay.drive.auth import Secrets
from assay.explore.lifecycle import Effort
from assay.files.config import TargetConfig
from assay.judge import Judge, Situation
from assay.judge.sheet import Sheet, Sheets
from assay.machine.expression import Scope
from assay.model.case import Case, Exchange
from assay.model.contract import ContractSet
from assay.model.verdict import Judgement
from fakes.overheard import overheard
from fakes.sink import ListSink

#: the gate without generated requests: what a wrong server does shows in directed and lifecycle histories
DIRECTED = replace(PROFILES["gate"], valid=0, invalid=0, timeout=1.5, lifecycle=Effort(4, 6, 20, 60))
#: of the wrong orders servers those whose faults lie in bodies, headers, states and statuses
ORDERS = ["cancelled-twice", "note-lost-on-create", "etag-new-each-time"]
#: of the wrong miniatures those of which one answer differs from others of its kind
SMALL = {"another-session", "never-ends", "client-replaced", "no-content-type", "nan", "games-shuffled",
         "any-token", "avatar-null", "local-expiry", "labelled-html"}  # fmt: skip


class Forgetful(Sheets):
    """Keeps none, so that each exchange is judged in detail."""

    def keep(self, sheet: Sheet, of: Hashable, title: str) -> None:
        """Throws it away."""


class Twice:
    """Has every exchange judged a second time, in detail."""

    def __init__(self) -> None:
        self.asked = 0
        self.differ: list[tuple[Judgement, Judgement]] = []
        self._detailed: dict[int, tuple[Judge, Judge]] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Judges each exchange that any judge is asked about meanwhile."""
        examine = Judge.examine

        def twice(
            judge: Judge, case: Case, situation: Situation, exchange: Exchange
        ) -> tuple[Judgement, Scope]:
            then = replace(situation, issued=frozenset(situation.issued))
            said = examine(judge, case, then, exchange)
            other = self._beside(judge)
            if other is not judge:
                wanted = examine(other, case, then, exchange)
                self.asked += 1
                if said != wanted:
                    self.differ.append((said[0], wanted[0]))
            return said

        with patch.object(Judge, "examine", twice):
            yield

    def _beside(self, judge: Judge) -> Judge:
        known = self._detailed.get(id(judge))
        if known is None:
            compiled, silent = judge._compiled, judge._silent
            any_operation = next(iter(compiled.operations.values()))
            known = judge, Judge(compiled.api, any_operation._supply, silent, Forgetful())
            self._detailed[id(judge)] = known
        return known[1]


def _explored(contracts: ContractSet, target: Target) -> Twice:
    twice = Twice()
    try:
        campaign = Campaign(target, DIRECTED, 7, ListSink())
        with twice.listening():
            for unit in units(contracts):
                campaign.explore(unit)
    finally:
        target.close()
    return twice


@pytest.mark.parametrize("api", miniatures.APIS)
def test_a_whole_gate_run_is_judged_alike(api: str) -> None:
    """Every exchange of it, in order, with what its situation was; and again, when there is a sheet for most."""
    heard = next(one for one in overheard() if one.api.name == api)
    silent = heard.judge()._silent
    detailed = Judge(heard.api, heard.judge()._compiled.operations[heard.asked[0][0].operation]._supply, silent,
                     Forgetful())  # fmt: skip
    quick = heard.judge()
    for _ in range(2):
        for case, situation, exchange, said in heard.asked:
            judged = quick.examine(case, situation, exchange)
            assert judged == detailed.examine(case, situation, exchange)
            assert judged[0] == said


@pytest.mark.parametrize("name", ["honest", *ORDERS])
def test_orders_are_judged_alike(name: str) -> None:
    """The example that states every law, has headers, versions and principals: honest, and with a fault."""
    contracts = load("examples/orders/contracts", date(2026, 1, 1))
    with start(Orders if name == "honest" else WRONG_ORDERS[name].make) as running:
        secrets = {"bob": Secrets({"*": running.tokens["bob"]})}
        target = Target(
            running.url, running.url, Secrets({"*": running.tokens["alice"]}),
            TargetConfig(running.url, running.url, polite=False), DIRECTED, {}, others=secrets,
        )  # fmt: skip
        twice = _explored(contracts, target)
    assert twice.asked > 100
    assert twice.differ == []


@pytest.mark.parametrize("wrong", [m for m in miniatures.WRONG if m.id.split("/")[-1] in SMALL or m.name in SMALL],
                         ids=lambda m: m.id)  # fmt: skip
def test_wrong_miniatures_are_judged_alike(wrong: miniatures.Miniature) -> None:
    """Whatever a wrong server does, and however often."""
    contracts = load("contracts", date(2026, 1, 1))
    alone = ContractSet((contracts.api(wrong.api),), contracts.digest)
    with wrong.start() as running:
        config = TargetConfig(running.url, running.url, polite=False)
        target = Target(
            running.url, running.url, Secrets({"*": running.token}), config, DIRECTED, miniatures.VALUES
        )
        twice = _explored(alone, target)
    assert twice.asked > 20
    assert twice.differ == []
