"""`$ref`s: to `#/components/…` of the same api, to something that is there, and never in a circle.

Everything downstream follows references without a guard: samples are drawn, documents compiled, schemas
inlined. So the guard stands here, once: circles are refused, and so is a chain that doubles at every link
until a few lines stand for a billion.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from assay.contractfile.positions import Document
from assay.contractfile.suggest import choose
from assay.contractfile.walk import Part, PartKind, counted, subschemas
from assay.model.contract import Json
from assay.model.pointer import tokens
from assay.model.problem import Problem

#: values in one file once every reference is followed
MOST_EXPANDED: Final = 200_000

_SCHEMAS: Final = frozenset({PartKind.SCHEMA, PartKind.EXPRESSION})


class Reference(NamedTuple):
    """One `$ref`: what kind of object it stands for, where it is, where it leads."""

    kind: PartKind
    #: pointer of the object that holds it
    pointer: str
    target: str


def references(parts: Iterable[Part]) -> Iterator[Reference]:
    """Every `$ref` in those parts."""
    for part in parts:
        if part.kind in _SCHEMAS:
            for pointer, schema in subschemas(part.value, part.pointer):
                if isinstance(schema.get("$ref"), str):
                    yield Reference(PartKind.SCHEMA, pointer, schema["$ref"])
        elif isinstance(part.value, Mapping) and isinstance(part.value.get("$ref"), str):
            yield Reference(part.kind, part.pointer, part.value["$ref"])


@dataclass(slots=True)
class Components:
    """The Components Object of one api, as the place where references lead."""

    document: Document
    #: references inside the components, sorted by pointer
    inner: list[Reference] = field(default_factory=list)
    #: pointer -> number of values it comes to with references followed
    sizes: dict[str, int] = field(default_factory=dict)

    def find(self, target: str) -> Json:
        """What `#/components/…` leads to. Raises `KeyError` when there is no such thing."""
        node: Json = self.document.value
        for token in tokens(target.removeprefix("#")):
            if not isinstance(node, Mapping):
                raise KeyError(target)
            node = node[token]
        return node

    def resolve(self, value: Json) -> Json:
        """Follows `$ref` until an object that is none. Raises `KeyError` where one leads nowhere."""
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            if value["$ref"] in seen:
                raise KeyError(value["$ref"])
            seen.add(value["$ref"])
            value = self.find(value["$ref"])
        return value

    def check(self, found: Iterable[Reference], document: Document) -> list[Problem]:
        """Problems of references that stand in `document`."""
        problems = []
        total = 0
        for reference in found:
            problem = self._wrong(reference, document)
            if problem is not None:
                problems.append(problem)
            else:
                total += self.sizes.get(reference.target.removeprefix("#"), 0)
        # what is shared is measured piece by piece in `check_circles`
        if total > MOST_EXPANDED and not problems and document is not self.document:
            problems.append(_too_large(document, ""))
        return problems

    def check_circles(self, found: Iterable[Reference]) -> list[Problem]:
        """Problems of the references between components, taken together; also measures what they come to."""
        self.inner = sorted((r for r in found if self._exists(r.target)), key=lambda r: r.pointer)
        pointers = [r.pointer for r in self.inner]
        starts = dict.fromkeys(r.target.removeprefix("#") for r in self.inner)
        starts.update(dict.fromkeys("/".join(p.split("/")[:4]) for p in pointers))
        problems: list[Problem] = []
        for start in starts:
            if start not in self.sizes:
                problems.extend(self._visit(start, pointers))
        return problems

    def size_of(self, target: str) -> None:
        """Measures a component that has no references of its own, so that `check` can add it up."""
        pointer = target.removeprefix("#")
        if pointer not in self.sizes:
            self.sizes[pointer] = counted(self.find(target))

    def _visit(self, start: str, pointers: list[str]) -> Iterator[Problem]:
        """Depth first from `start`, without recursion: a chain may be as long as the file."""
        on_path: dict[str, None] = {start: None}
        stack = [(start, iter(self._inside(start, pointers)))]
        while stack:
            node, edges = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                del on_path[node]
                self.sizes[node] = counted(self.find("#" + node)) + sum(
                    self.sizes.get(e.target.removeprefix("#"), 0) for e in self._inside(node, pointers)
                )
                if self.sizes[node] > MOST_EXPANDED:
                    yield _too_large(self.document, node)
                    self.sizes[node] = 0
                continue
            target = edge.target.removeprefix("#")
            if target in on_path:
                yield self._circle(edge, [*list(on_path)[list(on_path).index(target) :], target])
            elif target not in self.sizes:
                on_path[target] = None
                stack.append((target, iter(self._inside(target, pointers))))

    def _inside(self, pointer: str, pointers: list[str]) -> list[Reference]:
        """The references at that pointer and below it."""
        at = bisect_left(pointers, pointer)
        own = [self.inner[at]] if at < len(pointers) and pointers[at] == pointer else []
        # `0` is the character after `/`, so this is the range of everything below
        low, high = bisect_left(pointers, pointer + "/"), bisect_left(pointers, pointer + "0")
        return own + self.inner[low:high]

    def _circle(self, edge: Reference, path: list[str]) -> Problem:
        names = " → ".join(tokens(p)[-1] for p in path)
        message = f"Cannot follow '{edge.target}': because it leads back to itself ({names})."
        fix = (
            "Cut the circle, e.g. describe the inner object with `{type: object}`: recursive "
            "schemas are not supported."
        )
        return self.document.problem("cyclic-ref", f"{edge.pointer}/$ref", message, fix, at_value=True)

    def _exists(self, target: str) -> bool:
        if not target.startswith("#/components/"):
            return False
        try:
            self.find(target)
        except KeyError:
            return False
        return True

    def _wrong(self, reference: Reference, document: Document) -> Problem | None:
        at, target = f"{reference.pointer}/$ref", reference.target
        section = str(reference.kind)
        if not target.startswith("#"):
            message = (
                f"Cannot follow '{target}': "
                "because a contract only refers to the components of its own api.yaml."
            )
            fix = f"Copy it to api.yaml and write `$ref: '#/components/{section}/NAME'`."
            return document.problem("remote-ref", at, message, fix, at_value=True)
        parts = tokens(target.removeprefix("#"))
        if len(parts) < 3 or parts[0] != "components":
            message = (
                f"Cannot follow '{target}': "
                "because references lead to `#/components/SECTION/NAME` of api.yaml."
            )
            return document.problem(
                "wrong-ref", at, message, f"Write `#/components/{section}/NAME`.", at_value=True
            )
        if not self._exists(target):
            return self._missing(reference, parts, document)
        deep_schema = reference.kind is PartKind.SCHEMA and len(parts) > 3
        if not deep_schema and (parts[1] != section or len(parts) != 3):
            message = f"Cannot follow '{target}': because something from `{section}` belongs here."
            return document.problem(
                "wrong-ref", at, message, f"Write `#/components/{section}/NAME`.", at_value=True
            )
        if reference.kind is PartKind.SCHEMA and not isinstance(self.find(target), Mapping | bool):
            message = f"Cannot follow '{target}': because no schema stands there."
            return document.problem("wrong-ref", at, message, "Let it lead to a schema.", at_value=True)
        self.size_of(target)
        return None

    def _missing(self, reference: Reference, parts: list[str], document: Document) -> Problem:
        section = str(reference.kind)
        components = self.document.value.get("components", {})
        names = [f"#/components/{section}/{name}" for name in components.get(section, {})]
        message = f"Cannot follow '{reference.target}': because {self.document.file} has no such component."
        fix = (
            choose(reference.target, names)
            or f"Add '{parts[2]}' to `components.{section}` of {self.document.file}."
        )
        return document.problem("missing-ref", f"{reference.pointer}/$ref", message, fix, at_value=True)


def _too_large(document: Document, pointer: str) -> Problem:
    message = (
        "Cannot use this: "
        f"because it comes to more than {MOST_EXPANDED} values once its references are followed."
    )
    return document.problem("ref-too-large", pointer, message, "Refer to fewer or smaller components.")
