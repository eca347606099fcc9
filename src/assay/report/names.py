"""Symbolic names: what a history calls its instances, so that it reads the same whatever ids the server chose.

`order₂` is the second order that a history speaks of. The real ids stand in the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from assay.model.case import SubjectKind
from assay.model.event import Step

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names(history: Sequence[Step]) -> tuple[str, ...]:
    """Step by step, whom it is about; empty for a step about no instance.

    Numbers count from one for each lifecycle, in order of first appearance. An id that the server issued twice is one
    instance. What another principal than the run's usual one made bears its maker's name: `bob's order₁`.
    """
    numbers: dict[str, dict[str, int]] = {}
    makers: dict[str, str] = {}
    return tuple(_name(place, step, numbers, makers) for place, step in enumerate(history))


def _name(place: int, step: Step, numbers: dict[str, dict[str, int]], makers: dict[str, str]) -> str:
    cycle, _, number = step.instance.partition("#")
    subject = step.case.subject
    if not cycle or subject is None:
        return ""
    if not number and subject.kind is not SubjectKind.NEW:
        return f"unknown {cycle}" if subject.kind is SubjectKind.NEVER_ISSUED else f"made-up {cycle}"
    # one that was never made is nobody else's: no later step can be about it
    key = step.instance if number else f"{cycle}@{place}"
    if subject.kind is SubjectKind.NEW:
        makers.setdefault(key, step.case.principal)
    known = numbers.setdefault(cycle, {})
    told = f"{cycle}{subscript(known.setdefault(key, len(known) + 1))}"
    maker = makers.get(key, "")
    return f"{maker}'s {told}" if maker else told


def subscript(number: int) -> str:
    """The number in subscript digits (Unicode block «Superscripts and Subscripts»)."""
    return str(number).translate(_SUBSCRIPTS)
