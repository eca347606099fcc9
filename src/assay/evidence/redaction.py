"""How evidence is made: what a policy masks is found, marked, and shown as a reader may see it.

Nearly every exchange holds no secret but the credentials it was sent with, and those stand where the name of a header
field gives them away. So what is new in it, URL and bodies, is first looked at together for anything that any rule here
could be about (`Redaction.nothing_in`), and looked through text by text only where that says nothing. What exchanges
have in common, their heads, is looked through once: what became of it is kept by value, as long as the policy is.
Whichever way a text takes, it comes to the same. Any number of threads may redact at once.
"""

from __future__ import annotations

import codecs
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from assay.evidence.cases import rewritten, texts_of
from assay.evidence.curl import Arguments, arguments, line
from assay.evidence.marks import INVALID_TOKEN, TOKEN, has_marks, mark, owned, shown, unmarked
from assay.evidence.names import header_marked, surely_plain, text_marked
from assay.evidence.secrets import compiled
from assay.model.case import Case, Credentials, Exchange, Failure, WireRequest, WireResponse
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict

#: characters that are kept of a header field, a reason phrase, a sentence that quotes a target
LINE_LIMIT = 4096
#: characters that are kept of all header fields together
HEAD_LIMIT = 16384
#: heads, fields and sentences that are remembered of each kind, and the characters of one that are still worth it
_REMEMBERED, _WORTH = 512, 4096

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Texts(NamedTuple):
    """What is new in an exchange: marked where a shell line is to be made of it, otherwise as a reader may see it."""

    method: str
    url: str
    #: the request's body for a reader, and for the shell line
    sent: str | None
    carried: str | bytes | None
    reason: str
    heard: str | None


class _Head(NamedTuple):
    """What became of the header fields of a request."""

    shown: tuple[tuple[str, str], ...]
    #: what `curl` says of them
    arguments: Arguments


