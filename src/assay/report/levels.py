"""Test Coverage Levels, and the documented statuses that were exercised: projections of what a run has touched.

The levels are those of Martin-Lopez, Segura and Ruiz-Cortés, *Test Coverage Criteria for RESTful Web APIs*, A-TEST 2019
(doi:10.1145/3340433.3342822), in the assignment of criteria that the authors' own tool RESTest computes
(`CoverageResults.setTestCoverageLevel`, `CoverageGatherer`):

=====  ==================================================  =========================================
level  of requests                                         of responses
=====  ==================================================  =========================================
1      paths
2      operations
3      content types                                       content types
4      parameters, of which the body is one                classes 2XX and 4XX of statuses
5      every value of booleans and enumerations            every documented status
6                                                          every documented property of JSON bodies
7      operation flows
=====  ==================================================  =========================================

A level is reached when nothing is missing of its criteria and of those of all levels below. A criterion of which the
documentation has no element (no enumeration, say) is met, as in RESTest; but where there is no path, no operation or
no flow to touch, the level that is about them is not reached. RESTest does not compute flows; here they are the pairs
of operations that can follow one another on one instance by the lifecycle tables.

Beside it stands a coverage as Specmatic counts it: of the documented pairs of operation and status, those that were
answered; and apart from these, pairs that were seen and are not documented.

Neither is a verdict: they tell what was touched, not what was right, and no exit code depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from assay.machine.hops import hops, pairs
from assay.report.coverage import Trail
from assay.report.result import Criterion, Levels, LifecycleTable, Missing, StatusUse
from assay.report.touched import Operation, Touched

#: criterion -> the level it belongs to
CRITERIA: Final = {
    "paths": 1,
    "operations": 2,
    "request content types": 3,
    "response content types": 3,
    "parameters": 4,
    "status classes": 4,
    "parameter values": 5,
    "statuses": 5,
    "response properties": 6,
    "operation flows": 7,
}
#: these are met by nothing but something
_NEEDED = {"paths", "operations", "operation flows"}
#: what is missing is listed up to so many of a kind
LISTED = 400
#: the levels of all APIs together
TOTAL = ""

#: an element: its operation, its name, and whether it was touched
_Element = tuple[str, str, bool]


def levels(touched: Touched, tables: Sequence[LifecycleTable], trail: Trail) -> tuple[Levels, ...]:
    """How far each API was touched, in the order of the header, and then all together where there are several."""
    mine: dict[str, list[Operation]] = {}
    for operation in touched.operations.values():
        mine.setdefault(operation.api, []).append(operation)
    found = {api: _elements(of, _flows(api, tables, trail)) for api, of in mine.items()}
    told = [_levels(api, mine[api], found[api]) for api in mine]
    if len(mine) > 1:
        together = {
            name: [(f"{api}/{one[0]}", *one[1:]) for api in mine for one in found[api][name]]
            for name in CRITERIA
        }
        told.append(_levels(TOTAL, list(touched.operations.values()), together))
    return tuple(told)


def _levels(api: str, operations: Sequence[Operation], found: dict[str, list[_Element]]) -> Levels:
    untold = any(operation.consumes is None for operation in operations)
    criteria = tuple(
        _criterion(name, level, found[name], told=not untold or name in _ALWAYS_TOLD)
        for name, level in CRITERIA.items()
    )
    return Levels(api, _reached(criteria), criteria, tuple(use for one in operations for use in _uses(one)))


#: what logs of every version tell
_ALWAYS_TOLD = {"paths", "operations", "status classes", "statuses", "operation flows"}


def _criterion(name: str, level: int, found: Iterable[_Element], *, told: bool) -> Criterion:
    listed = list(found) if told else []
    missing = [Missing(operation, element) for operation, element, there in listed if not there]
    return Criterion(name, level, len(listed) - len(missing), len(listed), tuple(missing[:LISTED]), told)


def _reached(criteria: Sequence[Criterion]) -> int:
    short = [c.level for c in criteria if not c.told or c.covered < c.of or (not c.of and c.name in _NEEDED)]
    return min(short) - 1 if short else max(CRITERIA.values())


def _elements(operations: Sequence[Operation], flows: list[_Element]) -> dict[str, list[_Element]]:
    asked: dict[str, bool] = {}
    for one in operations:
        asked[one.path] = asked.get(one.path, False) or one.asked

    def of(name: str) -> list[_Element]:
        return [(one.id, written, there) for one in operations for written, there in _of(one, name)]

    return {
        **{name: of(name) for name in CRITERIA},
        "paths": [("", path, there) for path, there in asked.items()],
        "operations": [(one.id, f"{one.method} {one.path}", one.asked) for one in operations],
        "operation flows": flows,
    }


def _of(one: Operation, criterion: str) -> Iterator[tuple[str, bool]]:
    """The elements that an operation has of a criterion, each with whether it was touched."""
    match criterion:
        case "request content types":
            yield from ((kind, ("consumes", kind) not in one.missing) for kind in one.consumes or ())
        case "response content types":
            yield from ((kind, ("produces", kind) not in one.missing) for kind in one.produces)
        case "parameters":
            yield from ((_said(place), place not in one.missing) for place in one.parameters)
        case "parameter values":
            for place, value in one.values:
                yield f"{_said(place)}={value}", (place, value) not in one.missing
        case "status classes":
            yield from ((kind, ("class", kind) not in one.missing) for kind in one.classes)
        case "statuses":
            yield from ((status, ("status", status) not in one.missing) for status in one.statuses)
        case "response properties":
            for status, path in one.properties:
                yield f"{status} {'.'.join(path)}", (status, path) not in one.missing


def _said(place: tuple[str, str]) -> str:
    location, name = place
    return name if location == name else f"{location} {name}"


def _flows(api: str, tables: Iterable[LifecycleTable], trail: Trail) -> list[_Element]:
    """The pairs of operations that can follow one another on an instance, and whether they did."""
    flows: dict[tuple[str, str], bool] = {}
    for table in tables:
        if table.api != api:
            continue
        reachable = hops(
            (c.state, c.operation, [w.to or c.state for w in c.ways]) for c in table.cells.values()
        )
        walked = {(one.operation, then.operation) for one, then in trail.pairs.get((api, table.name), ())}
        for one, then in pairs(reachable):
            flow = one.operation, then.operation
            flows[flow] = flows.get(flow, False) or flow in walked
    return [(first, f"then {then}", there) for (first, then), there in flows.items()]


def _uses(one: Operation) -> Iterator[StatusUse]:
    """The documented statuses of an operation, and then those that were only seen, each with how often."""
    counts: dict[str, int] = dict.fromkeys(one.statuses, 0)
    strange: dict[int, int] = {}
    for status, answers in one.seen.items():
        if answers.governs is not None:
            counts[answers.governs] += answers.count
        elif status is not None:
            strange[status] = answers.count
    for written, count in counts.items():
        yield StatusUse(one.api, one.id, one.method, one.path, written, count, documented=True)
    for status, count in sorted(strange.items()):
        yield StatusUse(one.api, one.id, one.method, one.path, str(status), count, documented=False)
