"""What pytest's own output says of laws: races as time lines, and what was left behind."""

from __future__ import annotations

from dataclasses import replace

from assay.model.case import Case
from assay.model.event import CleanedUp, RunFinished, RunStarted, Step
from assay.model.evidence import Evidence
from assay.model.ledger import Leftover
from assay.model.terms import Strength
from assay.model.verdict import Clause, ClauseKind, Standing, Verdict, VerdictKind
from assay.pytest_plugin.narrative import narrate
from assay.pytest_plugin.summary import leftovers
from assay.report.fold import fold
from assay.report.result import ClauseResult, Violation
from fakes.contracts import made

CLAUSE = Clause(
    "shop/lifecycle/order/law/atomic", "shop", ClauseKind.LAW, Strength.DOCUMENTED, "docs", "at once"
)
EVIDENCE = Evidence("POST", "http://t/pay", (), None, 200, "OK", (), "{}", 2, None, "", 1.0, "curl")


def test_a_race_is_told_as_a_time_line() -> None:
    """Below the steps, one bar for each request that went at once."""
    steps = [
        replace(
            Step(Case("shop", name, "at once", "law", together="race"), EVIDENCE), window=window, overlap=2
        )
        for name, window in (("pay", (0.0, 0.02)), ("cancel", (0.01, 0.04)))
    ]
    verdict = Verdict(CLAUSE.id, VerdictKind.VIOLATED, "no order explains it")
    violation = Violation("f1", CLAUSE, verdict, tuple(steps))
    told = narrate(ClauseResult(CLAUSE, Standing.VIOLATED), [violation], made())
    assert "2 requests at once in 40.0 ms, 2 under way at one moment:" in told
    assert "1. pay    |████" in told
    assert "2. cancel |" in told


def test_what_is_left_behind_is_told() -> None:
    """With the reason, and how to try again; nothing where nothing is left."""
    header = RunStarted("r1", "2026-01-01T00:00:00Z", 1, "gate", "http://t", "d", "0", (CLAUSE,))
    footer = RunFinished("2026-01-01T00:00:10Z", True)
    left = [Leftover("shop", kind, 2, ("a", "b"), "stop answered 500") for kind in "abcdefg"]
    told = leftovers(fold([header, CleanedUp(left=tuple(left)), footer]))
    assert told[0] == "left behind: 2 × a (id a, b): stop answered 500"
    assert told[-2:] == ["left behind: 2 more kinds, in the report", "`assay cleanup r1` tries again"]
    assert leftovers(fold([header, footer])) == []
