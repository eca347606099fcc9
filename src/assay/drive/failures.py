"""Why no whole response came, told from what was raised and how far the request had got."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator

from urllib3.exceptions import HeaderParsingError, InvalidHeader

from assay.drive.flight import Flight
from assay.drive.reply import BadFraming
from assay.model.case import Failure, FailureKind

#: kinds after which the target may be gone altogether, so that somebody has to look
DOUBTFUL = frozenset({FailureKind.RESET, FailureKind.TIMEOUT, FailureKind.CUT})


def explain(error: BaseException, flight: Flight) -> Failure:
    """The failure behind `error`: the environment's before a connection stood, the target's afterwards."""
    causes = list(_causes(error))
    if not flight.open:
        return _unreached(causes, flight)
    if flight.answered:
        return _broken_off(causes, flight)
    if _has(causes, TimeoutError):
        return Failure(FailureKind.TIMEOUT, f"no answer within {flight.limit:g} s")
    if _has(causes, http.client.RemoteDisconnected, ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
        where = " on a connection used before" if flight.reused else ""
        return Failure(FailureKind.RESET, f"the connection was closed before a response{where}")
    if _has(causes, http.client.HTTPException, HeaderParsingError, InvalidHeader, ValueError):
        return Failure(FailureKind.MALFORMED, f"the answer is not HTTP: {_words(causes)}")
    return Failure(FailureKind.RESET, f"the connection broke before a response: {_words(causes)}")


def _unreached(causes: list[BaseException], flight: Flight) -> Failure:
    if _has(causes, ConnectionRefusedError):
        return Failure(FailureKind.REFUSED, f"nobody listens at {flight.origin}", alive=False)
    if _has(causes, TimeoutError):
        message = f"no connection to {flight.origin} within {flight.connect:g} s"
    elif _has(causes, ssl.SSLError, ssl.CertificateError):
        message = f"TLS with {flight.origin} failed: {_words(causes)}"
    else:
        message = f"cannot reach {flight.origin}: {_words(causes)}"
    return Failure(FailureKind.UNREACHABLE, message, alive=False)


def _broken_off(causes: list[BaseException], flight: Flight) -> Failure:
    if _has(causes, TimeoutError):
        return Failure(FailureKind.TIMEOUT, f"the body did not end within {flight.limit:g} s")
    if _has(causes, BadFraming):
        return Failure(FailureKind.MALFORMED, f"the body is not framed as HTTP: {causes[-1]}")
    if _has(causes, http.client.IncompleteRead):
        return Failure(FailureKind.CUT, "the connection was closed before the end of the body")
    return Failure(FailureKind.CUT, f"the body was cut off: {_words(causes)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it wraps: `requests` and `urllib3` keep causes in `args` and `reason`."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        held = (*current.args, getattr(current, "reason", None), current.__cause__, current.__context__)
        waiting.extend(item for item in held if isinstance(item, BaseException))


def _has(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _words(causes: list[BaseException]) -> str:
    """The innermost cause in words, without the object addresses of the wrappers around it."""
    deepest = causes[-1]
    if isinstance(deepest, OSError) and deepest.strerror:
        return deepest.strerror
    return f"{type(deepest).__name__} {deepest}".strip()
