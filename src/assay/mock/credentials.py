"""Who asks: which credentials the mock accepts, and whose they are."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from assay.mock.refusal import Refusal
from assay.mock.world import MockOptions, MockRequest
from assay.model.contract import Api, Operation
from assay.model.terms import Json

#: a token that begins so is refused even where any other is accepted, so that a wrong one can be shown
INVALID_PREFIX = "invalid"
#: what a certificate says of who asks
_NOBODY_IN_PARTICULAR = "*"


#: credential -> whose it is; None for one that is not accepted
Known = Callable[[str], str | None]


class Door:
    """The credentials of one operation: read once what its contract asks for."""

    def __init__(self, api: Api, operation: Operation, known: Known) -> None:
        self._api, self._operation, self._known = api, operation, known
        self._ways = tuple(
            tuple(api.security_schemes.get(name, {}) for name in alternative)
            for alternative in operation.security
        )

    def __call__(self, request: MockRequest) -> str | Refusal | None:
        """Who asks, or a 401 for a request without acceptable credentials; None where the operation needs none.

        It is a 403 where that is documented and no 401. The usual principal has the empty name. Where any credential is
        accepted, each is a principal of its own, whose name does not give it away. Any of the documented alternatives
        will do; each needs all of its schemes, of one principal (OpenAPI 3.1 §4.8.30).
        """
        if not self._ways:
            return None
        for schemes in self._ways:
            if len(schemes) == 1:
                who = _shown(schemes[0], request, self._known)
                if who is not None:
                    return "" if who is _NOBODY_IN_PARTICULAR else who
                continue
            shown = [_shown(scheme, request, self._known) for scheme in schemes]
            names = {who for who in shown if who is not _NOBODY_IN_PARTICULAR}
            if None not in names and (len(names) <= 1 or self._known is _anybody):
                return "/".join(sorted(name for name in names if name is not None))
        return Refusal(
            401,
            "The credentials are missing or not accepted.",
            (("WWW-Authenticate", _challenge(self._api, self._operation, request)),),
            documented=(401, 403),
        )


def accepted(options: MockOptions) -> Known:
    """The credentials that the mock accepts."""
    if options.token is not None:
        names = {options.token: "", **{token: name for name, token in options.others.items()}}
        return names.get
    return _anybody


@lru_cache(maxsize=256)  # a client shows the same one with every request
def _anybody(shown: str) -> str | None:
    if not shown or shown.startswith(INVALID_PREFIX) or len(shown.split()) != 1:
        return None
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()[:12]


def _shown(scheme: Mapping[str, Json], request: MockRequest, known: Known) -> str | None:
    kind = str(scheme.get("type", "http"))
    if kind == "apiKey":
        return known(_api_key(scheme, request))
    if kind == "mutualTLS":
        return _NOBODY_IN_PARTICULAR  # nothing at this layer could show a certificate
    sent = request.header("authorization")
    if sent is None:
        return None
    name, _, credentials = sent.partition(" ")
    wanted = str(scheme.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
    if name.lower() != wanted:  # scheme names know no case (RFC 9110 §11.1)
        return None
    return known(_secret(credentials) if wanted == "basic" else credentials.strip())


def _secret(credentials: str) -> str:
    """The password of Basic credentials (RFC 7617 §2); the user where there is none, as of a token that is sent so."""
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    user, _, password = decoded.partition(":")
    return password or user


def _api_key(scheme: Mapping[str, Json], request: MockRequest) -> str:
    name = str(scheme.get("name", ""))
    match scheme.get("in"):
        case "query":
            return dict(parse_qsl(request.query)).get(name, "")
        case "cookie":
            return cookies(request).get(name, "")
    return (request.header(name.lower()) or "").strip()


def cookies(request: MockRequest) -> dict[str, str]:
    """The request's cookies by name; none when the header cannot be read."""
    sent = request.header("cookie")
    if not sent:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(sent).items()}
    except CookieError:
        return {}


def _challenge(api: Api, operation: Operation, request: MockRequest) -> str:
    schemes = [api.security_schemes.get(name, {}) for names in operation.security for name in names]
    if any(str(scheme.get("scheme", "")).lower() == "basic" for scheme in schemes):
        return f'Basic realm="{api.name}"'
    # RFC 6750 §3.1: no error code when nothing was shown
    return 'Bearer error="invalid_token"' if request.header("authorization") else "Bearer"
