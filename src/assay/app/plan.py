"""The plan of a run: its clauses, its units, and how many requests it would make. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assay.app.errors import UsageError
from assay.app.load import load
from assay.app.profile import GENERATED_IDS, Profile
from assay.app.spared import spared
from assay.app.units import Unit, units
from assay.inputs.constraints import varies
from assay.laws.library import unmarked
from assay.machine.reach import paths
from assay.model.case import Script
from assay.model.contract import ContractSet, Operation
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Clause
from assay.plan import interplay
from assay.plan.clauses import clauses as clauses_of
from assay.plan.ground import Ground
from assay.plan.select import NoSuchClause, select
from assay.plan.shard import Shard, digest
from assay.plan.witness import Planner, of_examples


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many requests one operation or lifecycle costs."""

    #: operation id, or lifecycle name
    name: str
    api: str
    #: exact when nothing fails
    witness: int
    #: at most
    properties: int
    #: at most
    lifecycle: int

    @property
    def most(self) -> int:
        """The most requests made when nothing fails; each new failure adds a few to confirm and shrink it."""
        return self.witness + self.properties + self.lifecycle


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would try to show, and at what cost."""

    contracts: ContractSet
    profile: Profile
    #: the selected clauses
    clauses: tuple[Clause, ...]
    #: the units that decide them
    units: tuple[Unit, ...]
    estimates: tuple[Estimate, ...]

    @property
    def digest(self) -> str:
        """What shards of this plan have in common: those of another one do not belong together."""
        return digest(self.contracts.digest, self.clauses, self.profile.key)

    def shard(self, shard: Shard) -> Plan:
        """What one machine does of it."""
        taken = shard.takes([unit.id for unit in self.units])
        mine = tuple(unit for unit in self.units if unit.id in taken)
        return replace(
            self,
            units=mine,
            clauses=tuple(c for c in self.clauses if any(unit.owns(c) for unit in mine)),
            estimates=(),
        )

    @property
    def most(self) -> int:
        """The most requests of the whole run."""
        return sum(estimate.most for estimate in self.estimates)


def prepare(path: str, profile: Profile, today: date, *, apis: tuple[str, ...] = (), only: tuple[str, ...] = (),
            estimate: bool = True) -> Plan:  # fmt: skip
    """Loads and plans, for that profile. Raises `ContractError` and `UsageError`."""
    with spared():
        contracts = load(path, today, apis)
        everything = tuple(clause for api in contracts.apis for clause in clauses_of(api))
        try:
            selected = select(everything, only)
        except NoSuchClause as error:
            raise UsageError(str(error)) from None
        needed = tuple(u for u in units(contracts) if not only or any(u.owns(c) for c in selected))
        costs = tuple(e for unit in needed for e in _estimates(unit, profile)) if estimate else ()
    return Plan(contracts, profile, selected, needed, costs)


def _estimates(unit: Unit, profile: Profile) -> list[Estimate]:
    planner = of_examples(unit.api)
    found = [
        Estimate(
            o.id,
            unit.api.name,
            planner.witness(o, profile.witness).requests,
            _generated(unit, planner, o, profile),
            0,
        )
        for o in unit.operations
    ]
    return found + [
        Estimate(c.name, unit.api.name, 0, 0, _lifecycle(planner, c, profile)) for c in unit.lifecycles
    ]


def _lifecycle(planner: Planner, cycle: Lifecycle, profile: Profile) -> int:
    spent = 0
    for script in interplay.scripts(planner, cycle):
        if spent + len(script.steps) <= profile.lifecycle.directed:
            spent += len(script.steps)
    return spent + profile.lifecycle.random + _drills(planner, cycle, profile)


def _drills(planner: Planner, cycle: Lifecycle, profile: Profile) -> int:
    """What the laws take, of a target with two principals: those who name one only are spared some of it."""
    ground = Ground(planner, cycle, ("", "another"))
    spent = 0
    for law in cycle.laws:
        for item in unmarked(ground, law):
            if isinstance(item, Script):
                spent += len(ground.complete(item).steps)
                if spent >= profile.lifecycle.laws:
                    return profile.lifecycle.laws
    return spent


def _generated(unit: Unit, planner: Planner, operation: Operation, profile: Profile) -> int:
    """At most: as many as asked for, each with the steps that lead up to it."""
    cycle = unit.api.lifecycle_of(operation.id)
    if not varies(unit.api, operation):
        return min(GENERATED_IDS, profile.valid) if operation.parameters else 0
    asked = profile.valid + profile.invalid
    script = planner.about(operation, planner.maker(operation.id).full.case(operation, "", ""))
    needed = len(planner.complete(script).steps) - len(script.steps)
    if cycle is None or operation.id == cycle.created_by:
        return asked * (1 + needed)
    longest = max((len(way) for way in paths(cycle).values()), default=0)
    return asked * (longest + 1 + needed)
