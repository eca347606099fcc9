"""Events as they may be written down: the one gate between a run and its log.

Evidence is redacted where it is made, and so are verdicts. What is left is what the run says in its own words, which
may quote a target, and the requests as they were planned, which replay needs: into these a secret comes where somebody
put it into a contract or a configuration, or where a value that a target had answered was sent again.
"""

from __future__ import annotations

from assay.evidence.redact import Policy, redact_case, redact_text
from assay.model.copied import replace
from assay.model.event import Event, Noted, RunFinished, RunStarted, Step, StepJudged, ViolationFound


def written(event: Event, policy: Policy) -> Event:
    """The event without any known secret, and without what the policy's rules mask; itself where nothing is in it."""
    match event:
        case StepJudged():
            step = _step(event.step, policy)
            return event if step is event.step else replace(event, step=step)
        case ViolationFound():
            history = tuple(_step(step, policy) for step in event.history)
            alike = all(one is other for one, other in zip(history, event.history, strict=True))
            return event if alike else replace(event, history=history)
        case Noted():
            return replace(event, text=redact_text(event.text, policy))
        case RunFinished() if event.reason:
            return replace(event, reason=redact_text(event.reason, policy))
        case RunStarted():
            return replace(event, target=redact_text(event.target, policy))
        case _:
            return event


def _step(step: Step, policy: Policy) -> Step:
    case = redact_case(step.case, policy)
    return step if case is step.case else replace(step, case=case)
