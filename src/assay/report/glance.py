"""One step as the fold looks at it, whether it comes from a run that goes on or out of a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assay.model.case import Case
from assay.model.event import Step, StepJudged
from assay.report.asked import Skim
from assay.report.shapes import essence


class Told(Protocol):
    """What is asked of every step; the whole of it only where it is kept."""

    @property
    def api(self) -> str:
        """Name of the API."""

    @property
    def operation(self) -> str:
        """Id of the operation."""

    @property
    def together(self) -> str:
        """The mark of its race; empty: it was sent alone."""

    @property
    def status(self) -> int | None:
        """What it was answered."""

    @property
    def failure(self) -> str | None:
        """Why there was no answer."""

    @property
    def elapsed_ms(self) -> float:
        """How long it took, in milliseconds."""

    @property
    def case(self) -> Case | Skim:
        """What was asked."""

    @property
    def media(self) -> str:
        """The media type of its answer, as `shapes.essence` tells it."""

    @property
    def body(self) -> str | None:
        """The body of its answer, as evidence has it."""

    @property
    def state(self) -> str:
        """States before, as in `Step.state`."""

    @property
    def after(self) -> str:
        """States afterwards."""

    @property
    def instance(self) -> str:
        """Whom it was about, as in `Step.instance`."""

    @property
    def undocumented(self) -> bool:
        """True when its status is not documented."""

    @property
    def step(self) -> Step:
        """The step itself."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A step that is there as a whole."""

    step: Step
    api: str
    operation: str
    together: str
    status: int | None
    failure: str | None
    elapsed_ms: float
    state: str
    after: str
    instance: str
    undocumented: bool

    @property
    def case(self) -> Case:
        """What was asked."""
        return self.step.case

    @property
    def media(self) -> str:
        """The media type of its answer."""
        return essence(self.step.evidence.response_headers)

    @property
    def body(self) -> str | None:
        """The body of its answer."""
        return self.step.evidence.response_body


def glance(event: StepJudged) -> Glance:
    """The event as the fold looks at it."""
    step = event.step
    case, evidence = step.case, step.evidence
    return Glance(step, case.api, case.operation, case.together, evidence.status, evidence.failure,
                  evidence.elapsed_ms, step.state, step.after, step.instance, event.undocumented)  # fmt: skip
