"""A history: steps performed in order, and the instances they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assay.laws.terms import Seen
from assay.machine.expression import MISSING, Scope
from assay.model.case import Case, Exchange, SubjectKind
from assay.model.contract import Json
from assay.model.event import Step
from assay.model.terms import Span
from assay.model.verdict import Judgement

#: the origin of requests that try something again
CONFIRM = "confirm"
_INSTANCE = re.compile(r"\$instances\.([A-Za-z0-9_-]+)\.")


@dataclass(slots=True)
class Instance:
    """What the model knows of one instance. `states` is empty once the model has lost track of it."""

    id: str
    states: frozenset[str]
    values: Mapping[str, Json] = field(default_factory=dict)
    #: who made it
    principal: str = ""
    #: since when it may have been in each of its states, by the clock of the stage
    since: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Performed:
    """One step and what it says."""

    step: Step
    judgement: Judgement
    fingerprints: tuple[str, ...]
    #: the same, raw: for whoever goes on with what the answer says
    exchange: Exchange
    #: what references to this step can see
    scope: Scope
    #: the id of the instance it was about, and the states it may have been in when it was asked
    instance: str | None
    before: frozenset[str]
    #: when it was called and had returned, by the clock
    window: tuple[float, float]
    #: the most requests of its race that were under way at one moment
    overlap: int = 0

    @property
    def seen(self) -> Seen:
        """The step as laws see it."""
        response, judgement, law = self.scope.response, self.judgement, self.step.case.law
        return Seen(
            case=self.step.case,
            status=None if response is None else response.status,
            body=MISSING if response is None else response.body,
            headers={} if response is None else response.headers,
            url=self.exchange.url,
            id=judgement.issued or self.instance,
            before=self.before,
            after=judgement.states,
            values=judgement.values,
            broken=tuple(v.clause for v in judgement.violated if not (law and f"/law/{law}" in v.clause)),
            window=self.window,
            overlap=self.overlap,
            scope=self.scope,
        )


@dataclass(slots=True)
class History:
    """The steps of one scenario. Instances are named by symbols; real ids come from the server."""

    steps: list[Step] = field(default_factory=list)
    performed: list[Performed] = field(default_factory=list)
    instances: dict[str, Instance] = field(default_factory=dict)
    #: values made for this history alone, by name
    fresh: dict[str, str] = field(default_factory=dict)
    #: what is made up for its requests derives from it: another for each history of a run, the same in every run
    key: str = ""
    #: what it has to tell the run, kept until its turn comes; None: it tells everything at once
    later: list[Callable[[], None]] | None = None
    #: why the last case could not be sent; empty when it was
    obstacle: str = ""
    #: True when the last case was left out because what it goes on from has come to its end
    needless: bool = False
    #: True once nothing more is to be asked
    halted: Callable[[], bool] = lambda: False

    @property
    def salt(self) -> str:
        """What is made up for the next request derives from it."""
        return f"{self.key}.{len(self.steps)}"

    def tells(self, act: Callable[[], None]) -> None:
        """Does that now, or when its turn comes."""
        if self.later is None:
            act()
        else:
            self.later.append(act)

    def instance(self, case: Case) -> Instance | None:
        """The instance a case is about, if it is one of this history."""
        if case.subject is None or case.subject.kind is not SubjectKind.KNOWN:
            return None
        return self.instances.get(case.subject.symbol)

    def stranger(self, case: Case) -> bool:
        """True when the case is about an instance that another principal made."""
        instance = self.instance(case)
        return instance is not None and instance.principal != case.principal

    def update(self, case: Case, judgement: Judgement) -> None:
        """Takes over what the judge says about the instance."""
        if judgement.issued is not None and case.subject is not None and case.subject.kind is SubjectKind.NEW:
            twins = [known for known in self.instances.values() if known.id == judgement.issued]
            states = frozenset[str]() if twins else judgement.states
            for twin in twins:  # one instance under two names: what happens to it, neither story tells alone
                twin.states = states
            self.instances[case.subject.symbol] = Instance(
                judgement.issued, states, judgement.values, case.principal, judgement.since
            )
            return
        instance = self.instance(case)
        if instance is not None and not self.stranger(case):
            instance.states = judgement.states
            instance.values = judgement.values
            instance.since = judgement.since

    def about(self, case: Case) -> tuple[Step, ...]:
        """The steps that concern the same instance as `case`, or one that it or they refer to.

        The shortest telling of what happened to it.
        """
        return self._concerning(
            mentioned(case) | ({case.subject.symbol} if case.subject is not None else set())
        )

    def behind(self, step: Step) -> tuple[Step, ...]:
        """The steps that make what this one refers to, and the step itself."""
        before = self.steps[: next(i for i, known in enumerate(self.steps) if known is step)]
        wanted = self._concerning(mentioned(step.case))
        return (*(known for known in before if any(known is other for other in wanted)), step)

    def _concerning(self, symbols: set[str]) -> tuple[Step, ...]:
        wanted, grown = set(symbols), True
        while grown:
            found = [s for s in self.steps if s.case.subject is not None and s.case.subject.symbol in wanted]
            more = {symbol for step in found for symbol in mentioned(step.case)} - wanted
            wanted |= more
            grown = bool(more)
        return tuple(found)


def mentioned(case: Case) -> set[str]:
    """The symbols of the instances that the case refers to."""
    return {found[1] for reference in case.refs.values() for found in _INSTANCE.finditer(reference)}
