"""What the requests of a run touched of what the contracts document, element by element, in one pass.

Memory depends on the contracts only. Most steps of a log touch what others have touched: they cost a look into a table.
Where something of an operation is still missing, its steps are asked whether the text of the log mentions it at all,
before they are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from assay.judge.body import accepts, essence
from assay.model.event import RunStarted
from assay.report.elements import ITEM
from assay.report.glance import Told, Wire

#: where a parameter stands, and its name; the request body is one, too, as in the paper that `levels` names
Place = tuple[str, str]
#: a documented status, and the names that lead to a property of its body
Property = tuple[str, tuple[str, ...]]
BODY: Place = ("body", "body")
#: names that stand in a URL and in JSON as they are
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
#: says that a text has to be read whatever it mentions
_ALWAYS = (b"",)
#: in JSON inside of JSON: an escaped character, which may hide a name
_ESCAPE = b"\\\\u"
_VARIABLE = re.compile(r"\{([^}]*)\}")


@dataclass(slots=True)
class Answers:
    """One status that an operation answered."""

    count: int = 0
    #: the documented status that governs it; None: none does
    governs: str | None = None
    #: what a step has to mention to be worth reading; None: nothing is missing
    marks: tuple[bytes, ...] | None = _ALWAYS
    #: properties of its bodies that are missing
    lacking: tuple[Property, ...] = ()


@dataclass(slots=True)
class Operation:
    """One operation of the header: what it documents, and what of that is missing so far."""

    api: str
    id: str
    method: str
    path: str
    statuses: tuple[str, ...]
    #: None: the log is of a version that did not tell
    consumes: tuple[str, ...] | None
    produces: tuple[str, ...] = ()
    parameters: tuple[Place, ...] = ()
    values: tuple[tuple[Place, str], ...] = ()
    properties: tuple[Property, ...] = ()
    asked: bool = False
    #: by status; None: no answer came
    seen: dict[int | None, Answers] = field(default_factory=dict)
    #: what was not touched, of all of the above
    missing: set[object] = field(default_factory=set)
    #: some of that stands outside of answers' bodies
    outside: bool = True

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of correct and of refused requests, as far as they are documented."""
        return tuple(f"{digit}XX" for digit in "24" if any(s[:1] == digit for s in self.statuses))

    def governing(self, status: int) -> str | None:
        """The documented status that governs an answer: the code, then its range, then `default`."""
        known = {documented.upper(): documented for documented in self.statuses}
        return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("DEFAULT")


class Touched:
    """The operations of a run, and what was touched of each."""

    def __init__(self, header: RunStarted) -> None:
        """Begins with nothing touched."""
        found = [_operation(told) for told in header.operations]
        self.operations = {(one.api, one.id): one for one in found}
        #: grows whenever something is touched for the first time
        self.version = 0
        #: steps taken
        self.steps = 0

    def take(self, step: Told) -> None:
        """Takes one step of the run."""
        self.steps += 1
        operation = self.operations.get((step.api, step.operation))
        if operation is None:
            return
        answers = operation.seen.get(step.status)
        if answers is None:
            answers = self._first(operation, step.status)
        answers.count += 1
        if answers.marks is not None and step.mentions(answers.marks):
            found = [one for one in _touched(operation, answers, step.wire) if one in operation.missing]
            if found:
                operation.missing.difference_update(found)
                self._again(operation)

    def _first(self, operation: Operation, status: int | None) -> Answers:
        governs = operation.governing(status) if status is not None else None
        operation.asked = True
        operation.missing -= {place for place in operation.parameters if place[0] == "path"}
        if status is not None:
            operation.missing -= {("status", governs), ("class", f"{status // 100}XX")}
        answers = operation.seen[status] = Answers(governs=governs)
        self._again(operation)
        return answers

    def _again(self, operation: Operation) -> None:
        self.version += 1
        missing = operation.missing
        operation.outside = not missing.isdisjoint(_outside(operation))
        for status, answers in operation.seen.items():
            answers.lacking = tuple(
                p for p in operation.properties if p[0] == answers.governs and p in missing
            )
            marks = tuple(dict.fromkeys(_marks(operation, status, answers)))
            answers.marks = _ALWAYS if b"" in marks else marks or None


