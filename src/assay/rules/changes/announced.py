"""What a contract announces: that something is deprecated, and the day from which it may be gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.model.terms import Json
from assay.rules.changes.pairs import two
from assay.rules.changes.spot import Spot
from assay.rules.changes.terms import Change, Kind

#: the day from which something may be gone (RFC 8594 has the header field; oasdiff's word for it in documents)
SUNSET = "x-sunset"


def announcements(api: str, subject: str, at: str, spots: tuple[Spot, Spot]) -> Iterator[Change]:
    """Deprecation and sunset of an operation or a parameter."""
    old, new = (spot.followed().node for spot in spots)
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return
    places = two(spot.below("deprecated").place for spot in spots)
    if bool(old.get("deprecated")) != bool(new.get("deprecated")):
        kind = Kind.DEPRECATED if new.get("deprecated") else Kind.UNDEPRECATED
        yield Change(kind, api, subject, at, "", "", sunset(new), *places)
    if sunset(old) != sunset(new):
        places = two(spot.below(SUNSET).place for spot in spots)
        yield Change(Kind.SUNSET, api, subject, at, "", sunset(old), sunset(new), *places)


def sunset(node: Json) -> str:
    """The day from which something may be gone, as it is written; empty where none is named."""
    return str(node[SUNSET]) if isinstance(node, Mapping) and SUNSET in node else ""
