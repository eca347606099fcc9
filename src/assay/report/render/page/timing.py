"""How long answers took, operation by operation, beside what the contract's `slo` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.model.record import Latency
from assay.report.past import Past
from assay.report.result import Report

SHARES = ("p50", "p90", "p99")


@dataclass(frozen=True, slots=True)
class Time:
    """One operation."""

    latency: Latency
    #: share -> the limit in milliseconds; empty: the contract names none
    slo: Mapping[str, float]
    #: shares that took longer than their limit
    over: tuple[str, ...]
    #: milliseconds of half of the answers in the run before; None: it is not slower
    before: float | None

    @property
    def word(self) -> str:
        """How it stands, in a word or two; never by colour alone."""
        if not self.slo:
            return "no limit"
        return f"over at {', '.join(self.over)}" if self.over else "within"


def times(report: Report, past: Past) -> tuple[Time, ...]:
    """By api and operation, those first that are over a limit."""
    slos = {(str(o.get("api")), str(o.get("id"))): _limits(o.get("slo")) for o in report.header.operations}
    slower = past.comparison.slower if past.comparison else ()
    before = {(one.after.api, one.after.operation): one.before.p50 for one in slower}
    found = []
    for latency in report.latencies:
        key = (latency.api, latency.operation)
        slo = slos.get(key, {})
        over = tuple(share for share in SHARES if share in slo and getattr(latency, share) > slo[share])
        found.append(Time(latency, slo, over, before.get(key)))
    return tuple(sorted(found, key=lambda time: (not time.over, time.latency.api, time.latency.operation)))


def _limits(told: object) -> Mapping[str, float]:
    if not isinstance(told, Mapping):
        return {}
    return {share: float(told[share]) for share in SHARES if isinstance(told.get(share), int | float)}


def milliseconds(value: float) -> str:
    """`0.52 ms`, `12 ms`, `1.2 s`: as many digits as tell something."""
    if value >= 1000:
        return f"{value / 1000:.3g} s"
    return f"{value:.2g} ms" if value < 10 else f"{value:.0f} ms"
