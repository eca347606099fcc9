"""Before a request is sent: what stands in its way, what is known of its instance, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable

from assay.explore.address import NoAddress, addressed
from assay.explore.history import CONFIRM, History
from assay.explore.knowledge import Knowledge
from assay.explore.line import Line
from assay.explore.race import Ready
from assay.explore.references import Unresolved, resolve, retarget, unready
from assay.explore.waiting import Patience
from assay.inputs.fresh import Freshener
from assay.inputs.wire import build
from assay.model.case import Case, Credentials, SubjectKind
from assay.model.contract import Api, Operation
from assay.ports import Clock

#: why an operation is not to be asked; empty where it may be
Forbids = Callable[[Operation], str]


def nothing(_operation: Operation) -> str:
    """Everything may be asked."""
    return ""


class Obstacle(Exception):
    """A case cannot be sent now; the message says why."""


class Preparation:
    """Makes requests of the cases of one API."""

    def __init__(self, api: Api, line: Line, knowledge: Knowledge, clock: Clock, patience: Patience, seed: int,
                 freshener: Freshener, *, has_credentials: bool, forbids: Forbids = nothing) -> None:  # fmt: skip
        """`forbids` says why an operation is not to be asked."""
        self._api, self._line, self._knowledge = api, line, knowledge
        self._clock, self._patience, self._seed = clock, patience, seed
        self._freshener = freshener
        self._has_credentials, self._forbids = has_credentials, forbids
        #: True once something that needs credentials was asked, with them or in vain for want of them
        self.knocked = False

    def __call__(self, history: History, case: Case) -> Ready:
        """The request of a case that goes on with a history. What is made up for it derives from the history's salt.

        Raises `Obstacle`; `Needless` when what it goes on from has come to its end; `CannotSend`.
        """
        if why := self._obstacle(history, case):
            raise Obstacle(why)
        operation = self._api.operation(case.operation)
        number = history.salt
        case = self._freshener(case, f"{self._seed}/{number}")
        situation = self._knowledge.situation(history, case)
        try:
            if case.refs:
                # the present is in it, so that no later run makes the same again: the target may remember
                salt = f"{self._clock.now().isoformat()}/{self._seed}/{number}"
                case = resolve(case, operation, history, salt)
            instance = situation.instance or self._knowledge.unknown_id(case, number)
            request = build(self._api, operation, case, instance)
            request = addressed(self._api, case, request, history)
            return Ready(case, situation, retarget(case, request, history) if case.refs else request)
        except (NoAddress, Unresolved) as error:
            raise Obstacle(f"what it builds on is missing: {error}") from error

    def _obstacle(self, history: History, case: Case) -> str:
        """Why the case cannot be sent; empty when it can."""
        operation = self._api.operation(case.operation)
        if told := self._forbids(operation):
            return told
        valid = operation.secured and case.credentials is Credentials.VALID
        self.knocked = self.knocked or (valid and not case.principal)
        if valid and not case.principal and not self._has_credentials:
            return "needs credentials: none were given (--auth-env)"
        if valid and self._knowledge.accesses.of(case.principal).lost:
            return f"the target stopped accepting the credentials of {case.principal}"
        if self._line.hangs(case.operation) and not (
            case.origin == CONFIRM and self._line.try_again(case.operation)
        ):
            return f"{case.operation} does not answer"
        if case.wait and (dear := self._patience.obstacle(case, case.wait)):
            return dear
        if (
            case.subject is None
            or case.subject.kind is not SubjectKind.KNOWN
            or history.instance(case) is not None
        ):
            return unready(self._api, case, history)
        if not history.steps:
            return "the instance it needs was not made"
        last = history.steps[-1]
        got = last.evidence.status or last.evidence.failure
        return f"the instance it needs was not made: {last.case.operation} was answered {got}"
