"""Several histories on one stage at once, as if they had come one after another.

The threads of a crew perform them; here they are taken in their order: what each kept for later is done, what is seen
broken is put aside, and told when nothing else is under way. Whatever ends it, the answers to what was asked are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

from assay.explore.crew import Crew, Halted
from assay.explore.history import History
from assay.explore.knowledge import Knowledge
from assay.explore.line import TargetDown
from assay.model.case import Case, Script

#: histories that are kept to tell one failure by
_STORIES = 3


class Stage(Protocol):
    """What is needed of a stage."""

    obstacle: str

    def begin(self, *, later: bool = False) -> History:
        """A new history; what it has to tell is told at once, or kept for later."""
        ...

    def perform_all(self, history: History, cases: Sequence[Case], *, until_law: bool = False) -> bool:
        """Sends the cases in order; False when one could not be sent. Raises `TargetDown`."""
        ...

    def tell_all(self, history: History, *, confirm: bool = True) -> None:
        """Reports all that a history shows broken. Raises `TargetDown`."""
        ...


class Ensemble:
    """Plays scripts side by side."""

    def __init__(self, stage: Stage, knowledge: Knowledge) -> None:
        self._stage, self._knowledge = stage, knowledge

    def play(self, scripts: Iterator[Script], hands: int) -> Iterator[tuple[Script, History]]:
        """Each script with how it went, in their order, so many under way at a time.

        Raises `TargetDown` and `KeyboardInterrupt`, but not before all that was seen is reported.
        """
        crew = Crew(
            partial(self._stage.begin, later=True),
            lambda history, script: self._perform(crew, history, script),
            hands,
        )
        broken: list[History] = []
        kept: Counter[str] = Counter()
        ended: BaseException | None = None
        try:
            with self._knowledge.steady():
                for job in crew.play(scripts):
                    try:
                        self._catch_up(job.history)
                        if _news(job.history, kept):
                            broken.append(job.history)
                        if job.error is not None and not isinstance(job.error, Halted):
                            raise job.error
                        if ended is None and job.error is None:
                            yield job.script, job.history
                    except (TargetDown, KeyboardInterrupt, GeneratorExit) as error:
                        ended = ended or error
                        crew.halt()
        except KeyboardInterrupt as error:
            ended = ended or error
        finally:
            crew.halt()
        for history in broken:
            self._stage.tell_all(history, confirm=ended is None)
        if ended is not None:
            raise ended

    def _perform(self, crew: Crew, history: History, script: Script) -> None:
        """In a thread of the crew, as long as that is not halted."""
        history.halted = lambda: crew.halted
        self._stage.perform_all(history, script.steps, until_law=script.drills)

    def _catch_up(self, history: History) -> None:
        """Does what the history kept for later. Raises `TargetDown`, but not before all of it is done."""
        acts, history.later = history.later or [], None
        down: TargetDown | None = None
        for act in acts:
            try:
                act()
            except TargetDown as error:
                down = down or error
        self._stage.obstacle = history.obstacle
        if down is not None:
            raise down


def _news(history: History, kept: Counter[str]) -> bool:
    """True for a history that shows something broken that enough others have not shown yet."""
    marks = {mark for one in history.performed for mark in one.fingerprints}
    fresh = [mark for mark in marks if kept[mark] < _STORIES]
    kept.update(fresh)
    return bool(fresh)
