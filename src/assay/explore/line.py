"""The line to the target: requests go out, answers come back, and silence is made something of.

Silence is the environment's fault once it lasts: a target that does not answer any more ends the run. An operation that
leaves requests unanswered while others are answered is a finding, and is not asked for ever.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from threading import Lock

from assay.explore.race import Lane, Ready, at_once, lanes
from assay.judge.checks.answers import is_environment
from assay.model.case import Exchange, FailureKind, WireRequest
from assay.ports import Clock, Send

#: connection failures in a row, with a pause between, before the target counts as down
_DOWN_AFTER = 3
_PAUSE = 0.3
#: unanswered requests before an operation is left alone: in a row; or in all, when they are so large a part of them: a
#: network that loses two of a hundred must not silence an operation that is asked a thousand times
_HANGS = 3
_HANGS_IN_ALL, _PART = 8, 0.25
#: requests to such an operation that may still be made to see whether silence is its answer
_AGAIN = 6


class TargetDown(Exception):
    """The environment's fault: nobody answers at the target any more."""

    def __init__(self, message: str, *, perhaps: bool = False) -> None:
        """`perhaps`: the request that was not answered may have taken effect."""
        super().__init__(message)
        self.perhaps = perhaps


class BudgetSpent(TargetDown):
    """The run's time is over: the rest is not tried, and the report says so."""


class TargetSick(TargetDown):
    """The environment's fault: it answers, and hardly ever with anything but errors of its own."""


class CredentialsLost(TargetDown):
    """The environment's fault: what the target accepted before it accepts no longer, a token that expired for one."""


class Capped:
    """Sends no more requests than that; implements `ports.Send`. Any number of threads may send.

    Those that are sent to end what was made are on top of it: `lift`.
    """

    def __init__(self, send: Send, most: int, whose: str, left: list[int] | None = None) -> None:
        """`whose` is the name of the target, for people; `left` is shared with others of it."""
        self._send, self._most, self._whose = send, most, whose
        self._left = [most] if left is None else left
        self._counting = Lock()

    def __call__(self, request: WireRequest) -> Exchange:
        """Sends. Raises `BudgetSpent` when there is nothing left."""
        with self._counting:
            if self._left and self._left[0] <= 0:
                raise BudgetSpent(f"the {self._most} requests that {self._whose} may be sent are spent")
            if self._left:
                self._left[0] -= 1
        return self._send(request)

    def beside(self, send: Send) -> Capped:
        """Another way to the same target: what goes there is counted together."""
        other = Capped(send, self._most, self._whose, self._left)
        other._counting = self._counting
        return other

    def lift(self) -> None:
        """From now on all may be sent."""
        self._left.clear()


class Line:
    """Sends the requests of one API, and keeps count of what stays unanswered.

    `exchange` may be called by many threads; everything else is for one.
    """

    def __init__(self, send: Send, clock: Clock) -> None:
        self._send, self._clock = send, clock
        self._failures_in_a_row = 0
        #: when the last of them was counted
        self._failed = -math.inf
        self._counting = Lock()
        #: requests an operation left unanswered, in a row and in all
        self._hangs: Counter[str] = Counter()
        self._hung: Counter[str] = Counter()
        #: requests of an operation
        self._asked: Counter[str] = Counter()
        #: operations that are not asked any more, because they do not answer
        self._silent: set[str] = set()
        self._again: Counter[str] = Counter()
        #: races so far, by the operations in them: each time another of them goes first
        self._races: Counter[tuple[str, ...]] = Counter()

    def exchange(self, request: WireRequest) -> Exchange:
        """Sends one request, again where it did not arrive. Raises `TargetDown` and `CannotSend`."""
        began = self._clock.monotonic()
        exchange = self._send(request)
        while exchange.failure is not None and is_environment(exchange.failure):
            perhaps = exchange.failure.kind not in {FailureKind.REFUSED, FailureKind.UNREACHABLE}
            if self._failing(began):
                raise TargetDown(exchange.failure.message, perhaps=perhaps)
            self._clock.sleep(_PAUSE)
            if perhaps:
                break  # it may have taken effect: not ours to repeat
            began = self._clock.monotonic()
            exchange = self._send(request)
        else:
            self._failures_in_a_row = 0
        return exchange

    def _failing(self, began: float) -> bool:
        """Counts a failure of a request begun then; True when that nobody answers has become a habit.

        Requests that were under way together met the same bad moment: it counts once.
        """
        with self._counting:
            if began > self._failed:
                self._failures_in_a_row += 1
                self._failed = self._clock.monotonic()
            return self._failures_in_a_row >= _DOWN_AFTER

    def race(self, runners: Sequence[Ready]) -> list[Lane]:
        """Sends the requests at once; each time another of them goes first. Raises `CannotSend`.

        Whether silence ends the run is asked afterwards, with `heard`: first all answers are to be judged.
        """
        field = tuple(ready.case.operation for ready in runners)
        turn = self._races[field] % len(runners)
        raced = at_once(self._send, [ready.request for ready in runners], self._clock, turn)
        self._races[field] += 1
        return lanes(raced)

    def heard(self, exchanges: Sequence[Exchange]) -> None:
        """Takes what came of a race. Raises `TargetDown` when that nobody answers has become a habit."""
        failures = [e.failure for e in exchanges if e.failure is not None and is_environment(e.failure)]
        if len(failures) < len(exchanges):
            self._failures_in_a_row = 0
            return
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= _DOWN_AFTER:
            raise TargetDown(failures[0].message)
        self._clock.sleep(_PAUSE)

    def learn(self, operation: str, exchange: Exchange) -> str:
        """Counts what an operation left unanswered; the remark to make where it is not asked again, else nothing."""
        self._asked[operation] += 1
        if exchange.failure is not None and exchange.failure.kind is FailureKind.TIMEOUT:
            self._hangs[operation] += 1
            self._hung[operation] += 1
            often = self._hung[operation] >= max(_HANGS_IN_ALL, _PART * self._asked[operation])
            enough = self._hangs[operation] >= _HANGS or often
            if enough and operation not in self._silent:
                self._silent.add(operation)
                times = self._hung[operation]
                return f"{operation} left {times} requests unanswered and is not asked again"
        elif exchange.response is not None and operation in self._hangs:
            del self._hangs[operation]
        return ""

    def hangs(self, operation: str) -> bool:
        """True for an operation that is not asked any more, because it does not answer."""
        return operation in self._silent

    def try_again(self, operation: str) -> bool:
        """True where an operation that does not answer may be asked once more, to confirm that: it counts."""
        self._again[operation] += 1
        return self._again[operation] <= _AGAIN


__all__ = ["BudgetSpent", "CredentialsLost", "Line", "TargetDown"]
