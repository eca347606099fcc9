"""What history keeps of a run: how each clause stood, in which ways promises were broken, how long answers took."""

from __future__ import annotations

from dataclasses import dataclass

from assay.model.terms import Strength
from assay.model.verdict import Standing


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the answers of one operation took in a run, in milliseconds."""

    api: str
    operation: str
    #: how many were measured; what was never answered is not among them
    answers: int
    #: half, nine tenths and ninety-nine hundredths of the answers took no longer
    p50: float
    p90: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Mark:
    """How one clause stood at the end of a run."""

    clause: str
    strength: Strength
    standing: Standing
    #: exchanges that said it holds or is violated
    seen: int = 0
    #: exchanges that said it is violated
    violations: int = 0
    waived: bool = False
    #: it was broken, and not always when it was tried again
    flaky: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which a promise was broken in a run: a violation without its history, which the log has."""

    clause: str
    fingerprint: str
    message: str = ""
    #: reproduced so many times, of so many tries
    again: int = 0
    tries: int = 0
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A run as a list shows it."""

    #: sixteen hex digits that no other run has; run ids are moments, and machines may begin at the same one
    key: str
    run: str
    #: ISO 8601, UTC
    started: str
    finished: str
    seed: int
    profile: str
    target: str
    #: of the contracts
    digest: str
    version: str
    branch: str = ""
    commit: str = ""
    strict: bool = False
    complete: bool = True
    exit_code: int = 0
    requests: int = 0
    verified: int = 0
    violated: int = 0
    unwitnessed: int = 0
    inconclusive: int = 0
    observed: int = 0
    #: of the violated ones
    waived: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """All that history keeps of one run."""

    head: Head
    #: sorted by clause
    marks: tuple[Mark, ...]
    breaks: tuple[Break, ...] = ()
    latencies: tuple[Latency, ...] = ()
