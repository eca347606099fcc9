"""Clauses as pytest nodes: a suite collects clauses, an item is one clause."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assay.app.errors import AssayError, ContractError
from assay.model.verdict import ClauseKind
from assay.plan.select import NoSuchClause, select
from assay.pytest_plugin.ledger import Standing
from assay.pytest_plugin.names import spell
from assay.pytest_plugin.narrative import narrate
from assay.pytest_plugin.outcome import Ending, Violated, outcome
from assay.pytest_plugin.session import CLAUSE, AssaySession, session_of
from assay.pytest_plugin.suite import Suite

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from assay.model.verdict import Clause


class SuiteCollector(pytest.Collector):
    """The clauses of one suite."""

    def __init__(self, *, suite: Suite, **rest: Any) -> None:  # noqa: ANN401 - pytest's and JSON's own types
        super().__init__(**rest)
        self.suite = suite

    def collect(self) -> Iterator[ClauseItem]:
        """One item per clause. Raises `CollectError` with every contract error at once."""
        session = session_of(self.config)
        try:
            clauses = self._chosen(session)
        except ContractError as error:
            lines = [f"{p.place}: {p.rule}: {p.message} {p.fix}".rstrip() for p in error.problems]
            raise self.CollectError("\n".join([*lines, "", str(error)])) from None
        except (AssayError, NoSuchClause) as error:
            raise self.CollectError(str(error)) from None
        for clause in clauses:
            item: ClauseItem = ClauseItem.from_parent(self, name=spell(clause.id), clause=clause)
            yield item

    def _chosen(self, session: AssaySession) -> tuple[Clause, ...]:
        plan = session.plan
        wanted = self.suite.kinds
        of_kind = tuple(
            c for c in plan.clauses if wanted is None or c.kind in {ClauseKind(kind) for kind in wanted}
        )
        if session.options.apis:
            # a pattern for another API is no slip of the pen
            known = tuple(p for p in self.suite.only if _hits(of_kind, p))
            return select(of_kind, known) if known or not self.suite.only else ()
        return select(of_kind, self.suite.only)


def _hits(clauses: tuple[Clause, ...], pattern: str) -> bool:
    try:
        return bool(select(clauses, (pattern,)))
    except NoSuchClause:
        return False


class ClauseItem(pytest.Item):
    """One clause. The first item of a unit explores it; every item then reads how its clause stands."""

    def __init__(self, *, clause: Clause, **rest: Any) -> None:  # noqa: ANN401
        super().__init__(**rest)
        self.clause = clause
        self.user_properties.append((CLAUSE, clause.id))
        self.user_properties.append(("assay.strength", str(clause.strength)))
        self._assay = session_of(self.config)
        if self.config.pluginmanager.hasplugin("allure_pytest"):
            from assay.pytest_plugin.allure_marks import marks  # noqa: PLC0415 - only where it is needed

            for mark in marks(clause, self._assay.api(clause.api)):
                self.add_marker(mark)

    def setup(self) -> None:
        """Explores the unit: what fails here is the harness or the environment, never the API."""
        self._assay.explore(self.clause)

    def runtest(self) -> None:
        """Tells how the clause stands."""
        standing = self._standing
        found = outcome(
            standing.result,
            standing.violations,
            self._assay.ledger.report().waivers,
            strict=self._assay.options.strict,
        )
        self.user_properties.append(("assay.standing", str(standing.result.standing)))
        self.user_properties += [("assay.fingerprint", mark) for mark in standing.result.fingerprints]
        if self._assay.shows_exchanges:
            from assay.pytest_plugin.allure_story import tell  # noqa: PLC0415 - only where it is needed

            tell(self._assay, standing)
        match found.ending:
            case Ending.FAILED:
                raise Violated(found.reason)
            case Ending.XFAILED:
                raise pytest.xfail.Exception(found.reason)
            case Ending.SKIPPED:
                raise pytest.skip.Exception(found.reason)
            case Ending.PASSED:
                pass

    def teardown(self) -> None:
        """Tells Allure what only counts when the outcome is there."""
        if self._assay.shows_exchanges and "_standing" in self.__dict__:
            from assay.pytest_plugin.allure_story import flag  # noqa: PLC0415 - only where it is needed

            flag(self._assay, self._standing)

    @cached_property
    def _standing(self) -> Standing:
        return self._assay.standing(self.clause)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ANN401 - pytest's own
    ) -> str | TerminalRepr:
        """The story of a broken clause; for a bug of ours, the traceback."""
        if not isinstance(excinfo.value, Violated):
            return super().repr_failure(excinfo, style)
        standing = self._standing
        text = narrate(standing.result, standing.violations, self._assay.api(self.clause.api))
        shown = excinfo.getrepr(style="value")
        entry = shown.reprtraceback.reprentries[0]
        entry.lines = text.splitlines()
        if shown.reprcrash is not None:
            # the one-line summary and JUnit's message: where the promise is written, and how it was broken
            file, line, _ = self.reportinfo()
            shown.reprcrash = replace(
                shown.reprcrash, path=str(file), lineno=(line or 0) + 1, message=str(excinfo.value)
            )
        return shown

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where the clause is written, and its title."""
        place = self.clause.place
        if not place.file:
            return self.path, None, self.clause.title
        return Path(place.file).absolute(), max(place.line - 1, 0), self.clause.title
