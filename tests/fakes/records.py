"""Records of runs that never were, to compare and to keep."""

from __future__ import annotations

from dataclasses import replace

from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.terms import Strength
from assay.model.verdict import Standing

HEAD = Head(
    key="0" * 16, run="r1", started="2026-01-01T02:00:00+00:00", finished="2026-01-01T02:00:03+00:00", seed=7,
    profile="gate", target="mock", digest="d" * 64, version="0.1.0", branch="main", commit="c" * 40, requests=9,
)  # fmt: skip
VERIFIED, VIOLATED = Standing.VERIFIED, Standing.VIOLATED
UNWITNESSED, INCONCLUSIVE, OBSERVED = Standing.UNWITNESSED, Standing.INCONCLUSIVE, Standing.OBSERVED


def mark(clause: str = "a/op/status/200", standing: Standing = VERIFIED, **more: object) -> Mark:
    """How one clause stood."""
    return replace(Mark(clause, Strength.DOCUMENTED, standing, 3, int(standing is VIOLATED)), **more)  # type: ignore[arg-type]


def broken(clause: str = "a/op/status/200", fingerprint: str = "aaaaaaaaaaaa", **more: object) -> Break:
    """One way in which it was broken."""
    return replace(Break(clause, fingerprint, "expected 200, got 500", 5, 5), **more)  # type: ignore[arg-type]


def run(number: int = 1, *marks: Mark, breaks: tuple[Break, ...] = (), latencies: tuple[Latency, ...] = (),
        **head: object) -> Record:  # fmt: skip
    """The n-th run, an hour after the one before; every violated clause is broken in one way unless told otherwise."""
    kept = tuple(sorted(marks or (mark(),), key=lambda one: one.clause))
    found = breaks or tuple(broken(one.clause) for one in kept if one.standing is VIOLATED)
    day, hour = divmod(number, 24)
    told = {
        "key": f"{number:016x}",
        "run": f"r{number}",
        "started": f"2026-{1 + day // 28:02}-{1 + day % 28:02}T{hour:02}:00:00+00:00",
        **{str(standing): sum(1 for one in kept if one.standing is standing) for standing in Standing},
        **head,
    }
    return Record(replace(HEAD, **told), kept, found, latencies)  # type: ignore[arg-type]
