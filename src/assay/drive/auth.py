"""Credentials: how a secret travels, by the security schemes of the contract (OpenAPI 3.1 §4.8.27)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from assay.model.case import Credentials
from assay.model.contract import Json
from assay.ports import CannotSend

#: stands for every scheme that has no secret of its own
ANY = "*"

#: what a wrong credential is made of: the same in every run, so that a case replays
_WRONG = "invalid-" + hashlib.sha256(b"assay: a credential that nobody issued").hexdigest()[:16]


class CredentialError(CannotSend):
    """A credential is missing, malformed, or of a kind that cannot be sent: the user's to mend.

    Met in the middle of a run (one scheme has a secret, another none) it leaves out that request, not the run.
    """


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Secret values by security scheme; `*` stands for every other one. It never shows them by accident."""

    values: Mapping[str, str]

    def __post_init__(self) -> None:
        """Raises `CredentialError` for a value that no header can carry (RFC 9110 §5.5)."""
        for scheme, value in self.values.items():
            _check(value, scheme)

    @classmethod
    def from_environment(
        cls, variables: Mapping[str, str], environ: Mapping[str, str], option: str = "--auth-env"
    ) -> Secrets:
        """Looks up `variables` (scheme name or `*` → variable name) in `environ`.

        `option` is how a person would name another variable.

        Raises `CredentialError` when a variable is not set or holds what cannot be sent.
        """
        values = {}
        for scheme, variable in variables.items():
            if variable not in environ:
                raise CredentialError(
                    f"Cannot authenticate: because the environment variable {variable} is not set. "
                    f"Set it to the credential, or name another one with {option}."
                )
            _check(environ[variable], f"environment variable {variable}")
            values[scheme] = environ[variable]
        return cls(values)

    def get(self, scheme: str) -> str | None:
        """The secret of that scheme, or the one for every scheme, or None."""
        return self.values.get(scheme, self.values.get(ANY))

    def __repr__(self) -> str:
        shown = ", ".join(f"{scheme}: •••" for scheme in self.values)
        return f"Secrets({{{shown}}})"


NO_SECRETS = Secrets({})


@dataclass(frozen=True, slots=True)
class Carried:
    """What a request carries to be let in."""

    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()


class Auth:
    """Adds credentials to requests."""

    def __init__(
        self,
        schemes: Mapping[str, Mapping[str, Json]],
        secrets: Secrets = NO_SECRETS,
        others: Mapping[str, Secrets] = MappingProxyType({}),
    ) -> None:
        """`schemes` are OpenAPI Security Scheme Objects by name, `others` the secrets of further principals by name."""
        self._schemes = schemes
        self._secrets = secrets
        self._others = others

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every form in which a secret may occur in what is sent or comes back, longest first: to redact."""
        forms: set[str] = set()
        for value in (
            value for kept in (self._secrets, *self._others.values()) for value in kept.values.values()
        ):
            forms |= {value, quote(value, safe=""), _basic(value)}
            _user, _, password = value.partition(":")
            if password and len(password) >= 4:
                forms |= {password, quote(password, safe="")}
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))

    def carried(self, credentials: Credentials, schemes: tuple[str, ...], principal: str = "") -> Carried:
        """What a request with these credentials carries; `schemes` are all required together (§4.8.30).

        `principal` is one of `others`, or empty for the usual one.

        Raises `CredentialError` when a secret is needed that nobody gave, or a scheme cannot be served.
        """
        if credentials is Credentials.MISSING:
            return Carried()
        parts = [self._one(name, self._secret(name, credentials, principal)) for name in schemes]
        return Carried(
            headers=tuple(pair for part in parts for pair in part.headers),
            query=tuple(pair for part in parts for pair in part.query),
            cookies=tuple(pair for part in parts for pair in part.cookies),
        )

    def _secret(self, scheme: str, credentials: Credentials, principal: str) -> str:
        if credentials is Credentials.INVALID:
            return _WRONG
        value = (self._others.get(principal, NO_SECRETS) if principal else self._secrets).get(scheme)
        if value is None:
            raise CredentialError(
                f"Cannot authenticate: because there is no credential for the security scheme «{scheme}». "
                f"Name the environment variable that holds it with {_option(principal)}."
            )
        return value

    def _one(self, name: str, secret: str) -> Carried:
        scheme = self._schemes.get(name, {})
        match scheme.get("type"), str(scheme.get("scheme", "")).lower(), scheme.get("in"):
            case ("http", "bearer", _) | ("oauth2" | "openIdConnect", _, _):
                return Carried(headers=(("Authorization", f"Bearer {secret}"),))
            case "http", "basic", _:
                return Carried(headers=(("Authorization", f"Basic {_basic(secret)}"),))
            case "apiKey", _, "header":
                return Carried(headers=((scheme["name"], secret),))
            case "apiKey", _, "query":
                return Carried(query=((scheme["name"], secret),))
            case "apiKey", _, "cookie":
                return Carried(cookies=((scheme["name"], secret),))
        raise CredentialError(
            f"Cannot authenticate: because security scheme «{name}» is of an unknown kind: {dict(scheme)}. "
            "Use http bearer, http basic, apiKey, oauth2 or openIdConnect."
        )


def _option(principal: str) -> str:
    return f"--principal {principal}=VAR" if principal else "--auth-env"


def _basic(secret: str) -> str:
    """User and password as `user:password` (RFC 7617 §2); a lone word is a user without password."""
    pair = secret if ":" in secret else f"{secret}:"
    return base64.b64encode(pair.encode("utf-8")).decode("ascii")


def _check(value: str, what: str) -> None:
    if not value.strip():
        reason = "it is empty"
    elif value != value.strip() or any(ord(c) < 0x20 or ord(c) == 0x7F for c in value):
        reason = "it has a line break, a control character or a space at its end"
    elif any(ord(c) > 0xFF for c in value):
        reason = "it has a character that HTTP headers cannot carry (latin-1 only)"
    else:
        return
    # the value itself is never shown
    raise CredentialError(
        f"Cannot use the credential of {what}: because {reason}. Set it to the token alone, as it was issued."
    )
