"""Redaction: the one maker of evidence. What it lets through may be printed, logged, attached and mailed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assay.evidence.curl import curl
from assay.evidence.marks import INVALID_TOKEN, TOKEN, mark, owned, shown, unmarked
from assay.evidence.names import header_marked, text_marked
from assay.evidence.secrets import compiled
from assay.model.case import Credentials, Exchange, Failure
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict

#: characters that are kept of a header field, a reason phrase, a sentence that quotes a target
LINE_LIMIT = 4096
#: characters that are kept of all header fields together
HEAD_LIMIT = 16384


@dataclass(frozen=True, slots=True)
class Policy:
    """What must not be written down, and how much of a body may."""

    #: every secret value the run knows; never shown, not even by `repr`
    secrets: tuple[str, ...] = field(repr=False)
    #: bytes of each body that are kept
    body_limit: int = 16384


def redact(exchange: Exchange, policy: Policy) -> Evidence:
    """The exchange as it may be written down. Never raises for anything a target sends.

    No secret of the policy stands in any field, however it is spelled; values of header fields, JSON keys and
    query parameters whose names give a secret away are `***`. Bodies and heads end at a limit, with a note of
    their full size.
    """
    response = exchange.response
    sent = exchange.request.body
    headers = [(name, _header(name, value, policy)) for name, value in exchange.sent_headers]
    # pasted with the usual $TOKEN, the line of wrong credentials or of another principal would show something else
    if exchange.request.credentials is Credentials.INVALID:
        headers = [(name, value.replace(mark(TOKEN), mark(INVALID_TOKEN))) for name, value in headers]
    headers = [(name, owned(value, exchange.request.principal)) for name, value in headers]
    url = owned(_text(exchange.url, policy), exchange.request.principal)
    method = _text(exchange.request.method, policy)
    return Evidence(
        method=shown(method),
        url=shown(url),
        request_headers=tuple((shown(name), shown(value)) for name, value in headers),
        request_body=None if sent is None else _body(sent, policy),
        status=response.status if response else None,
        reason=shown(_line(response.reason, policy)) if response else "",
        response_headers=_headers(response.headers, policy) if response else (),
        response_body=_body(response.body, policy) if response else None,
        response_size=len(response.body) if response else 0,
        failure=_failure(exchange.failure, policy),
        started=_utc(exchange.started),
        elapsed_ms=round(exchange.elapsed * 1000, 3),
        curl=shown(curl(method, url, headers, _curl_body(sent, policy))),
    )


def redact_text(text: str, policy: Policy) -> str:
    """Any sentence that may quote a target, with the secrets taken out."""
    return shown(_text(text, policy))


def redact_verdicts(verdicts: Iterable[Verdict], policy: Policy) -> tuple[Verdict, ...]:
    """The verdicts with the secrets taken out of what they quote."""
    messages: dict[str, str] = {}
    outcomes: dict[str, str] = {}
    told = []
    for verdict in verdicts:
        # those on one exchange say much the same: each text is looked through once
        if verdict.message not in messages:
            # the judge quotes in brief, and may have cut a secret in two
            whole = compiled(policy.secrets).unhalved(_line(verdict.message, policy))
            messages[verdict.message] = shown(whole)
        if verdict.outcome not in outcomes:
            outcomes[verdict.outcome] = shown(_line(verdict.outcome, policy))
        message, outcome = messages[verdict.message], outcomes[verdict.outcome]
        clean = (message, outcome) == (verdict.message, verdict.outcome)
        told.append(verdict if clean else replace(verdict, message=message, outcome=outcome))
    return tuple(told)


def _text(text: str, policy: Policy) -> str:
    return text_marked(compiled(policy.secrets).marked(unmarked(text)))


def _line(text: str, policy: Policy) -> str:
    if len(text) <= LINE_LIMIT:
        return _text(text, policy)
    # as with bodies: secrets are found before the cut
    reach = compiled(policy.secrets).reach
    marked = _text(text[: LINE_LIMIT + 2 * reach], policy)
    kept = _prefix(marked, min(LINE_LIMIT, len(marked) - reach))
    return f"{kept} [cut: the first {LINE_LIMIT} of {len(text)} characters]"


def _header(name: str, value: str, policy: Policy) -> str:
    return header_marked(name, _line(value, policy))


def _headers(headers: tuple[tuple[str, str], ...], policy: Policy) -> tuple[tuple[str, str], ...]:
    told: list[tuple[str, str]] = []
    size = 0
    for name, value in headers:
        told.append((shown(_line(name, policy)), shown(_header(name, value, policy))))
        size += len(told[-1][0]) + len(told[-1][1])
        if size > HEAD_LIMIT and len(told) < len(headers):
            return (*told, ("[cut]", f"the first {len(told)} of {len(headers)} header fields"))
    return tuple(told)


def _decoded(raw: bytes) -> str:
    # not final: a character that the cut has halved is left out, not shown as bytes
    return codecs.getincrementaldecoder("utf-8")("backslashreplace").decode(raw)


def _body(raw: bytes, policy: Policy) -> str:
    if len(raw) <= policy.body_limit:
        return shown(_text(raw.decode("utf-8", "backslashreplace"), policy))
    # secrets are found before the cut, so that none is cut in two and half of it kept; the half that the
    # window itself may hold at its end is no longer than the reach
    reach = compiled(policy.secrets).reach
    text = _text(_decoded(raw[: policy.body_limit + 2 * reach]), policy)
    kept = _prefix(text, min(len(_decoded(raw[: policy.body_limit])), len(text) - reach))
    return f"{shown(kept)}\n[cut: the first {policy.body_limit} of {len(raw)} bytes]"


def _prefix(text: str, length: int) -> str:
    """The beginning of a marked text, never ending inside a mark."""
    kept = text[: max(length, 0)]
    start = kept.rfind(mark("")[0])
    return kept[:start] if start > kept.rfind(mark("")[1]) else kept


def _curl_body(raw: bytes | None, policy: Policy) -> str | bytes | None:
    if raw is None:
        return None
    try:
        return _text(raw.decode("utf-8"), policy)
    except UnicodeDecodeError:
        # bytes that hold a secret are not repeated; the line then shows the escaped text instead
        escaped = raw.decode("utf-8", "backslashreplace")
        return raw if _text(escaped, policy) == escaped else _text(escaped, policy)


def _failure(failure: Failure | None, policy: Policy) -> str | None:
    return None if failure is None else shown(_line(f"{failure.kind}: {failure.message}", policy))


def _utc(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
