"""The closed list of clauses a contract yields, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.constraints import Constraint, constraints, is_json, refusals
from assay.laws.library import LAWS
from assay.machine.reach import paths
from assay.model.clause_id import cell_clause, expiry_clause, field_clause, law_clause, rejects_clause
from assay.model.contract import Api, Operation, Reply, Strength
from assay.model.lifecycle import Cell, Field, FieldKind, Law, Lifecycle, Transition, duration
from assay.model.verdict import Clause, ClauseKind


def clauses(api: Api) -> tuple[Clause, ...]:
    """Every clause of one API, operations first, in document order. Ids are unique and independent of order."""
    known: tuple[Clause, ...] | None = api.kept.get("clauses")
    if known is None:
        found = [clause for operation in api.operations for clause in _operation(api, operation)]
        found += [clause for cycle in api.lifecycles for clause in _lifecycle(api, cycle)]
        known = api.kept["clauses"] = tuple(found)
    return known


def _operation(api: Api, operation: Operation) -> Iterator[Clause]:
    base = f"{api.name}/{operation.id}"

    def clause(kind: ClauseKind, title: str) -> Clause:
        return Clause(f"{base}/{kind}", api.name, kind, Strength.DOCUMENTED, operation.source,
                      f"{operation.id} {title}", operation.id, place=operation.place)  # fmt: skip

    documented = ", ".join(reply.status for reply in operation.replies)
    yield clause(ClauseKind.ANSWERS, "answers every request with a complete HTTP response")
    yield clause(ClauseKind.SERVER_ERROR, "never answers with an undocumented 5xx")
    yield clause(ClauseKind.STATUSES, f"answers only statuses it documents: {documented}")
    if operation.secured:
        yield clause(ClauseKind.AUTHORIZATION, "never succeeds without valid credentials")
    for reply in operation.replies:
        yield from _reply(api, operation, reply)
    for promise in operation.promises:
        what = promise.rule or promise.id.replace("-", " ")
        yield Clause(f"{base}/promise/{promise.id}", api.name, ClauseKind.PROMISE, promise.strength, promise.source,
                     f"{operation.id} {', '.join(promise.on)}: {what}", operation.id, status=", ".join(promise.on),
                     place=promise.place)  # fmt: skip
    for constraint in constraints(api, operation):
        yield _rejects(operation, constraint)


def _reply(api: Api, operation: Operation, reply: Reply) -> Iterator[Clause]:
    base = f"{api.name}/{operation.id}"
    provocation = operation.provoke.get(reply.status)
    unreachable = provocation.unreachable if provocation else None

    def clause(part: str, kind: ClauseKind, title: str) -> Clause:
        return Clause(f"{base}/{part}", api.name, kind, reply.strength, reply.source, title, operation.id,
                      status=reply.status, place=reply.place, unreachable=unreachable)  # fmt: skip

    what = f" ({reply.description})" if reply.description else ""
    yield clause(
        f"status/{reply.status}",
        ClauseKind.STATUS,
        f"{operation.id} answers {reply.status}{what} where it is documented",
    )
    if reply.content:
        types = ", ".join(c.media_type for c in reply.content)
        yield clause(
            f"content-type/{reply.status}",
            ClauseKind.CONTENT_TYPE,
            f"{operation.id} {reply.status} is sent as {types}",
        )
        if any(_has_shape(c.media_type) for c in reply.content):
            yield clause(
                f"shape/{reply.status}",
                ClauseKind.SHAPE,
                f"the body of {operation.id} {reply.status} has the documented shape",
            )
    for header in reply.headers:
        yield clause(
            f"header/{reply.status}/{header.name}",
            ClauseKind.HEADER,
            f"{operation.id} {reply.status} carries {header.name} as documented",
        )


def _has_shape(media_type: str) -> bool:
    return is_json(media_type) or media_type.lower().startswith("text/")


#: a refusal is promised as firmly as the response that says it
_FIRMEST_FIRST = (Strength.DOCUMENTED, Strength.EXEMPLIFIED, Strength.SILENT)


def _rejects(operation: Operation, constraint: Constraint) -> Clause:
    documented = refusals(operation)
    title = f"{operation.id} refuses a request that breaks {constraint.id}"
    behind = {reply.strength for reply in operation.replies if reply.status in documented}
    strength = next((one for one in _FIRMEST_FIRST if one in behind), Strength.SILENT)
    return Clause(
        rejects_clause(operation.api, operation.id, constraint.id),
        operation.api,
        ClauseKind.REJECTS,
        strength,
        operation.source,
        title,
        operation.id,
        status=", ".join(documented) or None,
        place=operation.place,
    )


def _lifecycle(api: Api, cycle: Lifecycle) -> Iterator[Clause]:
    reachable = paths(cycle)
    for operation, row in cycle.cells.items():
        for state, cell in row.items():
            unreachable = None if state in reachable else f"no documented transition leads into {state}"
            yield Clause(cell_clause(api.name, cycle.name, state, operation), api.name, ClauseKind.CELL,
                         Strength.SILENT if cell.silent else cell.strength, cell.source, _cell_title(cell), operation,
                         cycle.name, state, place=cell.place, unreachable=unreachable)  # fmt: skip
            if cell.expired:
                title = f"{operation} on {state}: {' or '.join(_way(way) for way in cell.expired)}"
                yield Clause(expiry_clause(api.name, cycle.name, state, operation), api.name, ClauseKind.EXPIRY,
                             cell.strength, cell.source, title, operation, cycle.name, state, place=cell.place,
                             unreachable=unreachable)  # fmt: skip
    for field in cycle.fields:
        if field.kind != "volatile":
            yield Clause(field_clause(api.name, cycle.name, field.name), api.name, ClauseKind.FIELD,
                         field.strength, field.source, f"{field.name} of a {cycle.name} {_becomes(field)}", None,
                         cycle.name, place=field.place)  # fmt: skip
    for law in cycle.laws:
        yield from _law(api, cycle, law)


def _law(api: Api, cycle: Lifecycle, law: Law) -> Iterator[Clause]:
    """The law's own clause, and one for each part of it that can hold or break by itself."""
    kind = LAWS.get(law.name)
    if kind is None:
        return  # lint refuses it
    parts = {law.name: kind.TITLE, **{f"{law.name}/{name}": told for name, told in kind.aspects(law).items()}}
    for name, told in parts.items():
        yield Clause(law_clause(api.name, cycle.name, name), api.name, ClauseKind.LAW, law.strength, law.source,
                     f"{cycle.name}: {told}", None, cycle.name, place=law.place)  # fmt: skip


def _becomes(field: Field) -> str:
    return f"is {field.rule}" if field.kind is FieldKind.DERIVED else "stays what it was"


def _cell_title(cell: Cell) -> str:
    if cell.silent:
        return f"{cell.operation} on {cell.state}: the documentation does not say"
    within = f" within {duration(cell.eventually.within)}" if cell.eventually is not None else ""
    return f"{cell.operation} on {cell.state}: {' or '.join(_way(t) for t in cell.plain)}{within}"


def _way(transition: Transition) -> str:
    body = " with nothing" if transition.body == "nothing" else ""
    then = f", then {transition.to}" if transition.to else ""
    when = f" once it has expired, after {duration(transition.expires.after)}" if transition.expires else ""
    return f"{transition.status}{body}{then}{when}"
