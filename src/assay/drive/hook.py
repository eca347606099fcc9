"""Requests signed by somebody's own Python: whatever can be called as an authentication of `requests` is."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from itertools import chain
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import PreparedRequest
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

from assay.drive.carried import Carried, CredentialError
from assay.drive.keeper import Held, Keyring

#: what a header field is never changed to by a hook: what frames the message, and where it goes
_NOT_ITS = frozenset({"content-length", "transfer-encoding", "host", "connection"})
_Headers = tuple[tuple[str, str], ...]


class Hook:
    """A function that looks at each request and adds what lets it in. Implements `Living`."""

    def __init__(self, name: str, call: Callable[[PreparedRequest], object], ring: Keyring) -> None:
        """`name` is how a person calls it, `call` what he wrote; it may be called by several threads at once.

        Where it has a method `renew`, that is called after a 401, and says whether anything is different now; where
        it has `secrets`, they are texts that must never be shown.
        """
        self.name, self._call, self._ring = name, call, ring
        self._generation, self._lock = 1, Lock()
        self._learn()

    def now(self) -> Held:
        """The way to sign."""
        self._learn()
        return Held("", Carried(signs=(self.sign,)), self._generation)

    def wrong(self, value: str) -> Carried:
        """Signs, and puts `value` where the signature would stand."""

        def spoilt(method: str, url: str, headers: _Headers, body: bytes | None) -> tuple[str, _Headers]:
            target, signed = self.sign(method, url, headers, body)
            before = {(name.lower(), told) for name, told in headers}
            added = [name for name, told in signed if (name.lower(), told) not in before]
            # a date that is none would be another mistake
            spoil = [name for name in added if name.lower() == "authorization"] or added
            if not spoil:
                raise CredentialError(
                    f"Cannot make a wrong credential in place of {self.name}: because it adds no header field. "
                    "Use apiKey as the security scheme."
                )
            return target, tuple((name, value if name in spoil else told) for name, told in signed)

        return Carried(signs=(spoilt,))

    def renew(self, seen: int) -> bool:
        """Whether the hook says that anything is different now."""
        renew = getattr(self._call, "renew", None)
        if renew is None:
            return False
        with self._lock:
            if self._generation > seen:
                return True
            try:
                renewed = bool(renew())
            except Exception as error:  # noqa: BLE001 - it is their code
                self._ring.note(f"{self.name} could not be renewed after a 401: {_where(error)}")
                return False
            self._learn()
            if renewed:
                self._generation += 1
                self._ring.note(f"{self.name} was renewed after a 401, and what was refused was sent again")
            return renewed

    def answered(self, generation: int, *, refused: bool) -> None:
        """That is for the hook's `renew` to know."""

    def sign(self, method: str, url: str, headers: _Headers, body: bytes | None) -> tuple[str, _Headers]:
        """The URL and header fields of a request, signed.

        Raises `CredentialError` where the hook fails, or does what it may not: it adds header fields and parameters.
        """
        asked = PreparedRequest()
        asked.method, asked.url, asked.body = method, url, body
        asked.headers = CaseInsensitiveDict(headers)
        asked.hooks = default_hooks()
        before = dict(asked.headers.lower_items())
        try:
            signed = self._call(asked)
        except Exception as error:  # noqa: BLE001 - it is their code
            raise CredentialError(self._cannot(_where(error), "Mend it")) from None
        if not isinstance(signed, PreparedRequest):
            signed = asked
        self._allowed(signed, url, body)
        given = {str(name).lower(): (_text(name), _text(value)) for name, value in signed.headers.items()}
        changed = {name: pair for name, pair in given.items() if before.get(name) != pair[1]}
        if touched := sorted(_NOT_ITS & changed.keys()):
            raise CredentialError(
                self._cannot(f"it sets {touched[0]}, which belongs to the message", "Sign without it")
            )
        kept = [pair for pair in headers if pair[0].lower() in given and pair[0].lower() not in changed]
        self._ring.learn(names=chain((name for name, _ in changed.values()), _added(url, str(signed.url))))
        return str(signed.url), (*kept, *changed.values())

    def _allowed(self, signed: PreparedRequest, url: str, body: bytes | None) -> None:
        if any(signed.hooks.values()):
            raise CredentialError(
                self._cannot(
                    "it wants to see answers (register_hook)", "Sign with what the request says alone"
                )
            )
        if signed.body is not body and signed.body != body:
            raise CredentialError(
                self._cannot(
                    "it changes the body, which is what is tested", "Add header fields or parameters"
                )
            )
        was, now = urlsplit(url), urlsplit(str(signed.url))
        if (was.scheme, was.netloc, was.path) != (now.scheme, now.netloc, now.path):
            raise CredentialError(
                self._cannot("it leads the request elsewhere", "Add header fields or parameters alone")
            )

    def _learn(self) -> None:
        told = getattr(self._call, "secrets", ())
        if isinstance(told, str):
            told = (told,)
        if isinstance(told, Iterable):
            self._ring.learn(value for value in told if isinstance(value, str))

    def _cannot(self, why: str, fix: str) -> str:
        return f"Cannot authenticate with {self.name}: because {why}. {fix}."


def _added(before: str, after: str) -> list[str]:
    """Names of query parameters that were not there before."""
    known = {name for name, _ in parse_qsl(urlsplit(before).query, keep_blank_values=True)}
    return [n for n, _ in parse_qsl(urlsplit(after).query, keep_blank_values=True) if n not in known]


def _where(error: BaseException) -> str:
    """What went wrong and where, without what the error says: there may be a secret in it."""
    frames = traceback.extract_tb(error.__traceback__)
    line = f" in line {frames[-1].lineno} of {frames[-1].name}" if frames else ""
    return f"it raised {type(error).__name__}{line}"


def _text(value: Any) -> str:  # noqa: ANN401 - hooks give texts or bytes
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
