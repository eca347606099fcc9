"""The judge. Theory of operation:

1. No complete response: `answers` is broken, nothing else can be told; both worlds stay possible.
2. An undocumented 5xx: `no-server-error` is broken, nothing else is told.
3. Who asked: without valid credentials a success breaks `authorization`, and nothing else is told. A rate limit, or
   the refusal of credentials that were never accepted, says more about the circumstances than about the API.
4. What was asked: the request is valid, invalid or unstated by the documentation (`inputs.classify`).
5. The status, for this case and in this state (`checks.status`), and the refusal of invalid input.
6. What the documentation says of a response with that status: media type, headers, shape, promises.
7. What the table says of the body in this state, remembered values, and laws.

Of an exchange like one before, in which nothing was wrong, most of this need not be gone through again (`judge.sheet`).

A fault is told once, by the clause nearest to it: a body that breaks its shape is not accused again by promises.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set

from assay.inputs.classify import Validity
from assay.inputs.known_good import Supply
from assay.judge.body import Form, read
from assay.judge.checks import (
    answers,
    authorization,
    content_type,
    field,
    header,
    promise,
    rejects,
    server_error,
    shape,
    status,
    unique_ids,
)
from assay.judge.compiled import CompiledApi, CompiledOperation
from assay.judge.facts import ID, Asked, Facts, first_headers
from assay.judge.sheet import Sheet, Sheets, kind, sheet
from assay.judge.situation import Situation
from assay.laws.library import findings
from assay.laws.terms import Told
from assay.machine.age import Since
from assay.machine.expression import InstanceFacts, ResponseFacts, Scope
from assay.machine.step import Machine
from assay.model.case import Case, Credentials, Exchange, FailureKind, SubjectKind, WireResponse
from assay.model.clause_id import cell_clause, expiry_clause, law_clause
from assay.model.contract import Api, Json
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT
from assay.model.verdict import Judgement, Verdict, VerdictKind

_TOO_MANY = 429
#: what a silent clause's verdict is tallied as
_DECIDED = {VerdictKind.HOLDS: "as expected", VerdictKind.VIOLATED: "otherwise"}


class Judge:
    """Judges exchanges of one API. Pure: the same arguments give the same judgement, also to many threads at once."""

    def __init__(
        self, api: Api, supply: Supply, silent: Set[str] = frozenset(), sheets: Sheets | None = None
    ) -> None:
        """`silent` names the clauses on which the documentation is silent: they are observed, whatever is seen.

        `sheets` are those that its exchanges leave.
        """
        self._compiled = CompiledApi(api, supply)
        self._sheets = sheets or Sheets()
        self._silent = frozenset(silent)
        #: silent clause -> what is told of it where it holds
        self._as_expected: dict[str, Verdict] = {}

    def __call__(self, case: Case, situation: Situation, exchange: Exchange) -> Judgement:
        """All that the exchange says about the API's clauses, and where its instance is afterwards."""
        return self.examine(case, situation, exchange)[0]

    def examine(self, case: Case, situation: Situation, exchange: Exchange) -> tuple[Judgement, Scope]:
        """The same, and what runtime expressions can see of the exchange: for whoever goes on from there."""
        of = self._compiled.operations[case.operation]
        if exchange.response is None:
            return self._unanswered(of, case, situation, exchange), _unseen(of, case, situation, exchange)
        facts = _facts(of, case, situation, exchange, exchange.response)
        if exchange.failure is not None:
            return self._unanswered(of, case, situation, exchange), facts.scope
        return self._answered(facts), facts.scope

    def before(self, case: Case, situation: Situation) -> frozenset[str]:
        """The states the instance may have been in when it was asked: time alone may have brought it elsewhere."""
        machine = self._compiled.operations[case.operation].machine
        if machine is None or situation.stranger:
            return situation.states
        return machine.drift(situation.states, situation.since, situation.asked).states

    def law(self, told: Told) -> tuple[Verdict, ...]:
        """What the newest step of a drill says of its law."""
        verdicts = []
        for found in findings(told):
            name = f"{told.law.name}/{found.aspect}" if found.aspect else told.law.name
            clause = law_clause(told.api.name, told.cycle.name, name)
            label = "" if told.last.status is None else str(told.last.status)
            verdict = Verdict(
                clause, found.kind, found.message, label, found.facet, found.pointer, found.transient
            )
            verdicts.append(self._as_strength_allows(verdict))
        return tuple(verdicts)

    def _told(self, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """The verdicts as they may be told: nothing fails, or holds, where the documentation is silent."""
        silent = self._silent
        return tuple([v if v.clause not in silent else self._as_strength_allows(v) for v in verdicts])

    def _as_strength_allows(self, verdict: Verdict) -> Verdict:
        if verdict.clause not in self._silent or verdict.kind not in _DECIDED:
            return verdict
        bare = verdict.kind is VerdictKind.HOLDS and not (verdict.message or verdict.facet or verdict.pointer)
        known = self._as_expected.get(verdict.clause) if bare else None
        if known is None:
            known = replace(verdict, kind=VerdictKind.OBSERVED, outcome=_DECIDED[verdict.kind])
            if bare:
                self._as_expected[verdict.clause] = known
        return known

    def _answered(self, facts: Facts) -> Judgement:
        """Steps 2 to 7: of an exchange like others before by their sheet, of any other in detail."""
        like, title = kind(facts), facts.case.title
        known = self._sheets.find(like, title)
        if known is not None and (again := self._as_before(facts, known)) is not None:
            return again
        return self._in_detail(facts, like)

    def _as_before(self, facts: Facts, known: Sheet) -> Judgement | None:
        """The judgement on an exchange with which all is as the sheet has it; None where that is not so."""
        since, ruling = known.again(facts), known.ruling
        if since is None:
            return None
        compared, values = _remembered(facts, ruling)
        verdicts = known.verdicts
        if compared:
            for verdict in compared:
                if verdict.kind is not VerdictKind.HOLDS:
                    return None
            verdicts += self._told(compared)
        return Judgement(
            verdicts,
            ruling.states,
            values if facts.issued is None else _with_id(facts, values),
            facts.issued,
            facts.stated.reply is None,
            since or facts.situation.since,
        )

    def _in_detail(self, facts: Facts, like: Hashable) -> Judgement:
        """The judgement, check by check. Leaves a sheet for others of its kind where there can be one."""
        of, case, situation = facts.of, facts.case, facts.situation
        verdicts = [facts.holds(of.answers), server_error.check(facts)]
        undocumented = facts.reply is None
        if verdicts[1].kind is VerdictKind.VIOLATED:
            why = f"got {facts.status}: see {verdicts[1].clause}"
            verdicts += _untold(of, case, situation, why, facts.outcome)
            return replace(self._either(of, case, situation, verdicts), undocumented=undocumented)
        if excuse := _excuse(facts):
            verdicts.append(excuse)
            if facts.reply is not None and facts.status == _TOO_MANY:
                # documented: its form is promised all the same
                verdicts.append(facts.holds(facts.stated.status))
                verdicts += _response(facts, status.Ruling((), situation.states))
            return Judgement(self._told(verdicts), situation.states, situation.values, None, undocumented,
                             since=situation.since)  # fmt: skip
        asked = [v for v in (authorization.check(facts), *rejects.check(facts)) if v is not None]
        machine = of.machine
        ruling = status.check(facts, machine)
        verdicts += asked
        verdicts += ruling.verdicts
        accepted_wrongly = any(v.kind is VerdictKind.VIOLATED for v in asked)
        values = situation.values
        if not accepted_wrongly:
            verdicts += _response(facts, ruling)
            if (left := sheet(facts, ruling, verdicts)) is not None:
                self._sheets.keep(left._replace(verdicts=self._told(verdicts)), like, case.title)
            misshapen = facts.body.form is Form.BROKEN or _misshapen(facts, verdicts)
            compared, values = _remembered(facts, ruling, _broken(verdicts), misshapen=misshapen)
            verdicts += compared
        if machine is not None and (ruling.either or accepted_wrongly):
            values = field.forgotten(values, machine.touched(case.operation))
        violated = [v.clause for v in verdicts if v.kind is VerdictKind.VIOLATED]
        lost = any("/lifecycle/" in clause and "/field/" not in clause for clause in violated)
        states = frozenset() if lost else ruling.states
        return Judgement(
            self._told(verdicts),
            states,
            _with_id(facts, values),
            facts.issued,
            undocumented,
            _moments(situation, ruling, machine, case.operation),
            _waits(situation, ruling) if states and ruling.pending else None,
        )

    def _unanswered(
        self, of: CompiledOperation, case: Case, situation: Situation, exchange: Exchange
    ) -> Judgement:
        failure = exchange.failure
        if failure is None:
            raise ValueError("an exchange has a response, a failure, or both")
        verdict = answers.check(of.answers, f"{of.operation.id} ({case.title})", exchange, failure)
        # a target that went down after the request was sent may have acted on it first
        unsent = failure.kind in {FailureKind.REFUSED, FailureKind.UNREACHABLE}
        untold = _untold(
            of, case, situation, f"no complete answer came: see {verdict.clause}", verdict.outcome
        )
        verdicts = (verdict, *untold)
        if unsent:
            return Judgement(self._told(verdicts), situation.states, situation.values, since=situation.since)
        return self._either(of, case, situation, verdicts)

    def _either(
        self, of: CompiledOperation, case: Case, situation: Situation, verdicts: Sequence[Verdict]
    ) -> Judgement:
        """What is known of the instance when the request may or may not have taken effect."""
        machine = of.machine
        known = case.subject is not None and case.subject.kind is SubjectKind.KNOWN
        if machine is None or not known:
            return Judgement(self._told(verdicts), situation.states, situation.values, since=situation.since)
        operation = of.operation.id
        before = machine.drift(situation.states, situation.since, situation.asked)
        return Judgement(
            self._told(verdicts),
            machine.successors(before.states, operation),
            field.forgotten(situation.values, machine.touched(operation) | before.unsure),
            since=machine.entered(before.states, before.since, operation, situation.asked),
        )


def _facts(
    of: CompiledOperation, case: Case, situation: Situation, exchange: Exchange, response: WireResponse
) -> Facts:
    stated = of.stated(response.status)
    headers = first_headers(response)
    label = stated.label(headers.get("content-type", ""))
    body = read(response.body, label)
    asked = Asked(of, case, exchange)
    answer = ResponseFacts(response.status, headers, body.value)
    known = InstanceFacts(_known(situation), situation.values)
    scope = Scope(asked, answer, known, exchange.started)
    issued = None
    if of.names_id is not None and 200 <= response.status < 300:
        named = of.names_id(scope)
        if isinstance(named, str | int) and not isinstance(named, bool) and str(named):
            issued = str(named)
            scope = Scope(asked, answer, InstanceFacts(named, situation.values), exchange.started)
    return Facts(
        of, stated, case, situation, exchange, response, headers, of.classify(case), label, body, response.status,
        stated.seen[body.label], issued, scope,
    )  # fmt: skip


def _known(situation: Situation) -> Json:
    """The instance as bodies name it: a number there may be text in a URL."""
    return situation.instance and situation.values.get(ID, situation.instance)


def _unseen(of: CompiledOperation, case: Case, situation: Situation, exchange: Exchange) -> Scope:
    """What runtime expressions can see of an exchange that nobody answered."""
    asked = Asked(of, case, exchange)
    return Scope(asked, None, InstanceFacts(situation.instance, situation.values), exchange.started)


def _with_id(facts: Facts, values: Mapping[str, Json]) -> Mapping[str, Json]:
    """The remembered values with the id that the creating answer named, where that is a number."""
    named = facts.scope.instance.id if facts.issued is not None and facts.scope.instance else None
    return {**values, ID: named} if isinstance(named, int) else values


def _response(facts: Facts, ruling: status.Ruling) -> list[Verdict]:
    """Steps 6 and 7, save for what is remembered."""
    told: list[Verdict] = [*header.check(facts)]
    if (labelled := content_type.check(facts)) is not None:
        told.append(labelled)
    shaped = shape.check(facts)
    if shaped is not None:
        told.append(shaped)
    if facts.body.form is Form.BROKEN or _misshapen(facts, told):
        return told + _unread(facts, ruling)
    told += _cells(facts, ruling)
    if ruling.silent:
        # where the documentation is silent about the state, its promises are too
        return told
    if not _odd_success(facts, ruling):
        told += promise.check(facts)
    if (law := unique_ids.check(facts)) is not None:
        told.append(law)
    return told


def _odd_success(facts: Facts, ruling: status.Ruling) -> bool:
    """True when what succeeded is not what promises speak of: an invalid request, or one to be answered otherwise.

    What the server made of it, nobody says; that it should have said no was told by then, where it is documented.
    """
    wrong = facts.classified.validity is Validity.INVALID
    return facts.succeeded and (wrong or any(v.kind is VerdictKind.VIOLATED for v in ruling.verdicts))


def _misshapen(facts: Facts, told: Sequence[Verdict]) -> bool:
    """True when the body breaks its documented shape, as has been told by then."""
    return any(v.kind is VerdictKind.VIOLATED and v.clause == facts.stated.shape for v in told)


def _broken(told: Sequence[Verdict]) -> frozenset[str]:
    """The places that have been told to be wrong."""
    return frozenset([verdict.facet for verdict in told if verdict.kind is VerdictKind.VIOLATED])


def _remembered(
    facts: Facts, ruling: status.Ruling, broken: frozenset[str] = frozenset(), *, misshapen: bool = False
) -> tuple[Sequence[Verdict], Mapping[str, Json]]:
    """Step 7, of what is remembered: verdicts on it, and what it is afterwards.

    `broken` are the places of which it has been told that they are wrong; `misshapen`: the body as a whole is.
    """
    values = facts.situation.values
    if ruling.silent or misshapen:
        return (), field.forgotten(values, field.changed(ruling.ways) | ruling.unsure)
    if not ruling.states or facts.unauthorized:
        return (), values
    if not facts.succeeded:
        return (), field.after(facts, values, ruling.ways, ruling.unsure)
    found = field.shown(facts)
    if not found and not facts.of.creates:  # nothing to compare, nothing to learn
        return (), field.after(facts, values, ruling.ways, ruling.unsure)
    values = field.remember(facts, found)
    compared = [*field.check(facts, values, found, field.changed(ruling.ways) | ruling.unsure)]
    before, values = values, field.after(facts, values, ruling.ways, ruling.unsure)
    if facts.of.derived or values is not before:  # else nothing is worked out
        unsure = ruling.unsure | broken | _broken(compared)
        compared += field.predicted(facts, values, found, ruling.ways, unsure)
    return compared, values


def _moments(situation: Situation, ruling: status.Ruling, machine: Machine | None, operation: str) -> Since:
    """Since when the instance may be in the states that the ruling leaves."""
    if machine is not None and ruling.either:
        return machine.entered(situation.states, situation.since, operation, situation.asked)
    return ruling.since or situation.since


def _waits(situation: Situation, ruling: status.Ruling) -> tuple[float, float] | None:
    """How often to ask for what may still come, and for how long."""
    waits = [
        (cell.eventually.every, cell.eventually.within - situation.age(cell.state).earliest)
        for cell in ruling.pending
        if cell.eventually is not None
    ]
    return min(waits, default=None)


def _cells(facts: Facts, ruling: status.Ruling) -> list[Verdict]:
    """The table's word on the body, once its documented shape holds."""
    cycle = facts.of.lifecycle
    if cycle is None:
        return []
    operation = facts.of.operation.id
    if ruling.body_misses:
        miss = ruling.body_misses[0]
        name = expiry_clause if miss.overdue else cell_clause
        clause = name(cycle.api, cycle.name, miss.cell.state, operation)
        return [
            facts.violated(clause, f"in state {miss.cell.state}: {miss.message}", miss.facet, miss.pointer)
        ]
    told = []
    for cell in ruling.fits:
        name = expiry_clause if cell in ruling.expired else cell_clause
        clause = name(cycle.api, cycle.name, cell.state, operation)
        if operation == cycle.created_by and facts.issued is None:
            told.append(facts.inconclusive(clause, f"the answer names no id at {cycle.id_expression}"))
        else:
            told.append(facts.holds(clause))
    return told


def _unread(facts: Facts, ruling: status.Ruling) -> list[Verdict]:
    """What cannot be told of a body that breaks its documented form: not violated, but not unseen either."""
    cycle, operation = facts.of.lifecycle, facts.of.operation
    ids = [facts.of.clause(f"promise/{p.id}") for p in operation.promises if p.speaks_of(facts.status)]
    if cycle is not None:
        cells = [*ruling.fits, *(miss.cell for miss in ruling.body_misses)]
        ids = [cell_clause(cycle.api, cycle.name, cell.state, operation.id) for cell in cells] + (
            [] if ruling.silent else ids
        )
    told = "the body does not have its documented form, so this could not be told"
    return [facts.inconclusive(clause, told) for clause in ids]


def _untold(of: CompiledOperation, case: Case, situation: Situation, why: str, outcome: str) -> list[Verdict]:
    """The cell that a valid request was about, when no judgeable answer came."""
    cycle = of.lifecycle
    asked_well = case.credentials is Credentials.VALID and of.classify(case).validity is not Validity.INVALID
    if cycle is None or not asked_well:
        return []
    states = {ABSENT} if of.operation.id == cycle.created_by else situation.states
    cells = [cycle.cell(state, of.operation.id) for state in states] if len(states) == 1 else []
    return [
        Verdict(
            cell_clause(cycle.api, cycle.name, cell.state, of.operation.id),
            VerdictKind.INCONCLUSIVE,
            why,
            outcome,
        )
        for cell in cells
        if cell is not None and not cell.silent
    ]


def _excuse(facts: Facts) -> Verdict | None:
    """Answers that say more about the circumstances than about the API: rate limits, credentials never accepted."""
    if facts.status == _TOO_MANY and facts.case.provokes != str(_TOO_MANY):
        clause = facts.case.aim or facts.of.statuses
        return facts.inconclusive(clause, "the target limits our rate (429)")
    refused = (
        facts.status in {401, 403}
        and facts.case.credentials is Credentials.VALID
        and facts.of.operation.secured
    )
    if refused and not facts.situation.credentials_proven:
        told = f"got {facts.status}; the target has not accepted our credentials yet"
        clause = facts.case.aim or facts.of.statuses
        return facts.inconclusive(clause, told)
    return None
