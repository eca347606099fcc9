"""What was expected and what came, side by side, and how a body differs from what was sent or answered before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assay.model.event import Step
from assay.model.pointer import escape, tokens
from assay.model.verdict import ClauseKind
from assay.report.documented import ITEM
from assay.report.result import Report, Violation
from assay.report.shapes import NONE, essence, reply_of

#: members of a body that are compared, how deep, and characters of a value
_MEMBERS, _DEPTH, _VALUE = 200, 5, 160
_NOTHING = "nothing"
#: lines of one difference that are shown
_LINES = 24
#: kinds of clauses that a status alone breaks
_OF_STATUS = {
    ClauseKind.STATUS,
    ClauseKind.STATUSES,
    ClauseKind.SERVER_ERROR,
    ClauseKind.AUTHORIZATION,
    ClauseKind.REJECTS,
    ClauseKind.ANSWERS,
}
#: kinds that compare one answer with others
_OF_VALUES = {ClauseKind.FIELD, ClauseKind.LAW, ClauseKind.CELL, ClauseKind.PROMISE}


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect of an answer."""

    aspect: str
    expected: str
    got: str
    #: it is this that broke the promise
    differs: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """How the last body differs from another one of the history."""

    against: str
    #: pointer, what the other one had, what the last one has; None: it is not there
    lines: tuple[tuple[str, str | None, str | None], ...]
    more: int


class Documented:
    """What the header says of operations, looked up once for a page."""

    def __init__(self, report: Report) -> None:
        """Learns it."""
        self._operations = {(str(o.get("api")), str(o.get("id"))): o for o in report.header.operations}
        self._cells = {
            (table.api, cell.result.clause.id): cell.expected
            for table in report.tables
            for cell in table.cells.values()
        }

    def contrast(self, violation: Violation) -> tuple[Row, ...]:
        """The aspects of the answer that broke the promise: status, media type, the place in the body."""
        return tuple(self._rows(violation)) if violation.history else ()

    def _rows(self, violation: Violation) -> Iterator[Row]:
        last, clause = violation.history[-1], violation.clause
        operation = self._operations.get((last.case.api, last.case.operation), {})
        status = last.evidence.status
        got = f"{status} {last.evidence.reason}".strip() if status is not None else "no response"
        if status is None and last.evidence.failure:
            got = f"no response: {last.evidence.failure}"
        expected = self._status(violation, operation)
        wrong = clause.kind in _OF_STATUS or violation.verdict.facet == "status" or status is None
        if expected or wrong:
            yield Row("status", expected or "a complete response", got, wrong)
        if status is None:
            return
        reply = reply_of(operation.get("replies"), status)
        media, types = essence(last.evidence.response_headers), reply.get("media")
        if isinstance(types, list | tuple) and types:
            named = [str(one) for one in types]
            fits = media in {one.partition(";")[0].strip().lower() for one in named}
            yield Row("media type", " or ".join(named), media if media != NONE else "none", not fits)
        if pointer := violation.verdict.pointer:
            got = _at(last.evidence.response_body, pointer)
            got = _at(last.evidence.response_body, pointer)
            yield Row(f"body at {pointer}", _wanted(violation, reply, pointer), got, differs=True)

    def _status(self, violation: Violation, operation: Mapping[str, object]) -> str:
        clause = violation.clause
        if told := self._cells.get((clause.api, clause.id)):
            return told
        if clause.kind is ClauseKind.AUTHORIZATION:
            return "no success without valid credentials"
        if clause.status:
            return clause.status
        statuses = operation.get("statuses")
        return " or ".join(map(str, statuses)) if isinstance(statuses, list | tuple) else clause.status or ""


def differences(violation: Violation) -> tuple[Difference, ...]:
    """Where values are at stake: the last body beside the one sent and the one answered before."""
    if violation.clause.kind not in _OF_VALUES or not violation.history:
        return ()
    last = violation.history[-1]
    now = _members(last.evidence.response_body)
    if not now or not last.instance:
        return ()
    mine = [(n, step) for n, step in enumerate(violation.history, 1) if step.instance == last.instance]
    found = []
    for number, step in reversed(mine):
        if sent := _members(step.evidence.request_body):
            found.append(_difference(f"what request {number} sent", sent, now, only_sent=True))
            break
    for number, step in reversed(mine[:-1]):
        if was := _answered(step):
            found.append(_difference(f"the answer to request {number}", was, now, only_sent=False))
            break
    return tuple(one for one in found if one.lines)


def _answered(step: Step) -> Mapping[str, str]:
    fine = step.evidence.status is not None and step.evidence.status < 300
    return _members(step.evidence.response_body) if fine else {}


def _difference(
    against: str, was: Mapping[str, str], now: Mapping[str, str], *, only_sent: bool
) -> Difference:
    names = list(was) if only_sent else list(dict.fromkeys([*was, *now]))
    lines = [(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)]
    return Difference(against, tuple(lines[:_LINES]), max(len(lines) - _LINES, 0))


def _members(body: str | None) -> Mapping[str, str]:
    """Pointer -> JSON of every scalar and empty container of an object; nothing where it is none."""
    value = _parsed(body)
    found: dict[str, str] = {}
    if isinstance(value, dict):
        _flatten(value, "", 0, found)
    return found


def _flatten(value: Any, at: str, depth: int, found: dict[str, str]) -> None:  # noqa: ANN401 - JSON
    if len(found) >= _MEMBERS:
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not inside or depth >= _DEPTH:
        found[at] = _shown(value)
        return
    for name, one in inside:
        _flatten(one, f"{at}/{escape(str(name))}", depth + 1, found)


def _parsed(body: str | None) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body or "")
    except (ValueError, RecursionError):
        return None


def _shown(value: Any) -> str:  # noqa: ANN401 - JSON
    told = json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _VALUE else f"{told[: _VALUE - 1]}…"


def _at(body: str | None, pointer: str) -> str:
    value = _parsed(body)
    for token in tokens(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and len(token) < 9 and int(token) < len(value):
            value = value[int(token)]
        else:
            return _NOTHING
    return _shown(value)


def _wanted(violation: Violation, reply: Mapping[str, object], pointer: str) -> str:
    """What was expected there: the value that the message names, else what was sent, else what is documented."""
    _, _, told = violation.verdict.message.partition(f"the body at {pointer}: ")
    value, expected, _ = told.partition(" was expected")
    if expected:
        return _decoded(value)
    if violation.clause.kind is not ClauseKind.SHAPE:
        sent = _at(violation.history[-1].evidence.request_body, pointer)
        return "what the promise says" if sent == _NOTHING else f"what the promise says; {sent} was sent"
    return _field(reply, pointer)


def _decoded(value: str) -> str:
    """JSON as bodies are shown, with its letters as they are; anything else as it is."""
    try:
        return _shown(json.loads(value))
    except (ValueError, RecursionError):
        return value


def _field(reply: Mapping[str, object], pointer: str) -> str:
    """What is documented of a field, in a few words; the message says what else is wrong with it."""
    fields = reply.get("fields")
    names = [ITEM if token.isdecimal() else escape(token) for token in tokens(pointer)]
    told = fields.get("/" + "/".join(names)) if isinstance(fields, Mapping) else None
    if not isinstance(told, Mapping):
        return "what the promise says"
    values = told.get("enum")
    kind = str(told.get("type", "any value"))
    one_of = f", one of {', '.join(map(_shown, values))}" if isinstance(values, list | tuple) else ""
    return f"{kind}{one_of}"
