"""A clause's exchanges as Allure steps: the shortest history of what broke, or a sample of what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import allure

from assay.model.event import Step
from assay.pytest_plugin.allure_marks import shelf
from assay.pytest_plugin.narrative import answer, exchange, headline, path
from assay.pytest_plugin.outcome import Violated
from assay.report.names import names
from assay.report.result import Violation

if TYPE_CHECKING:
    from assay.model.verdict import Clause
    from assay.pytest_plugin.ledger import Standing
    from assay.pytest_plugin.session import AssaySession

#: violations of one clause that are told; the report has all
_TOLD = 3


class _Plain:
    """A parameter's value as it is: Allure puts quotes around text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def tell(session: AssaySession, standing: Standing) -> None:
    """Adds title, parameters, steps and attachments to the current Allure result."""
    result = standing.result
    header = session.ledger.report().header
    allure.dynamic.title(result.clause.title)  # type: ignore[no-untyped-call]
    _place(session, result.clause)
    # excluded: the same clause against another target is the same test with the same history
    allure.dynamic.parameter("target", _Plain(header.target), excluded=True)
    allure.dynamic.parameter("profile", _Plain(header.profile), excluded=True)
    allure.dynamic.parameter("seed", _Plain(str(header.seed)), excluded=True)
    allure.dynamic.parameter("standing", _Plain(result.label), excluded=True)
    for waiver in session.ledger.report().waivers:
        if waiver.link and (result.clause.id in waiver.waives or waiver.matches in result.fingerprints):
            allure.dynamic.link(  # type: ignore[no-untyped-call]
                waiver.link, link_type="issue", name=waiver.reason
            )
    for violation in standing.violations[:_TOLD]:
        _violation(session, violation)
    if not standing.violations:
        for step in standing.samples:
            name = names((step,))[0]
            with _step(session, headline(step, name), (step,)):
                _attach(step, name)


def flag(session: AssaySession, standing: Standing) -> None:
    """Says of the current Allure result whether it is known or flaky: of no use before its outcome is there.

    Allure marks, counts and filters by these; allure-pytest never sets them.
    """
    details = getattr(_result(session), "statusDetails", None)
    if details is not None:
        details.known = standing.result.waived or None
        details.flaky = standing.result.flaky or None


def _place(session: AssaySession, clause: Clause) -> None:
    """Puts the result under its API and operation or lifecycle in Allure 3's tree, which goes by this path,
    not by labels.

    allure-pytest fills it with folder and module names and has no door to change that; where it moves the
    value, the
    tree falls back to those.
    """
    found = _result(session)
    if found is not None and hasattr(found, "titlePath"):
        found.titlePath = list(shelf(clause, session.api(clause.api)))


def _logger(session: AssaySession) -> Any:  # noqa: ANN401 - allure-pytest ships no types
    """What allure-pytest keeps its results in; None where it is not as we know it."""
    return getattr(session.config.pluginmanager.get_plugin("allure_listener"), "allure_logger", None)


def _result(session: AssaySession) -> Any:  # noqa: ANN401
    """The result of the current test, if there is one."""
    logger = _logger(session)
    return logger.get_test(None) if logger is not None else None


@contextmanager
def _step(session: AssaySession, title: str, about: Sequence[Step]) -> Iterator[None]:
    """A step that took as long as those exchanges did, not as long as it takes to tell of them."""
    told = None
    try:
        with allure.step(title):
            logger = _logger(session)
            told = logger.get_last_item() if hasattr(logger, "get_last_item") else None
            yield
    finally:
        if told is not None and about and hasattr(told, "stop"):
            told.start = _milliseconds(about[0])
            told.stop = max(_milliseconds(about[-1]) + round(about[-1].evidence.elapsed_ms), told.start)


def _milliseconds(step: Step) -> int:
    return round(datetime.fromisoformat(step.evidence.started).timestamp() * 1000)


def _violation(session: AssaySession, violation: Violation) -> None:
    last = len(violation.history)
    try:
        with _step(session, f"{violation.verdict.message} ({violation.fingerprint})", violation.history):
            for number, (step, name) in enumerate(zip(violation.history, violation.names, strict=True), 1):
                with _step(session, headline(step, name), (step,)):
                    _attach(step, name)
                    if number == last:
                        raise Violated(violation.verdict.message)  # noqa: TRY301 - how a step fails
    except Violated:
        pass


def _attach(step: Step, name: str) -> None:
    text = allure.attachment_type.TEXT
    whom = f"{name}: " if name else ""
    allure.attach(
        exchange(step.evidence),
        f"{whom}{step.evidence.method} {path(step.evidence)} → {answer(step.evidence)}",
        text,
    )
    allure.attach(step.evidence.curl, "curl", text)
