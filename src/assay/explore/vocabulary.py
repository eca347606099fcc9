"""What the lifecycle explorer may ask: for each operation valid requests, and ones that should change nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from assay.inputs.constraints import constraints, refusals
from assay.model.case import Case, Credentials
from assay.model.copied import replace
from assay.model.lifecycle import Lifecycle
from assay.plan.breaking import invalid
from assay.plan.witness import Planner

ORIGIN = "lifecycle"
#: broken constraints that are tried of one operation
_BROKEN = 6


class Vocabulary:
    """The requests a lifecycle's rules may choose from."""

    def __init__(
        self,
        cycle: Lifecycle,
        valid: dict[str, Sequence[Case]],
        wrong: dict[str, Sequence[Case]],
        complete: Callable[[Sequence[Case], Container[str]], Sequence[Case]] = lambda cases, _: cases,
    ) -> None:
        """`complete` puts before cases what they need and a history with these instances does not have yet."""
        self.cycle = cycle
        self.valid = valid
        self.wrong = wrong
        self.complete = complete


def vocabulary(planner: Planner, cycle: Lifecycle) -> Vocabulary:
    """What the lifecycle explorer may ask: valid requests, and ones that should change nothing."""
    valid: dict[str, Sequence[Case]] = {}
    wrong: dict[str, Sequence[Case]] = {}
    for name in cycle.operations:
        maker = planner.maker(name)
        usual = planner.usual(name, None, ORIGIN)
        others = [
            parts.case(maker.operation, title, ORIGIN)
            for parts, title in (
                (maker.minimal, "only what is required"),
                (maker.full, "every optional part"),
                (maker.other, "other values"),
            )
            if parts is not None
        ]
        valid[name] = tuple({repr((c.body, c.query)): c for c in (usual, *others)}.values())
        bad = list(wrong_credentials(usual)) if maker.operation.secured else []
        if refusals(maker.operation):
            broken = (
                invalid(maker, constraint)
                for constraint in constraints(planner.api, maker.operation)[:_BROKEN]
            )
            bad += [replace(case, origin=ORIGIN) for case in broken if case is not None]
        wrong[name] = tuple(bad)
    return Vocabulary(cycle, valid, wrong, planner.prerequisites.complete)


def wrong_credentials(case: Case) -> tuple[Case, ...]:
    """The same request without and with invalid credentials."""
    return tuple(
        replace(case, credentials=credentials, title=f"{credentials} credentials")
        for credentials in (Credentials.MISSING, Credentials.INVALID)
    )
