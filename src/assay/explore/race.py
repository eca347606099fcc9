"""Races: requests that are sent at once, and how far they really were.

Each request has a thread and, where the driver knows how, a connection that was opened before, so that nothing but
writing the request stands between the barrier and the target. What is warmed up is the connection alone: nothing is
asked over it.

A request's window is measured outside of sending it, so it is never shorter than the time in which the request can
have taken effect: who judges by windows accuses nobody for our own slowness. Whether requests overlapped is the
opposite question, and is told from the time that each was under way, without what it waited for our own rate limit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import TypeVar

from assay.judge.facts import ID
from assay.judge.situation import Situation
from assay.machine.linearize import overlap
from assay.model.case import Case, Exchange, Script, SubjectKind, WireRequest
from assay.model.copied import replace
from assay.model.verdict import Verdict, VerdictKind
from assay.ports import Clock, Send, Warm

#: whatever else an explorer is given to do
Other = TypeVar("Other")

#: seconds until a thread that cannot start is no longer waited for
_START = 10.0


@dataclass(frozen=True, slots=True)
class Raced:
    """One request of a race and what came of it."""

    exchange: Exchange
    #: when it was called and when it returned, by the clock; measured outside of sending
    called: float
    returned: float

    @property
    def under_way(self) -> tuple[float, float]:
        """The part of its window in which it was sent and answered."""
        return max(self.called, self.returned - self.exchange.elapsed), self.returned


@dataclass(frozen=True, slots=True)
class Ready:
    """A case that can be sent."""

    case: Case
    situation: Situation
    request: WireRequest


@dataclass(frozen=True, slots=True)
class Lane:
    """One request's place in its race."""

    run: Raced
    #: when the first request of the race was called, by the clock
    started: float
    #: the most requests of the race that were under way at one moment
    most: int
    #: True for the one that is judged last
    last: bool

    @property
    def window(self) -> tuple[float, float]:
        """When it was called and when it returned, by the clock."""
        return self.run.called, self.run.returned

    @property
    def relative(self) -> tuple[float, float]:
        """The same, in seconds from the start of the race."""
        return round(self.run.called - self.started, 6), round(self.run.returned - self.started, 6)


def lanes(raced: Sequence[Raced]) -> list[Lane]:
    """The requests of one race, each in its place."""
    started, most = min(run.called for run in raced), most_at_once(raced)
    return [Lane(run, started, most, last=run is raced[-1]) for run in raced]


def blinded(ready: Ready) -> Ready:
    """The same, judged without knowing where its instance is: the others may bring it elsewhere meanwhile."""
    subject = ready.case.subject
    if subject is None or subject.kind is not SubjectKind.KNOWN:
        return ready
    named = {name: value for name, value in ready.situation.values.items() if name == ID}
    return replace(ready, situation=replace(ready.situation, states=frozenset(), values=named))


def at_once(send: Send, requests: Sequence[WireRequest], clock: Clock, first: int = 0) -> list[Raced]:
    """Sends the requests at once and waits for all of them; the results in their order.

    `first` is the one that is likely to be a moment ahead of the others, being the last to come to the barrier. Raises
    what `send` raises for a request that cannot be sent, once all the others are back.
    """
    if isinstance(send, Warm):
        send.warm(len(requests))
    gate = threading.Barrier(len(requests))
    runs = [_Run(send, request, clock, gate) for request in requests]
    threads = [threading.Thread(target=run, daemon=True) for run in runs]
    for thread in (*threads[first + 1 :], *threads[: first + 1]):
        thread.start()
    for thread in threads:
        thread.join()
    return [run.result() for run in runs]


def most_at_once(raced: Sequence[Raced]) -> int:
    """The largest number of requests that were under way at one moment."""
    return overlap([one.under_way for one in raced])


def groups(cases: Sequence[Case]) -> Iterator[tuple[Case, ...]]:
    """The cases in order, neighbours with the same mark together."""
    for mark, found in groupby(cases, key=lambda case: case.together):
        if mark:
            yield tuple(found)
        else:
            yield from ((case,) for case in found)


def is_race(cases: Sequence[Case]) -> bool:
    """True when some of the cases are sent at once."""
    return any(len(group) > 1 for group in groups(cases))


def undecided(verdict: Verdict) -> Verdict:
    """What was said of a race whose requests go wrong one after another, too: it is not their meeting that tells."""
    if verdict.kind is not VerdictKind.VIOLATED:
        return verdict
    told = f"the same requests go wrong one after another, too: coming at once is not why ({verdict.message})"
    return replace(verdict, kind=VerdictKind.INCONCLUSIVE, message=told)


def smaller(script: Script) -> Iterator[Script]:
    """The same script with fewer requests at once: first every pair of different ones, then one fewer."""
    size = sum(1 for case in script.steps if case.together)
    kept: set[str] = set()
    for count in dict.fromkeys((2, size - 1)):
        if not 2 <= count < size:
            continue
        racers = [index for index, case in enumerate(script.steps) if case.together]
        for chosen in combinations(racers, count):
            steps = tuple(
                case for index, case in enumerate(script.steps) if not case.together or index in chosen
            )
            alike = repr([replace(case, title="", subject=None) for case in steps if case.together])
            if alike not in kept:
                kept.add(alike)
                yield replace(script, steps=steps)


def in_rounds(items: Iterator[Script | Other], rounds: int) -> Iterator[Script | Other]:
    """The items, and then the races among them again: whether one is lost is a matter of luck."""
    races: list[Script] = []
    for item in items:
        yield item
        if isinstance(item, Script) and is_race(item.steps):
            races.append(item)
    for _ in range(rounds - 1):
        yield from races


class _Run:
    """One runner. Not to be asked for its result before its thread has ended."""

    def __init__(self, send: Send, request: WireRequest, clock: Clock, gate: threading.Barrier) -> None:
        self._send, self._request, self._clock, self._gate = send, request, clock, gate
        self._result: Callable[[], Raced] = self._not_run

    def __call__(self) -> None:
        try:
            self._gate.wait(_START)
            called = self._clock.monotonic()
            exchange = self._send(self._request)
            raced = Raced(exchange, called, self._clock.monotonic())
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
            self._result = _raiser(error)
        else:
            self._result = lambda: raced

    def result(self) -> Raced:
        """What came of it. Raises what sending raised."""
        return self._result()

    def _not_run(self) -> Raced:
        raise RuntimeError("Cannot race: because a thread did not run.")


def _raiser(error: Exception) -> Callable[[], Raced]:
    def again() -> Raced:
        raise error

    return again
