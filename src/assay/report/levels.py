"""Test Coverage Levels: how much of what an API documents was touched, as other tools count it.

The criteria and levels are those of Martin-Lopez, Segura and Ruiz-Cortés, «Test Coverage Criteria for RESTful Web APIs»
(A-TEST 2019). A level is reached when all of its criteria, and those of the levels below, are covered to the full:

1. every path;
2. every operation;
3. every media type of requests and of answers;
4. every parameter, and every class of statuses (2xx, 4xx);
5. every listed value of a parameter, and every status;
6. every property of an answer's body;
7. every operation flow, which here is every documented transition of a lifecycle.

*Touched* says nothing of right or wrong: levels decide no run. Where a log does not tell, as older versions do not, a
criterion is not counted at all, and no level that needs it is reached. The table is that of the authors' own tool,
RESTest (`CoverageResults.setTestCoverageLevel`), which leaves flows open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assay.model.event import RunStarted
from assay.report.asked import Requests
from assay.report.documented import ITEM
from assay.report.result import Coverage, Criterion, Levels, UndocumentedStatus
from assay.report.shapes import Shape

#: what is named of what was not touched
_NAMED = 40
TOP = 7
#: the highest level that a log reaches which does not say what can be asked and answered
_TOLD_ALWAYS = 2
#: the name under which all APIs are told together
TOTAL = ""


@dataclass(frozen=True, slots=True)
class _Element:
    """Something that is documented: what it is counted as, its name, and whether it was touched."""

    criterion: str
    name: str
    touched: bool


#: criterion -> its level
CRITERIA = {
    "paths": 1,
    "operations": 2,
    "request media types": 3,
    "response media types": 3,
    "parameters": 4,
    "status classes": 4,
    "parameter values": 5,
    "statuses": 5,
    "response properties": 6,
    "operation flows": 7,
}


def levels(
    header: RunStarted,
    requests: Requests,
    shapes: Sequence[Shape],
    coverage: Sequence[Coverage],
    strange: Sequence[UndocumentedStatus],
) -> tuple[Levels, ...]:
    """The levels of each API, in the header's order, and then of all of them together where there are several."""
    answers: dict[tuple[str, str], dict[int, Shape]] = {}
    for shape in shapes:
        answers.setdefault((shape.api, shape.operation), {})[shape.status] = shape
    names = list(dict.fromkeys(str(operation.get("api")) for operation in header.operations))
    counted = [
        _counted(
            api, [o for o in header.operations if o.get("api") == api], requests, answers, coverage, strange
        )
        for api in names
    ]
    told = [_levels(api, one) for api, one in zip(names, counted, strict=True)]
    return (*told, _levels(TOTAL, _together(names, counted))) if len(told) > 1 else tuple(told)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is documented and was touched, before it is summed up."""

    elements: Sequence[_Element]
    flows: Criterion
    strange: tuple[str, ...]
    #: the log says what can be asked and answered
    told: bool


def _together(names: Sequence[str], counted: Sequence[_Counted]) -> _Counted:
    """All of several APIs, each thing with the API that it is of."""
    pairs = list(zip(names, counted, strict=True))
    flows = [one.flows for one in counted]
    return _Counted(
        [replace(e, name=f"{api}: {e.name}") for api, one in pairs for e in one.elements],
        Criterion(
            TOP,
            "operation flows",
            sum(one.covered for one in flows),
            sum(one.of for one in flows),
            tuple(f"{api}: {name}" for api, one in pairs for name in one.flows.missing)[:_NAMED],
        ),
        tuple(f"{api}: {name}" for api, one in pairs for name in one.strange),
        all(one.told for one in counted),
    )


def _counted(
    api: str,
    operations: Sequence[Mapping[str, object]],
    requests: Requests,
    answers: Mapping[tuple[str, str], Mapping[int, Shape]],
    coverage: Sequence[Coverage],
    strange: Sequence[UndocumentedStatus],
) -> _Counted:
    elements: list[_Element] = []
    paths: dict[str, bool] = {}
    for operation in operations:
        seen = answers.get((api, str(operation.get("id"))), {})
        path = str(operation.get("path"))
        paths[path] = paths.get(path, False) or bool(seen)
        elements += _of_operation(api, operation, requests, seen)
    elements += [_Element("paths", path, touched) for path, touched in paths.items()]
    return _Counted(
        elements,
        _flows([found for found in coverage if found.api == api]),
        tuple(f"{s.operation} {s.status}" for s in strange if s.api == api),
        all("asks" in operation and "replies" in operation for operation in operations),
    )


def _levels(api: str, counted: _Counted) -> Levels:
    criteria = [_criterion(name, counted.elements) for name in CRITERIA if name != "operation flows"]
    criteria.append(counted.flows)
    statuses = [e for e in counted.elements if e.criterion == "statuses"]
    return Levels(
        api=api,
        level=min(_reached(criteria), TOP if counted.told else _TOLD_ALWAYS),
        criteria=tuple(criteria),
        covered=sum(e.touched for e in statuses),
        documented=len(statuses),
        strange=counted.strange,
    )


def _of_operation(
    api: str, operation: Mapping[str, object], requests: Requests, seen: Mapping[int, Shape]
) -> list[_Element]:
    name = str(operation.get("id"))
    elements = [_Element("operations", name, bool(seen))]
    asked = requests.of(api, name)
    if asked is not None:
        for criterion, known, touched in (
            ("request media types", asked.media, asked.seen_media),
            ("parameters", asked.parameters, asked.seen_parameters),
            ("parameter values", asked.values, asked.seen_values),
        ):
            elements += [_Element(criterion, f"{name} {one}", one in touched) for one in sorted(known)]
    documented = operation.get("statuses")
    statuses = [str(one) for one in documented] if isinstance(documented, list | tuple) else []
    for status in statuses:
        if status != "default":
            answered = any(_is(one, status) for one in seen)
            elements.append(_Element("statuses", f"{name} {status}", answered))
    for first in sorted({status[0] for status in statuses} & {"2", "4"}):
        answered = any(str(one)[0] == first for one in seen)
        elements.append(_Element("status classes", f"{name} {first}xx", answered))
    return elements + _of_answers(name, operation.get("replies"), seen)


def _of_answers(name: str, replies: object, seen: Mapping[int, Shape]) -> list[_Element]:
    """Media types and properties of the documented answers."""
    elements: list[_Element] = []
    for status, reply in replies.items() if isinstance(replies, Mapping) else ():
        shapes = [shape for one, shape in seen.items() if status == "default" or _is(one, str(status))]
        media = {kind for shape in shapes for kind, _ in shape.media}
        for kind in reply.get("media") or ():
            plain = str(kind).partition(";")[0].strip().lower()
            elements.append(_Element("response media types", f"{name} {status} {plain}", _fits(plain, media)))
        fields = {found.pointer for shape in shapes for found in shape.fields if found.seen}
        elements += [
            _Element("response properties", f"{name} {status} {pointer}", pointer in fields)
            for pointer in reply.get("fields") or ()
            if not pointer.endswith(f"/{ITEM}")  # an item of a list is no property
        ]
    return elements


def _is(status: int, documented: str) -> bool:
    """True when that status is the documented one, or of the documented range (`4XX`)."""
    return str(status) == documented or (documented[1:].upper() == "XX" and str(status)[0] == documented[0])


def _fits(wanted: str, seen: Iterable[str]) -> bool:
    """True when a media type, or one of a range, was seen (RFC 9110 §12.5.1)."""
    kind, _, subtype = wanted.partition("/")
    return any(wanted in {one, "*/*"} or (subtype == "*" and one.startswith(f"{kind}/")) for one in seen)


def _criterion(name: str, elements: Iterable[_Element]) -> Criterion:
    mine = [element for element in elements if element.criterion == name]
    missing = [element.name for element in mine if not element.touched]
    return Criterion(CRITERIA[name], name, len(mine) - len(missing), len(mine), tuple(missing[:_NAMED]))


def _flows(coverage: Sequence[Coverage]) -> Criterion:
    """The documented transitions of the API's lifecycles; without lifecycles there are no flows to cover."""
    seen = sum(found.transitions.seen for found in coverage)
    of = sum(found.transitions.of for found in coverage)
    missing = [
        f"{found.name}: {gap.operation} on {gap.state}" + (f", then {gap.to}" if gap.to else "")
        for found in coverage
        for gap in found.transitions.gaps
    ]
    return Criterion(TOP, "operation flows", seen, of, tuple(missing[:_NAMED]))


def _reached(criteria: Sequence[Criterion]) -> int:
    """The highest level of which all criteria, and all below, are covered; without documented flows 6 is the top."""
    reached = 0
    for level in range(1, TOP + 1):
        mine = [criterion for criterion in criteria if criterion.level == level]
        if any(one.covered < one.of for one in mine) or (level == TOP and not any(one.of for one in mine)):
            break
        if level == 1 and not any(one.of for one in mine):
            break
        reached = level
    return reached
