"""Clean-up: brings instances that a run left behind to a final state, by documented ways only.

Nothing here is a test: no verdict is given, and no answer is held against the API. The judge is asked all the same, for
it knows where an instance may be after an answer. Each instance gets a few requests: the operation that leads nearest
to an end first, then the others. One that is answered otherwise than documented is left as it is, and why is told. It
stays polite: where the target goes on answering the same about instances of one lifecycle in one state, the rest of
them is not asked.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from assay.inputs.fresh import Freshener
from assay.inputs.places import placed
from assay.inputs.supplied import reference, spots, symbol
from assay.inputs.wire import build
from assay.judge.checks.answers import is_environment
from assay.judge.judge import Judge
from assay.judge.situation import Situation
from assay.machine.closing import anywhere, ends, passes_away, ways_out
from assay.model.case import Case, Exchange, FailureKind, Subject, SubjectKind, WireRequest
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.ledger import Entry
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.plan.witness import Planner
from assay.ports import CannotSend, Clock, Send

ORIGIN = "clean-up"
#: instances of one kind (lifecycle and states) in a row that stay for the same reason before the rest of them is left
#: alone
_STUBBORN = 3
#: requests about one instance
_MOST = 6
#: seconds before a connection that failed is tried a second and last time
_PAUSE = 0.3
#: «there is no such thing (any more)» (RFC 9110 §15.5.5, §15.5.11)
_GONE = frozenset({404, 410})


class OutOfReach(Exception):
    """The target does not answer any more; the message says how."""


class Spent(Exception):
    """The clean-up has used up its time or its requests."""


@dataclass
class Allowance:
    """What a clean-up may still spend."""

    clock: Clock
    requests: int
    #: by the clock's `monotonic`
    until: float
    spent: int = 0
    _spending: Lock = field(default_factory=Lock)

    def spend(self) -> None:
        """Takes one request. Raises `Spent`."""
        with self._spending:
            if self.spent >= self.requests:
                raise Spent(f"the {self.requests} requests of the clean-up were spent")
            if self.clock.monotonic() >= self.until:
                raise Spent("the time of the clean-up was over")
            self.spent += 1


@dataclass(frozen=True, slots=True)
class Stays:
    """Why an instance is left behind."""

    why: str
    #: False where nobody had to be asked to know that
    asked: bool = True


#: api, lifecycle, states
_Kind = tuple[str, str, tuple[str, ...]]
#: an instance as it is afterwards, and why it stays, if it does
_Ending = tuple[Entry, Stays | None]


class Cleaner:
    """Ends instances of one API. May be asked by many threads."""

    def __init__(
        self,
        api: Api,
        judge: Judge,
        planner: Planner,
        send: Send,
        allowance: Allowance,
        ready: Container[str] = (),
        *,
        unsure: bool = False,
    ) -> None:
        """`ready` names the supplied values that the target's configuration has.

        `unsure`: a request may have moved an instance on whose answer nobody read, as when a run was killed.
        """
        self._api, self._judge, self._planner, self._send = api, judge, planner, send
        self._allowance, self._ready, self._unsure = allowance, ready, unsure
        self._freshener = Freshener(api)

    def end(self, entry: Entry) -> tuple[Entry, Stays | None]:
        """The instance as it is afterwards, and why it stays; None when it has come to an end.

        Raises `Spent` and `OutOfReach`.
        """
        cycle = next((known for known in self._api.lifecycles if known.name == entry.lifecycle), None)
        if cycle is None:
            return entry, Stays("the contracts have no such lifecycle", asked=False)
        if entry.hidden or not entry.id:
            why = "its id held a secret and was not kept" if entry.hidden else "its id never came"
            return entry, Stays(why, asked=False)
        over = ends(cycle)
        states = frozenset(entry.states) & anywhere(cycle) or anywhere(cycle)
        tried: set[tuple[frozenset[str], str]] = set()
        reasons: dict[str, None] = {}
        answers: dict[str, None] = {}
        while not states <= over and len(tried) < _MOST:
            ways = (operation for operation in ways_out(cycle, states) if (states, operation) not in tried)
            operation = next(ways, None)
            if operation is None:
                break
            tried.add((states, operation))
            try:
                after, answer = self._ask(cycle, entry, states, operation)
            except (CannotSend, LookupError) as error:
                reasons[f"{operation} could not be sent: {error.args[0]}"] = None
                continue
            answers[f"{operation} {answer}"] = None
            if after in {frozenset[str](), states}:  # an answer that fits nowhere tells nothing
                reasons[f"{operation} {answer}"] = None
            else:
                states = after
        known = replace(entry, states=tuple(sorted(states)), ended=states <= over)
        if known.ended:
            return known, None
        if not tried:
            return known, Stays(_no_way(cycle), asked=False)
        still = f"it may still be {' or '.join(sorted(states - over))}: {'; '.join(answers)}"
        return known, Stays("; ".join(reasons) or still)

    def _ask(
        self, cycle: Lifecycle, entry: Entry, states: frozenset[str], operation: str
    ) -> tuple[frozenset[str], str]:
        """Where the instance may be after that operation, and what was answered, in a few words."""
        case = self._case(entry, operation)
        request = build(self._api, self._api.operation(operation), case, entry.id)
        exchange = self._exchange(request)
        response = exchange.response
        if response is None or exchange.failure is not None:
            answer = f"was not answered ({exchange.failure.kind if exchange.failure else 'no response'})"
        else:
            answer = f"answered {response.status}"
            if response.status in _GONE and not _documents(cycle, states, operation, response.status):
                return frozenset({ABSENT}), answer
        # what it does to what has ended already is no matter; but where only such a state explains the answer, and
        # not by silence, there it is
        over = ends(cycle)
        reached = anywhere(cycle) if self._unsure else states
        ended = {state for state in reached & over if (c := cycle.cell(state, operation)) and not c.silent}
        for possible in (states - over, frozenset(ended), reached - over - states):
            situation = Situation(possible, entry.id, entry.values, credentials_proven=True)
            after = self._judge(case, situation, exchange).states if possible else possible
            if after:
                return (after if possible - over else possible), answer
        return frozenset(), answer

    def _case(self, entry: Entry, operation: str) -> Case:
        """Raises `LookupError` when it needs something that is not at hand."""
        case = self._planner.usual(operation, Subject(SubjectKind.KNOWN, "i1"), ORIGIN)
        case = replace(case, title="ends what the run made", principal=entry.principal)
        asked = self._api.operation(operation)
        for spot in tuple(spots(self._api, asked, case)):
            if spot.name not in self._api.prerequisites or spot.name in self._ready:
                continue
            if spot.name not in entry.supplied:
                raise LookupError(f"it needs a {spot.name}, and none is at hand")
            told = {**case.refs, spot.place: reference(self._api, spot.name, symbol(spot.name, "i1"))}
            case = replace(placed(case, asked, spot.place, entry.supplied[spot.name]), refs=told)
        return self._freshener(case, f"{ORIGIN}/{entry.id}")

    def _exchange(self, request: WireRequest) -> Exchange:
        for last in (False, True):
            self._allowance.spend()
            exchange = self._send(request)
            if exchange.failure is None or not is_environment(exchange.failure):
                break
            # what may have taken effect is not ours to repeat
            if last or exchange.failure.kind not in {FailureKind.REFUSED, FailureKind.UNREACHABLE}:
                raise OutOfReach(exchange.failure.message)
            self._allowance.clock.sleep(_PAUSE)
        return exchange


def _documents(cycle: Lifecycle, states: frozenset[str], operation: str, status: int) -> bool:
    """True when the table has that status for something that is still there."""
    cells = (cycle.cell(state, operation) for state in states - ends(cycle))
    return any(way.status == status for cell in cells if cell is not None for way in cell.transitions)


def _no_way(cycle: Lifecycle) -> str:
    if passes_away(cycle):
        return "it ends by itself in time, and nothing documented ends it sooner"
    return "nothing documented ends it"


@dataclass
class Swept:
    """What came of a clean-up."""

    #: ended, by api and lifecycle
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: api, lifecycle and reason -> the instances that stay
    left: dict[tuple[str, str, str], list[Entry]] = field(default_factory=dict)
    #: why it stopped before its end; empty when it did not
    stopped: str = ""
    #: True when the target did not answer any more
    unreachable: bool = False
    #: True when somebody wanted it to end
    interrupted: bool = False

    def leave(self, entry: Entry, why: str) -> None:
        """Counts an instance as left behind."""
        self.left.setdefault((entry.api, entry.lifecycle, why), []).append(entry)


def sweep(
    entries: Iterable[Entry], cleaners: Mapping[str, Cleaner], keep: Callable[[Entry], None], hands: int = 1
) -> Swept:
    """Ends these instances, the newest first: what was made for another outlives it. `keep` hears of each.

    Once one of a kind has come to its end, `hands` neighbours of that kind are ended at a time. An interruption ends
    it, as do time and a target that does not answer; the rest is left behind, and listed.
    """
    swept = Swept()
    stubborn: dict[_Kind, tuple[str, int]] = {}
    easy: set[_Kind] = set()
    waiting = deque(reversed(tuple(entries)))
    with ThreadPoolExecutor(max_workers=hands, thread_name_prefix="assay-broom") as pool:
        while waiting:
            entry = waiting.popleft()
            # that one which is paid cannot be ended says nothing of a draft
            kind = _kind(entry)
            why, times = stubborn.get(kind, ("", 0))
            cleaner = cleaners.get(entry.api)
            if swept.stopped or cleaner is None or times >= _STUBBORN:
                swept.leave(entry, swept.stopped or why or "the contracts have no such API")
                continue
            batch = [entry]
            while kind in easy and waiting and len(batch) < hands and _kind(waiting[0]) == kind:
                batch.append(waiting.popleft())
            for one, ending in zip(batch, _endings(cleaner, batch, pool), strict=True):
                if isinstance(ending, BaseException):
                    swept.unreachable = swept.unreachable or isinstance(ending, OutOfReach)
                    swept.interrupted = swept.interrupted or isinstance(ending, KeyboardInterrupt)
                    swept.stopped = swept.stopped or _stopped(ending)
                    swept.leave(one, swept.stopped)
                    continue
                after, stays = ending
                if after != one:
                    keep(after)
                if stays is None:
                    swept.ended[one.api, one.lifecycle] += 1
                    stubborn.pop(kind, None)
                    easy.add(kind)
                    continue
                easy.discard(kind)
                swept.leave(after, stays.why)
                if stays.asked:
                    known, times = stubborn.get(kind, ("", 0))
                    stubborn[kind] = (stays.why, times + 1 if stays.why == known else 1)
    return swept


def _kind(entry: Entry) -> _Kind:
    return entry.api, entry.lifecycle, entry.states


def _endings(
    cleaner: Cleaner, batch: Sequence[Entry], pool: ThreadPoolExecutor
) -> list[_Ending | BaseException]:
    """What came of each, or what kept it from coming to an end."""

    def ended(entry: Entry) -> _Ending | BaseException:
        try:
            return cleaner.end(entry)
        except (Spent, OutOfReach, KeyboardInterrupt) as error:
            return error

    if len(batch) == 1:
        return [ended(batch[0])]
    try:
        return list(pool.map(ended, batch))
    except KeyboardInterrupt as error:
        return [error for _ in batch]


def _stopped(error: BaseException) -> str:
    match error:
        case KeyboardInterrupt():
            return "the clean-up was interrupted"
        case OutOfReach():
            return f"the target does not answer ({error})"
        case _:
            return str(error)


__all__ = ["ORIGIN", "Allowance", "Cleaner", "OutOfReach", "Spent", "Stays", "Swept", "sweep"]
