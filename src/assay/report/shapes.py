"""What answers looked like, beside what is documented of them: media types, and the fields of JSON bodies.

It observes and decides nothing: a field that nobody saw may be for other days, and one that nobody documented is
allowed by most schemas. Every answer is counted by status and media type. Of an operation and status the first `LOOKED`
bodies are looked into, and later ones only where a name of a documented field that nobody has seen stands in them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assay.inputs.constraints import is_json
from assay.model.event import RunStarted
from assay.model.pointer import escape, tokens, unescape
from assay.report.documented import DEPTH, ITEM, MEMBER

#: bodies of one operation and status that are looked into
LOOKED = 300
#: undocumented fields, media types and values of one field that are told apart; items of one list that are looked at
STRANGE, TYPES, VALUES, ITEMS = 40, 12, 40, 20
#: characters of a value
_SHOWN = 60
_PLAIN = re.compile(r"[\w.$-]+", re.ASCII)
#: no JSON value
_NOTHING = object()
OTHER = "other"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the bodies that were looked into."""

    #: a template: `/items/*/id`
    pointer: str
    documented: bool
    #: bodies that had it
    seen: int
    #: bodies in which it was null wherever it stood
    null: int
    #: JSON of the documented values, and of those seen with how often; only where values are documented
    enum: tuple[str, ...] = ()
    values: tuple[tuple[str, int], ...] = ()

    @property
    def unseen_values(self) -> tuple[str, ...]:
        """Documented values that no answer had."""
        known = {value for value, _ in self.values}
        return tuple(value for value in self.enum if value not in known)


@dataclass(frozen=True, slots=True)
class Shape:
    """The answers of one operation with one status."""

    api: str
    operation: str
    status: int
    answers: int
    #: media type without parameters -> answers, the most frequent first; `none` for those without a `Content-Type`
    media: tuple[tuple[str, int], ...]
    #: JSON bodies that were looked into
    looked: int
    #: the documented ones first, as the contract lists them
    fields: tuple[Field, ...]
    #: media types documented for this status; None where nothing is, or the log does not tell
    promised: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Seen:
    """The answers of one operation and status, as they come."""

    documented: Mapping[str, Mapping[str, object]]
    promised: tuple[str, ...] | None
    media: Counter[str] = field(default_factory=Counter)
    looked: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    null: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)
    #: what was told last; None: something came since
    shape: Shape | None = None
    #: documented fields that were not seen when `LOOKED` was reached, or since -> names that a body must have for them
    missing: dict[str, tuple[str, ...]] | None = None

    @property
    def strange(self) -> int:
        """Undocumented fields that are told apart."""
        return sum(1 for pointer in self.seen if pointer not in self.documented)

    def late(self, body: str) -> None:
        """Looks for documented fields that nobody has seen, in a body that is not looked into otherwise."""
        if self.missing is None:
            self.missing = {pointer: _names(pointer) for pointer in self.documented if not self.seen[pointer]}
        absent: dict[str, bool] = {}
        here = []
        for pointer, names in self.missing.items():
            for name in names:
                gone = absent.get(name)
                if gone is None:
                    gone = absent[name] = name not in body
                if gone:
                    break
            else:
                here.append(pointer)
        value = _read(body) if here else None
        for pointer in here:
            if values := list(_at(value, tokens(pointer))):
                self.take(pointer, values)
                del self.missing[pointer]

    def take(self, pointer: str, values: Sequence[object]) -> None:
        """Counts a field that a body has."""
        self.seen[pointer] += 1
        self.null[pointer] += all(one is None for one in values)
        if "enum" in self.documented.get(pointer, ()):
            _count(self.values.setdefault(pointer, Counter()), values)


