"""What a run would cost a target, before anything is sent: requests, seconds, what it writes, what is not asked."""

from __future__ import annotations

from dataclasses import dataclass

from assay.app.plan import Plan
from assay.app.target import MOCK, wanted
from assay.drive.retry import SAFE_METHODS
from assay.model.contract import Operation


@dataclass(frozen=True, slots=True)
class Outlook:
    """A run against one target, as far as it can be told beforehand."""

    #: `mock`, or a name with its URL
    target: str
    #: root of each API that is tested
    urls: tuple[tuple[str, str], ...]
    #: the most requests that are made when nothing fails
    most: int
    #: how many the target may be sent; None: as many as it takes
    allowed: int | None
    #: requests a second; None: as fast as it answers
    rate: float | None
    in_flight: int
    #: seconds that the run may take
    budget: float
    #: operations that may write, as `METHOD /path`, and those of them that are not asked
    writing: tuple[str, ...]
    forbidden: tuple[str, ...]
    #: values that the contracts want and the target does not have ready
    unsupplied: tuple[str, ...]
    headers: tuple[str, ...] = ()
    #: instances that may be there at a time; None: any number
    instances: int | None = None

    @property
    def seconds(self) -> float | None:
        """The least time that the requests take at that rate; None where no rate is kept."""
        most = self.most if self.allowed is None else min(self.most, self.allowed)
        return most / self.rate if self.rate else None


def outlook(plan: Plan, target: str) -> Outlook:
    """Looks at the configuration and the plan alone. Raises `UsageError` for a target that there is not."""
    profile = plan.profile
    operations = [o for unit in plan.units for o in unit.operations]
    writing = tuple(dict.fromkeys(_said(o) for o in operations if o.method.upper() not in SAFE_METHODS))
    if target == MOCK:
        return Outlook(MOCK, (), plan.most, None, None, 1, profile.budget, writing, (), ())
    config = wanted(target)
    apis = plan.contracts.apis
    times = [seconds for seconds in (profile.budget, config.most_seconds) if seconds is not None]
    return Outlook(
        target=config.name if "://" in config.name else f"{config.name} ({config.url})",
        urls=tuple((api.name, config.urls.get(api.name, config.url)) for api in apis),
        most=plan.most,
        allowed=config.most_requests,
        rate=config.rate or profile.rate,
        in_flight=config.max_in_flight or profile.max_in_flight,
        budget=min(times),
        writing=writing,
        forbidden=writing if config.read_only or config.production else (),
        unsupplied=tuple(
            sorted({name for api in apis for name in api.supplies} - set(config.values) - _made(plan))
        ),
        headers=tuple(name for name, _ in config.headers),
        instances=config.most_instances,
    )


def _made(plan: Plan) -> set[str]:
    return {name for api in plan.contracts.apis for name in api.prerequisites}


def _said(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"
