"""Two paths of one method that the same request fits, neither of them the more concrete one (OpenAPI 3.1 §4.8.8.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from assay.model.contract import Operation
from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "ambiguous-path"


def check(look: Look) -> Iterator[Problem]:
    """Paths like `/{entity}/me` and `/books/{id}`: nobody can tell which operation `/books/me` is."""
    # paths alike in where their variables stand cannot be confused, unless they are the same
    kinds: dict[tuple[str, int], dict[frozenset[int], list[Operation]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for operation in look.api.operations:
        segments = operation.path.split("/")
        variable = frozenset(i for i, segment in enumerate(segments) if "{" in segment)
        kinds[operation.method, len(segments)][variable].append(operation)
    for groups in kinds.values():
        for (mine, some), (theirs, others) in combinations(groups.items(), 2):
            if mine - theirs and theirs - mine:
                for one in some:
                    for other in others:
                        if _both(one.path, other.path, mine | theirs):
                            yield _problem(look, one, other)


def _both(one: str, other: str, variable: frozenset[int]) -> bool:
    pairs = enumerate(zip(one.split("/"), other.split("/"), strict=True))
    return all(index in variable or a == b for index, (a, b) in pairs)


def _problem(look: Look, one: Operation, other: Operation) -> Problem:
    message = (
        f"A request may be for '{one.id}' or for '{other.id}': because it can fit both {one.path} and {other.path}, "
        "and neither is the more concrete."
    )
    fix = "Say in the documentation which of them is meant, or give one another path, if the API is yours."
    return warning(look.at(other.place, "/path"), RULE, message, fix)
