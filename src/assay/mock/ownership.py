"""Whose an instance is, where the lifecycle states `isolation` between principals: what another is answered."""

from __future__ import annotations

from assay.laws import isolation, strangers
from assay.mock.refusal import Refusal
from assay.mock.world import Instance
from assay.model.contract import Api, Operation
from assay.model.lifecycle import ABSENT, Law, Lifecycle

_WHY = "This belongs to another principal."


def seen(
    api: Api, lifecycle: Lifecycle, operation: Operation, instance: Instance | None, who: str | None
) -> Instance | Refusal | None:
    """The instance as it is to whoever asks: None when to him it is an id that was never issued."""
    if instance is None or who is None or instance.owner in (None, who):
        return instance
    part = strangers.part(api, operation.id)
    kept = (law for law in lifecycle.laws if law.name == isolation.NAME and part in strangers.asked(law))
    law = next(kept, None)
    return instance if law is None else _answer(law, lifecycle, operation)


def _answer(law: Law, lifecycle: Lifecycle, operation: Operation) -> Refusal | None:
    """What the law says another is answered; None: as for an id that was never issued."""
    cell = lifecycle.cell(ABSENT, operation.id)
    ways = () if cell is None else cell.transitions or ((cell.mock,) if cell.mock is not None else ())
    unknown = {way.status for way in ways} or {404}
    said = strangers.statuses(law)
    if said:
        return None if unknown & set(said) else Refusal(said[0], _WHY, documented=said)
    if strangers.alike(law) or all(status >= 400 for status in unknown):
        return None
    # for all the law says, anything but a success will do, and an unknown id is one here
    return Refusal(404, _WHY, documented=(404, 403))