def _operation(told: Mapping[str, object]) -> Operation:
    statuses = tuple(str(status) for status in _list(told.get("statuses")))
    elements = told.get("elements")
    api, name, method, path = (str(told.get(key, "")) for key in ("api", "id", "method", "path"))
    one = Operation(api, name, method, path, statuses, None)
    if isinstance(elements, Mapping):
        one.consumes = tuple(map(str, _list(elements.get("consumes"))))
        one.produces = tuple(map(str, _list(elements.get("produces"))))
        written = [((str(p["in"]), str(p["name"])), p) for p in _list(elements.get("parameters"))]
        one.parameters = (*(place for place, _ in written), *([BODY] if elements.get("body") else []))
        one.values = tuple((place, str(value)) for place, p in written for value in _list(p.get("values")))
        properties: Any = elements.get("properties") or {}
        one.properties = tuple(
            (status, tuple(path)) for status, paths in properties.items() for path in paths
        )
    one.missing = {
        *(("status", status) for status in statuses),
        *(("class", kind) for kind in one.classes),
        *_outside(one),
        *one.properties,
    }
    return one


def _outside(one: Operation) -> Iterator[object]:
    """The elements that an exchange touches outside of the answer's body."""
    yield from (("consumes", kind) for kind in one.consumes or ())
    yield from (("produces", kind) for kind in one.produces)
    yield from one.parameters
    yield from one.values


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _marks(operation: Operation, status: int | None, answers: Answers) -> Iterator[bytes]:
    """What a step with that status has to mention, each of which alone makes it worth reading."""
    missing = operation.missing
    for place, name in operation.parameters:
        if (place, name) in missing:
            yield _named(b"%b=", name) if place == "query" else b""
    for (place, name), value in operation.values:
        if ((place, name), value) in missing:
            yield _named(b"%b=%b", name, value) if place == "query" else b""
    if any(("consumes", kind) in missing for kind in operation.consumes or ()):
        yield b""
    if status is None:
        return
    if any(("produces", kind) in missing for kind in operation.produces):
        yield b""
    for _, path in answers.lacking:
        yield _named(b'\\"%b\\"', path[-1])
        yield _ESCAPE


def _named(form: bytes, *names: str) -> bytes:
    plain = all(_PLAIN.fullmatch(name) for name in names)
    return form % tuple(name.encode() for name in names) if plain else b""


def _touched(operation: Operation, answers: Answers, wire: Wire) -> Iterator[object]:
    """The elements that one exchange touches, as far as any of their kind is missing."""
    if operation.outside:
        sent = {name.lower(): value for name, value in wire.request_headers}
        if wire.request_body:
            yield BODY
            kind = essence(sent.get("content-type", ""))
            yield from (("consumes", one) for one in operation.consumes or () if accepts(one, kind))
        for place, value in _given(operation, wire, sent):
            yield place
            yield place, value
        heard = next((value for name, value in wire.response_headers if name.lower() == "content-type"), "")
        yield from (("produces", one) for one in operation.produces if accepts(one, essence(heard)))
    if answers.lacking and wire.response_body:
        yield from _held(answers.lacking, wire.response_body)


def _given(operation: Operation, wire: Wire, sent: Mapping[str, str]) -> Iterator[tuple[Place, str]]:
    """The parameters of a request, and what they were."""
    url = urlsplit(wire.url)
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        yield ("query", name), value
    for place, name in operation.parameters:
        if place == "header" and name.lower() in sent:
            yield (place, name), sent[name.lower()]
    for name, value in wire.cookies.items():
        yield ("cookie", name), value
    if any(place == "path" for (place, _), _ in operation.values):
        parts = _VARIABLE.split(operation.path)
        form = "".join("([^/]*)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        if found := re.search(f"{form}$", url.path):
            for name, value in zip(parts[1::2], found.groups(), strict=True):
                yield ("path", name), unquote(value)


def _held(wanted: Iterable[Property], body: str) -> Iterator[Property]:
    """The properties that a body has. One that was cut for the log has none that anybody can read."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    yield from (one for one in wanted if _has(value, one[1]))


def _has(value: Any, path: Sequence[str]) -> bool:  # noqa: ANN401 - JSON
    for at, name in enumerate(path):
        if name == ITEM and isinstance(value, list):
            return any(_has(item, path[at + 1 :]) for item in value)
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True
