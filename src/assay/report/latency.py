"""How long answers take, operation by operation, in memory that does not grow with their number.

Times are counted in classes, each a fiftieth wider than the one before (1 % to either side of its middle), so that
percentiles of a million answers cost what those of a hundred do, and shards may come in any order.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, exp, floor, log

from assay.model.record import Latency

#: classes for each factor e; the first is for what took less than a hundredth of a millisecond
_CLASSES = 50
_LEAST = 0.01


class Latencies:
    """The times of a run, counted as they come."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, str], Counter[int]] = {}
        self._most: dict[tuple[str, str], float] = {}

    def take(self, api: str, operation: str, milliseconds: float) -> None:
        """Counts one answer."""
        key = (api, operation)
        counted = self._classes.get(key)
        if counted is None:
            counted = self._classes[key] = Counter()
            self._most[key] = 0.0
        self._most[key] = max(self._most[key], milliseconds)
        counted[floor(log(max(milliseconds, _LEAST)) * _CLASSES)] += 1

    def told(self) -> tuple[Latency, ...]:
        """By api and operation, those that were answered at all."""
        return tuple(
            _told(api, operation, counted, self._most[api, operation])
            for (api, operation), counted in sorted(self._classes.items())
        )


def _told(api: str, operation: str, counted: Counter[int], most: float) -> Latency:
    p50, p90, p99 = (_percentile(counted, share, most) for share in (0.5, 0.9, 0.99))
    return Latency(api, operation, counted.total(), p50, p90, p99, _rounded(most))


def _percentile(counted: Counter[int], share: float, most: float) -> float:
    """The smallest class that with those below it holds that share of the answers (nearest rank)."""
    wanted = ceil(counted.total() * share)
    passed = 0
    for number in sorted(counted):
        passed += counted[number]
        if passed >= wanted:
            return _rounded(min(exp((number + 0.5) / _CLASSES), most))
    return _rounded(most)


def _rounded(milliseconds: float) -> float:
    """Three digits: more would pretend."""
    return float(f"{milliseconds:.3g}")
