"""The canary: one request that the target let in before, asked again when it refuses another."""

from __future__ import annotations

from assay.explore.knowledge import Knowledge
from assay.explore.line import Line
from assay.explore.register import Register
from assay.inputs.fresh import Freshener
from assay.inputs.wire import build
from assay.judge.judge import Judge
from assay.judge.situation import Situation
from assay.model.case import Case, Credentials, Exchange
from assay.model.contract import Api


class Canary:
    """Tells a refusal of this very request from the end of somebody's credentials."""

    def __init__(self, api: Api, judge: Judge, line: Line, knowledge: Knowledge, freshener: Freshener, seed: int,
                 register: Register | None) -> None:  # fmt: skip
        self._api, self._judge, self._line, self._knowledge = api, judge, line, knowledge
        self._freshener, self._seed, self._register = freshener, seed, register

    def locked_out(self, case: Case, exchange: Exchange, salt: str) -> bool:
        """True when a refusal of good credentials is not about this request: one accepted before is refused too.

        `salt` is another for each request of the run. Raises `TargetDown`.
        """
        accepted = self._accepted(case, exchange)
        if accepted is None:
            return False
        again = self._freshener(accepted, f"{self._seed}/canary/{salt}")
        operation = self._api.operation(again.operation)
        if self._register is not None:  # it may make one more
            self._register.begins(again)
        asked = self._line.exchange(
            build(self._api, operation, again, self._knowledge.unknown_id(again, f"canary/{salt}"))
        )
        if self._register is not None:
            before = Situation(credentials_proven=True)
            self._register(again, before, self._judge(again, before, asked), asked)
        return _refused(asked)

    def _accepted(self, case: Case, exchange: Exchange) -> Case | None:
        """What to ask again; None where nobody was refused who was let in before."""
        access = self._knowledge.accesses.of(case.principal)
        refused = _refused(exchange) and access.proven and case.credentials is Credentials.VALID
        return access.accepted if refused else None


def _refused(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status in {401, 403}
