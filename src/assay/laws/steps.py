"""Steps that many drills are made of: an instance with everything in it, a look at it, a request that succeeds."""

from __future__ import annotations

from assay.laws.terms import Ground
from assay.laws.writing import with_body
from assay.machine.expression import MISSING
from assay.model.case import BodyKind, Case
from assay.model.copied import replace

#: why there is no drill of two principals
ALONE = (
    "needs a second principal: name the environment variable of his token with --principal NAME=VAR, "
    "or under `principals` of the target"
)


def rich(ground: Ground, state: str, symbol: str = "i1", principal: str = "") -> tuple[Case, ...]:
    """Brings `symbol` into `state`, created with every optional part: what may get lost is there.

    Raises `LookupError` when no documented way leads there.
    """
    first, *rest = ground.lead(state, symbol, principal)
    fullest = max(ground.ways(first.operation, symbol), key=lambda case: len(repr(case.body.value)))
    return (replace(fullest, title=first.title, principal=principal), *rest)


def step(ground: Ground, operation: str, role: str, symbol: str | None = "i1", principal: str = "") -> Case:
    """The usual request of that operation in that part of a drill."""
    return replace(ground.ask(operation, symbol), role=role, principal=principal)


def other(ground: Ground, case: Case, seed: str) -> Case:
    """The same request with another valid body; the very same where the schema leaves no choice."""
    value = ground.body(case.operation, seed)
    if value is MISSING or case.body.kind is not BodyKind.JSON:
        return case
    return with_body(case, value)
