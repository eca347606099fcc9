"""One step as the fold looks at it, whether it comes from a run that goes on or out of a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from assay.model.event import Step, StepJudged


class Wire(NamedTuple):
    """What went over the wire, as far as it was written down."""

    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: str | None
    cookies: Mapping[str, str]


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

    @property
    def wire(self) -> Wire:
        """What was sent and answered."""

    def mentions(self, marks: tuple[bytes, ...]) -> bool:
        """False only where none of these stands in the JSON text of the step."""


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
    def wire(self) -> Wire:
        """What was sent and answered."""
        one = self.step.evidence
        return Wire(one.url, one.request_headers, one.request_body, one.response_headers, one.response_body,
                    self.step.case.cookies)  # fmt: skip

    def mentions(self, marks: tuple[bytes, ...]) -> bool:  # noqa: ARG002 - there is no text to look into
        """True: it is there, and may be looked at."""
        return True


def glance(event: StepJudged) -> Glance:
    """The event as the fold looks at it."""
    step = event.step
    case, evidence = step.case, step.evidence
    return Glance(step, case.api, case.operation, case.together, evidence.status, evidence.failure,
                  evidence.elapsed_ms, step.state, step.after, step.instance, event.undocumented)  # fmt: skip
