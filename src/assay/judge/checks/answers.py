"""`answers`: every request gets a complete HTTP response (RFC 9112 §6.3, §8)."""

from __future__ import annotations

from assay.model.case import Exchange, Failure, FailureKind
from assay.model.verdict import Verdict, VerdictKind

_WORDS = {
    FailureKind.TIMEOUT: "no answer came in time",
    FailureKind.RESET: "the connection was closed before an answer came",
    FailureKind.CUT: "the answer ended before its announced length",
    FailureKind.TOO_LARGE: "the answer is larger than we are ready to read",
    FailureKind.MALFORMED: "what came back is not HTTP",
    FailureKind.REFUSED: "nobody listens there any more",
    FailureKind.UNREACHABLE: "the target cannot be reached",
}
#: a network does these now and then; they count when they come again
_TRANSIENT = {FailureKind.TIMEOUT, FailureKind.RESET}


def is_environment(failure: Failure) -> bool:
    """True when the fault is the environment's: the target is down, not wrong."""
    return failure.kind in {FailureKind.REFUSED, FailureKind.UNREACHABLE} or not failure.alive


def check(clause: str, question: str, exchange: Exchange, failure: Failure) -> Verdict:
    """The verdict on an exchange without a complete response."""
    status = exchange.response.status if exchange.response else None
    told = f"{question}: {_WORDS[failure.kind]} ({failure.message})"
    if is_environment(failure):
        return Verdict(clause, VerdictKind.INCONCLUSIVE, f"{told}; the target is down", "target down")
    outcome = f"{failure.kind}" if status is None else f"{status} {failure.kind}"
    return Verdict(
        clause, VerdictKind.VIOLATED, told, outcome, failure.kind, transient=failure.kind in _TRANSIENT
    )
