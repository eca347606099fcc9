"""Redaction: the one maker of evidence. What it lets through may be printed, logged, attached and mailed.

Nearly every exchange holds no secret but the credentials it was sent with, and those stand where the name of a header
field gives them away. So all its texts are first looked at together for anything that any rule here could be about
(`_glance`), and what cannot be there is not looked for again, text by text. Any number of threads may redact at once.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from assay.evidence.curl import curl
from assay.evidence.marks import INVALID_TOKEN, TOKEN, has_marks, mark, owned, shown, unmarked
from assay.evidence.names import header_marked, surely_plain, text_marked
from assay.evidence.secrets import compiled
from assay.model.case import Credentials, Exchange, Failure, WireRequest
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


class _Sight(NamedTuple):
    """What is known of some texts before each of them is looked through."""

    #: they hold no secret, no mark, nothing that cannot be encoded
    clean: bool
    #: nor a name that gives a value away: clean, too
    plain: bool


_NOTHING_KNOWN = _Sight(clean=False, plain=False)


def redact(exchange: Exchange, policy: Policy) -> Evidence:
    """The exchange as it may be written down. Never raises for anything a target sends.

    No secret of the policy stands in any field, however it is spelled; values of header fields, JSON keys and
    query parameters whose names give a secret away are `***`. Bodies and heads end at a limit, with a note of
    their full size.
    """
    return _Redaction(policy, _glance(exchange, policy)).of(exchange)


def redact_text(text: str, policy: Policy) -> str:
    """Any sentence that may quote a target, with the secrets taken out."""
    return shown(_Redaction(policy, _NOTHING_KNOWN).text(text))


def redact_verdicts(verdicts: Iterable[Verdict], policy: Policy) -> tuple[Verdict, ...]:
    """The verdicts with the secrets taken out of what they quote."""
    verdicts = tuple(verdicts)
    # those on one exchange say much the same: each text is looked through once
    messages = dict.fromkeys([verdict.message for verdict in verdicts])
    outcomes = dict.fromkeys([verdict.outcome for verdict in verdicts])
    together = "\n".join([*messages, *outcomes])
    short = len(together) <= LINE_LIMIT and "…" not in together
    if short and all(_seen([together], policy)):
        return verdicts
    redaction = _Redaction(policy, _NOTHING_KNOWN)
    # the judge quotes in brief, and may have cut a secret in two
    whole = compiled(policy.secrets).unhalved
    said = {message: shown(whole(redaction.line(message))) for message in messages}
    seen = {outcome: shown(redaction.line(outcome)) for outcome in outcomes}
    told = []
    for verdict in verdicts:
        message, outcome = said[verdict.message], seen[verdict.outcome]
        clean = (message, outcome) == (verdict.message, verdict.outcome)
        told.append(verdict if clean else replace(verdict, message=message, outcome=outcome))
    return tuple(told)


def _glance(exchange: Exchange, policy: Policy) -> _Sight:
    """What is known of all texts of an exchange together; nothing where one of them is to be cut."""
    request, response = exchange.request, exchange.response
    heard, reason, told = (response.body, response.reason, response.headers) if response else (b"", "", ())
    sent = request.body or b""
    fields = [*exchange.sent_headers, *told]
    size = len(reason) + sum([len(name) + len(value) for name, value in fields])
    long = size > LINE_LIMIT or max(len(sent), len(heard)) > policy.body_limit
    # a secret with a blank in it may reach from an authentication scheme into what follows
    if long or exchange.failure is not None or compiled(policy.secrets).spaced:
        return _NOTHING_KNOWN
    try:
        texts = [request.method, exchange.url, sent.decode(), reason, heard.decode()]
    except UnicodeDecodeError:
        return _NOTHING_KNOWN
    for name, value in fields:
        kept = header_marked(name, value)
        texts.append(name)
        # of what the name gives away, nothing but the authentication scheme is shown
        texts.append(value if kept is value else kept.partition(mark("")[0])[0])
    return _seen(texts, policy)


def _seen(texts: Sequence[str], policy: Policy) -> _Sight:
    together = "\n".join(texts)
    if has_marks(together) or not compiled(policy.secrets).surely_none(together):
        return _NOTHING_KNOWN
    if not together.isascii():
        try:
            together.encode()
        except UnicodeEncodeError:
            return _NOTHING_KNOWN
    return _Sight(clean=True, plain=surely_plain(together))


class _Redaction:
    """Makes one evidence. Texts travel with marks for secrets until they are shown."""

    __slots__ = ("_finder", "_policy", "_sight")

    def __init__(self, policy: Policy, sight: _Sight) -> None:
        self._policy, self._sight = policy, sight
        self._finder = compiled(policy.secrets)

    def of(self, exchange: Exchange) -> Evidence:
        """The evidence."""
        request, response = exchange.request, exchange.response
        headers = [(name, _whose(self.header(name, value), request)) for name, value in exchange.sent_headers]
        url = owned(self.text(exchange.url), request.principal)
        method = self.text(request.method)
        show = self.shown
        return Evidence(
            method=show(method),
            url=show(url),
            request_headers=tuple([(show(name), shown(value)) for name, value in headers]),
            request_body=None if request.body is None else self.body(request.body),
            status=response.status if response else None,
            reason=show(self.line(response.reason)) if response else "",
            response_headers=self.headers(response.headers) if response else (),
            response_body=self.body(response.body) if response else None,
            response_size=len(response.body) if response else 0,
            failure=self.failure(exchange.failure),
            started=_utc(exchange.started),
            elapsed_ms=round(exchange.elapsed * 1000, 3),
            curl=shown(curl(method, url, headers, self.curl_body(request.body))),
        )

    def text(self, text: str) -> str:
        """The text with secrets marked."""
        if self._sight.plain:
            return text
        if self._sight.clean:
            return text_marked(text)
        return text_marked(self._finder.marked(unmarked(text)))

    def shown(self, marked: str) -> str:
        """A marked text as a reader may see it."""
        return marked if self._sight.plain else shown(marked)

    def line(self, text: str) -> str:
        """The same of a text that ends at a limit."""
        if len(text) <= LINE_LIMIT:
            return self.text(text)
        # as with bodies: secrets are found before the cut
        reach = self._finder.reach
        marked = self.text(text[: LINE_LIMIT + 2 * reach])
        kept = _prefix(marked, min(LINE_LIMIT, len(marked) - reach))
        return f"{kept} [cut: the first {LINE_LIMIT} of {len(text)} characters]"

    def header(self, name: str, value: str) -> str:
        """The value of a header field, marked also where its name gives it away."""
        return header_marked(name, value if self._sight.plain else self.line(value))

    def headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The head of a response as a reader may see it."""
        if self._sight.plain:  # and short
            marks = [(name, value, header_marked(name, value)) for name, value in headers]
            return tuple([(name, value if kept is value else shown(kept)) for name, value, kept in marks])
        told: list[tuple[str, str]] = []
        size = 0
        for name, value in headers:
            marked = self.header(name, value)
            told.append(
                (self.shown(self.line(name)), self.shown(value) if marked is value else shown(marked))
            )
            size += len(told[-1][0]) + len(told[-1][1])
            if size > HEAD_LIMIT and len(told) < len(headers):
                return (*told, ("[cut]", f"the first {len(told)} of {len(headers)} header fields"))
        return tuple(told)

    def body(self, raw: bytes) -> str:
        """A body as a reader may see it."""
        limit = self._policy.body_limit
        if len(raw) <= limit:
            return self.shown(self.text(raw.decode("utf-8", "backslashreplace")))
        # secrets are found before the cut, so that none is cut in two and half of it kept; the half that the
        # window itself may hold at its end is no longer than the reach
        reach = self._finder.reach
        text = self.text(_decoded(raw[: limit + 2 * reach]))
        kept = _prefix(text, min(len(_decoded(raw[:limit])), len(text) - reach))
        return f"{shown(kept)}\n[cut: the first {limit} of {len(raw)} bytes]"

    def curl_body(self, raw: bytes | None) -> str | bytes | None:
        """A body as the shell line has it."""
        if raw is None:
            return None
        try:
            return self.text(raw.decode("utf-8"))
        except UnicodeDecodeError:
            # bytes that hold a secret are not repeated; the line then shows the escaped text instead
            escaped = raw.decode("utf-8", "backslashreplace")
            return raw if self.text(escaped) == escaped else self.text(escaped)

    def failure(self, failure: Failure | None) -> str | None:
        """Why no complete response came, as a reader may see it."""
        return None if failure is None else shown(self.line(f"{failure.kind}: {failure.message}"))


def _whose(marked: str, request: WireRequest) -> str:
    """The value of a header field with the variables of whoever sent it.

    Pasted with the usual $TOKEN, the line of wrong credentials or of another principal would show something else.
    """
    if request.credentials is Credentials.INVALID:
        marked = marked.replace(mark(TOKEN), mark(INVALID_TOKEN))
    return owned(marked, request.principal)


def _decoded(raw: bytes) -> str:
    # not final: a character that the cut has halved is left out, not shown as bytes
    return codecs.getincrementaldecoder("utf-8")("backslashreplace").decode(raw)


def _prefix(text: str, length: int) -> str:
    """The beginning of a marked text, never ending inside a mark."""
    kept = text[: max(length, 0)]
    start = kept.rfind(mark("")[0])
    return kept[:start] if start > kept.rfind(mark("")[1]) else kept


def _utc(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
