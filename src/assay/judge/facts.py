"""All that the checks look at, gathered once per exchange."""

from __future__ import annotations

from dataclasses import dataclass

from assay.inputs.classify import Classified, Validity, strict_json
from assay.judge.body import Body
from assay.judge.compiled import CompiledOperation
from assay.judge.situation import Situation
from assay.machine.expression import MISSING, InstanceFacts, RequestFacts, ResponseFacts, Scope
from assay.model.case import BodyKind, Case, Credentials, Exchange, WireResponse
from assay.model.contract import Json, Reply
from assay.model.verdict import Verdict, VerdictKind

#: where the remembered values keep an id that is a number in bodies: in URLs it is text, to expressions it is not
ID = "id"


@dataclass(frozen=True, slots=True)
class Facts:
    """One answered exchange in its context."""

    of: CompiledOperation
    case: Case
    situation: Situation
    exchange: Exchange
    response: WireResponse
    classified: Classified
    reply: Reply | None
    body: Body
    #: the id the creating answer named, if it did
    issued: str | None
    scope: Scope

    @property
    def status(self) -> int:
        """The status answered."""
        return self.response.status

    @property
    def succeeded(self) -> bool:
        """True for 2xx."""
        return 200 <= self.response.status < 300

    @property
    def unauthorized(self) -> bool:
        """True when the operation is secured and this request carries no valid credentials."""
        return self.of.operation.secured and self.case.credentials is not Credentials.VALID

    @property
    def outcome(self) -> str:
        """What was seen, in a word or two: `404`, `200 null`."""
        return f"{self.status} {self.body.label}".strip()

    @property
    def question(self) -> str:
        """What was asked, for messages: the operation, and what is special about the request."""
        return f"{self.of.operation.id} ({self.case.title})"

    def verdict(self, clause: str, kind: VerdictKind, message: str = "", facet: str = "", pointer: str = "",
                *, transient: bool = False) -> Verdict:  # fmt: skip
        """A verdict on this exchange."""
        return Verdict(clause, kind, message, self.outcome, facet, pointer, transient)

    def holds(self, clause: str) -> Verdict:
        """The clause was kept here."""
        return self.verdict(clause, VerdictKind.HOLDS)

    def violated(
        self, clause: str, message: str, facet: str, pointer: str = "", *, transient: bool = False
    ) -> Verdict:
        """The clause was broken here; `message` says what was expected and what came."""
        return self.verdict(
            clause, VerdictKind.VIOLATED, f"{self.question}: {message}", facet, pointer, transient=transient
        )

    def observed(self, clause: str, message: str) -> Verdict:
        """The documentation does not say what should have come."""
        return self.verdict(clause, VerdictKind.OBSERVED, f"{self.question}: {message}")

    def inconclusive(self, clause: str, message: str) -> Verdict:
        """Nothing can be concluded, for a reason outside the API's behaviour."""
        return self.verdict(clause, VerdictKind.INCONCLUSIVE, f"{self.question}: {message}")

    @property
    def valid(self) -> bool:
        """True when the documentation calls this request valid."""
        return self.classified.validity is Validity.VALID


def scope_of(of: CompiledOperation, case: Case, situation: Situation, exchange: Exchange, response: WireResponse,
             body: Body, instance: Json) -> Scope:  # fmt: skip
    """The facts that runtime expressions and CEL rules may speak of."""
    path = dict(case.path)
    if of.lifecycle is not None and situation.instance is not None:
        path.update(
            {n: situation.instance for n, where in of.lifecycle.carried_in.items() if where == "path"}
        )
    request = RequestFacts(
        method=exchange.request.method,
        url=exchange.url,
        path=of.spelled("path", path),
        query=of.spelled("query", case.query),
        headers={name.lower(): value for name, value in exchange.request.headers},
        body=_sent(case),
    )
    answer = ResponseFacts(
        status=response.status,
        headers={name.lower(): value for name, value in reversed(response.headers)},
        body=body.value,
    )
    return Scope(request, answer, InstanceFacts(instance, situation.values), exchange.started)


def _sent(case: Case) -> Json:
    match case.body.kind:
        case BodyKind.JSON:
            return case.body.value
        case BodyKind.RAW:
            try:
                return strict_json(case.body.raw, vast=True)
            except ValueError:
                return MISSING
        case _:
            return MISSING
