"""When two JSON values are the same."""

from __future__ import annotations

from collections.abc import Mapping

from assay.model.terms import Json


def same(one: Json, other: Json) -> bool:
    """JSON equality: 1 and 1.0 are one number, true and 1 are not (JSON Schema 2020-12, core §4.2.2)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)