class Shapes:
    """The answers of a run, as they come."""

    def __init__(self, header: RunStarted) -> None:
        """Learns from the header what is documented; logs of older versions do not tell."""
        self._replies = {(str(o.get("api")), str(o.get("id"))): o.get("replies") for o in header.operations}
        self._seen: dict[tuple[str, str, int], _Seen] = {}

    def wants(self, api: str, operation: str, status: int, media: str) -> bool:
        """Counts an answer; True when its body is to be looked into."""
        seen = self._seen.get((api, operation, status))
        if seen is None:
            reply = reply_of(self._replies.get((api, operation)), status)
            fields, types = reply.get("fields"), reply.get("media")
            seen = self._seen[api, operation, status] = _Seen(
                fields if isinstance(fields, Mapping) else {},
                tuple(map(str, types)) if isinstance(types, list | tuple) else None,
            )
        known = media in seen.media or len(seen.media) < TYPES
        seen.media[media if known else OTHER] += 1
        seen.shape = None
        return (seen.looked < LOOKED or seen.missing is None or bool(seen.missing)) and is_json(media)

    def look(self, api: str, operation: str, status: int, body: str | None) -> None:
        """Looks into one body; one that is no JSON, or was cut for the log, is passed over."""
        seen = self._seen[api, operation, status]
        if seen.looked >= LOOKED:
            seen.late(body or "")
            return
        if (value := _read(body or "")) is _NOTHING:
            return
        seen.looked += 1
        found: dict[str, list[object]] = {}
        _walk(value, "", 0, seen.documented, found)
        for pointer, values in found.items():
            if pointer not in seen.documented and pointer not in seen.seen and seen.strange >= STRANGE:
                continue
            seen.take(pointer, values)

    def told(self) -> tuple[Shape, ...]:
        """By api, operation and status."""
        for key, seen in self._seen.items():
            seen.shape = seen.shape or _shape(*key, seen)
        return tuple(shape for key in sorted(self._seen) if (shape := self._seen[key].shape))


def _read(body: str) -> object:
    """The JSON value; `_NOTHING` where it is none, or was cut for the log."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NOTHING


def _names(pointer: str) -> tuple[str, ...]:
    """What surely stands in every body that has the field: the names on the way to it that no writer would escape."""
    names = (unescape(name) for name in pointer.split("/") if name not in {"", ITEM, MEMBER})
    return tuple(f'"{name}"' for name in names if _PLAIN.fullmatch(name))


def _at(value: object, way: Sequence[str]) -> Iterator[object]:
    """The values of a field; of each item and member where its template says so."""
    if not way:
        yield value
    elif isinstance(value, list) and way[0] == ITEM:
        for one in value[:ITEMS]:
            yield from _at(one, way[1:])
    elif isinstance(value, dict):
        if way[0] in value:
            yield from _at(value[way[0]], way[1:])
        elif way[0] == MEMBER:
            for one in value.values():
                yield from _at(one, way[1:])


def reply_of(replies: object, status: int) -> Mapping[str, object]:
    """What the header says of a status: its own, else of its class, else of `default`; empty: nothing."""
    if isinstance(replies, Mapping):
        for name in (str(status), f"{status // 100}XX", "default"):
            if isinstance(found := replies.get(name), Mapping):
                return found
    return {}


def essence(headers: Iterable[tuple[str, str]]) -> str:
    """The media type of an answer, without parameters, in lower case (RFC 9110 §8.3.1)."""
    told = next((value for name, value in headers if name.lower() == "content-type"), "")
    return told.partition(";")[0].strip().lower() or NONE


def _walk(
    value: object, at: str, depth: int, documented: Mapping[str, object], found: dict[str, list[object]]
) -> None:
    if at:
        found.setdefault(at, []).append(value)
    if depth >= DEPTH:
        return
    if isinstance(value, list):
        for one in value[:ITEMS]:
            _walk(one, f"{at}/{ITEM}", depth + 1, documented, found)
    elif isinstance(value, dict):
        for name, one in value.items():
            own = f"{at}/{escape(name)}"
            if own not in documented and f"{at}/{MEMBER}" in documented:
                own = f"{at}/{MEMBER}"
            _walk(one, own, depth + 1, documented, found)


def _count(counts: Counter[str], values: Iterable[object]) -> None:
    for value in values:
        told = shown(value)
        counts[told if told in counts or len(counts) < VALUES else OTHER] += 1


def shown(value: object) -> str:
    """A value as JSON, shortened."""
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _SHOWN else f"{told[: _SHOWN - 1]}…"


def _shape(api: str, operation: str, status: int, seen: _Seen) -> Shape:
    pointers = [*seen.documented, *sorted(p for p in seen.seen if p not in seen.documented)]
    media = tuple(sorted(seen.media.items(), key=lambda item: (-item[1], item[0])))
    return Shape(
        api,
        operation,
        status,
        seen.media.total(),
        media,
        seen.looked,
        tuple(_field(pointer, seen) for pointer in pointers) if seen.looked else (),
        seen.promised,
    )


def _field(pointer: str, seen: _Seen) -> Field:
    told = seen.documented.get(pointer)
    enum = told.get("enum") if told else None
    return Field(
        pointer,
        told is not None,
        seen.seen[pointer],
        seen.null[pointer],
        tuple(map(shown, enum)) if isinstance(enum, list | tuple) else (),
        tuple(sorted(seen.values.get(pointer, Counter()).items(), key=lambda item: (-item[1], item[0]))),
    )
