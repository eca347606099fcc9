"""Two places of the documentation that no answer can agree with at once.

Of one status: a promise against the documented schema, and promises against each other. Only what holds in any case is
compared (no alternatives, no conditions), and only literal values: what an expression stands for, nobody knows before
a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from assay.inputs.constraints import is_json
from assay.machine.predicate import has_expressions
from assay.model.contract import Json, Operation, Reply
from assay.model.problem import Place, Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.look import Look, warning
from assay.rules.lint.schemas import at, statements, types

RULE = "contradicting-sources"

#: what one statement says of a place
_Statements = Mapping[tuple[str, ...], tuple[Mapping[str, Json], ...]]


class _Side(NamedTuple):
    """One place of the documentation."""

    #: «the promise 'x'», «the schema of 200»
    what: str
    source: str
    says: _Statements
    #: statuses, or classes of them, that it speaks of
    on: tuple[str, ...]


def check(look: Look) -> Iterator[Problem]:
    """A promise that contradicts the schema of its own response, or another promise."""
    closure = Closure(look.api.components)
    for operation in look.api.operations:
        if operation.promises:
            yield from _of(look, operation, closure)


def _of(look: Look, operation: Operation, closure: Closure) -> Iterator[Problem]:
    promised = [
        (promise, _Side(f"the promise '{promise.id}'", promise.source, _said(look, promise.body), promise.on))
        for promise in operation.promises
        if promise.body is not None
    ]
    for promise, side in promised:
        for reply in operation.replies:
            if reply.status.isdigit() and promise.speaks_of(int(reply.status)):
                for content in reply.content[:1]:  # of several, nobody knows which one is meant
                    if is_json(content.media_type) and len(reply.content) == 1:
                        schema = _Side(f"the schema of {reply.status}", reply.source,
                                       _said(look, content.schema), (reply.status,))  # fmt: skip
                        yield from _against(promise.place, side, schema, closure)
    for (_, one), (later, other) in combinations(promised, 2):
        if _meet(operation, one.on, other.on):
            yield from _against(later.place, other, one, closure)


def _meet(operation: Operation, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """True when some documented status is spoken of by both."""
    return any(_speaks(one, reply) and _speaks(other, reply) for reply in operation.replies)


def _speaks(on: tuple[str, ...], reply: Reply) -> bool:
    return reply.status.isdigit() and any(
        status == reply.status or (status.upper().endswith("XX") and status[0] == reply.status[0])
        for status in on
    )


def _said(look: Look, schema: Json) -> _Statements:
    found: dict[tuple[str, ...], tuple[Mapping[str, Json], ...]] = {}
    for path, node in statements(schema, look.api):
        found[path] = (*found.get(path, ()), node)
    return found


def _against(place: Place, one: _Side, other: _Side, closure: Closure) -> Iterator[Problem]:
    """At most one finding: the first place at which the two cannot both be right."""
    for path in sorted(one.says.keys() & other.says.keys()):
        for mine in one.says[path]:
            for theirs in other.says[path]:
                told = _clash(mine, theirs, closure)
                if told is not None:
                    message = (
                        f"No answer that has {at(path)} keeps {one.what} ({one.source}) and {other.what} "
                        f"({other.source}): because {told}."
                    )
                    fix = "Ask whose API it is. Until then keep the one, and say what the other says in a comment."
                    yield warning(place, RULE, message, fix)
                    return


def _clash(one: Mapping[str, Json], other: Mapping[str, Json], closure: Closure) -> str | None:
    """What each of the two wants; None when both may have their way."""
    mine, theirs = types(one), types(other)
    if mine is not None and theirs is not None and not _common(mine, theirs):
        return f"one wants {_told(sorted(mine))}, the other {_told(sorted(theirs))}"
    for a, b, swapped in ((one, other, False), (other, one, True)):
        values = _values(a)
        if values and not has_expressions(b) and not any(_allows(b, value, closure) for value in values):
            if _values(b):
                return f"one wants {_told(_values(one))}, the other {_told(_values(other))}"
            who, refuser = ("other", "one") if swapped else ("one", "other")
            return f"the {who} wants {_told(values)}, which the {refuser} refuses"
    return None


def _common(one: frozenset[str], other: frozenset[str]) -> bool:
    widened = [kinds | {"integer"} if "number" in kinds else kinds for kinds in (one, other)]
    return bool(widened[0] & widened[1])


def _values(schema: Mapping[str, Json]) -> list[Json]:
    """The only values that it allows, where it names them."""
    values = [schema["const"]] if "const" in schema else schema.get("enum") or []
    return [] if any(has_expressions(value) for value in values) else list(values)


def _allows(schema: Mapping[str, Json], value: Json, closure: Closure) -> bool:
    return closure.validator(schema).accepts(value)


def _told(values: list[Json]) -> str:
    texts = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    shown = [text if len(text) <= 40 else f"{text[:39]}…" for text in texts[:3]]
    return " or ".join([*shown, *(["…"] if len(texts) > 3 else [])])
