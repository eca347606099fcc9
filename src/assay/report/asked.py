"""What was asked, beside what is documented that can be asked: parameters, their listed values, media types of bodies.

A parameter is covered by any request that has it, a value by any request that has it there, whatever was answered.
Requests are looked at until all of it is covered: memory does not grow with the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from assay.inputs.classify import text
from assay.model.case import Case
from assay.model.event import RunStarted
from assay.model.pointer import escape
from assay.report.documented import BODY, ITEM

#: a header's locations -> where a case keeps what it sends there
_PLACES = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}


class Skim(Protocol):
    """What a log's line says of a request, its parts as JSON that nobody has read."""

    path: msgspec.Raw
    query: msgspec.Raw
    headers: msgspec.Raw
    cookies: msgspec.Raw
    body: msgspec.Raw
    refs: msgspec.Raw


@dataclass(slots=True)
class Asked:
    """What can be asked of one operation, and what was."""

    #: `query/limit`
    parameters: frozenset[str]
    #: `query/limit=5`, `body/kind="small"`: what is listed, and both of what is true or false
    values: frozenset[str]
    #: media types of request bodies
    media: frozenset[str]
    seen_parameters: set[str] = field(default_factory=set)
    seen_values: set[str] = field(default_factory=set)
    seen_media: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """True when there is nothing left to find."""
        return (
            self.seen_parameters >= self.parameters
            and self.seen_values >= self.values
            and self.seen_media >= self.media
        )


class Requests:
    """The requests of a run, as they come."""

    def __init__(self, header: RunStarted) -> None:
        """Learns from the header what is documented; logs of older versions do not tell."""
        self._known: dict[tuple[str, str], Asked] = {}
        for operation in header.operations:
            asks = operation.get("asks")
            if isinstance(asks, Mapping):
                self._known[str(operation.get("api")), str(operation.get("id"))] = _asked(asks)

    def take(self, api: str, operation: str, case: Case | Skim) -> None:
        """Looks at one request."""
        known = self._known.get((api, operation))
        if known is None or known.done:
            return
        # every request has its path, also where an instance's id is put into it only as it goes out
        known.seen_parameters |= {place for place in known.parameters if place.startswith("path/")}
        for location, name in _PLACES.items():
            for key, value in _members(getattr(case, name)):
                place = f"{location}/{key.lower() if location == 'header' else key}"
                if place in known.parameters:
                    known.seen_parameters.add(place)
                    known.seen_values.update({f"{place}={text(value)}"} & known.values)
        for place, _ in _members(case.refs):  # what an earlier answer fills in: `header.If-Match`
            location, _, name = place.partition(".")
            at = f"{location}/{name.lower() if location == 'header' else name}"
            known.seen_parameters.update({at} & known.parameters)
        _look(known, case)

    def of(self, api: str, operation: str) -> Asked | None:
        """What is known of an operation; None where the log does not tell what can be asked."""
        return self._known.get((api, operation))


def _asked(asks: Mapping[str, object]) -> Asked:
    parameters, values = set[str](), set[str]()
    listed = asks.get("parameters")
    for name, known in listed.items() if isinstance(listed, Mapping) else ():
        parameters.add(str(name))
        values |= {f"{name}={text(value)}" for value in known if not isinstance(value, list | dict)}
    body = asks.get("values")
    for pointer, known in body.items() if isinstance(body, Mapping) else ():
        values |= {f"{BODY}{pointer}={json.dumps(value)}" for value in known}
    media = asks.get("media")
    types = frozenset(map(str, media)) if isinstance(media, list | tuple) else frozenset()
    if types:
        parameters.add(BODY)
    return Asked(frozenset(parameters), frozenset(values), types)


def _members(part: Mapping[str, object] | msgspec.Raw) -> Iterator[tuple[str, object]]:
    if not isinstance(part, Mapping):
        try:
            part = msgspec.json.decode(part)
        except msgspec.DecodeError:
            return
    if isinstance(part, Mapping):
        yield from ((str(key), value) for key, value in part.items() if not isinstance(value, list | dict))


def _look(known: Asked, case: Case | Skim) -> None:
    """Looks at a body: there or not, its media type, and the listed values in it."""
    if isinstance(case, Case):
        kind, media, value = case.body.kind.value, case.body.media_type, case.body.value
    else:
        try:
            body = msgspec.json.decode(case.body)
        except msgspec.DecodeError:
            return
        if not isinstance(body, dict):
            return
        kind, media, value = body.get("kind", "absent"), body.get("media_type"), body.get("value")
    if kind == "absent" or not known.media:
        return
    known.seen_parameters.add(BODY)
    sent = (media or "").partition(";")[0].strip().lower()
    known.seen_media |= {one for one in known.media if one.lower() == sent}
    if known.values - known.seen_values:
        known.seen_values.update(
            {f"{BODY}{at}={json.dumps(one)}" for at, one in _leaves(value, "")} & known.values
        )


def _leaves(value: object, at: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, f"{at}/{escape(str(name))}")
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _leaves(item, f"{at}/{ITEM}")
    else:
        yield at, value
