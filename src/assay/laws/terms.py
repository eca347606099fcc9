"""What a law is made of: drills go out, what was seen comes back, a finding is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assay.machine.expression import MISSING, Scope
from assay.model.case import BodyKind, Case, Script
from assay.model.contract import Api
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json, Schema
from assay.model.verdict import APART, VerdictKind


@dataclass(frozen=True, slots=True)
class Seen:
    """One step of a drill as it went."""

    #: as sent: references resolved
    case: Case
    #: None when no complete answer came
    status: int | None
    #: JSON value of the answer; None for null or no body, `MISSING` when it is no JSON
    body: Json = MISSING
    #: response headers, names in lower case, the first of each
    headers: Mapping[str, str] = field(default_factory=dict)
    #: absolute URL as sent
    url: str = ""
    #: real id of the instance it is about, or that it issued; None when there is none
    id: str | None = None
    #: states the instance may have been in before and after; empty: the model has lost track of it
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    #: remembered values afterwards
    values: Mapping[str, Json] = field(default_factory=dict)
    #: clauses of other kinds that this very step broke: they have told it already
    broken: tuple[str, ...] = ()
    #: when it was called and when it returned, in seconds from an arbitrary start
    window: tuple[float, float] = (0.0, 0.0)
    #: the most requests of its race that were under way at one moment; 0 outside of races
    overlap: int = 0
    #: what expressions and rules can see of it
    scope: Scope = field(default_factory=Scope)

    @property
    def role(self) -> str:
        """The part it plays in the drill."""
        return self.case.role

    @property
    def operation(self) -> str:
        """What was asked."""
        return self.case.operation

    @property
    def succeeded(self) -> bool:
        """True for a 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def clean(self) -> bool:
        """True when it was answered and broke nothing: only on such steps can a law build."""
        return self.status is not None and not self.broken

    @property
    def sent(self) -> Json:
        """The JSON body as sent, or `MISSING`."""
        return self.case.body.value if self.case.body.kind is BodyKind.JSON else MISSING


@dataclass(frozen=True, slots=True)
class Told:
    """A drill so far. The last step has just been judged by everything else."""

    api: Api
    cycle: Lifecycle
    law: Law
    steps: Sequence[Seen]

    @property
    def last(self) -> Seen:
        """The newest step."""
        return self.steps[-1]

    def at(self, role: str) -> Seen | None:
        """The newest step that played that part."""
        return next((seen for seen in reversed(self.steps) if seen.role == role), None)

    def all(self, role: str) -> tuple[Seen, ...]:
        """Every step that played that part, oldest first."""
        return tuple(seen for seen in self.steps if seen.role == role)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a law says of a drill so far."""

    kind: VerdictKind
    #: one sentence: what was expected and what came
    message: str = ""
    #: what distinguishes this way of failing from others of the same law, without random values
    facet: str = ""
    #: JSON Pointer into the last answer, where it applies
    pointer: str = ""
    #: the part of the law it is about, where the law has parts (`principals`, `pages`)
    aspect: str = ""
    #: True where others who use the target meanwhile could explain it: it counts when it comes again
    transient: bool = False


def holds(aspect: str = "") -> Finding:
    """The law was seen to hold."""
    return Finding(VerdictKind.HOLDS, aspect=aspect)


def broken(
    message: str, facet: str, pointer: str = "", aspect: str = "", *, transient: bool = False
) -> Finding:
    """The law was seen broken, whatever else the documentation leaves open."""
    return Finding(VerdictKind.VIOLATED, message, facet, pointer, aspect, transient)


def untold(message: str, aspect: str = "") -> Finding:
    """The drill did not go as it must for the law to be told."""
    return Finding(VerdictKind.INCONCLUSIVE, message, aspect=aspect)


def apart(message: str, aspect: str = "") -> Finding:
    """The drill wanted requests to meet, and they did not: nothing of the law was witnessed."""
    return Finding(VerdictKind.INCONCLUSIVE, message, APART, aspect=aspect)


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the law that cannot be tried, and why: it stays unwitnessed for that reason."""

    why: str
    aspect: str = ""


class Ground(Protocol):
    """What drills are made of. One per lifecycle; everything it hands out is about fresh instances."""

    @property
    def api(self) -> Api:
        """The API."""
        ...

    @property
    def cycle(self) -> Lifecycle:
        """The table."""
        ...

    @property
    def principals(self) -> tuple[str, ...]:
        """The principals of the target, the usual one first; never empty."""
        ...

    @property
    def states(self) -> tuple[str, ...]:
        """The states other than `absent` that a documented way leads into, nearest first."""
        ...

    def lead(self, state: str, symbol: str = "i1", principal: str = "") -> tuple[Case, ...]:
        """Creates `symbol` and brings it into `state`: the fewest steps, the creator first.

        Raises `LookupError` when no documented way leads there.
        """
        ...

    def complete(self, script: Script) -> Script:
        """The drill with the steps before it that its requests need: whoever plays it calls this, no law does."""
        ...

    def ask(self, operation: str, symbol: str | None = None) -> Case:
        """The surest valid request, about `symbol` where it carries an instance. A creator makes `symbol`."""
        ...

    def ways(self, operation: str, symbol: str | None = None) -> tuple[Case, ...]:
        """Every kind of surely valid request: the usual first, then the minimal, the full, one with other values."""
        ...

    def body(self, operation: str, seed: str) -> Json:
        """A surely valid JSON body, another for another seed where the schema leaves a choice; MISSING without one."""
        ...

    def valid(self, case: Case) -> bool:
        """True when the documentation says that such a request is accepted (in a state that allows it)."""
        ...

    def refused(self, operation: str, symbol: str | None = None) -> Iterator[Case]:
        """Requests that the documentation surely refuses: wrong or no credentials, a 4xx that the contract says how to
        provoke, and one constraint broken each (its clause is their `aim`).
        """
        ...


class Kind(Protocol):
    """One law: a module."""

    #: as written in `laws:`
    NAME: str
    #: one sentence for people, ends without a point
    TITLE: str
    #: JSON Schema of its parameters, each with the `description` that docs and editors show. Beside the schema of a
    #: text stands `x-names` when the text names something of the contract: `operation`, `state`, or `field` (of the
    #: lifecycle's `fields`); lint then says what does not exist. For the keys of a map it stands in `propertyNames`.
    #: `{"type": "array", "items": {"type": "string", "x-names": "operation"}, "description": "Asked twice."}`
    PARAMETERS: Schema

    def aspects(self, law: Law) -> Mapping[str, str]:
        """Parts that have a clause of their own: name -> sentence. The law's own clause is besides."""
        ...

    def drills(self, ground: Ground, law: Law) -> Iterator[Script | Missing]:
        """Scripts to play, most telling first; each of at most six requests where that is possible at all."""
        ...

    def judge(self, told: Told) -> Sequence[Finding]:
        """What the newest step of a drill says of the law; nothing while it says nothing yet."""
        ...
