"""What a run has learnt of an API from its answers: the ids it issued, and whose credentials it takes.

While several histories are under way, what one of them learns must not change what another asks or how it is judged:
which of them comes first is chance. `steady` keeps what they see as it is; what is learnt meanwhile counts afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass

from assay.explore.access import Accesses
from assay.explore.history import History, Performed
from assay.explore.ids import Roster, never_issued
from assay.explore.issuing import Issuing
from assay.judge.situation import Situation
from assay.model.case import Case, Credentials, Exchange, SubjectKind
from assay.model.contract import Api
from assay.model.event import Step
from assay.model.lifecycle import ABSENT
from assay.model.verdict import Judgement


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a history that is under way beside others sees of the others' past."""

    issued: Mapping[str, Set[str]]
    first_id: Mapping[str, str]
    proven: Mapping[str, bool]


class Knowledge:
    """Of one API, across all histories of a run. Learning is for one thread; seeing, while it is steady, for many."""

    def __init__(self, api: Api, seed: int) -> None:
        """`seed` is where ids that were never issued come from."""
        self._api, self._seed = api, seed
        #: whose credentials the target has accepted
        self.accesses = Accesses()
        #: which history was issued which id, as it happens
        self.ids = Issuing()
        self._issued: dict[str, set[str]] = {cycle.name: set() for cycle in api.lifecycles}
        self._roster = Roster()
        #: id -> the step that issued it first, after those that it needed
        self._issuer: dict[str, tuple[Step, ...]] = {}
        self._first_id: dict[str, str] = {}
        self._sight: _Sight | None = None

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Inside, everybody sees what was known when it began."""
        issued = {name: frozenset(ids) for name, ids in self._issued.items()}
        self._sight = _Sight(issued, dict(self._first_id), self.accesses.all_proven())
        try:
            yield
        finally:
            self._sight = None

    def settled(self, cycles: Iterable[str], *, secured: bool) -> bool:
        """True once an id of each of these lifecycles is known and, where something is secured, we were let in."""
        return (self.accesses.of("").proven or not secured) and all(name in self._first_id for name in cycles)

    def issued(self, operation: str) -> Set[str]:
        """Every id of the operation's lifecycle that was issued so far; empty where it has none."""
        cycle = self._api.lifecycle_of(operation)
        return self._issued[cycle.name] if cycle is not None else frozenset()

    def situation(self, history: History, case: Case) -> Situation:
        """The world as the model sees it before the case is sent."""
        cycle = self._api.lifecycle_of(case.operation)
        sight = self._sight
        if sight is None:
            proven = self.accesses.of(case.principal).proven
            issued: Set[str] = self._issued[cycle.name] if cycle else frozenset()
        else:
            proven = sight.proven.get(case.principal, self.accesses.trusted)
            issued = sight.issued[cycle.name] if cycle else frozenset()
        instance = history.instance(case)
        if instance is not None and history.stranger(case):
            return Situation(frozenset(), instance.id, {}, issued, proven, stranger=True)
        if instance is not None:
            return Situation(
                instance.states, instance.id, instance.values, issued, proven, since=instance.since
            )
        if cycle is None or case.subject is None or case.subject.kind is SubjectKind.ARBITRARY:
            return Situation(issued=issued, credentials_proven=proven)
        return Situation(frozenset({ABSENT}), None, {}, issued, proven)

    def unknown_id(self, case: Case, salt: str) -> str | None:
        """What stands for the instance of a case where no real one does: with each salt another, never issued."""
        cycle, subject = self._api.lifecycle_of(case.operation), case.subject
        if cycle is None or case.operation == cycle.created_by:
            return None
        if subject is not None and subject.kind is SubjectKind.ARBITRARY:
            return subject.value
        placed = {place.removesuffix("?") for place in case.refs}
        if subject is None and any(f"{place}.{name}" in placed for name, place in cycle.carried_in.items()):
            return None  # an earlier step says whose id it is, of another lifecycle for one
        seen = self._sight
        first = (self._first_id if seen is None else seen.first_id).get(cycle.name)
        issued = (self._issued if seen is None else seen.issued)[cycle.name]
        return never_issued(f"{self._seed}/{subject.symbol if subject else ''}/{salt}", first, issued)

    def name(self, case: Case, real: str | None) -> str:
        """How reports name the instance of a case: `order#17`; empty where it is about none."""
        cycle = self._api.lifecycle_of(case.operation)
        return "" if cycle is None or case.subject is None else self._roster.name(cycle.name, real)

    def creates(self, case: Case) -> bool:
        """True for a request that may issue an id."""
        cycle = self._api.lifecycle_of(case.operation)
        return cycle is not None and case.operation == cycle.created_by

    def meets(self, history: History, one: Performed) -> None:
        """Takes the id that a step was issued, as soon as its answer is there."""
        cycle = self._api.lifecycle_of(one.step.case.operation)
        if cycle is not None and one.judgement.issued is not None:
            self.ids.issued(cycle.name, one.judgement.issued, history.key)

    def disturbed(self, history: History) -> bool:
        """True when another history was issued the id of an instance of this one, too."""
        held = ((one.step.case.operation, one.judgement.issued) for one in history.performed)
        cycles = ((self._api.lifecycle_of(operation), real) for operation, real in held if real is not None)
        return any(cycle is not None and self.ids.shared(cycle.name, real) for cycle, real in cycles)

    def issuing(self, real: str | None) -> tuple[Step, ...]:
        """The step that issued that id first, after those that it needed; empty when none did."""
        return self._issuer.get(real or "", ())

    def learn(self, history: History, step: Step, exchange: Exchange, judgement: Judgement) -> None:
        """Takes what a step of the history says of ids and credentials."""
        case = step.case
        cycle = self._api.lifecycle_of(case.operation)
        if cycle is not None and judgement.issued is not None:
            self._issued[cycle.name].add(judgement.issued)
            self._issuer.setdefault(judgement.issued, history.behind(step))
            self._first_id.setdefault(cycle.name, judgement.issued)
        response = exchange.response
        accepted = response is not None and 200 <= response.status < 300
        if accepted and case.credentials is Credentials.VALID and self._api.operation(case.operation).secured:
            # a success of an open operation, or a redirect to a login page, proves nothing
            access = self.accesses.of(case.principal)
            access.proven = True
            if access.accepted is None and _stands_alone(case):
                access.accepted = case


def _stands_alone(case: Case) -> bool:
    """True when the case needs no instance of an earlier step."""
    return case.subject is None or case.subject.kind in {SubjectKind.NEW, SubjectKind.NEVER_ISSUED}
