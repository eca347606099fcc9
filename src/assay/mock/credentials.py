"""Who may pass: which credentials the mock accepts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from assay.mock.refusal import Refusal
from assay.mock.world import MockRequest
from assay.model.contract import Api, Operation
from assay.model.terms import Json

#: a token that begins so is refused even where any other is accepted, so that a wrong one can be shown
INVALID_PREFIX = "invalid"


def refuse_stranger(
    api: Api, operation: Operation, request: MockRequest, token: str | None
) -> Refusal | None:
    """A 401 for a request without acceptable credentials, or None when it may pass.

    Any of the documented alternatives will do; each needs all of its schemes (OpenAPI 3.1 §4.8.30).
    """
    if not operation.security:
        return None
    accepts = _acceptor(token)
    for alternative in operation.security:
        if all(_shown(api.security_schemes.get(name, {}), request, accepts) for name in alternative):
            return None
    return Refusal(
        401,
        "The credentials are missing or not accepted.",
        (("WWW-Authenticate", _challenge(api, operation, request)),),
        documented=(401,),
    )


def _acceptor(token: str | None) -> Callable[[str], bool]:
    if token is not None:
        return lambda shown: shown == token
    return lambda shown: bool(shown) and not shown.startswith(INVALID_PREFIX) and len(shown.split()) == 1


def _shown(scheme: Mapping[str, Json], request: MockRequest, accepts: Callable[[str], bool]) -> bool:
    kind = str(scheme.get("type", "http"))
    if kind == "apiKey":
        return accepts(_api_key(scheme, request))
    if kind == "mutualTLS":
        return True  # nothing at this layer could show a certificate
    name, _, credentials = (request.header("authorization") or "").partition(" ")
    wanted = str(scheme.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
    if name.lower() != wanted:  # scheme names know no case (RFC 9110 §11.1)
        return False
    return accepts(_password(credentials) if wanted == "basic" else credentials.strip())


def _password(credentials: str) -> str:
    """The password of Basic credentials (RFC 7617 §2), empty when there is none."""
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return decoded.partition(":")[2]


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
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(request.header("cookie") or "").items()}
    except CookieError:
        return {}


def _challenge(api: Api, operation: Operation, request: MockRequest) -> str:
    schemes = [api.security_schemes.get(name, {}) for names in operation.security for name in names]
    if any(str(scheme.get("scheme", "")).lower() == "basic" for scheme in schemes):
        return f'Basic realm="{api.name}"'
    # RFC 6750 §3.1: no error code when nothing was shown
    return 'Bearer error="invalid_token"' if request.header("authorization") else "Bearer"