class Redaction:
    """Makes the evidence of one policy. Texts travel with marks for secrets until they are shown."""

    __slots__ = ("_finder", "_harmless", "_heard", "_limit", "_marked", "_sent")

    def __init__(self, secrets: tuple[str, ...], body_limit: int) -> None:
        self._limit = body_limit
        self._finder = compiled(secrets)
        #: a field -> its value, marked
        self._marked: dict[tuple[str, str], str] = {}
        #: all fields, whether the credentials are wrong ones, whose they are
        self._sent: dict[tuple[tuple[tuple[str, str], ...], bool, str], _Head] = {}
        self._heard: dict[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]] = {}
        #: what verdicts said before without a secret in it
        self._harmless: dict[str, None] = {"": None}

    def inherit(self, other: Redaction) -> None:
        """Takes over what people's values are known of the one before."""

    def of(self, exchange: Exchange) -> Evidence:
        """The evidence."""
        response = exchange.response
        head = self.head(exchange.sent_headers, exchange.request)
        texts = self.texts(exchange)
        failure = exchange.failure
        return Evidence(
            method=shown(texts.method),
            url=shown(texts.url),
            request_headers=head.shown,
            request_body=texts.sent,
            status=response.status if response else None,
            reason=texts.reason,
            response_headers=self.headers(response.headers) if response else (),
            response_body=texts.heard,
            response_size=len(response.body) if response else 0,
            failure=None if failure is None else self.failure(failure),
            started=_utc(exchange.started),
            elapsed_ms=round(exchange.elapsed * 1000, 3),
            curl=shown(line(texts.method, texts.url, head.arguments, texts.carried)),
        )

    def texts(self, exchange: Exchange) -> _Texts:
        """What is new in the exchange: looked at together, and one by one where that is not enough."""
        request, response = exchange.request, exchange.response
        sent = request.body
        reason, heard = (response.reason, response.body) if response else ("", None)
        limit = self._limit
        if len(reason) > LINE_LIMIT or len(sent or b"") > limit or len(heard or b"") > limit:
            return self._one_by_one(request, exchange.url, response)
        try:
            asked = None if sent is None else sent.decode()
            told = None if heard is None else heard.decode()
        except UnicodeDecodeError:
            return self._one_by_one(request, exchange.url, response)
        if self.nothing_in(f"{request.method}\n{exchange.url}\n{reason}\n{asked}\n{told}"):
            return _Texts(request.method, exchange.url, asked, asked, reason, told)
        return self._one_by_one(request, exchange.url, response)

    def _one_by_one(self, request: WireRequest, url: str, response: WireResponse | None) -> _Texts:
        return _Texts(
            self.text(request.method),
            owned(self.text(url), request.principal),
            None if request.body is None else self.body(request.body),
            self.curl_body(request.body),
            shown(self.line(response.reason)) if response else "",
            self.body(response.body) if response else None,
        )

    def nothing_in(self, text: str) -> bool:
        """True only where each line of the text may be shown, and pasted, as it is."""
        if not text.isascii():
            if has_marks(text):
                return False
            try:
                text.encode()
            except UnicodeEncodeError:
                return False
        return self._finder.surely_none(text) and surely_plain(text)

    def sentence(self, text: str) -> str:
        """A sentence as a reader may see it."""
        return shown(self.text(text))

    def text(self, text: str) -> str:
        """The text with secrets marked."""
        return text if self.nothing_in(text) else text_marked(self._finder.marked(unmarked(text)))

    def line(self, text: str) -> str:
        """The same of a text that ends at a limit."""
        if len(text) <= LINE_LIMIT:
            return self.text(text)
        # as with bodies: secrets are found before the cut
        reach = self.reach
        marked = self.text(text[: LINE_LIMIT + 2 * reach])
        kept = _prefix(marked, min(LINE_LIMIT, len(marked) - reach))
        return f"{kept} [cut: the first {LINE_LIMIT} of {len(text)} characters]"

    def header(self, name: str, value: str) -> str:
        """The value of a header field, marked also where its name gives it away."""
        known = self._marked.get((name, value))
        if known is None:
            known = header_marked(name, self.line(value))
            if len(name) + len(value) <= _WORTH:
                _keep(self._marked, (name, value), known)
        return known

    def head(self, headers: tuple[tuple[str, str], ...], request: WireRequest) -> _Head:
        """The head of a request as a reader may see it, and for the shell line."""
        wrong = request.credentials is Credentials.INVALID
        known = self._sent.get((headers, wrong, request.principal))
        if known is None:
            marked = [(name, _whose(self.header(name, value), request)) for name, value in headers]
            told = tuple([(shown(name), shown(value)) for name, value in marked])
            known = _Head(told, arguments(marked))
            if _size(headers) <= _WORTH:
                _keep(self._sent, (headers, wrong, request.principal), known)
        return known

    def headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The head of a response as a reader may see it."""
        known = self._heard.get(headers)
        if known is None:
            known = self._told(headers)
            if _size(headers) <= _WORTH:
                _keep(self._heard, headers, known)
        return known

    def _told(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        told: list[tuple[str, str]] = []
        size = 0
        for name, value in headers:
            # a name is looked through like the value of a field whose name says nothing
            one = (shown(self.header("", name)), shown(self.header(name, value)))
            told.append(one)
            size += len(one[0]) + len(one[1])
            if size > HEAD_LIMIT and len(told) < len(headers):
                return (*told, ("[cut]", f"the first {len(told)} of {len(headers)} header fields"))
        return tuple(told)

    def body(self, raw: bytes) -> str:
        """A body as a reader may see it."""
        limit = self._limit
        if len(raw) <= limit:
            return shown(self.body_text(raw.decode("utf-8", "backslashreplace")))
        # secrets are found before the cut, so that none is cut in two and half of it kept; the half that the
        # window itself may hold at its end is no longer than the reach
        reach = self.reach
        text = self.body_text(_decoded(raw[: limit + 2 * reach]))
        kept = _prefix(text, min(len(_decoded(raw[:limit])), len(text) - reach))
        return f"{shown(kept)}\n[cut: the first {limit} of {len(raw)} bytes]"

    def curl_body(self, raw: bytes | None) -> str | bytes | None:
        """A body as the shell line has it."""
        if raw is None:
            return None
        try:
            return self.body_text(raw.decode("utf-8"))
        except UnicodeDecodeError:
            # bytes that hold a secret are not repeated; the line then shows the escaped text instead
            escaped = raw.decode("utf-8", "backslashreplace")
            marked = self.body_text(escaped)
            return raw if marked == escaped else marked

    def body_text(self, text: str) -> str:
        """The text of a body with secrets marked."""
        return self.text(text)

    def case(self, case: Case) -> Case:
        """A request as it was planned, without known secrets; itself where there is none in it.

        Names that give a secret away mask nothing here: such values were made up, and replay needs them.
        """
        if self._finder.surely_none("\n".join(texts_of(case))):
            return case
        return rewritten(case, self.planned)

    def planned(self, text: str) -> str:
        """A text of a planned request; the very same where nothing in it is masked."""
        plain = unmarked(text)
        told = self.known(plain)
        return text if told == plain else shown(told)

    def known(self, text: str) -> str:
        """The text with what is surely secret marked, whatever stands around it."""
        return self._finder.replaced(text)

    @property
    def reach(self) -> int:
        """Nothing that is masked is longer than this many characters."""
        return self._finder.reach

    def failure(self, failure: Failure) -> str:
        """Why no complete response came, as a reader may see it."""
        return shown(self.line(f"{failure.kind}: {failure.message}"))

    def verdicts(self, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """The verdicts as a reader may see them: themselves, where nothing is new that they say."""
        # those on one exchange say much the same: each text is looked through once
        said = {verdict.message for verdict in verdicts}
        said.update([verdict.outcome for verdict in verdicts])
        new = [text for text in said if text not in self._harmless]
        if not new:
            return verdicts
        together = "\n".join(new)
        if len(together) <= LINE_LIMIT and "…" not in together and self.nothing_in(together):
            for text in new:
                if len(text) <= _WORTH:
                    _keep(self._harmless, text, None)
            return verdicts
        return tuple(map(self._verdict, verdicts))

    def _verdict(self, verdict: Verdict) -> Verdict:
        # the judge quotes in brief, and may have cut a secret in two
        message = shown(self._finder.unhalved(self.line(verdict.message)))
        outcome = shown(self.line(verdict.outcome))
        if message == verdict.message:
            _keep(self._harmless, message, None)
        if (message, outcome) == (verdict.message, verdict.outcome):
            return verdict
        return replace(verdict, message=message, outcome=outcome)


def _keep(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Remembers what is found again quickly enough when everything is forgotten now and then."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = value


def _size(headers: tuple[tuple[str, str], ...]) -> int:
    return sum([len(name) + len(value) for name, value in headers])


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
    if moment.tzinfo is UTC:
        return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
