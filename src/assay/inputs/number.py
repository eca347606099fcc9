"""Numbers for a schema: bounds, exclusive bounds, multiples. Exact arithmetic, so 0.1 is a tenth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from assay.model.terms import Json

#: values are spread over this many multiples above the least
_SPREAD = 100


def number(schema: Mapping[str, Json], whole: bool, salt: int) -> int | float | None:
    """A number within `schema`'s bounds that is a multiple where it asks so, or None when there is none."""
    low, above = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, below = _bound(schema, "maximum", "exclusiveMaximum", min)
    step = _step(schema.get("multipleOf"), whole)
    least = None if low is None else _next(low, step, above, math.ceil, 1)
    most = None if high is None else _next(high, step, below, math.floor, -1)
    if least is None:
        least = 1 if most is None or most >= 1 else most - _SPREAD
    if most is None:
        most = least + _SPREAD
    if least <= most:
        return _plain((least + salt % min(_SPREAD, most - least + 1)) * step, whole)
    if whole or "multipleOf" in schema or low is None or high is None or low > high:
        return None
    if low == high:
        return None if above or below else _plain(low, whole)
    return _plain((low + high) / 2, whole)


def _bound(
    schema: Mapping[str, Json], closed: str, opened: str, stricter: Callable[[Iterable[Fraction]], Fraction]
) -> tuple[Fraction | None, bool]:
    """The bound that counts, and whether the bound itself is excluded."""
    bounds = [(_exact(schema[key]), key == opened) for key in (closed, opened) if _is_number(schema.get(key))]
    if not bounds:
        return None, False
    value = stricter(bound for bound, _ in bounds)
    return value, any(excluded for bound, excluded in bounds if bound == value)


def _step(multiple: Json, whole: bool) -> Fraction:
    if not _is_number(multiple) or multiple <= 0:
        return Fraction(1)
    exact = _exact(multiple)
    # whole multiples of p/q (in lowest terms) are the multiples of p
    return Fraction(exact.numerator) if whole else exact


def _next(bound: Fraction, step: Fraction, excluded: bool, rounded: Json, direction: int) -> int:
    index = int(rounded(bound / step))
    return index + direction if excluded and index * step == bound else index


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _exact(value: Json) -> Fraction:
    return Fraction(str(value))


def _plain(value: Fraction, whole: bool) -> int | float:
    return int(value) if whole or value.denominator == 1 else float(value)
