"""For tests of your own: ask an operation, and have the answer judged by the same judge and logged with the
run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from assay.app.errors import EnvironmentFailure, UsageError
from assay.explore.history import History, Performed
from assay.explore.line import TargetDown
from assay.model.case import BodyKind, Case, Credentials, Payload, Subject, SubjectKind
from assay.model.contract import Json, Operation
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict, VerdictKind
from assay.pytest_plugin.narrative import answer as status_line
from assay.pytest_plugin.narrative import exchange as as_text
from assay.pytest_plugin.narrative import path as path_of

if TYPE_CHECKING:
    from assay.model.contract import Api
    from assay.pytest_plugin.session import AssaySession

ORIGIN = "pytest"


class _Usual:
    """«As in a surely valid request»."""

    def __repr__(self) -> str:
        return "as usual"


USUAL = _Usual()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and what the contracts say of it."""

    #: None when no complete response came
    status: int | None
    #: names in lower case; the last one wins
    headers: Mapping[str, str]
    #: as received, not redacted: yours to look at, not to print
    body: bytes = field(repr=False)
    #: one per clause that this exchange says something about
    verdicts: tuple[Verdict, ...]
    #: the redacted exchange
    evidence: Evidence = field(repr=False)
    #: names the instance that this answer created or is about
    instance: str | None = None

    @property
    def json(self) -> Json:
        """The body as JSON. Raises `ValueError` when it is none."""
        return json.loads(self.body)

    @property
    def violations(self) -> tuple[Verdict, ...]:
        """The verdicts that say a promise was broken. `assert not answer.violations` is a good last line."""
        return tuple(v for v in self.verdicts if v.kind is VerdictKind.VIOLATED)

    @property
    def text(self) -> str:
        """The redacted exchange as a person reads it."""
        return as_text(self.evidence)

    def __str__(self) -> str:
        return f"{self.evidence.method} {path_of(self.evidence)} → {status_line(self.evidence)}"


class ApiUnderTest:
    """One API of the contracts, for one test: instances made here are remembered here."""

    def __init__(self, session: AssaySession, api: Api) -> None:
        self._session = session
        self._api = api
        self._history = History()
        self._made = 0

    @classmethod
    def of(cls, session: AssaySession, name: str) -> ApiUnderTest:
        """The API of that name. Raises `UsageError` when the contracts have none."""
        try:
            return cls(session, session.api(name))
        except KeyError:
            known = ", ".join(api.name for api in session.plan.contracts.apis)
            raise UsageError(
                f"Cannot test the API {name!r}: because the contracts have none. They have: {known}."
            ) from None

    def body(self, operation: str) -> Json:
        """The body of a surely valid request, to change as you like. None where the operation takes none."""
        return self._usual(self._operation(operation), None).body.value

    def call(
        self,
        operation: str,
        *,
        credentials: str = "valid",
        instance: Answer | str | None = None,
        path: Mapping[str, Json] | None = None,
        query: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        body: Any = USUAL,  # noqa: ANN401 - pytest's and JSON's own types
    ) -> Answer:
        """Makes one request and judges the answer.

        What is not given is as in a surely valid request; a parameter given as None is left out.
        `credentials` are
        `valid`, `missing` or `invalid`. `instance` is the answer that created it, or an id as text, of which
        the
        contract then knows nothing; without one, an operation that needs an id asks about one that was never
        issued.
        `body` is any JSON value, or bytes as they are; empty bytes send no body.

        Raises `UsageError` for an operation or instance that does not exist, `EnvironmentFailure` when the
        target is
        down. Skips the test when the request needs credentials and none were given.
        """
        wanted = self._operation(operation)
        case = self._usual(wanted, self._subject(wanted, instance))
        case = replace(
            case,
            title=f"asked by a test: {operation}",
            credentials=_credentials(credentials),
            path=_laid_over(case.path, path),
            query=_laid_over(case.query, query),
            headers=_laid_over(case.headers, headers),
            cookies=_laid_over(case.cookies, cookies),
            body=case.body if body is USUAL else _payload(body, case.body),
        )
        return self._perform(case)

    def _perform(self, case: Case) -> Answer:
        campaign = self._session.open().campaign
        stage, needs = campaign.stage(self._api), campaign.planner(self._api).prerequisites
        *before, case = needs.complete((case,), self._history.instances)
        try:
            known = len(self._history.performed)
            stage.perform_all(self._history, before)
            for made in self._history.performed[known:]:
                stage.tell(made, self._history)
            performed = stage.perform(self._history, case)
            if performed is None:
                pytest.skip(
                    f"{case.operation} cannot be asked: no credentials were given, or it answers no more"
                )
            stage.tell(performed, self._history)
        except TargetDown as error:
            raise EnvironmentFailure(
                f"Cannot go on: because the target does not answer ({error}). See that it runs."
            ) from None
        return self._answer(case, performed)

    def _answer(self, case: Case, performed: Performed) -> Answer:
        response = performed.exchange.response
        symbol = case.subject.symbol if case.subject is not None else None
        return Answer(
            status=response.status if response else None,
            headers={name.lower(): value for name, value in response.headers} if response else {},
            body=response.body if response else b"",
            verdicts=performed.judgement.verdicts,
            evidence=performed.step.evidence,
            instance=symbol if symbol in self._history.instances else None,
        )

    def _operation(self, name: str) -> Operation:
        try:
            return self._api.operation(name)
        except KeyError:
            known = ", ".join(operation.id for operation in self._api.operations)
            raise UsageError(
                f"Cannot ask {name!r}: because {self._api.name} has no such operation. It has: {known}."
            ) from None

    def _usual(self, operation: Operation, subject: Subject | None) -> Case:
        return self._session.open().campaign.planner(self._api).usual(operation.id, subject, ORIGIN)

    def _subject(self, operation: Operation, instance: Answer | str | None) -> Subject | None:
        cycle = self._api.lifecycle_of(operation.id)
        if cycle is None:
            return None
        if operation.id == cycle.created_by:
            self._made += 1
            return Subject(SubjectKind.NEW, f"i{self._made}")
        if isinstance(instance, str):
            return Subject(SubjectKind.ARBITRARY, value=instance)
        if instance is None:
            return Subject(SubjectKind.NEVER_ISSUED, "n1")
        if instance.instance is None:
            raise UsageError(f"Cannot ask {operation.id}: because this answer made no instance ({instance}).")
        return Subject(SubjectKind.KNOWN, instance.instance)


def _credentials(name: str) -> Credentials:
    try:
        return Credentials(name)
    except ValueError:
        raise UsageError(
            f"Cannot send {name!r} credentials: because they are one of {', '.join(Credentials)}."
        ) from None


def _laid_over(usual: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in {**usual, **(given or {})}.items() if value is not None}


def _payload(body: Any, usual: Payload) -> Payload:  # noqa: ANN401 - pytest's and JSON's own types
    media_type = usual.media_type or "application/json"
    if not isinstance(body, bytes):
        return Payload(BodyKind.JSON, body, media_type=media_type)
    return Payload(BodyKind.RAW, raw=body, media_type=media_type) if body else Payload()
