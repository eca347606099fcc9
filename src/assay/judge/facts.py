"""All that the checks look at, gathered once per exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assay.inputs.classify import Classified, Validity, strict_json
from assay.judge.body import Body, Label
from assay.judge.compiled import CompiledOperation, Outcome, Stated
from assay.judge.situation import Situation
from assay.machine.expression import MISSING, RequestFacts, Scope
from assay.model.case import BodyKind, Case, Credentials, Exchange, WireResponse
from assay.model.contract import Json, Reply
from assay.model.verdict import Verdict, VerdictKind

#: where the remembered values keep an id that is a number in bodies: in URLs it is text, to expressions it is not
ID = "id"


class Facts(NamedTuple):
    """One answered exchange in its context. A tuple, because there is one for every exchange."""

    of: CompiledOperation
    #: what is documented of the status answered
    stated: Stated
    case: Case
    situation: Situation
    exchange: Exchange
    response: WireResponse
    #: names in lower case, the first of each
    headers: Mapping[str, str]
    classified: Classified
    label: Label
    body: Body
    #: the status answered
    status: int
    seen: Outcome
    #: the id the creating answer named, if it did
    issued: str | None
    scope: Scope

    @property
    def reply(self) -> Reply | None:
        """The documented reply that governs the status answered."""
        return self.stated.reply

    @property
    def outcome(self) -> str:
        """What was seen, in a word or two: `404`, `200 null`."""
        return self.seen.told

    @property
    def succeeded(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def unauthorized(self) -> bool:
        """True when the operation is secured and this request carries no valid credentials."""
        return self.of.secured and self.case.credentials is not Credentials.VALID

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
        return self.seen[clause]

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


class Asked(RequestFacts):
    """What expressions and rules may ask of the request of a case.

    Few ask for anything but its body, many for nothing at all: so each part is looked at when somebody first asks for
    it, and kept.
    """

    __slots__ = ("_case", "_exchange", "_of")

    def __init__(self, of: CompiledOperation, case: Case, exchange: Exchange) -> None:
        # the parts are left unset: `__getattr__` is asked for what is not there
        self.method = exchange.request.method
        self.url = exchange.url
        self._of, self._case, self._exchange = of, case, exchange

    def __getattr__(self, part: str) -> Json:
        """Looks at a part for the first time. Two threads may both do so, and find the same."""
        match part:
            case "path":
                path = {**self._case.path, **self._of.carried("path", self._exchange.request.path)}
                self.path = found = self._of.spelled("path", path)
            case "query":
                query = {**self._case.query, **self._of.carried("query", self._exchange.request.path)}
                self.query = found = self._of.spelled("query", query)
            case "headers":
                self.headers = found = {name.lower(): value for name, value in self._exchange.request.headers}
            case "body":
                self.body = found = _sent(self._case)
            case _:
                raise AttributeError(part)
        return found


def first_headers(response: WireResponse) -> dict[str, str]:
    """The header fields of a response by name in lower case; of several with one name the first."""
    return {name.lower(): value for name, value in reversed(response.headers)}


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
