"""What an operation is asked: planned once for equal contracts, made up once, and a few fresh ones in every run.

Kept is what costs: the directed scripts and the generated requests of each operation, under a digest of all that they
were made of (the contracts of the operation's unit, what the target supplies, the profile's budgets, the versions of
Assay and of the engine). Random choices among what is kept derive from the contracts, never from the run's seed; the
seed decides about the fresh ones. A history that ever showed a broken promise is kept whatever the contracts become,
and is played first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version

from assay import __version__
from assay.app.profile import GENERATED_IDS, Profile
from assay.app.units import Unit
from assay.files.corpus import CorpusFolder
from assay.inputs.constraints import varies
from assay.inputs.known_good import Supply
from assay.model.case import Script
from assay.model.contract import Api, Json, Operation
from assay.model.corpus import Found, Kept
from assay.model.event import ViolationFound
from assay.model.generated import Generated
from assay.plan.witness import Planner, WitnessPlan
from assay.report.codec import encode

#: packages whose version decides what is generated
_ENGINE = ("schemathesis", "hypothesis")
#: what a place in a file is written with; where a promise stands says nothing about what is asked
_PLACE = {"file", "line", "column", "pointer"}


@dataclass(frozen=True, slots=True)
class Material:
    """What one operation is to be asked."""

    witness: WitnessPlan
    made: tuple[Generated, ...]
    #: why fewer were made than were asked for
    shortfalls: tuple[str, ...]


@dataclass
class Corpus:
    """Gives each operation its material; remembers it in a folder, where there is one."""

    folder: CorpusFolder | None
    profile: Profile
    #: operations whose requests had to be made in this run
    made: list[str] = field(default_factory=list)
    _stands: dict[str, bytes] = field(default_factory=dict)
    #: what this run has asked for: a unit that is explored in parts asks again for each
    _given: dict[tuple[str, str], Material] = field(default_factory=dict)
    _fresh: dict[tuple[str, str, int], tuple[Generated, ...]] = field(default_factory=dict)

    def material(self, unit: Unit, operation: Operation, planner: Planner, supply: Supply) -> Material:
        """Kept where it is kept. Raises `GenerationError` where nothing can be made up at all."""
        key = (operation.api, operation.id)
        if key not in self._given:
            self._given[key] = self._material(unit, operation, planner, supply)
        return self._given[key]

    def _material(self, unit: Unit, operation: Operation, planner: Planner, supply: Supply) -> Material:
        name, digest = self.profile.name, ""
        if self.folder is not None:
            digest = self._digest(unit, operation, planner, supply)
            if (kept := self.folder.read(name, operation.api, operation.id, digest)) is not None:
                return _unpacked(kept)
        witness = planner.witness(operation, self.profile.witness)
        made, shortfalls = _generated(
            planner, operation, self.profile.valid, self.profile.invalid, supply, "corpus"
        )
        self.made.append(operation.id)
        material = Material(witness, made, shortfalls)
        if self.folder is not None:
            self.folder.write(name, operation.api, operation.id, digest, _packed(material))
        return material

    def fresh(
        self, unit: Unit, planner: Planner, supply: Supply, seed: int
    ) -> Iterator[tuple[Operation, tuple[Generated, ...]]]:
        """Requests that no run has made before, for operations that the seed chooses. Raises `GenerationError`."""
        able = [o for o in unit.operations if varies(unit.api, o)]
        each = (self.profile.valid, self.profile.invalid)
        total = round(self.profile.fresh * sum(each) * len(able))
        ranked = sorted(able, key=lambda o: sha256(f"{seed}/{o.id}".encode()).digest())
        for operation in ranked:
            if total <= 0:
                return
            share = min(total, sum(each))
            invalid = share * each[1] // sum(each)
            key = (operation.api, operation.id, share)
            if key not in self._fresh:
                self._fresh[key], _ = _generated(
                    planner, operation, share - invalid, invalid, supply, f"fresh/{seed}", enumerated=False
                )
            total -= share
            yield operation, self._fresh[key]

    def found(self, api: Api) -> Iterator[Script]:
        """Histories that once showed something broken, as far as the contracts still know what they ask."""
        if self.folder is None:
            return
        known = {operation.id for operation in api.operations}
        for one in self.folder.found(api.name):
            if all(case.operation in known for case in one.cases):
                yield Script(f"once broke {one.clause}", one.cases)

    def keep(self, violations: Iterable[ViolationFound], seen: str) -> None:
        """Keeps the histories of violations, to be played first from now on."""
        if self.folder is None:
            return
        by_api: defaultdict[str, list[Found]] = defaultdict(list)
        for one in violations:
            cases = tuple(step.case for step in one.history)
            if any(case.masked for case in cases):
                continue  # played again, it would be another history
            by_api[cases[0].api].append(Found(one.fingerprint, one.verdict.clause, seen, cases))
        for api, found in by_api.items():
            self.folder.keep_found(api, found)

    def _digest(self, unit: Unit, operation: Operation, planner: Planner, supply: Supply) -> str:
        """sha256 of all that the operation's requests are made of."""
        profile = self.profile
        parts = sha256(self._stand(unit))
        rest = [
            operation.id, supply.values, planner.has_credentials, profile.witness, profile.valid, profile.invalid,
            __version__, *map(version, _ENGINE),
        ]  # fmt: skip
        parts.update(json.dumps(rest, sort_keys=True, default=str).encode())
        return parts.hexdigest()

    def _stand(self, unit: Unit) -> bytes:
        """A digest of the unit's contracts, without the places where they stand in their files."""
        if unit.id not in self._stands:
            api = unit.api
            documents = [*map(encode, unit.operations), *map(encode, unit.lifecycles)]
            told = [api.name, api.components, api.supplies, sorted(api.prerequisites), _placeless(documents)]
            self._stands[unit.id] = sha256(json.dumps(told, sort_keys=True, default=str).encode()).digest()
        return self._stands[unit.id]


def _placeless(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {
            key: _placeless(member)
            for key, member in value.items()
            if not (key == "place" and isinstance(member, Mapping) and member.keys() <= _PLACE)
        }
    return [_placeless(item) for item in value] if isinstance(value, list | tuple) else value


def _generated(planner: Planner, operation: Operation, valid: int, invalid: int, supply: Supply, purpose: str, *,
               enumerated: bool = True) -> tuple[tuple[Generated, ...], tuple[str, ...]]:  # fmt: skip
    if not valid + invalid or (not varies(planner.api, operation) and not operation.parameters):
        return (), ()  # said here, so that the engine is not loaded for nothing
    from assay.app.generate import requests_for  # noqa: PLC0415 - loads the engine

    seed = int.from_bytes(sha256(f"{purpose}/{operation.api}/{operation.id}".encode()).digest()[:4], "big")
    if not varies(planner.api, operation):
        valid, invalid = min(GENERATED_IDS, valid), 0
    return requests_for(planner, operation, valid, invalid, seed, supply, enumerated=enumerated)


def _packed(material: Material) -> Kept:
    planned = tuple((script.title, script.steps) for script in material.witness.scripts)
    return Kept(planned, material.witness.missing, material.made, material.shortfalls)


def _unpacked(kept: Kept) -> Material:
    scripts = tuple(Script(title, steps) for title, steps in kept.planned)
    return Material(WitnessPlan(scripts, dict(kept.missing)), kept.made, kept.shortfalls)
