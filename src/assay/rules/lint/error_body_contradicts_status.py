"""Error bodies that name another status than the one they are documented for: mostly one component in two places.

A member called `status`, `code`, `statusCode` and the like, at the top of the body or below `error`, that is fixed by
`const`, by an `enum`, or shown by an example, and is a status that HTTP knows of the 4XX or 5XX.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from assay.inputs.constraints import is_json
from assay.model.contract import Content, Json, Reply
from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning
from assay.rules.lint.replies import replies
from assay.rules.lint.schemas import statements

RULE = "error-body-contradicts-status"

_NAMES: Final = frozenset(
    {"status", "code", "statuscode", "httpstatus", "httpcode", "httpstatuscode", "errorcode"}
)
_ERRORS: Final = frozenset(int(status) for status in HTTPStatus if status >= 400)


class _Said(NamedTuple):
    #: where in the body
    path: tuple[str, ...]
    values: tuple[int, ...]
    #: «its schema», «its example 'x'»
    by: str


def check(look: Look) -> Iterator[Problem]:
    """A body documented for a status that it contradicts."""
    for operation, reply, _ in replies(look):
        if reply.status[:1] not in {"4", "5"}:
            continue
        for content in reply.content:
            for said in _said(look, content):
                if any(_fits(reply, value) for value in said.values):
                    continue
                told = " or ".join(str(value) for value in said.values)
                message = (
                    f"The body of {reply.status} of '{operation.id}' names another status: "
                    f"because {said.by} says {told} at /{'/'.join(said.path)}."
                )
                fix = f"Give {reply.status} a response of its own, or leave the status to each place of use."
                yield warning(reply.place, RULE, message, fix)
                break


def _fits(reply: Reply, value: int) -> bool:
    return reply.covers(value)


def _said(look: Look, content: Content) -> Iterator[_Said]:
    if not is_json(content.media_type):
        return
    for path, schema in statements(content.schema, look.api):
        if _names_a_status(path):
            values = [schema["const"]] if "const" in schema else schema.get("enum") or ()
            yield from _known(path, values, "its schema")
    for name, value in content.examples.items():
        for path, shown in _members(value):
            if _names_a_status(path):
                yield from _known(
                    path, [shown], "its example" if name == "example" else f"its example '{name}'"
                )


def _known(path: tuple[str, ...], values: Json, by: str) -> Iterator[_Said]:
    """The statement, where all of its values are errors that HTTP knows: other numbers are codes of the API's own."""
    numbers = [_number(value) for value in values]
    if numbers and all(number in _ERRORS for number in numbers):
        yield _Said(path, tuple(number for number in numbers if number is not None), by)


def _number(value: Json) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 3
        else None
    )


def _names_a_status(path: tuple[str, ...]) -> bool:
    """True for `status` and the like, of the body or of its `error`."""
    if not path or len(path) > 2 or (len(path) == 2 and path[0].lower() not in {"error", "errors"}):
        return False
    return path[-1].replace("_", "").replace("-", "").lower() in _NAMES


def _members(value: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield (name,), member
            if isinstance(member, Mapping):
                yield from (((name, inner), below) for inner, below in member.items())
