"""Prerequisites: the instances a request needs before it can be made, put before it in the same history.

A contract marks a value `x-supplied`, and `supplies` may say which lifecycle gives one (`from`). Where the target has
none ready, a script is completed: an instance of that lifecycle is made first, brought into the state that is asked
for, and the request refers to it. Such an instance may need others; those come before it.

Two requests are about the same thing when they are about one subject, and then share what they need. Two rules go
beyond that, for URLs say what lies in what:

* Where one path has `{shelf}` and `{book}`, and making a book needs a shelf, the book is made on that very shelf.
* Where a list of what lies in `{shelf}` is asked for in a script, all things of that script lie there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assay.inputs.classify import text
from assay.inputs.known_good import Supply
from assay.inputs.supplied import in_path, names, owner_of, reference, spots, symbol
from assay.machine.reach import Move, routes
from assay.model.case import Case, Credentials, Subject, SubjectKind
from assay.model.contract import Api, Json, Prerequisite
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Lifecycle

#: what a reference to a value that is new in each history begins with
_FRESH = "$fresh."
#: the surest valid request of an operation about a subject
Usual = Callable[[str, Subject], Case]


@dataclass
class _Work:
    """One script on its way to being complete."""

    #: symbols that the history has
    there: Container[str]
    #: symbol of a subject -> that of another one for which everything was made
    twins: Mapping[str, str]
    #: principal and supplied name -> the subject with which lists share it
    listed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: symbol of a subject -> who made it
    makers: Mapping[str, str] = field(default_factory=dict)
    first: list[Case] = field(default_factory=list)
    made: set[str] = field(default_factory=set)

    def owner(self, case: Case, name: str) -> str:
        """The symbol of the subject for which that need of the case is made."""
        known = case.subject.symbol if case.subject is not None else ""
        known = self.twins.get(known, known)
        if known and known not in self.makers:
            return known
        return self.listed.get((self.makers.get(known, case.principal), name), known)


def _one_request(cases: Sequence[Case]) -> dict[str, str]:
    """Creations of one principal with one (idempotency) key: they are one request, and the same in all of it."""
    first: dict[tuple[object, ...], str] = {}
    twins: dict[str, str] = {}
    for case in cases:
        keys = frozenset((place, told) for place, told in case.refs.items() if _FRESH in told)
        if keys and case.subject is not None and case.subject.kind is SubjectKind.NEW:
            known = first.setdefault((case.operation, case.principal, keys), case.subject.symbol)
            twins[case.subject.symbol] = known
    return twins


class Prerequisites:
    """Completes scripts of one API."""

    def __init__(self, api: Api, supply: Supply, usual: Usual, *, has_credentials: bool = True) -> None:
        """`supply` is what the target has ready: nothing of that is made."""
        self._api, self._usual = api, usual
        self._needed = {name: made for name, made in api.prerequisites.items() if name not in supply.values}
        self._has_credentials = has_credentials
        self._around = self._nesting()

    def complete(self, cases: Sequence[Case], there: Container[str] = ()) -> tuple[Case, ...]:
        """The cases with what they need before them, each instance made once, and with their references.

        `there` are the symbols of instances that the history has already.
        """
        if not self._needed:
            return tuple(cases)
        makers = {
            case.subject.symbol: case.principal
            for case in cases
            if case.subject is not None and case.subject.kind is SubjectKind.NEW
        }
        work = _Work(there, _one_request(cases), self._listed(cases), makers)
        completed = [self._completed(case, work) for case in cases]
        return (*work.first, *completed)

    def wanted(self, case: Case) -> dict[str, str]:
        """Place -> supplied name, where the case has a stand-in for a value that is yet to be made."""
        operation = self._api.operation(case.operation)
        return {
            spot.place: spot.name
            for spot in spots(self._api, operation, case)
            if spot.name in self._needed
            and not self._covered(case, spot.place)
            and self._stands_in(spot.name, spot.value)
        }

    def lead(self, name: str) -> tuple[Move, ...]:
        """What makes the instance which gives the supplied value; nothing where no way is documented."""
        prerequisite = self._api.prerequisites[name]
        cycle = self._lifecycle(prerequisite)
        return () if cycle is None else routes(cycle).get(state(prerequisite, cycle), ())

    def _completed(self, case: Case, work: _Work) -> Case:
        wanted = self.wanted(case)
        if not wanted or not (self._has_credentials or case.credentials is Credentials.VALID):
            return case
        references: dict[str, str] = {}
        for place, name in wanted.items():
            if not (steps := self.lead(name)):
                continue  # lint says so
            known = self._symbol(name, work.owner(case, self._innermost(name, wanted.values())))
            references[place] = reference(self._api, name, known)
            if known in work.made or known in work.there:
                continue
            work.made.add(known)
            for step in self._steps(name, steps, known, case):
                work.first.append(self._completed(step, work))
        return replace(case, refs={**case.refs, **references})

    def _innermost(self, name: str, beside: Iterable[str]) -> str:
        """What lies in it, of these, and has nothing lying in itself: it says where all of them are."""
        around = self._around
        inner = next((other for other in beside if name in around.get(other, ())), None)
        return name if inner is None else self._innermost(inner, beside)

    def _symbol(self, name: str, owner: str) -> str:
        """What gives that value is called so; where the owner was itself made to lie in one, it is that one."""
        for inner, around in self._around.items():
            outer = owner_of(owner, inner) if name in around else None
            if outer is not None:
                return self._symbol(name, outer)
        return symbol(name, owner)

    def _nesting(self) -> dict[str, frozenset[str]]:
        """Supplied name -> those that it lies in: some path has both, and making the one needs the other."""
        paths = [in_path(self._api, operation) & set(self._needed) for operation in self._api.operations]
        around: dict[str, frozenset[str]] = {}
        for name in self._needed:
            # one that is missing is told by lint, which asks for this, too
            ways = (move.operation for move in self.lead(name))
            asked = [self._api.operation(operation) for operation in ways if operation in self._api.by_id]
            needs = frozenset(need for operation in asked for need in names(self._api, operation))
            beside = frozenset(other for path in paths if name in path for other in path)
            if shared := (needs & beside) - {name}:
                around[name] = shared
        return around

    def _listed(self, cases: Sequence[Case]) -> dict[tuple[str, str], str]:
        """What requests about no subject have in their path, by who asks, with the first subject that has it, too."""
        lists = {
            (case.principal, name)
            for case in cases
            if case.subject is None
            for name in in_path(self._api, self._api.operation(case.operation))
        }
        found: dict[tuple[str, str], str] = {}
        for case in cases if lists else ():
            if case.subject is None or case.subject.kind is not SubjectKind.NEW:
                continue
            for name in in_path(self._api, self._api.operation(case.operation)):
                if (case.principal, name) in lists:
                    found.setdefault((case.principal, name), case.subject.symbol)
        return found

    def _steps(self, name: str, moves: Sequence[Move], known: str, case: Case) -> Iterator[Case]:
        kind = SubjectKind.NEW
        for move in moves:
            yield replace(
                self._usual(move.operation, Subject(kind, known)),
                title=f"makes the {name} that {case.operation} needs",
                origin=case.origin,
                principal=case.principal,
                wait=move.wait,
                poll=move.poll,
            )
            kind = SubjectKind.KNOWN

    def _lifecycle(self, prerequisite: Prerequisite) -> Lifecycle | None:
        return next((c for c in self._api.lifecycles if c.name == prerequisite.lifecycle), None)

    def _stands_in(self, name: str, value: Json) -> bool:
        """False where somebody put something else there on purpose."""
        example = self._api.supplies[name]
        return bool(value == example) or (isinstance(value, str) and value == text(example))

    def _covered(self, case: Case, place: str) -> bool:
        """True where a drill has a reference of its own, for that place or for what holds it."""
        if not place.startswith("body#"):
            return place in case.refs
        owned = [told.rstrip("?") for told in case.refs if told.startswith("body")]
        pointers = ["body#" if told == "body" else told for told in owned]
        return any(place == told or place.startswith(f"{told}/") for told in pointers)


def state(prerequisite: Prerequisite, cycle: Lifecycle) -> str:
    """The state the instance has to be in: the one that is named, or the first that the creator leads into.

    `absent` where the creator leads nowhere.
    """
    if prerequisite.state:
        return prerequisite.state
    cell = cycle.cell(ABSENT, cycle.created_by)
    ways = cell.transitions if cell is not None else ()
    return next((way.to for way in ways if way.to not in {None, ABSENT} and way.to), ABSENT)
