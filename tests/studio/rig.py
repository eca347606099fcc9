"""The studio's contracts, and a stage that asks a studio in memory."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from assay.app.load import load
from assay.evidence.redact import Policy
from assay.explore.register import Keep
from assay.explore.stage import Stage
from assay.inputs.known_good import Supply
from assay.judge import Judge
from assay.model.case import Credentials, Failure, Script, WireRequest, WireResponse
from assay.model.contract import Api
from assay.plan.witness import Planner
from fakes.clock import FakeClock
from fakes.send import FakeSend, reply
from fakes.sink import ListSink
from studio.server import TOKENS, Studio

CONTRACTS = str(Path(__file__).with_name("contracts"))
NOTHING = Supply({})


@cache
def api() -> Api:
    """The studio's API."""
    return load(CONTRACTS, date(2026, 1, 1)).api("studio")


class Rig:
    """A stage with everything around it in memory."""

    def __init__(
        self,
        studio: Studio,
        supply: Supply = NOTHING,
        *,
        has_credentials: bool = True,
        ledger: Keep | None = None,
    ) -> None:
        self.studio, self.sink, self.clock = studio, ListSink(), FakeClock()
        self.planner = Planner(api(), supply, has_credentials=has_credentials)
        self.send = FakeSend(self._answer, self.clock)
        self.judge = Judge(api(), supply)
        self.stage = Stage(
            api(), self.judge, self.send, self.sink, self.clock, Policy(()), 3,
            has_credentials=has_credentials, ledger=ledger,
        )  # fmt: skip

    def play(self, script: Script) -> list[str]:
        """Plays a script, completed; what was asked, in order."""
        before = len(self.send.requests)
        self.stage.play(self.planner.complete(script).steps)
        return self.send.lines[before:]

    @property
    def violated(self) -> list[tuple[str, list[str]]]:
        """Clause and operations of each violation told."""
        return [
            (found.verdict.clause.partition("/")[2], [step.case.operation for step in found.history])
            for found in self.sink.violations
        ]

    def _answer(self, request: WireRequest) -> WireResponse | Failure:
        headers = {name.lower(): value for name, value in request.headers}
        token = {Credentials.VALID: TOKENS[0], Credentials.INVALID: "wrong", Credentials.MISSING: None}
        given = token[request.credentials] if not request.principal else TOKENS[1]
        if given is not None:
            headers["authorization"] = f"Bearer {given}"
        status, value = self.studio.answer(request.method, request.path, headers, request.body or b"")
        return reply(status) if value is None else reply(status, value)
