"""Generated requests for one operation: known-good, merely allowed, and invalid ones."""

from __future__ import annotations

from functools import partial

from assay.explore.properties import GenerationError, generate
from assay.inputs.constraints import varies
from assay.inputs.known_good import Supply, narrow
from assay.model.contract import Operation
from assay.model.generated import Generated
from assay.openapi.compile import compile_operation
from assay.plan.witness import Planner

__all__ = ["GenerationError", "requests_for"]


def requests_for(planner: Planner, operation: Operation, valid: int, invalid: int, seed: int, supply: Supply, *,
                 enumerated: bool = True) -> tuple[tuple[Generated, ...], tuple[str, ...]]:  # fmt: skip
    """At most so many valid and invalid requests, and why fewer came, if so. Raises `GenerationError`.

    Without `enumerated` they are random ones only.
    """
    api = planner.api
    plain = compile_operation(api, operation)
    if not varies(api, operation):
        # ids that some generator made up: the documentation does not say what they get, but a crash is a crash
        made = generate(plain, operation, seed=seed, valid=valid, invalid=0, enumerated=enumerated)
        return made.cases, ()
    stand_in = Supply({**api.supplies, **supply.values})
    good = compile_operation(api, operation, narrow=partial(narrow, resolve=api.resolve, supply=stand_in))
    allowed = max(1, valid // 3) if valid else 0
    surely = generate(good, operation, seed=seed, valid=valid - allowed, invalid=0, enumerated=enumerated)
    loosely = generate(plain, operation, seed=seed, valid=allowed, invalid=invalid, enumerated=enumerated)
    # where little can vary, few different requests exist: that is no early stop
    shortfalls = tuple(
        g.shortfall for g in (surely, loosely) if g.shortfall and "no more different" not in g.shortfall
    )
    return (*surely.cases, *loosely.cases), shortfalls
