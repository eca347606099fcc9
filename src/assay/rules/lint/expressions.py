"""Where runtime expressions may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.model.lifecycle import Lifecycle
from assay.model.problem import Place
from assay.rules.lint.look import Look, strings


def expressions(look: Look) -> Iterator[tuple[Place, str]]:
    """Every text of promises and lifecycles in which an expression could be meant."""
    for operation in look.api.operations:
        for promise in operation.promises:
            for path, text in strings({"body": promise.body, "headers": dict(promise.headers)}):
                yield look.below(promise.place, *path), text
    for lifecycle in look.api.lifecycles:
        yield from of_lifecycle(look, lifecycle)


def of_lifecycle(look: Look, lifecycle: Lifecycle) -> Iterator[tuple[Place, str]]:
    """Those of one lifecycle."""
    yield from bare(look, lifecycle)
    for row in lifecycle.cells.values():
        for cell in row.values():
            for way, place in look.ways(cell):
                written = {"set": dict(way.set), "mock": {"body": way.mock_body}}
                body = way.body if isinstance(way.body, Mapping) else None
                for path, text in strings({"body": body, **written}):
                    yield look.below(place, *path), text
            if cell.silent and cell.mock is not None:
                for path, text in strings(cell.mock.mock_body, "silent", "mock", "body"):
                    yield look.below(cell.place, *path), text


def bare(look: Look, lifecycle: Lifecycle) -> Iterator[tuple[Place, str]]:
    """The texts that are an expression or nothing."""
    yield look.at(lifecycle.place, "/instance/id"), lifecycle.id_expression
    if lifecycle.url_expression is not None:
        yield look.at(lifecycle.place, "/instance/url"), lifecycle.url_expression
    for field in lifecycle.fields:
        if field.sent is not None:
            yield look.below(field.place, "sent"), field.sent
        for operation, text in field.at.items():
            yield look.below(field.place, "at", operation), text
