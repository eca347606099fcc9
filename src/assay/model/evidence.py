"""Evidence: an exchange that may be written down, because `evidence.redact` made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """A redacted, serialisable exchange. Only `assay.evidence.redact` constructs one."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    #: text; bytes that are not UTF-8 are shown as `\\xNN`
    request_body: str | None
    status: int | None
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    response_body: str | None
    #: bytes received, before any cut for the report
    response_size: int
    #: why no complete response came
    failure: str | None
    #: ISO 8601, UTC
    started: str
    #: milliseconds
    elapsed_ms: float
    #: one POSIX shell line; secrets as `$TOKEN`
    curl: str
