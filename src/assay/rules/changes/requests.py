"""Changes of what is sent: parameters and bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from assay.inputs.constraints import is_ignored
from assay.model.contract import Content, Json, Operation, Parameter
from assay.rules.changes.announced import announcements, sunset
from assay.rules.changes.media import essence, governing
from assay.rules.changes.pairs import Both, paired, two, variables
from assay.rules.changes.schemas import schema_changes
from assay.rules.changes.spot import Spot
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.reading import Side

#: how values are written where nothing is said (OpenAPI 3.1 §4.8.12.2)
_STYLES: Final = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}


class _Known(NamedTuple):
    """A parameter, where it is written, and its place in the path, if it is there."""

    parameter: Parameter
    spot: Spot
    position: int | None

    @property
    def key(self) -> tuple[str, object]:
        """Location and name; header names have no case (RFC 9110 §5.1), variables of a path no name."""
        one = self.parameter
        if one.location == "path" and self.position is not None:
            return "path", self.position
        return one.location, one.name.lower() if one.location == "header" else one.name

    @property
    def at(self) -> str:
        return f"{self.parameter.location} parameter '{self.parameter.name}'"


def request_changes(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    """Of an operation's requests."""
    yield from _parameters(both, old, new)
    yield from _bodies(both, old, new)


def _known(operation: Operation, spot: Spot) -> list[_Known]:
    order = variables(operation.path)
    return [
        _Known(
            one, spot.below("parameters", at).followed(), order.index(one.name) if one.name in order else None
        )
        for at, one in enumerate(operation.parameters)
        if not is_ignored(one)
    ]


def _parameters(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    spots = both.spots(old, new)
    found = paired(
        _known(old, spots[0]), _known(new, spots[1]), lambda one: one.key,
        lambda one: (one.parameter.name, "elsewhere"),
    )  # fmt: skip
    for one, other in found.both:
        yield from _parameter(both, new.id, one, other)
    for one in found.gone:
        where = spots[1].below("parameters").place
        required = frozenset({"required"} if one.parameter.required else ())
        was = sunset(one.spot.node) or "there"
        yield Change(Kind.PARAMETER_REMOVED, both.name, new.id, one.at, one.parameter.name, was, "",
                     one.spot.place, where, facts=required | _announced(one.spot.node))  # fmt: skip
    for one in found.come:
        where = spots[0].below("parameters").place
        required = frozenset({"required"} if one.parameter.required else ())
        yield Change(Kind.PARAMETER_ADDED, both.name, new.id, one.at, one.parameter.name, "", "there",
                     where, one.spot.place, facts=required)  # fmt: skip


def _announced(node: Json) -> frozenset[str]:
    return frozenset({"deprecated"}) if isinstance(node, Mapping) and node.get("deprecated") else frozenset()


def _parameter(both: Both, subject: str, old: _Known, new: _Known) -> Iterator[Change]:
    places = (old.spot.place, new.spot.place)
    one, other = old.parameter, new.parameter
    if one.location != other.location:
        yield Change(
            Kind.PARAMETER_MOVED, both.name, subject, old.at, one.name, one.location, other.location, *places
        )
    elif one.name != other.name and one.location == "path":
        yield Change(
            Kind.PARAMETER_RENAMED, both.name, subject, old.at, one.name, one.name, other.name, *places
        )
    if one.required != other.required and one.location == other.location:
        kind = Kind.PARAMETER_REQUIRED if other.required else Kind.PARAMETER_OPTIONAL
        yield Change(kind, both.name, subject, new.at, other.name, "", "", *places)
    styles = (_styled(old), _styled(new))
    if one.location == other.location and styles[0] != styles[1]:
        yield Change(Kind.PARAMETER_STYLE, both.name, subject, new.at, other.name, *styles, *places)
    yield from announcements(both.name, subject, new.at, (old.spot, new.spot))
    yield from schema_changes(
        both, subject, new.at, Side.REQUEST, (old.spot.below("schema"), new.spot.below("schema")),
        (one.schema, other.schema), facts=frozenset({"parameter"}),
    )  # fmt: skip


def _styled(known: _Known) -> str:
    """How its value is written, where it is more than one word."""
    raw: Mapping[str, Json] = known.spot.node if isinstance(known.spot.node, Mapping) else {}
    style = raw.get("style", _STYLES.get(known.parameter.location, "simple"))
    explode = raw.get("explode", style == "form")
    reserved = ", allowReserved" if raw.get("allowReserved") else ""
    return f"{style}{', explode' if explode else ''}{reserved}"


def _bodies(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    spots = two(spot.below("requestBody") for spot in both.spots(old, new))
    places = two(spot.place for spot in spots)
    at = "request body"
    if old.body is None or new.body is None:
        if old.body is not None:
            yield Change(Kind.BODY_REMOVED, both.name, new.id, at, "", "there", "", *places)
        elif new.body is not None:
            facts = frozenset({"required"} if new.body.required else ())
            yield Change(Kind.BODY_ADDED, both.name, new.id, at, "", "", "there", *places, facts=facts)
        return
    if old.body.required != new.body.required:
        kind = Kind.BODY_REQUIRED if new.body.required else Kind.BODY_OPTIONAL
        yield Change(kind, both.name, new.id, at, "", "", "", *places)
    for one in old.body.content:
        other = governing(one.media_type, new.body.content)
        here = spots[0].below("content", one.media_type)
        if other is None:
            yield Change(Kind.MEDIA_TYPE_REMOVED, both.name, new.id, at, essence(one.media_type), "there", "",
                         here.place, spots[1].below("content").place, side=Side.REQUEST)  # fmt: skip
            continue
        there = spots[1].below("content", other.media_type)
        yield from schema_changes(
            both, new.id, _told(at, one, old.body.content), Side.REQUEST, (here.below("schema"), there.below("schema")),
            (one.schema, other.schema),
        )  # fmt: skip
    for other in new.body.content:
        if governing(other.media_type, old.body.content) is None:
            yield Change(Kind.MEDIA_TYPE_ADDED, both.name, new.id, at, essence(other.media_type), "", "there",
                         spots[0].below("content").place, spots[1].below("content", other.media_type).place,
                         side=Side.REQUEST)  # fmt: skip


def _told(at: str, content: Content, all_: tuple[Content, ...]) -> str:
    return at if len(all_) == 1 else f"{at} ({essence(content.media_type)})"
