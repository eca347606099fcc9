"""Logging in: a request whose answer holds a token, or sets cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from assay.drive.asking import Ask, answer, json_of, request
from assay.drive.carried import Carried, check
from assay.drive.keeper import Issued, IssueError
from assay.machine.expression import MISSING, ResponseFacts, Scope, evaluate
from assay.model.case import WireResponse

_HEADER, _BODY = "$response.header.", "$response.body#"


@dataclass(frozen=True, slots=True)
class Place:
    """How a token travels, where the security scheme does not say it."""

    #: `header` or `query`
    where: str
    name: str
    #: `{token}` stands for the token
    template: str = "{token}"

    def carried(self, token: str) -> Carried:
        """What carries the token."""
        pair = (self.name, self.template.replace("{token}", token))
        return Carried(headers=(pair,)) if self.where == "header" else Carried(query=(pair,))


@dataclass(frozen=True, slots=True, repr=False)
class Credence:
    """What is sent to log in, and what is taken from the answer. It never shows it by accident."""

    method: str
    #: absolute, http or https
    url: str
    #: whose it is, for people
    who: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    #: runtime expression over the answer; empty where its cookies are taken
    token: str = ""
    place: Place | None = None


class Login:
    """Logs in. Implements `Issue`."""

    def __init__(self, credence: Credence, ask: Ask) -> None:
        """`ask` sends to the origin of its URL and follows nothing."""
        self._credence, self._ask = credence, ask
        parts = urlsplit(credence.url)
        self._path = parts.path or "/"
        #: where its token stands: the name of a header field, or a JSON Pointer into the body; empty for cookies
        self.header = credence.token.removeprefix(_HEADER) if credence.token.startswith(_HEADER) else ""
        self.pointer = credence.token.removeprefix(_BODY) if credence.token.startswith(_BODY) else ""
        self._what = f"{credence.method} {self._path} of {parts.netloc}"

    def __call__(self, left: Mapping[str, str]) -> Issued:  # noqa: ARG002 - nothing is left of a login
        """A new token. Raises `IssueError`."""
        credence = self._credence
        asked = request(credence.method, credence.url, credence.headers, credence.body)
        told = answer(self._ask, asked, credence.who, self._what)
        if 300 <= told.status < 400 and credence.token:
            raise IssueError(
                self._cannot(
                    f"it answered {told.status}, and redirects are not followed", "Mend its path or URL"
                )
            )
        if told.status >= 400:
            raise IssueError(self._cannot(f"it answered {told.status}", "Check what is sent to it"))
        return self._issued(told)

    def overheard(self, method: str, target: str, told: WireResponse) -> Issued | None:
        """What was issued to somebody else who logged in, as a test may do; None where nothing was."""
        same = method.upper() == self._credence.method and target.partition("?")[0] == self._path
        if not same or told.status >= 400:
            return None
        try:
            return self._issued(told)
        except ValueError:
            return None

    def _issued(self, told: WireResponse) -> Issued:
        credence = self._credence
        if not credence.token:
            cookies = tuple(_cookies(told))
            if not cookies:
                raise IssueError(
                    self._cannot("its answer sets no cookie", "Say where its token is with `token`")
                )
            return Issued(carried=Carried(cookies=cookies))
        found = evaluate(credence.token, Scope(response=_facts(told)))
        if not isinstance(found, str) or not found:
            raise IssueError(
                self._cannot(f"{credence.token} finds no text in its answer", "Mend `token`, or what is sent")
            )
        check(found, self._what)
        place = credence.place
        return Issued(found, place.carried(found) if place is not None else None)

    def _cannot(self, why: str, fix: str) -> str:
        return f"Cannot authenticate as {self._credence.who}: because {self._what} issued no token: {why}. {fix}."


def _facts(told: WireResponse) -> ResponseFacts:
    headers: dict[str, str] = {}
    for name, value in told.headers:
        headers.setdefault(name.lower(), value)
    try:
        body = json_of(told)
    except ValueError:
        body = MISSING
    return ResponseFacts(told.status, headers, body)


def _cookies(told: WireResponse) -> list[tuple[str, str]]:
    """What the answer sets (RFC 6265 §5.2), the last of each name; what it takes away is left out."""
    found: dict[str, str] = {}
    for name, value in told.headers:
        if name.lower() != "set-cookie":
            continue
        pair, _, attributes = value.partition(";")
        key, equals, text = pair.strip().partition("=")
        if not (equals and key):
            continue
        ended = any(part.strip().lower() in {"max-age=0", "max-age=-1"} for part in attributes.split(";"))
        if ended or not text:
            found.pop(key, None)
        else:
            found[key] = text
    return list(found.items())
