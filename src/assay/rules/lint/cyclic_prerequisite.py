"""Prerequisites that need one another before any of them can be made."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.case import Subject, SubjectKind
from assay.model.problem import Problem
from assay.plan.witness import of_examples
from assay.rules.lint.look import Look

RULE = "cyclic-prerequisite"


def check(look: Look) -> Iterator[Problem]:
    """A circle, told once, at the first of its names.

    What counts is the requests that really would be made: an optional part that they leave out needs nothing.
    """
    if not look.api.prerequisites:
        return
    needs = _needs(look)
    told: set[str] = set()
    for name in needs:
        circle = _circle(name, needs)
        if not circle or told & set(circle):
            continue
        told |= set(circle)
        way = " → ".join(circle)
        message = f"Cannot make what gives '{name}': because it needs itself first ({way})."
        fix = "Delete `from` of one of them and let the target's `values` name one, or make what needs it optional."
        yield Problem(look.api.prerequisites[name].place, RULE, message, fix)


def _needs(look: Look) -> dict[str, list[str]]:
    """Supplied name -> the names that the requests need which make it, in their order."""
    planner = of_examples(look.api)
    found: dict[str, list[str]] = {}
    for name in look.api.prerequisites:
        moves = planner.prerequisites.lead(name)
        if not all(move.operation in look.api.by_id for move in moves):
            continue  # `unknown-operation` says so, or what is wrong with its file
        cases = (planner.usual(move.operation, Subject(SubjectKind.KNOWN, "i1")) for move in moves)
        wanted = (other for case in cases for other in planner.prerequisites.wanted(case).values())
        found[name] = list(dict.fromkeys(wanted))
    return found


def _circle(name: str, needs: dict[str, list[str]]) -> list[str]:
    """The shortest way from that name back to it; empty when there is none."""
    ways = [[name]]
    seen = {name}
    while ways:
        way = ways.pop(0)
        for other in needs.get(way[-1], ()):
            if other == name:
                return [*way, name]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []
