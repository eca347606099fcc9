"""Circles of references are cut, and so is what would come to too much: contracts follow every reference to its end.

The reference that closes a circle becomes a schema of the same type without members: what lies one turn deeper is
promised no more. The rest of the circle stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from assay.contractfile.walk import Part, PartKind, counted, parts_of_api, parts_of_contract, subschemas
from assay.ingest.imported import Doubt
from assay.ingest.notes import Block, Notes
from assay.model.pointer import tokens
from assay.model.terms import Json

#: values that one component, or one contract, may come to once its references are followed: the parser allows
#: 200 000, and what is near that takes seconds to make examples of
MOST: Final = 20_000


#: names what stood where a reference was cut
MARK: Final = "x-cut"


class _Edge(NamedTuple):
    """One reference: the schema that holds it, and the component it leads to."""

    holder: Block
    target: str


def cut(api: Mapping[str, Json], contracts: Mapping[str, Mapping[str, Json]], notes: Notes) -> None:
    """Cuts the circles among the components of `api`, and what is too large in them and in the contracts, in place."""
    parts = list(parts_of_api(api))
    edges: dict[str, list[_Edge]] = {}
    own: dict[str, int] = {}
    for section, members in api.get("components", {}).items():
        for name, value in members.items():
            own[f"{section}/{name}"] = counted(value)
            edges[f"{section}/{name}"] = []
    for part in parts:
        home = "/".join(tokens(part.pointer)[1:3])
        edges[home].extend(_edges(part))
    sizes: dict[str, int] = {}
    for start in own:
        if start not in sizes:
            _visit(start, edges, own, sizes, api, notes)
    for file, contract in contracts.items():
        _shrink([edge for part in parts_of_contract(contract) for edge in _edges(part)], counted(contract), sizes,
                api, notes, file)  # fmt: skip


def _visit(
    start: str, edges: dict[str, list[_Edge]], own: dict[str, int], sizes: dict[str, int],
    api: Mapping[str, Json], notes: Notes,
) -> None:  # fmt: skip
    """Depth first without recursion: a chain may be as long as the document."""
    path: dict[str, None] = {start: None}
    stack = [(start, iter(list(edges[start])))]
    while stack:
        node, rest = stack[-1]
        edge = next(rest, None)
        if edge is None:
            stack.pop()
            del path[node]
            sizes[node] = _shrink(edges[node], own[node], sizes, api, notes, "api.yaml")
        elif edge.target in path:
            edges[node].remove(edge)
            _open(edge, api, notes, "api.yaml", "it leads back to itself")
        elif edge.target not in sizes and edge.target in own:
            path[edge.target] = None
            stack.append((edge.target, iter(list(edges[edge.target]))))


def _shrink(
    edges: list[_Edge], size: int, sizes: Mapping[str, int], api: Mapping[str, Json], notes: Notes, file: str
) -> int:
    """What it comes to, after the largest references were cut as long as that is too much."""
    left = sorted(edges, key=lambda edge: -sizes.get(edge.target, 0))
    total = size + sum(sizes.get(edge.target, 0) for edge in left)
    while total > MOST and left:
        edge = left.pop(0)
        total -= sizes.get(edge.target, 0)
        if edge.holder.get("$ref", "").startswith("#/components/schemas/"):
            _open(edge, api, notes, file, f"all it leads to comes to more than {MOST} values")
            edges.remove(edge)
        else:
            total += min(sizes.get(edge.target, 0), 1)
    return total


def _edges(part: Part) -> Iterator[_Edge]:
    if part.kind is PartKind.SCHEMA:
        for _, schema in subschemas(part.value, part.pointer):
            if isinstance(schema.get("$ref"), str) and isinstance(schema, Block):
                yield _Edge(schema, _named(schema["$ref"]))
    elif isinstance(part.value, Block) and isinstance(part.value.get("$ref"), str):
        yield _Edge(part.value, _named(part.value["$ref"]))


def _named(reference: str) -> str:
    return "/".join(tokens(reference.removeprefix("#"))[1:3])


def _open(edge: _Edge, api: Mapping[str, Json], notes: Notes, file: str, because: str) -> None:
    """Puts the bare type in the place of the reference."""
    section, _, name = edge.target.partition("/")
    target = api["components"].get(section, {}).get(name, {})
    kind = target.get("type") if isinstance(target, Mapping) else None
    rest = {key: value for key, value in edge.holder.items() if key != "$ref"}
    edge.holder.clear()
    if notes.marking:
        edge.holder[MARK] = name
    if kind is not None and "type" not in rest:
        edge.holder["type"] = kind
    edge.holder.update(rest)
    told = f"any {kind}" if isinstance(kind, str) else "anything"
    doubt = Doubt("", f"Cannot follow '{name}' once more: because {because}.", told, file)
    notes.doubts.append(doubt)
    if edge.holder.keys() <= {MARK}:
        edge.holder["description"] = f"{name}, not described here."
    edge.holder.remark(next(iter(edge.holder)), f"cut: {name} stood here, and {because}")
