"""Clauses, verdicts and standings: the words in which conformance is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assay.model.problem import NOWHERE, Place
from assay.model.terms import Json, Span, Strength


class ClauseKind(StrEnum):
    """What a clause is about."""

    #: a documented status can be seen where it is documented
    STATUS = "status"
    #: only documented statuses are answered
    STATUSES = "documented-statuses"
    CONTENT_TYPE = "content-type"
    HEADER = "header"
    SHAPE = "shape"
    PROMISE = "promise"
    #: no success without credentials
    AUTHORIZATION = "authorization"
    #: input that breaks one constraint is refused
    REJECTS = "rejects"
    #: no 5xx that is not documented
    SERVER_ERROR = "no-server-error"
    #: every request gets a complete HTTP response
    ANSWERS = "answers"
    #: one (state, operation) entry of a lifecycle
    CELL = "cell"
    #: an instance expires when the table says so
    EXPIRY = "expiry"
    #: a remembered value stays what it was
    FIELD = "field"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class Clause:
    """One testable promise with a stable id."""

    id: str
    api: str
    kind: ClauseKind
    strength: Strength
    source: str
    #: one sentence for people
    title: str
    operation: str | None = None
    lifecycle: str | None = None
    state: str | None = None
    #: the status it is about, as the contract writes it
    status: str | None = None
    place: Place = NOWHERE
    #: why nobody can witness it; None when it can be
    unreachable: str | None = None


class VerdictKind(StrEnum):
    """What one exchange says about one clause."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"
    #: the contract does not say what should have happened: noted, never failed
    OBSERVED = "observed"


#: facet of an inconclusive verdict on requests that were to meet and did not: it leaves its clause unwitnessed
APART = "apart"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Clause × exchange."""

    clause: str
    kind: VerdictKind
    #: one sentence: what was expected and what came
    message: str = ""
    #: short label of what was seen, for tallies: `404`, `200 null`, `200 empty`
    outcome: str = ""
    #: what distinguishes this way of failing from others of the same clause, without random values
    facet: str = ""
    #: JSON Pointer into the response body, where it applies
    pointer: str = ""
    #: the kind of failure networks and busy gateways cause now and then: it counts only when it comes again
    transient: bool = False


class Standing(StrEnum):
    """What a clause has at the end of a run."""

    VERIFIED = "verified"
    VIOLATED = "violated"
    UNWITNESSED = "unwitnessed"
    INCONCLUSIVE = "inconclusive"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's decision about a violated clause. It hides nothing."""

    #: clause id or fingerprint
    matches: str
    reason: str
    owner: str
    until: date
    place: Place = NOWHERE
    #: where the decision is written down; empty: nowhere
    link: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A promise, or all those of an operation, that may be broken until it has held once."""

    #: clause id, or `api/operation`
    matches: str
    place: Place = NOWHERE

    def covers(self, clause: Clause) -> bool:
        """True for the clause of that id, and for each about that operation, its cells in lifecycles among them."""
        return self.matches in {clause.id, f"{clause.api}/{clause.operation}"}


@dataclass(slots=True)
class Judgement:
    """All that one exchange says. Never changed once made, and not frozen only because there is one for each."""

    verdicts: tuple[Verdict, ...]
    #: states the instance may be in afterwards; empty when it is out of step with the table
    states: frozenset[str] = frozenset()
    #: remembered values afterwards
    values: Mapping[str, Json] = field(default_factory=dict)
    #: the id the creating answer named
    issued: str | None = None
    #: an undocumented status was seen, whatever was judged of it
    undocumented: bool = False
    #: since when it may have been in each of `states`: at the earliest and at the latest, by the clock of whoever asked
    since: Mapping[str, Span] = field(default_factory=dict)
    #: what was promised may still come: how often to ask, and for how long at most, in seconds; None: nothing may
    pending: tuple[float, float] | None = None

    @property
    def violated(self) -> tuple[Verdict, ...]:
        """The verdicts that say a promise was broken."""
        return tuple(v for v in self.verdicts if v.kind is VerdictKind.VIOLATED)
