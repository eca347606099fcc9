"""A parameter is gone. Who sends it is passed over, or refused.

Where it was deprecated, that is a note; where it was promised until a day that lies ahead (`x-sunset`), it breaks
clients.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind

RULE = "parameter-removed"
KINDS = (Kind.PARAMETER_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.12",
    fix="Keep it, deprecated, until nobody sends it.",
    example="{name: country, in: query} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each; what was promised until a day that lies ahead breaks, what was deprecated is a note."""
    end = day(look.change.before)
    if end is not None and look.today is not None and look.today < end:
        told = f"It is gone, and was promised until {look.change.before}: who counts on that is not heard, or refused."
        return Told(told, Level.BREAKING)
    told = "It is gone: who sends it may be passed over or refused."
    return Told(told, Level.NOTE if look.has("deprecated") else None)
