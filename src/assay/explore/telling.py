"""How a violation is told: tried again first, with the shortest history that shows it, and how often that showed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from assay.explore.history import CONFIRM, History, Performed
from assay.explore.knowledge import Knowledge
from assay.explore.line import TargetDown
from assay.explore.shrink import Shrinker, Simpler, as_it_is, shrinkable
from assay.explore.waiting import Patience, condensed
from assay.model.case import Case, SubjectKind
from assay.model.copied import replace
from assay.model.event import Noted, Step, ViolationFound
from assay.model.verdict import Verdict
from assay.ports import Clock, Sink

#: performs cases as the next steps of a history
Play = Callable[[History, Sequence[Case]], object]

#: a violation is tried again so often before it is shortened; seconds to wait first when a bad moment could explain it
_PAUSES = (0.3, 1.5)
#: tries in all where each of them has to wait, and of what a bad moment may explain: that counts only when it comes
#: back each time, as in a network that loses two requests of a hundred once in a hundred thousand
_PATIENT = 3


class Telling:
    """Tells what was seen broken, each way of failing once, and again when a shorter history shows it."""

    def __init__(
        self, knowledge: Knowledge, play: Play, sink: Sink, clock: Clock, patience: Patience,
        *, shrinking: int = 300, simpler: Simpler = as_it_is, tries: int = len(_PAUSES),
    ) -> None:  # fmt: skip
        """`shrinking` requests may be spent on one failure; it is to come back in `tries` of its shortest history."""
        self._knowledge, self._play, self._sink = knowledge, play, sink
        self._clock, self._patience = clock, patience
        self._shrinking, self._simpler = shrinking, simpler
        self._tries = max(tries, len(_PAUSES))
        #: fingerprint -> length of the shortest history told
        self.told: dict[str, int] = {}
        #: fingerprint -> what else was seen broken while something was tried again
        self._beside: dict[str, tuple[Performed, History]] = {}

    def __call__(self, performed: Performed, history: History, *, confirm: bool = True) -> None:
        """Reports the violations of a step, and then what else came to light while they were tried again.

        A shorter history, or a simpler request, may break another promise that nothing else would have shown.

        Raises `TargetDown` when the target goes down meanwhile, but not before all that was seen is reported.
        """
        down: TargetDown | None = None
        try:
            self._tell(performed, history, confirm=confirm)
        except TargetDown as error:
            down = error
        while self._beside:
            mark = next(iter(self._beside))
            found, where = self._beside.pop(mark)
            if mark in self.told:
                continue
            try:
                self._tell(found, where, confirm=confirm and down is None)
            except TargetDown as error:
                down = down or error
        if down is not None:
            raise down

    def _tell(self, performed: Performed, history: History, *, confirm: bool) -> None:
        """Reports the violations of a step with their shortest history, after trying them again.

        The steps about the same instance usually tell the story. When they alone do not bring the failure back, another
        instance may have a part in it, and the whole history is tried.

        Raises `TargetDown` when the target goes down meanwhile, but not before all that was seen is reported.
        """
        down: TargetDown | None = None
        for verdict, mark in zip(performed.judgement.violated, performed.fingerprints, strict=True):
            steps = condensed(self._story(performed, verdict, history), history)
            if self._is_told(mark, steps):
                continue
            reproduced = (0, 0)
            if confirm and down is None:
                try:
                    reproduced = self._confirm(steps, mark, verdict.transient)
                    whole = condensed(_until(history.steps, performed.step), history)
                    if not reproduced[0] and len(whole) > len(steps):
                        if self._is_told(mark, whole):
                            continue
                        steps, reproduced = whole, self._confirm(whole, mark, verdict.transient)
                    if all(reproduced) and reproduced[0] == reproduced[1] and shrinkable(steps, verdict):
                        longer, steps = steps, self._shrunk(steps, mark)
                        # what counts is how often the history that is told shows it
                        tried = reproduced if steps is longer else (0, 0)
                    else:
                        tried = reproduced
                    reproduced = self._more(steps, mark, verdict, tried)
                except TargetDown as error:
                    down = error
            self.told[mark] = len(steps)
            self._sink(ViolationFound(mark, verdict, steps, reproduced))
        if down is not None:
            raise down

    def _is_told(self, mark: str, steps: Sequence[Step]) -> bool:
        """True when that was told already, and no longer than with these steps."""
        return mark in self.told and self.told[mark] <= len(steps)

    def _story(self, performed: Performed, verdict: Verdict, history: History) -> tuple[Step, ...]:
        step = performed.step
        if verdict.clause.endswith("/law/unique-ids"):
            twin = self._knowledge.issuing(performed.judgement.issued)
            own = history.behind(step)
            return (*twin, *own) if twin and twin[-1] is not step else own
        if step.case.law and "/law/" in verdict.clause:
            return _until(history.steps, step)
        subject = step.case.subject
        if subject is None or subject.kind is not SubjectKind.KNOWN:
            return history.behind(step)
        return _until(history.about(step.case), step)

    def _confirm(self, steps: Sequence[Step], mark: str, transient: bool) -> tuple[int, int]:
        """How often the failure came again, and of how many tries."""
        again = tries = 0
        waits = sum(step.case.wait for step in steps)
        pauses = _PAUSES if transient else (0.0, 0.0)
        if waits and not self._patience.spares(waits * len(pauses)):
            return 0, 0  # there is no time left to try it again
        for pause in pauses:
            self._clock.sleep(pause)  # a bad moment should have passed
            came = self._comes(steps, mark)
            if came is None:
                break
            again, tries = again + came, tries + 1
            if transient and not came:
                break  # a bad moment explains it, and more tries would not change that
        return again, tries

    def _comes(self, steps: Sequence[Step], mark: str) -> bool | None:
        """True when the failure comes again; None when not all of the history could be sent, so that nobody knows."""
        performed = self._played(steps).performed
        if any(mark in one.fingerprints for one in performed):
            return True
        return False if len(performed) >= len(steps) else None

    def _more(
        self, steps: tuple[Step, ...], mark: str, verdict: Verdict, so_far: tuple[int, int]
    ) -> tuple[int, int]:
        """The same after as many more tries as there are to be. Raises `TargetDown`.

        Where nobody had the time to try at all, there is none for this either; where each has to wait, a few are
        enough. What a bad moment may explain is tried until it does not come back.
        """
        again, tries = so_far
        waits = sum(step.case.wait for step in steps)
        wanted = _PATIENT if verdict.transient else min(self._tries, _PATIENT) if waits else self._tries
        while tries < wanted and not (verdict.transient and again < tries):
            if waits and not self._patience.spares(waits):
                break
            if verdict.transient:
                self._clock.sleep(_PAUSES[0])
            came = self._comes(steps, mark)
            if came is None:
                break
            again, tries = again + came, tries + 1
        return again, tries

    def _shrunk(self, steps: tuple[Step, ...], mark: str) -> tuple[Step, ...]:
        """The shortest and simplest history that still shows it. Raises `TargetDown`."""
        shrinker = Shrinker(partial(self._again, mark=mark), self._shrinking, self._simpler)
        shrunk = shrinker(steps)
        if shrinker.spent:
            told = (
                f"shrinking ended after {self._shrinking} requests: there may be a shorter history of {mark}"
            )
            self._sink(Noted("early-stop", told))
        return shrunk

    def _again(self, cases: Sequence[Case], mark: str) -> tuple[Step, ...]:
        """Plays a history; its steps up to that failure, and nothing when it did not come."""
        history = self._replayed(cases)
        last = next((one.step for one in history.performed if mark in one.fingerprints), None)
        if last is None:
            return ()
        origins = [case.origin for case in cases]
        told = zip(_until(history.steps, last), origins, strict=False)
        return tuple(replace(step, case=replace(step.case, origin=origin)) for step, origin in told)

    def _played(self, steps: Sequence[Step]) -> History:
        return self._replayed([step.case for step in steps])

    def _replayed(self, cases: Sequence[Case]) -> History:
        history = History()
        self._play(history, [replace(case, origin=CONFIRM) for case in cases])
        for one in history.performed:
            for mark in one.fingerprints:
                if mark not in self.told:
                    self._beside.setdefault(mark, (one, history))
        return history


def _until(steps: Sequence[Step], last: Step) -> tuple[Step, ...]:
    """The steps up to that very one: an equal one may stand before it."""
    return tuple(steps[: next(i for i, step in enumerate(steps) if step is last) + 1])
