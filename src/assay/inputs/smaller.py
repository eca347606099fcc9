"""Smaller values: what a failing request may carry instead, the boldest cut first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.model.case import BodyKind, Case
from assay.model.contract import Json
from assay.model.copied import replace

#: values of a list that are tried to be left out one by one
_ITEMS = 16


def smaller(value: Json) -> Iterator[Json]:
    """Values like this one that are smaller by one step; none for what cannot get any smaller."""
    match value:
        case dict():
            for name in value:
                yield {key: member for key, member in value.items() if key != name}
            for name, member in value.items():
                for less in smaller(member):
                    yield {**value, name: less}
        case list():
            if len(value) > 1:
                yield value[: len(value) // 2]
                yield value[len(value) // 2 :]
            for place in range(min(len(value), _ITEMS)):
                yield value[:place] + value[place + 1 :]
            for place, item in enumerate(value[:_ITEMS]):
                for less in smaller(item):
                    yield [*value[:place], less, *value[place + 1 :]]
        case str():
            if len(value) > 1:
                yield value[: len(value) // 2]
                yield value[:-1]
            plain = "".join(c if c.isascii() and c.isalnum() else "a" for c in value)
            if plain != value:
                yield plain
        case bool() | None:
            return
        case int():
            if value not in {0, 1}:
                yield from dict.fromkeys((0, 1, int(value / 2) if abs(value) < 2**53 else 2**31))
        case float():
            if value != int(value) if abs(value) < 2**53 else True:
                yield 0


def smaller_requests(case: Case) -> Iterator[Case]:
    """The same request with less in it: each optional place left out, then the values of its body made smaller."""
    for place in ("query", "headers", "cookies"):
        values: Mapping[str, Json] = getattr(case, place)
        for name in values:
            left = {key: value for key, value in values.items() if key != name}
            match place:
                case "query":
                    yield replace(case, query=left)
                case "headers":
                    yield replace(case, headers=left)
                case _:
                    yield replace(case, cookies=left)
    if case.body.kind is BodyKind.JSON:
        for less in smaller(case.body.value):
            yield replace(case, body=replace(case.body, value=less))
