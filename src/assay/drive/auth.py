"""Credentials: how a secret travels, by the security schemes of the contract (OpenAPI 3.1 §4.8.27)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote

from assay.drive.carried import Carried, CredentialError, check, together
from assay.drive.keeper import Living
from assay.model.case import Credentials, WireResponse
from assay.model.contract import Json

__all__ = ["ANY", "NO_SECRETS", "Auth", "Carried", "CredentialError", "Secrets", "Stamp", "forms", "had_anew"]

#: stands for every scheme that has no secret of its own
ANY = "*"

#: what a wrong credential is made of: the same in every run, so that a case replays
_WRONG = "invalid-" + hashlib.sha256(b"assay: a credential that nobody issued").hexdigest()[:16]


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Secret values by security scheme; `*` stands for every other one. It never shows them by accident."""

    values: Mapping[str, str]
    #: those that are more than a text: that run out, or look at the request that they are for; in the same way
    living: Mapping[str, Living] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `CredentialError` for a value that no header can carry (RFC 9110 §5.5)."""
        for scheme, value in self.values.items():
            check(value, scheme)

    def __bool__(self) -> bool:
        """False where there is none."""
        return bool(self.values or self.living)

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
            check(environ[variable], f"environment variable {variable}")
            values[scheme] = environ[variable]
        return cls(values)

    def get(self, scheme: str) -> str | Living | None:
        """The secret of that scheme, or the one for every scheme, or None."""
        for name in (scheme, ANY):
            found = self.values.get(name) or self.living.get(name)
            if found is not None:
                return found
        return None

    def __repr__(self) -> str:
        shown = ", ".join(f"{scheme}: •••" for scheme in (*self.values, *self.living))
        return f"Secrets({{{shown}}})"


NO_SECRETS = Secrets({})


#: hears the method and target of a request of the test, and its answer
Ear = Callable[[str, str, WireResponse], None]
#: which credentials a request went out with, each with its generation
Stamp = tuple[tuple[Living, int], ...]


class Auth:
    """Adds credentials to requests."""

    def __init__(
        self,
        schemes: Mapping[str, Mapping[str, Json]],
        secrets: Secrets = NO_SECRETS,
        others: Mapping[str, Secrets] = MappingProxyType({}),
        ears: Sequence[Ear] = (),
    ) -> None:
        """`schemes` are OpenAPI Security Scheme Objects by name, `others` the secrets of further principals by name.

        `ears` hear every request and its answer before anybody else does.
        """
        self._ears = tuple(ears)
        self._schemes = schemes
        self._secrets = secrets
        self._others = others

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every form in which a secret may occur in what is sent or comes back, longest first: to redact."""
        return forms(
            value for kept in (self._secrets, *self._others.values()) for value in kept.values.values()
        )

    def overhear(self, method: str, target: str, response: WireResponse | None) -> None:
        """Looks whether a request of the test was given a credential, which is to be masked then."""
        if response is not None:
            for ear in self._ears:
                ear(method, target, response)

    @property
    def moves(self) -> bool:
        """True when what a request carries may be another one from one request to the next."""
        return bool(self._secrets.living or any(kept.living for kept in self._others.values()))

    def carried(self, credentials: Credentials, schemes: tuple[str, ...], principal: str = "") -> Carried:
        """What a request with these credentials carries; `schemes` are all required together (§4.8.30).

        `principal` is one of `others`, or empty for the usual one.

        Raises `CredentialError` when a secret is needed that nobody gave, or a scheme cannot be served.
        """
        return self.stamped(credentials, schemes, principal)[0]

    def stamped(
        self, credentials: Credentials, schemes: tuple[str, ...], principal: str = ""
    ) -> tuple[Carried, Stamp]:
        """The same, with what could be had anew if it is refused: nothing, where that is what the request is for."""
        if credentials is Credentials.MISSING:
            return Carried(), ()
        parts: list[Carried] = []
        stamp: list[tuple[Living, int]] = []
        for name in schemes:
            secret = self._secret(name, principal)
            if credentials is Credentials.INVALID:
                parts.append(self._wrong(name, secret))
            elif secret is None:
                raise CredentialError(
                    f"Cannot authenticate: because there is no credential for the security scheme «{name}». "
                    f"Name the environment variable that holds it with {_option(principal)}."
                )
            elif isinstance(secret, str):
                parts.append(self._one(name, secret))
            else:
                held = secret.now()
                parts.append(held.carried if held.carried is not None else self._one(name, held.value))
                stamp.append((secret, held.generation))
        return together(parts), tuple(stamp)

    def _secret(self, scheme: str, principal: str) -> str | Living | None:
        return (self._others.get(principal, NO_SECRETS) if principal else self._secrets).get(scheme)

    def _wrong(self, name: str, secret: str | Living | None) -> Carried:
        """A wrong credential, sent as a right one would be."""
        try:
            return self._one(name, _WRONG)
        except CredentialError:
            if secret is None or isinstance(secret, str):
                raise
            return secret.wrong(_WRONG)

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


def forms(values: Iterable[str]) -> tuple[str, ...]:
    """Every form in which these secrets may be sent or come back, longest first."""
    found: set[str] = set()
    for value in values:
        found |= {value, quote(value, safe=""), _basic(value)}
        _user, _, password = value.partition(":")
        if password and len(password) >= 4:
            found |= {password, quote(password, safe="")}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def had_anew(stamp: Stamp) -> bool:
    """Has everything anew that a refused request went out with; False where all of it stays what it was.

    Raises nothing: what cannot be had is told by whoever keeps it.
    """
    # all of it, not only as far as the first that changes
    return sum(living.renew(generation) for living, generation in stamp) > 0
