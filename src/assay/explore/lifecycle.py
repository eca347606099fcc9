"""The lifecycle explorer: a Hypothesis state machine built from the table, so that a failing history shrinks.

One rule per operation and per way of asking it: create; ask about an instance of this history; ask about an id never
issued; ask with wrong credentials; ask with a request that breaks a constraint. The rules only act; what an answer
means is the judge's matter. A violation raises inside the machine, Hypothesis shrinks, and the stage keeps the shortest
history it saw; then the same fingerprint is muted and the machine runs again, so that one failure cannot hide others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, HypothesisException
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from assay.explore.history import History
from assay.explore.hypothesis_ground import ground
from assay.explore.line import TargetDown
from assay.explore.stage import Performed, Stage
from assay.explore.vocabulary import Vocabulary
from assay.model.case import Case, Script, Subject, SubjectKind
from assay.model.lifecycle import ABSENT

#: instances made in one history
_INSTANCES = 3


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try."""

    #: histories to make
    histories: int
    #: steps in each
    steps: int
    #: requests that may be spent on shrinking, for each failure
    shrinking: int
    #: requests that may be spent on directed histories: cells, pairs, two instances
    directed: int
    #: failures to look for before the explorer stops
    failures: int = 5
    #: requests that may be spent on the drills of its laws
    laws: int = 0
    #: times that each race of its laws is run
    rounds: int = 1

    @property
    def random(self) -> int:
        """The most requests the machine makes when nothing fails."""
        return self.histories * self.steps

    @property
    def requests(self) -> int:
        """The most requests of all parts when nothing fails."""
        return self.random + self.directed + self.laws

    def after(self, spent: int) -> Effort:
        """What is left of the random part when so many of its requests were spent on something better."""
        return replace(self, histories=max(self.histories - -(-spent // max(self.steps, 1)), 0))


class _Broken(AssertionError):
    """A promise was broken: Hypothesis may shrink."""


class _Enough(BaseException):
    """The budget is spent. Not an Exception, so that Hypothesis does not take it for a failure of the machine."""


class _Down(BaseException):
    """The target is down: nothing to shrink either."""

    def __init__(self, error: TargetDown) -> None:
        super().__init__(str(error))
        self.error = error


class _Session:
    """What outlives one machine: budget, muted fingerprints, the failures to tell."""

    def __init__(self, stage: Stage, vocabulary: Vocabulary, effort: Effort) -> None:
        self.stage, self.vocabulary, self.effort = stage, vocabulary, effort
        #: told already, here or by another explorer
        self.muted: set[str] = set(stage.told)
        #: failures found here
        self.found = 0
        self.spent = 0
        #: spent when the last round ended
        self._before = 0
        self.shrinking = 0
        self.failed: str | None = None
        #: fingerprint -> the shortest failing performance, its history, and how many steps of it that took
        self.best: dict[str, tuple[Performed, History, int]] = {}

    def perform(self, history: History, case: Case) -> None:
        """Performs a case, and before it what it needs and the history does not have yet."""
        for step in self.vocabulary.complete((case,), history.instances):
            self._perform(history, step)

    def _perform(self, history: History, case: Case) -> None:
        if self.failed is None and self.spent >= self.effort.random:
            raise _Enough
        if self.failed is not None and self.shrinking >= self.effort.shrinking:
            raise _Enough
        try:
            performed = self.stage.perform(history, case)
        except TargetDown as error:
            raise _Down(error) from error
        if performed is None:
            return
        if self.failed is None:
            self.spent += 1
        else:
            self.shrinking += 1
        fresh = [mark for mark in performed.fingerprints if mark not in self.muted]
        for mark in fresh:
            known = self.best.get(mark)
            if known is None or len(history.steps) < known[2]:
                self.best[mark] = (performed, history, len(history.steps))
        if fresh and (self.failed is None or self.failed in fresh):
            self.failed = self.failed or fresh[0]
            raise _Broken(self.failed)

    def tell(self, mark: str, *, confirm: bool = True) -> None:
        """Tells one failure as it was shortest, and mutes it."""
        performed, history, _ = self.best.pop(mark)
        self.muted.add(mark)
        self.found += 1
        self.stage.tell(performed, history, confirm=confirm)

    def tell_the_rest(self, *, confirm: bool = True) -> None:
        """Tells what was met on the way to something else and never shrunk for its own sake."""
        for mark in list(self.best):
            self.tell(mark, confirm=confirm)

    def next_round(self) -> bool:
        """Tells what was found, mutes it, and says whether to look for more.

        What else was met meanwhile is left to a round of its own, in which it shrinks.
        """
        if self.failed is not None:
            if self.shrinking >= self.effort.shrinking:
                self._note(f"shrinking ended after {self.shrinking} requests; the history of {self.failed} is the "
                           "shortest that was seen, and there may be a shorter one")  # fmt: skip
            self.tell(self.failed)
            self.failed, self.shrinking = None, 0
            if self.found >= self.effort.failures and self.left:
                self._note(f"enough failures were found; {self.left} requests of the lifecycle explorer were left "
                           "unspent")  # fmt: skip
                return False
        if self.left and self.spent == self._before:
            self._note(f"no rule of the machine could be sent any more; {self.left} requests of the lifecycle "
                       "explorer were left unspent")  # fmt: skip
            return False
        self._before = self.spent
        return self.left > 0

    @property
    def left(self) -> int:
        """Requests that may still be made to look for something new."""
        return max(self.effort.random - self.spent, 0)

    def stopped(self, why: str) -> None:
        """Notes that the engine would not go on."""
        self._note(
            f"the engine stopped early: {why}; {self.left} requests of the lifecycle explorer were left unspent"
        )

    def _note(self, text: str) -> None:
        self.stage.note("early-stop", f"{self.vocabulary.cycle.name}: {text}")


def directed(stage: Stage, scripts: Iterator[Script], budget: int, what: str) -> int:
    """Plays scripts within a budget of requests; how many it spent. What did not fit is noted. Raises `TargetDown`."""
    spent = left = 0
    for script in scripts:
        if spent + len(script.steps) > budget:
            left += 1
            continue
        spent += len(stage.play(script.steps))
    if left:
        stage.note("budget", f"{left} directed {what} did not fit into {max(budget, 0)} requests")
    return spent


def explore(stage: Stage, vocabulary: Vocabulary, effort: Effort, run_seed: int) -> None:
    """Runs machines until the effort is spent or enough failures were found; if it ends before, it notes why.

    Raises `TargetDown`.
    """
    session = _Session(stage, vocabulary, effort)
    machine = _machine(session)
    number = 0
    while session.left:
        configured = settings(
            # histories can end early, so that one round need not spend it all
            max_examples=-(-session.left // effort.steps), stateful_step_count=effort.steps,
            database=None, deadline=None,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck), print_blob=False,
            verbosity=Verbosity.quiet, report_multiple_bugs=False, derandomize=False,
        )  # fmt: skip
        try:
            with ground():
                run_state_machine_as_test(seed(run_seed + number)(machine), settings=configured)
        except (_Broken, _Enough, Flaky):
            pass  # the session knows what was found; flakiness is the API's, and the stage tries again by itself
        except HypothesisException as error:
            session.stopped(f"{type(error).__name__}: {error}")
            break
        except _Down as down:
            session.tell_the_rest(confirm=False)
            raise down.error from None
        if not session.next_round():
            break
        number += 1
    session.tell_the_rest()


def _machine(session: _Session) -> type[RuleBasedStateMachine]:
    vocabulary, cycle = session.vocabulary, session.vocabulary.cycle
    instances: Bundle[str] = Bundle("instances")
    body: dict[str, Any] = {"instances": instances, "__init__": _start, "session": session}
    for operation in cycle.operations:
        cases = vocabulary.valid.get(operation, ())
        if not cases:
            continue
        if operation == cycle.created_by:
            body[f"create_{operation}"] = precondition(_few)(
                rule(target=instances, case=st.sampled_from(cases))(_create)
            )
            continue
        body[f"ask_{operation}"] = rule(symbol=instances, case=st.sampled_from(cases))(_ask)
        if cycle.cell(ABSENT, operation) is not None:
            body[f"ask_unknown_{operation}"] = precondition(_some)(
                rule(case=st.sampled_from(cases))(_ask_unknown)
            )
        if wrong := vocabulary.wrong.get(operation, ()):
            body[f"ask_wrongly_{operation}"] = rule(symbol=instances, case=st.sampled_from(wrong))(_ask)
    return type("Table", (RuleBasedStateMachine,), body)


def _start(self: Any) -> None:
    RuleBasedStateMachine.__init__(self)
    self.history = History()
    self.made = 0
    self.asked_unknown = False


def _few(self: Any) -> bool:
    """Steps are better spent on living with a few instances than on making many."""
    return bool(self.made < _INSTANCES)


def _some(self: Any) -> bool:
    """One question about an unknown id in a history is enough."""
    return bool(self.made and not self.asked_unknown)


def _create(self: Any, case: Case) -> str:
    self.made += 1
    symbol = f"i{self.made}"
    self.session.perform(self.history, replace(case, subject=Subject(SubjectKind.NEW, symbol)))
    return symbol


def _ask(self: Any, symbol: str, case: Case) -> None:
    self.session.perform(self.history, replace(case, subject=Subject(SubjectKind.KNOWN, symbol)))


def _ask_unknown(self: Any, case: Case) -> None:
    self.asked_unknown = True
    self.session.perform(self.history, replace(case, subject=Subject(SubjectKind.NEVER_ISSUED, "n1")))
