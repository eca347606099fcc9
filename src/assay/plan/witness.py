"""The directed plan: the smallest set of requests that could show every documented status and constraint.

Order matters, because a budget may cut the tail: first every documented status in every state, then each constraint
broken once, then each limit touched from the inside, last what the documentation is silent about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from operator import attrgetter

from assay.inputs.constraints import constraints, refusals
from assay.inputs.known_good import Supply, examples
from assay.inputs.valid import Maker
from assay.machine.reach import routes
from assay.model.case import BodyKind, Case, Credentials, Payload, Script, Subject, SubjectKind
from assay.model.clause_id import cell_clause, operation_clause, rejects_clause
from assay.model.contract import Api, Operation, Provocation
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.plan import breaking, nasty
from assay.plan.breaking import ORIGIN
from assay.plan.prerequisites import Prerequisites

_SYMBOL = "i1"
#: in a guard: what it looks at
_HEADERS = "request.headers"


#: a case without the words about it: what goes over the wire. Values within are named one by one, because a text of
#: plain parts is made at a fifth of the price
_WORDS, _DEEP = frozenset({"title", "aim"}), frozenset({"credentials", "subject", "body"})
_asked = attrgetter(
    *(field.name for field in fields(Case) if field.name not in _WORDS | _DEEP),
    "credentials.value",
    *(f"body.{field.name}" for field in fields(Payload) if field.name != "kind"),
    "body.kind.value",
)


@dataclass(frozen=True, slots=True)
class WitnessPlan:
    """Scripts within a budget, and what did not fit or could not be built."""

    scripts: tuple[Script, ...]
    #: clause id -> why no request for it is in the plan
    missing: dict[str, str]

    @property
    def requests(self) -> int:
        """How many requests the scripts make when nothing fails."""
        return sum(len(script.steps) for script in self.scripts)


class Planner:
    """Plans one API. Makers are built once and shared: the lifecycle explorer uses them too."""

    def __init__(self, api: Api, supply: Supply, *, has_credentials: bool = True) -> None:
        """`supply` is what the target has ready; what an instance can give, it need not."""
        self.api = api
        self.has_credentials = has_credentials
        self._makers: dict[str, Maker] = {}
        #: while a request is only planned, the examples stand for what is going to be made
        self._supply = Supply({**{name: api.supplies[name] for name in api.prerequisites}, **supply.values})
        self._usual: dict[tuple[str, Subject | None, str], Case] = {}
        #: identity of a lifecycle, state, origin -> the lifecycle, which stays so that its identity does, and the way
        self._leads: dict[tuple[int, str, str], tuple[Lifecycle, tuple[Case, ...] | None]] = {}
        self.prerequisites = Prerequisites(api, supply, self.usual, has_credentials=has_credentials)

    def maker(self, operation: str) -> Maker:
        """The request maker of an operation."""
        if operation not in self._makers:
            self._makers[operation] = Maker(self.api, self.api.operation(operation), self._supply)
        return self._makers[operation]

    def usual(self, operation: str, subject: Subject | None, origin: str = ORIGIN) -> Case:
        """A surely valid request about `subject`."""
        key = (operation, subject, origin)
        if key not in self._usual:
            maker = self.maker(operation)
            case = maker.usual().case(maker.operation, "a valid request", origin)
            self._usual[key] = replace(case, subject=subject)
        return self._usual[key]

    def complete(self, script: Script) -> Script:
        """The script with the steps before it that its requests need."""
        steps = self.prerequisites.complete(script.steps)
        return script if len(steps) == len(script.steps) else replace(script, steps=steps)

    def lead(self, cycle: Lifecycle, state: str, origin: str = ORIGIN) -> tuple[Case, ...] | None:
        """The shortest way to bring a fresh instance into `state`; None when no documented way leads there."""
        key = (id(cycle), state, origin)
        if key not in self._leads:
            self._leads[key] = cycle, self._led(cycle, state, origin)
        return self._leads[key][1]

    def _led(self, cycle: Lifecycle, state: str, origin: str) -> tuple[Case, ...] | None:
        way = routes(cycle).get(state)
        if way is None:
            return None
        known = Subject(SubjectKind.KNOWN, _SYMBOL)
        steps = [
            replace(self.usual(move.operation, known, origin), wait=move.wait, poll=move.poll) for move in way
        ]
        if steps:
            steps[0] = replace(steps[0], subject=Subject(SubjectKind.NEW, _SYMBOL))
        return tuple(replace(step, title=f"leads to {state}") for step in steps)

    def on(self, cycle: Lifecycle, state: str, operation: str, origin: str = ORIGIN) -> Script | None:
        """A valid request on that state, with what leads there; None when no documented way does."""
        lead = self.lead(cycle, state, origin)
        if lead is None:
            return None
        if operation == cycle.created_by:
            subject = Subject(SubjectKind.NEW, _SYMBOL)
        elif state == ABSENT:
            subject = Subject(SubjectKind.NEVER_ISSUED, "n1")
        else:
            subject = Subject(SubjectKind.KNOWN, _SYMBOL)
        aim = cell_clause(cycle.api, cycle.name, state, operation)
        cell = cycle.cell(state, operation)
        late = cell is not None and cell.eventually is not None
        usual = self.usual(operation, subject, origin)
        case = replace(usual, title=f"a valid request on {state}", aim=aim, poll=late)
        return Script(f"{operation} on {state}", (*lead, case))

    def witness(self, operation: Operation, budget: int) -> WitnessPlan:
        """The scripts of one operation, at most `budget` requests."""
        chosen: list[Script] = []
        missing: dict[str, str] = {}
        spent = 0
        seen: set[str] = set()
        texts: dict[int, tuple[Case, str]] = {}
        for script in map(self.complete, self._scripts(operation, missing)):
            key = "".join([_written(step, texts) for step in script.steps])
            if key in seen:
                continue
            if spent + len(script.steps) > budget:
                aim = script.steps[-1].aim
                if aim is not None:
                    missing.setdefault(aim, f"the budget of {budget} requests for {operation.id} is spent")
                continue
            seen.add(key)
            chosen.append(script)
            spent += len(script.steps)
        return WitnessPlan(tuple(chosen), missing)

    # -- the parts, in order of worth ---------------------------------------------------------------------------

    def _scripts(self, operation: Operation, missing: dict[str, str]) -> Iterator[Script]:
        yield from self._states(operation)
        yield from self._credentials(operation)
        yield from self._provoked(operation)
        maker = self.maker(operation.id)
        everything = constraints(self.api, operation)
        for constraint in everything:
            clause = rejects_clause(operation.api, operation.id, constraint.id)
            case = breaking.invalid(maker, constraint)
            if case is None:
                missing[clause] = "no request could be built that breaks it"
            else:
                yield self.about(operation, replace(case, aim=clause))
        for parts, title in ((maker.full, "every optional part"), (maker.minimal, "only what is required")):
            yield self.about(operation, parts.case(operation, title, ORIGIN))
        for constraint in everything:
            for case in breaking.limits(maker, constraint):
                yield self.about(operation, case)
        for case in nasty.bodies(maker):
            yield self.about(operation, case)
        if self._carries(operation):
            for case in nasty.ids(maker):
                yield Script(case.title, (case,))
        self._underivable(operation, missing)

    def _states(self, operation: Operation) -> Iterator[Script]:
        cycle = self.api.lifecycle_of(operation.id)
        if cycle is None or not (self._carries(operation) or operation.id == cycle.created_by):
            yield Script(
                "a valid request", (replace(self.usual(operation.id, None), aim=self._success(operation)),)
            )
            return
        for state in cycle.cells[operation.id]:
            if (script := self.on(cycle, state, operation.id)) is not None:
                yield script

    def guarded(self, cycle: Lifecycle, state: str, operation: str, origin: str = ORIGIN) -> Iterator[Script]:
        """Valid requests on that state with an optional header field, where alternatives of its cell ask for headers.

        The usual request has none, and meets only those that say what is answered without.
        """
        cell, script = cycle.cell(state, operation), self.on(cycle, state, operation, origin)
        if (
            cell is None
            or script is None
            or not any(_HEADERS in (way.when or "") for way in cell.transitions)
        ):
            return
        usual = script.steps[-1]
        for name, parts in self.maker(operation).headed.items():
            case = parts.case(self.api.operation(operation), f"{usual.title} with {name}", origin)
            asked = replace(case, subject=usual.subject, aim=usual.aim, poll=usual.poll)
            yield Script(f"{script.title} with {name}", (*script.steps[:-1], asked))

    def _credentials(self, operation: Operation) -> Iterator[Script]:
        if not operation.secured:
            return
        clause = operation_clause(self.api.name, operation.id, "authorization")
        for credentials in (Credentials.MISSING, Credentials.INVALID):
            case = replace(
                self.usual(operation.id, None),
                title=f"{credentials} credentials",
                credentials=credentials,
                aim=clause,
            )
            yield self.about(operation, case)
            if self._carries(operation):  # shows the refusal even where no instance can be made
                yield Script(case.title, (replace(case, subject=Subject(SubjectKind.NEVER_ISSUED, "n1")),))

    def _provoked(self, operation: Operation) -> Iterator[Script]:
        for case in self.provoking(operation):
            yield self.about(operation, case)

    def _provoking(self, operation: Operation, status: str, how: Provocation) -> Case:
        base = self.usual(operation.id, None)
        return replace(
            base,
            title=f"provokes {status}",
            path={**base.path, **how.path},
            headers={**base.headers, **how.headers},
            query={**base.query, **how.query},
            body=base.body
            if how.body is None
            else Payload(BodyKind.JSON, how.body, media_type=base.body.media_type),
            provokes=status,
            aim=operation_clause(self.api.name, operation.id, f"status/{status}"),
        )

    def provoking(self, operation: Operation) -> Iterator[Case]:
        """A request for each status that the contract says how to bring about, about no instance yet."""
        for status, how in operation.provoke.items():
            if how.unreachable is None:
                yield self._provoking(operation, status, how)

    # -- helpers ----------------------------------------------------------------------------------------------------

    def about(self, operation: Operation, case: Case) -> Script:
        """The case about a fresh instance, in the first state where a valid request would succeed, if it needs one."""
        cycle = self.api.lifecycle_of(operation.id)
        if cycle is None or not (self._carries(operation) or operation.id == cycle.created_by):
            return Script(case.title, (case,))
        if operation.id == cycle.created_by:
            return Script(case.title, (replace(case, subject=Subject(SubjectKind.NEW, _SYMBOL)),))
        for state in cycle.cells[operation.id]:
            cell = cycle.cell(state, operation.id)
            lead = self.lead(cycle, state)
            if cell and lead and any(200 <= t.status < 300 for t in cell.transitions):
                return Script(case.title, (*lead, replace(case, subject=Subject(SubjectKind.KNOWN, _SYMBOL))))
        return Script(case.title, (replace(case, subject=Subject(SubjectKind.NEVER_ISSUED, "n1")),))

    def _carries(self, operation: Operation) -> bool:
        cycle = self.api.lifecycle_of(operation.id)
        if cycle is None or operation.id == cycle.created_by:
            return False
        return any(p.name in cycle.carried_in for p in operation.parameters)

    def _success(self, operation: Operation) -> str | None:
        reply = next((r for r in operation.replies if r.status[:1] == "2"), None)
        return operation_clause(self.api.name, operation.id, f"status/{reply.status}") if reply else None

    def _underivable(self, operation: Operation, missing: dict[str, str]) -> None:
        derivable = set(operation.provoke)
        derivable |= {r.status for r in operation.replies if r.status[:1] == "2"}
        if operation.secured:
            derivable |= {"401", "403"}
        if constraints(self.api, operation):
            derivable |= set(refusals(operation))
        cycle = self.api.lifecycle_of(operation.id)
        if cycle is not None:
            derivable |= {
                str(t.status) for cell in cycle.cells[operation.id].values() for t in cell.transitions
            }
        for reply in operation.replies:
            if reply.status not in derivable:
                why = f"the contract does not say how to bring {reply.status} about (`provoke` can)"
                missing[operation_clause(self.api.name, operation.id, f"status/{reply.status}")] = why


def _written(step: Case, known: dict[int, tuple[Case, str]]) -> str:
    """All that goes over the wire for a step, as a text. What leads up to others is `known`, and written once."""
    text = known.get(id(step))
    if text is None:
        about = step.subject
        whom = "" if about is None else f"{about.kind.value} {about.symbol!r} {about.value!r} "
        text = known[id(step)] = step, f"{whom}{_asked(step)!r}"
    return text[1]


def of_examples(api: Api) -> Planner:
    """The planner of that api for a target that holds what the documentation shows: one, for all who ask."""
    known: Planner | None = api.kept.get("planner")
    if known is None:
        known = api.kept["planner"] = Planner(api, examples(api))
    return known
