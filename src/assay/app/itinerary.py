"""What a run asks of the units of one API, and in which order.

* What is known beforehand goes out first, as one long row of histories that do not depend on one another: what once
  broke something; every cell, so that the table is soon known; the directed requests; the first half of the random
  walks (long histories before short ones, so that none is left over in the end); the generated requests; what may come
  between cells.
* What is left of each table then depends on what was seen: transitions that nobody has walked yet, and the rest of the
  random walks. With them go the drills of laws, and requests that no run has made before.
* Last comes what nothing may be under way beside, and waiting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from assay.app.corpus import Corpus, Material
from assay.app.profile import Profile
from assay.app.share import WHOLE, Phase, Share
from assay.app.target import Target
from assay.app.units import Unit
from assay.explore import aging as waits
from assay.explore import generated, lifecycle, rows, witness
from assay.explore.laws import Drills
from assay.explore.lifecycle import Spent
from assay.explore.rows import Row
from assay.explore.stage import Stage
from assay.explore.trouble import GenerationError
from assay.explore.vocabulary import vocabulary
from assay.laws.reading import safe
from assay.model.case import Script
from assay.model.contract import Operation
from assay.model.lifecycle import Lifecycle
from assay.plan import aging, interplay
from assay.plan.ground import Ground
from assay.plan.witness import Planner
from assay.report.coverage import Trail


@dataclass
class Itinerary:
    """One way through some units of one API."""

    units: Sequence[Unit]
    stage: Stage
    planner: Planner
    target: Target
    profile: Profile
    corpus: Corpus
    seed: int
    #: what was walked of the tables so far, by all of the run
    trail: Trail
    #: told what is being done, and of which unit
    tell: Callable[[Unit, str], None]
    #: of what there is to do, this run does so much
    share: Share = WHOLE
    #: begin with what once broke something
    once_broken: bool = True
    _spent: dict[str, Spent] = field(default_factory=dict)
    _walks: dict[str, Iterator[Script]] = field(default_factory=dict)

    def follow(self) -> None:
        """All of it, or what belongs to the share. Raises `TargetDown`."""
        phases = self.share.phases
        self.stage.mark(self.share.mark)
        for _, cycle in self._cycles():
            self._spent[cycle.name] = Spent()
            words = vocabulary(self.planner, cycle)
            self._walks[cycle.name] = lifecycle.walks(words, self.profile.lifecycle, self.seed)
        if Phase.KNOWN in phases:
            witness.play(self.stage, chain(self._mine(self._once_broken()), self._mine(self._beforehand())))
        elif Phase.WALKED in phases:
            self._reckon()
        drilled = list(self._drills())
        if Phase.WALKED in phases:
            # what was walked until now decides: none of them looks at what the ones before it have shown
            rows.play(self.stage, list(self._afterwards(drilled)))
        for unit, drills in drilled:
            self.tell(unit, "laws: what nothing may be under way beside")
            drills.alone()
        if Phase.WALKED not in phases:
            return
        for unit, cycle in self._cycles():
            if aged := tuple(self._mine(aging.scripts(self.planner, cycle))):
                self.tell(unit, f"waiting for {cycle.name}")
                waits.explore(self.stage, aged)

    def _cycles(self) -> Iterator[tuple[Unit, Lifecycle]]:
        return ((unit, cycle) for unit in self.units for cycle in unit.lifecycles)

    def _mine(self, scripts: Iterator[Script]) -> Iterator[Script]:
        return islice(scripts, self.share.part[0], None, self.share.part[1])

    def _once_broken(self) -> Iterator[Script]:
        if self.once_broken and (found := tuple(self.corpus.found(self.stage.api))):
            self.tell(self.units[0], "what was once broken")
            yield from found

    def _reckon(self) -> None:
        """Counts what the known ways of the lifecycles took when others walked them."""
        for _, cycle in self._cycles():
            half = self.profile.lifecycle.random // 2
            for known in (
                self._directed(interplay.cells(self.planner, cycle), cycle, "cells"),
                self._directed(interplay.mixed(self.planner, cycle), cycle, "histories"),
                lifecycle.worth(self._walks[cycle.name], half),
            ):
                deque(known, maxlen=0)

    def _beforehand(self) -> Iterator[Script]:
        for unit, cycle in self._cycles():
            self.tell(unit, f"every cell of {cycle.name}")
            yield from self._directed(interplay.cells(self.planner, cycle), cycle, "cells")
        made: list[Callable[[], Iterator[Script]]] = []
        for unit in self.units:
            for operation in unit.operations:
                self.tell(unit, f"asking {operation.id}")
                material = self._material(unit, operation)
                yield from material.witness.scripts
                made.append(partial(self._generated, unit, operation, material))
        for unit, cycle in self._cycles():
            self.tell(unit, f"random histories of {cycle.name}")
            half = self.profile.lifecycle.random // 2
            yield from lifecycle.worth(self._walks[cycle.name], half)
        for unit, cycle in self._cycles():
            self.tell(unit, f"histories of {cycle.name}")
            yield from self._directed(interplay.mixed(self.planner, cycle), cycle, "histories")
        for scripts in made:
            yield from scripts()

    def _directed(self, scripts: Iterator[Script], cycle: Lifecycle, what: str) -> Iterator[Script]:
        most = self.profile.lifecycle.directed
        return lifecycle.fitting(
            self.stage, scripts, most, f"{what} of {cycle.name}", self._spent[cycle.name]
        )

    def _material(self, unit: Unit, operation: Operation) -> Material:
        """What the operation is asked; what it cannot be asked, and why, is noted."""
        try:
            material = self.corpus.material(unit, operation, self.planner, self.target.supply(unit.api))
        except GenerationError as error:
            plan = self.planner.witness(operation, self.profile.witness)
            material = Material(plan, (), (str(error),))
        witness.unplanned(self.stage, material.witness.missing)
        for text in material.shortfalls:
            self.stage.note("early-stop", text)
        return material

    def _generated(self, unit: Unit, operation: Operation, material: Material) -> Iterator[Script]:
        self.tell(unit, f"generated requests to {operation.id}")
        return generated.scripts(self.planner, operation, material.made)

    def _afterwards(self, drilled: Sequence[tuple[Unit, Drills]]) -> Iterator[Row]:
        """Long histories before short ones, so that none is left over in the end."""
        for unit, cycle in self._cycles():
            yield self._live(unit, cycle)
        for unit, drills in drilled:
            yield drills.beside._replace(scripts=self._saying(unit, "laws", drills.beside.scripts))
        yield witness.row(self.stage, self._mine(self._fresh()))

    def _live(self, unit: Unit, cycle: Lifecycle) -> Row:
        """What nobody has walked yet, and the rest of the random walks."""
        effort, table = self.profile.lifecycle, (cycle.api, cycle.name)
        spent = self._spent[cycle.name].requests
        trail = self.share.walked or self.trail
        hops = trail.hops.get(table, set())
        api = unit.api
        looks = [o.id for o in unit.operations if safe(api, o.id) and api.lifecycle_of(o.id) is None]
        walked = Spent()
        fit = partial(
            lifecycle.fitting, self.stage, budget=effort.directed - spent + effort.random // 2, spent=walked
        )
        chosen = [
            *fit(interplay.lives(self.planner, cycle, hops, looks), what=f"whole lives of {cycle.name}"),
            *fit(
                interplay.walks(self.planner, cycle, hops, trail.pairs.get(table, set())),
                what=f"walks of {cycle.name}",
            ),
        ]
        over = max(walked.requests - (effort.directed - spent), 0)
        rest = lifecycle.worth(self._walks[cycle.name], effort.random - effort.random // 2 - over)
        doing = f"what nobody has walked of {cycle.name}"
        return lifecycle.row(self.stage, self._saying(unit, doing, self._mine(chain(chosen, rest))), cycle)

    def _saying(self, unit: Unit, doing: str, scripts: Iterable[Script]) -> Iterator[Script]:
        """The scripts; says what is being done when the first is asked for."""
        self.tell(unit, doing)
        yield from scripts

    def _drills(self) -> Iterator[tuple[Unit, Drills]]:
        """Drills of laws, of the phases at hand."""
        effort, phases = self.profile.lifecycle, self.share.phases
        if phases.isdisjoint({Phase.WALKED, Phase.ALONE}):
            return

        def due(script: Script) -> bool:
            return (Phase.ALONE if self.stage.undisturbed(script) else Phase.WALKED) in phases

        for unit, cycle in self._cycles():
            if cycle.laws:
                ground = Ground(self.planner, cycle, self.target.principals)
                yield unit, Drills(self.stage, ground, effort.laws, effort.rounds, self.share.part, due)

    def _fresh(self) -> Iterator[Script]:
        """Requests that no run has made before."""
        for unit in self.units:
            try:
                for operation, made in self.corpus.fresh(
                    unit, self.planner, self.target.supply(unit.api), self.seed
                ):
                    self.tell(unit, f"fresh requests to {operation.id}")
                    yield from generated.scripts(self.planner, operation, made)
            except GenerationError as error:
                self.stage.note("early-stop", str(error))
