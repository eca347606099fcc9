"""Components that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.references import references
from assay.contractfile.walk import Part, PartKind, parts_of_api, parts_of_contract
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "unused-component"


def check(look: Look) -> Iterator[Problem]:
    """A component nobody would miss. Nothing is said while files of the api cannot be read."""
    if not look.whole:
        return
    used = _used(look)
    for section, entries in look.api.components.items():
        if section == "securitySchemes" or section.startswith("x-"):
            continue
        for name in entries:
            if f"#/components/{section}/{escape(name)}" not in used:
                message = f"Nothing refers to '{name}' in `components.{section}`."
                place = look.at(look.api.place, f"/components/{section}/{escape(name)}")
                yield warning(place, RULE, message, "Delete it, or refer to it.")


def _used(look: Look) -> set[str]:
    """Whatever is reached from operations and lifecycles."""
    inner: dict[str, list[str]] = {}
    for reference in references(parts_of_api({"components": look.api.components})):
        inner.setdefault(_component(f"#{reference.pointer}"), []).append(_component(reference.target))
    todo = [_component(reference.target) for reference in references(_outer(look))]
    used: set[str] = set()
    while todo:
        component = todo.pop()
        if component not in used:
            used.add(component)
            todo.extend(inner.get(component, ()))
    return used


def _component(target: str) -> str:
    return "/".join(target.split("/")[:4])


def _outer(look: Look) -> Iterator[Part]:
    for operation in look.api.operations:
        yield from parts_of_contract(operation.document)
        for promise in operation.promises:
            for schema in (promise.body, *promise.headers.values()):
                yield Part(PartKind.EXPRESSION, "", schema)
    for _, cell in look.cells():
        for transition, _ in look.ways(cell):
            yield Part(PartKind.EXPRESSION, "", transition.body)
