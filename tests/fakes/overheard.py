"""A whole gate run against the embedded mock, and all that its judges were asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from assay.app.campaign import Campaign
from assay.app.profile import PROFILES
from assay.app.target import MOCK, open_target
from assay.app.units import units
from assay.explore.stage import Stage
from assay.judge import Judge, Situation
from assay.machine.expression import Scope
from assay.model.case import Case, Exchange
from assay.model.contract import Api, Strength
from assay.model.verdict import Judgement
from assay.plan.clauses import clauses
from fakes.contracts import shipped, supply
from fakes.sink import ListSink

#: case, situation, exchange, and what was said of them
Asked = tuple[Case, Situation, Exchange, Judgement]


@dataclass
class Overheard:
    """One API of the run."""

    api: Api
    asked: list[Asked] = field(default_factory=list)

    def judge(self) -> Judge:
        """A judge as the run had it, that has seen nothing yet."""
        return Judge(self.api, supply(self.api), _silent(self.api))


class _Listening(Judge):
    """A judge whose questions and answers are written down."""

    def __init__(self, heard: Overheard) -> None:
        super().__init__(heard.api, supply(heard.api), _silent(heard.api))
        self._heard = heard

    def examine(self, case: Case, situation: Situation, exchange: Exchange) -> tuple[Judgement, Scope]:
        said = super().examine(case, situation, exchange)
        # the ids issued so far are a set that grows
        then = replace(situation, issued=frozenset(situation.issued))
        self._heard.asked.append((case, then, exchange, said[0]))
        return said


class _Campaign(Campaign):
    """A campaign with such judges."""

    heard: dict[str, Overheard]

    def stage(self, api: Api) -> Stage:
        if api.name not in self._stages:
            self.heard[api.name] = Overheard(api)
            self._stages[api.name] = Stage(
                api, _Listening(self.heard[api.name]), self._sender(api), self._keep,
                self.target.clock(self._clock), self.target.policy, self.seed,
                has_credentials=self.target.has_credentials, patience=self._patience(),
            )  # fmt: skip
        return super().stage(api)


def _silent(api: Api) -> frozenset[str]:
    return frozenset(clause.id for clause in clauses(api) if clause.strength is Strength.SILENT)


@lru_cache(maxsize=1)
def overheard() -> tuple[Overheard, ...]:
    """The shipped contracts, one after another."""
    contracts = shipped()
    profile = PROFILES["gate"]
    target = open_target(MOCK, contracts, profile, 1, None, {})
    try:
        campaign = _Campaign(target, profile, 1, ListSink())
        campaign.heard = {}
        for unit in units(contracts):
            campaign.explore(unit)
    finally:
        target.close()
    return tuple(campaign.heard.values())
