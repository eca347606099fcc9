"""The end of whatever made something at a live target: what it made is brought to an end, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assay.app.target import Target
from assay.evidence.ledger import written
from assay.evidence.redact import redact_text
from assay.explore.cleanup import Allowance, Cleaner, Swept, sweep
from assay.explore.register import Keep
from assay.files.ledger import Ledger
from assay.judge import Judge
from assay.model.contract import Api
from assay.model.event import CleanedUp
from assay.model.ledger import Entry, Leftover
from assay.plan.witness import Planner
from assay.ports import Clock, Send

#: requests for each instance that is left, at most; a refusal more or less is no reason to stop
_EACH, _MORE = 4, 10
#: ids of leftovers that a report names
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Tidied:
    """What a clean-up came to."""

    told: CleanedUp
    #: True when the target did not answer any more
    unreachable: bool
    #: True when somebody wanted it to end
    interrupted: bool = False


def keeper(ledger: Ledger, target: Target) -> Keep:
    """Enters instances into the ledger, on disk without secrets."""
    policy = target.policy

    def keep(entry: Entry) -> None:
        ledger.keep(entry, written(entry, policy))

    return keep


def tidy(ledger: Ledger, apis: Mapping[str, Api], target: Target, sender: Callable[[Api], Send], clock: Clock,
         seconds: float, *, unsure: bool = False) -> Tidied:  # fmt: skip
    """Ends what the ledger still has open, within so many seconds, and marks it there.

    `unsure`: the ledger is that of a run that may have died in the middle of a request.

    Raises `WriteError` when the ledger cannot be kept.
    """
    waiting = ledger.open
    allowance = Allowance(clock, _EACH * len(waiting) + _MORE, clock.monotonic() + seconds)
    concerned = {entry.api for entry in waiting} & apis.keys()
    cleaners = {
        name: Cleaner(
            apis[name],
            Judge(apis[name], target.supply(apis[name])),
            Planner(apis[name], target.supply(apis[name])),
            sender(apis[name]),
            allowance,
            target.supply(apis[name]).values,
            unsure=unsure,
        )
        for name in sorted(concerned)
    }
    swept = sweep(waiting, cleaners, keeper(ledger, target), target.max_in_flight)
    told = CleanedUp(
        made=ledger.made,
        ended={"/".join(kind): count for kind, count in swept.ended.items()},
        left=tuple(_leftovers(swept, apis, target)),
        requests=allowance.spent,
    )
    return Tidied(told, swept.unreachable, swept.interrupted)


def _leftovers(swept: Swept, apis: Mapping[str, Api], target: Target) -> list[Leftover]:
    found = []
    for (api, lifecycle, why), entries in swept.left.items():
        ids, told = tuple(entry.id for entry in entries if entry.id)[:_NAMED], why
        if api in apis:
            policy = target.policy
            ids, told = tuple(redact_text(one, policy) for one in ids), redact_text(why, policy)
        found.append(Leftover(api, lifecycle, len(entries), ids, told))
    return found
