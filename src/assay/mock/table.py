"""The table, read forwards: which cell and which way of it answers a request, and what the answer teaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from assay.inputs.classify import text
from assay.machine.effects import applied, derived
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    RequestFacts,
    ResponseFacts,
    Scope,
    evaluate,
)
from assay.mock import aging
from assay.mock.found import Finder, at, finder, shown_at
from assay.mock.planned import Composed, Plan
from assay.mock.ruling import ruling
from assay.mock.world import Instance, Key
from assay.model.contract import Operation
from assay.model.lifecycle import ABSENT, Cell, FieldKind, Lifecycle, Transition
from assay.model.terms import Json


def key_of(lifecycle: Lifecycle, subject: Json) -> Key:
    """What the world keeps the instance of that id under."""
    return (
        lifecycle.api,
        lifecycle.name,
        text(subject) if not isinstance(subject, list | dict) else repr(subject),
    )


def carried_id(lifecycle: Lifecycle, facts: RequestFacts) -> Json:
    """The id that the request carries, None when it carries none."""
    places: dict[str, Mapping[str, Json]] = {
        "path": facts.path,
        "query": facts.query,
        "header": facts.headers,
    }
    for name, location in lifecycle.carried_in.items():
        key = name.lower() if location == "header" else name
        if key in places[location]:
            return places[location][key]
    return None


#: the cell, the way of answering, and why it is that one
Chosen = tuple[Cell, Transition, str]


def chosen(
    cell: Cell | None,
    operation: Operation,
    scope: Scope,
    so_long: float = 0.0,
    possible: Callable[[Transition], bool] = lambda _: True,
) -> Chosen | None:
    """The first way of answering whose guard holds, and why it is that one; `so_long` it has been in that state.

    `possible` tells of a way that the table allows whether it can be gone.
    """
    if cell is None:
        return None
    if cell.silent:
        if cell.mock is not None:
            return cell, cell.mock, "the documentation does not say, the mock was told"
        status = _missing(operation) if cell.state == ABSENT else success(operation)
        return cell, aging.plain_way(status), "the documentation does not say, the mock chose"
    for transition in aging.open_ways(cell, so_long, operation):
        if transition.when is not None and not _holds(transition.when, scope):
            continue
        if possible(transition):
            when = f", when {transition.when}" if transition.when is not None else ""
            return cell, transition, f"{cell.strength.value}{when}"
    return None


def _holds(guard: str, scope: Scope) -> bool:
    return ruling(guard)(scope)


def success(operation: Operation) -> int:
    """The success that the operation documents; 200 where it documents none."""
    codes = sorted(
        int(r.status) for r in operation.replies if r.status.isdigit() and r.status.startswith("2")
    )
    return codes[0] if codes else 200


def _missing(operation: Operation) -> int:
    return next((code for code in (404, 410) if operation.reply_for(code)), 404)


def sent(lifecycle: Lifecycle, scope: Scope) -> Iterator[tuple[str, Json]]:
    """What the creating request says of the instance's fields."""
    for field in lifecycle.fields:
        if field.kind is FieldKind.ECHO and field.sent is not None:
            found = evaluate(field.sent, scope)
            if found is not UNRESOLVED:
                yield field.name, found


#: a field that an answer may teach: its name, whether it is learnt anew each time, what finds it there, and the way
#: to it where it stands in the body
Lesson = tuple[str, bool, Finder, tuple[str, ...] | None]


def lessons(lifecycle: Lifecycle, operation: str) -> tuple[Lesson, ...]:
    """What that operation's answers may teach about an instance."""
    return tuple(
        (
            field.name,
            field.kind is FieldKind.VOLATILE,
            finder(field.at[operation]),
            shown_at(field.at[operation]),
        )
        for field in lifecycle.fields
        if field.kind is not FieldKind.DERIVED and operation in field.at
    )


def taught(
    plan: Plan, instance: Instance, composed: Composed, lessons: tuple[Lesson, ...], *, follows: bool
) -> Instance:
    """The instance with what the reply and the cell's `set` teach about it; the same one when that is nothing.

    `follows`: are there fields that are worked out from the others?
    """
    known, effects = instance.values, plan.transition.set if plan.transition else {}
    told = composed.status // 100 == 2
    open_ = [lesson for lesson in lessons if lesson[1] or lesson[0] not in known] if told else []
    if not (open_ or effects or follows):
        return instance
    values = dict(known)
    scope = Scope(plan.scope.request, facts(composed), plan.scope.instance, plan.scope.now)
    for name, _, find, way in open_:
        found = find(scope) if way is None or composed.body is MISSING else at(composed.body, way)
        if found is not UNRESOLVED:
            values[name] = found
    if effects:
        values = applied(effects, values, scope)
    if follows and plan.lifecycle is not None:
        values = derived(plan.lifecycle.fields, values, instance.id)
    return replace(instance, values=values)


def facts(composed: Composed) -> ResponseFacts:
    """What expressions may ask of a reply."""
    headers = {k.lower(): v for k, v in composed.headers.items()} if composed.headers else composed.headers
    return ResponseFacts(composed.status, headers, composed.body)


def provoked(
    operation: Operation, request: RequestFacts, fresh: Sequence[tuple[str, ...]] = ()
) -> int | None:
    """The status that the request asks for by what a `provoke` entry says, if any.

    The values at `fresh` places of a body are others in every request: whatever texts stand there will do.
    """
    if not operation.provoke:
        return None
    for status, how in operation.provoke.items():
        if how.unreachable is not None or not status.isdigit() or not (how.headers or how.query or how.body):
            continue
        wanted_headers = {name.lower(): value for name, value in how.headers.items()}
        if (
            wanted_headers.items() <= dict(request.headers).items()
            and all(text(request.query.get(k, "")) == text(v) for k, v in how.query.items())
            and (how.body is None or _without(request.body, fresh) == _without(how.body, fresh))
        ):
            return int(status)
    return None


def _without(body: Json, paths: Sequence[tuple[str, ...]]) -> Json:
    """The body in which all texts at these places are the same."""
    for path in paths:
        body = _blanked(body, path)
    return body


def _blanked(value: Json, path: tuple[str, ...]) -> Json:
    if not path:
        return "" if isinstance(value, str) else value
    if not isinstance(value, dict) or path[0] not in value:
        return value
    return {**value, path[0]: _blanked(value[path[0]], path[1:])}
