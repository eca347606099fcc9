"""Generated requests for one operation: known-good, merely allowed, and invalid ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from itertools import chain

from assay.app.profile import GENERATED_IDS, Profile
from assay.explore.properties import Generated, GenerationError, generate
from assay.inputs.constraints import varies
from assay.inputs.known_good import Supply, narrow
from assay.model.contract import Operation
from assay.openapi.compile import compile_api
from assay.plan.witness import Planner

__all__ = ["GenerationError", "requests_for"]


def requests_for(
    planner: Planner, operation: Operation, profile: Profile, seed: int, supply: Supply
) -> tuple[Iterator[Generated], tuple[str, ...]]:
    """The requests, and why fewer came than the profile asks for, if so."""
    api = planner.api
    if not varies(api, operation):
        return _ids(planner, operation, profile, seed)
    own_seed = _own(seed, operation)
    stand_in = Supply({**api.supplies, **supply.values})
    good = compile_api(api, narrow=partial(narrow, resolve=api.resolve, supply=stand_in))
    allowed = max(1, profile.valid // 3)
    surely = generate(good, operation, seed=own_seed, valid=profile.valid - allowed, invalid=0)
    loosely = generate(compile_api(api), operation, seed=own_seed, valid=allowed, invalid=profile.invalid)
    # where little can vary, few different requests exist: that is no early stop
    shortfalls = tuple(
        g.shortfall for g in (surely, loosely) if g.shortfall and "no more different" not in g.shortfall
    )
    return chain(iter(surely.cases), loosely.cases), shortfalls


def _ids(
    planner: Planner, operation: Operation, profile: Profile, seed: int
) -> tuple[Iterator[Generated], tuple[str, ...]]:
    """Ids that some generator made up: the documentation does not say what they get, but a crash is a crash."""
    if not operation.parameters:
        return iter(()), ()
    made = generate(
        compile_api(planner.api),
        operation,
        seed=_own(seed, operation),
        valid=min(GENERATED_IDS, profile.valid),
        invalid=0,
    )
    return iter(made.cases), ()


def _own(seed: int, operation: Operation) -> int:
    return int.from_bytes(sha256(f"{seed}/{operation.api}/{operation.id}".encode()).digest()[:4], "big")
