"""The crew: several histories under way at once, each in a thread of its own, handed back in their order.

A thread takes a script, performs it to its end and takes the next. Whoever asked for it gets the histories back in the
order of the scripts, whichever was answered first: what is made of them does not depend on chance. So far ahead of the
slowest one the others may run, and no further: what is finished and not yet handed back takes memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from assay.explore.history import History
from assay.explore.line import TargetDown
from assay.model.case import Script

#: scripts that may be handed out and not back, for each hand
_AHEAD = 4


class Halted(TargetDown):
    """The crew was told to stop before it came to this."""


@dataclass(slots=True)
class Job:
    """One script and how it went."""

    number: int
    script: Script
    history: History
    #: what ended it: the target's end, or a fault of ours
    error: BaseException | None = None


class Crew:
    """Plays scripts side by side."""

    def __init__(
        self, begin: Callable[[], History], perform: Callable[[History, Script], object], hands: int
    ) -> None:
        """`begin` is called in the order of the scripts, by the thread that asks; `perform` by each of the hands."""
        self._begin, self._perform, self._hands = begin, perform, hands
        self._todo: SimpleQueue[Job | None] = SimpleQueue()
        self._done: SimpleQueue[Job] = SimpleQueue()
        #: True once no further request is to be made
        self.halted = False

    def halt(self) -> None:
        """No request follows those that are under way; the histories are still handed back."""
        self.halted = True

    def play(self, scripts: Iterator[Script]) -> Iterator[Job]:
        """The jobs, in their order.

        Ctrl-C halts the crew; once all are back it is raised. A second one is raised at once.
        """
        threads: list[Thread] = []
        back: dict[int, Job] = {}
        fed = taken = 0
        interrupted = exhausted = False
        try:
            while True:
                while not (exhausted or self.halted) and fed - taken < self._hands * _AHEAD:
                    script = next(scripts, None)
                    if script is None:
                        exhausted = True
                        break
                    self._todo.put(Job(fed, script, self._begin()))
                    fed += 1
                    if len(threads) < self._hands:
                        threads.append(Thread(target=self._work, name="assay-hand", daemon=True))
                        threads[-1].start()
                if taken == fed:
                    break
                try:
                    job = self._done.get()
                except KeyboardInterrupt:
                    if interrupted:
                        raise
                    interrupted = True
                    self.halt()
                    continue
                back[job.number] = job
                while taken in back:
                    yield back.pop(taken)
                    taken += 1
        finally:
            self.halt()
            for _ in threads:
                self._todo.put(None)
        for thread in threads:
            thread.join()
        if interrupted:
            raise KeyboardInterrupt

    def _work(self) -> None:
        while (job := self._todo.get()) is not None:
            try:
                # once halted, it asks nothing and says so
                self._perform(job.history, job.script)
            except BaseException as error:  # noqa: BLE001 - raised again by whoever gets the job back
                job.error = error
            self._done.put(job)
