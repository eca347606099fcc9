"""What a run left behind at a live target, for every renderer: in words and as JSON."""

from __future__ import annotations

from collections import Counter

from assay.model.contract import Json
from assay.model.event import CleanedUp
from assay.model.ledger import Leftover

#: ids that a line of text names
_IDS = 3


def joined(one: CleanedUp | None, other: CleanedUp) -> CleanedUp:
    """The clean-ups of two shards as one."""
    if one is None:
        return other
    return CleanedUp(
        made=dict(Counter(one.made) + Counter(other.made)),
        ended=dict(Counter(one.ended) + Counter(other.ended)),
        left=(*one.left, *other.left),
        requests=one.requests + other.requests,
    )


def line(left: Leftover) -> str:
    """`2 × session-pass (id a1, b2): stopPass answered 500`."""
    shown = [*left.ids[:_IDS], *(["…"] if left.count > _IDS and left.ids else [])]
    ids = f" (id {', '.join(shown)})" if left.ids else ""
    return f"{left.count} × {left.lifecycle}{ids}: {left.why}"


def lines(found: CleanedUp | None) -> tuple[str, ...]:
    """One line for each kind of leftover, the most frequent first; nothing where nothing is left."""
    left = found.left if found is not None else ()
    return tuple(line(one) for one in sorted(left, key=lambda one: (-one.count, one.lifecycle, one.why)))


def count(found: CleanedUp | None) -> int:
    """How many instances are left behind."""
    return sum(one.count for one in found.left) if found is not None else 0


def document(found: CleanedUp | None) -> Json:
    """As in `report.json`: null where nothing was made at a live target."""
    if found is None:
        return None
    kinds = sorted({*found.made, *found.ended})
    return {
        "requests": found.requests,
        "instances": [
            {
                "api": kind.partition("/")[0],
                "lifecycle": kind.partition("/")[2],
                "made": found.made.get(kind, 0),
                "ended": found.ended.get(kind, 0),
            }
            for kind in kinds
        ],
        "left": [
            {
                "api": one.api,
                "lifecycle": one.lifecycle,
                "count": one.count,
                "ids": list(one.ids),
                "why": one.why,
            }
            for one in found.left
        ],
    }
