"""The ways to be let in that a target's configuration may name: `auth`, for every scheme at once or by scheme.

What is secret in them stands elsewhere: in the environment, in a file, in what a command prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from assay.contractfile.suggest import choose, nearest
from assay.evidence.names import gives_away, is_secret
from assay.files.credentials import KINDS, Source
from assay.files.errors import ConfigError
from assay.machine.expression import is_expression
from assay.model.terms import Json

#: stands for every scheme that has no way of its own
ANY = "*"
_OAUTH = (
    "token-url", "client-id", "client-secret", "client-auth", "refresh-token", "scope", "parameters",
)  # fmt: skip
_LOGIN = ("operation", "method", "path", "url", "body", "form", "headers", "token", "cookies")
_PYTHON = ("python", "with")
_BASIC = ("user", "password")
#: how a way is told from a table of schemes
_MARKS = (*KINDS, "user", "oauth", "login", "python")
_HINT = (
    'Write { env = "VAR" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }; '
    '{ user = "NAME", password = { env = "VAR" } }; { oauth = { … } }, { login = { … } } '
    'or { python = "FILE.py:NAME" }.'
)
#: what is so called is most probably secret where somebody is let in with it
_SECRET_LIKE = re.compile(r"(key|secret|token|passw(or)?d|passphrase|pin|otp)$", re.IGNORECASE)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Basic:
    """A user and his password."""

    user: str
    password: Source


@dataclass(frozen=True, slots=True)
class OAuth:
    """Tokens of a token endpoint (RFC 6749)."""

    url: str
    client: str = ""
    secret: Source | None = None
    refresh: Source | None = None
    scope: str = ""
    in_body: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a token from a login goes, where the security scheme does not say it: `header` or `query`."""

    where: str
    name: str
    template: str = "{token}"


@dataclass(frozen=True, slots=True)
class Login:
    """A request whose answer holds a token, or sets cookies."""

    #: an operation of the contracts, or empty
    operation: str = ""
    method: str = "POST"
    #: from the target's root; or empty
    path: str = ""
    #: absolute, for one that lies elsewhere; or empty
    url: str = ""
    #: JSON in which a source may stand wherever a text may; None: no body
    body: Json = None
    #: the body goes out as a form
    form: bool = False
    #: the body as it goes out; empty: `body` says it
    raw: str = ""
    content_type: str = ""
    headers: tuple[tuple[str, str | Source], ...] = ()
    #: runtime expression over the answer; empty: its cookies are taken
    token: str = ""
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class Python:
    """Somebody's own code that signs requests."""

    #: `module_or_file.py:name`
    where: str
    #: what it is made with; None: it is what signs
    given: Mapping[str, Json | Source] | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """Header fields that let somebody in."""

    headers: tuple[tuple[str, str], ...]


Way = Source | Basic | OAuth | Login | Python | Constant


def ways(where: str, node: Mapping[str, Any]) -> Mapping[str, Way]:
    """The ways in that the key `auth` of a target or principal names, by scheme. Raises `ConfigError`."""
    given = node.get("auth", {})
    if not isinstance(given, dict):
        raise ConfigError(f"Cannot use {where}: because `auth` is not a table. {_HINT}")
    if given and node.get("auth-env"):
        raise ConfigError(f"Cannot use {where}: because it has both `auth` and `auth-env`. Keep one of them.")
    if given.keys() & set(_MARKS):
        given = {ANY: given}
    for key, told in given.items():
        close = nearest(key, (*_MARKS, *_BASIC))
        if not isinstance(told, dict) and close is not None:
            raise ConfigError(f"Cannot use {where}: because `auth` has no `{key}`. Did you mean `{close}`?")
    return {scheme: _way(f"{where}, auth", scheme, told) for scheme, told in given.items()}


def hosts_of(found: Iterable[Way]) -> Iterator[tuple[str, str]]:
    """The hosts that these ways lead to besides the target's, each with the key that names it."""
    for way in found:
        if isinstance(way, OAuth):
            yield "token-url", urlsplit(way.url).hostname or ""
        elif isinstance(way, Login) and way.url:
            yield "url", urlsplit(way.url).hostname or ""


def _way(where: str, scheme: str, told: object) -> Way:
    if isinstance(told, dict):
        if set(told) <= set(_BASIC) and "user" in told:
            if not isinstance(told["user"], str) or not told["user"] or ":" in told["user"]:
                # RFC 7617 §2
                raise ConfigError(f"Cannot use {where}: because `user` is no name without colon. Give one.")
            return Basic(told["user"], secret(where, "password", told.get("password")))
        if len(told) == 1 and (source := _source(told)) is not None:
            return source
        if set(told) == {"oauth"}:
            return _oauth(f"{where}.oauth", told["oauth"])
        if set(told) == {"login"}:
            return _login(f"{where}.login", told["login"])
        if "python" in told:
            return _python(where, told)
    slips = (*told, scheme) if isinstance(told, dict) else (scheme,)
    near = next((found for slip in slips if (found := nearest(slip, (*_MARKS, *_BASIC)))), None)
    hint = f"Did you mean `{near}`?" if near is not None and near not in slips else _HINT
    raise ConfigError(
        f"Cannot use {where}: because {_named(scheme)} is not said in one of the ways there are. {hint}"
    )


def _named(scheme: str) -> str:
    return "the credential" + ("" if scheme == ANY else f" of the scheme {scheme}")


def _source(told: object) -> Source | None:
    """The source that a table names; None where it is none."""
    if not isinstance(told, dict) or len(told) != 1:
        return None
    ((kind, words),) = told.items()
    if kind not in KINDS:
        return None
    listed = words if kind == "command" else [words]
    if isinstance(listed, list) and listed and all(isinstance(word, str) and word for word in listed):
        return Source(kind, tuple(listed))
    return None


def secret(where: str, key: str, told: object) -> Source:
    """Where that secret comes from. Raises `ConfigError`, which never quotes one that stands there."""
    source = _source(told)
    if source is None:
        why = (
            "is missing"
            if told is None
            else "stands there in plain text"
            if isinstance(told, str)
            else "is not said"
        )
        raise ConfigError(
            f"Cannot use {where}: because `{key}` {why}. "
            'Write { env = "VAR" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }.'
        )
    return source


def _table(where: str, told: object, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise ConfigError(f"Cannot use {where}: because it is not a table. It may have {', '.join(known)}.")
    for key in told:
        if key not in known:
            raise ConfigError(f"Cannot use {where}: because `{key}` is not a key of it. {choose(key, known)}")
    return told


def _text(where: str, node: Mapping[str, Any], key: str, default: str = "") -> str:
    found = node.get(key, default)
    if not isinstance(found, str) or (key in node and not found):
        raise ConfigError(f"Cannot use {where}: because `{key}` is no text. Write it in quotation marks.")
    return found


def _url(where: str, node: Mapping[str, Any], key: str) -> str:
    url = _text(where, node, key)
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.fragment:
        raise ConfigError(f"Cannot use {where}: because `{key}` is no http or https URL. Give the whole URL.")
    if parts.username is not None:
        raise ConfigError(
            f"Cannot use {where}: because `{key}` holds a user name or password. Take them out of the URL."
        )
    return url


def _oauth(where: str, told: object) -> OAuth:
    node = _table(where, told, _OAUTH)
    url = _url(where, node, "token-url")
    how = node.get("client-auth", "basic")
    if how not in {"basic", "body"}:
        raise ConfigError(
            f"Cannot use {where}: because `client-auth` is neither basic nor body. Give one of them."
        )
    scope = node.get("scope", "")
    if isinstance(scope, list) and all(isinstance(word, str) for word in scope):
        scope = " ".join(scope)
    if not isinstance(scope, str):
        raise ConfigError(
            f"Cannot use {where}: because `scope` is neither a text nor a list. Write one of them."
        )
    more = node.get("parameters", {})
    if not isinstance(more, dict) or not all(isinstance(value, str) for value in more.values()):
        raise ConfigError(f"Cannot use {where}: because `parameters` is no table of texts. Write one.")
    for name in more:
        if is_secret(name) or name == "grant_type":
            raise ConfigError(
                f"Cannot use {where}: because `parameters.{name}` belongs elsewhere. "
                "Give client-secret or refresh-token, which say the grant, too."
            )
    client = _text(where, node, "client-id")
    refresh = secret(where, "refresh-token", node["refresh-token"]) if "refresh-token" in node else None
    if refresh is None and not (client and "client-secret" in node):
        raise ConfigError(
            f"Cannot use {where}: because it has neither a client nor a refresh token to show. "
            "Give client-id and client-secret, or refresh-token."
        )
    shown = secret(where, "client-secret", node["client-secret"]) if "client-secret" in node else None
    if shown is not None and not client:
        raise ConfigError(f"Cannot use {where}: because `client-id` is missing. Add it.")
    return OAuth(url, client, shown, refresh, scope, how == "body", dict(more))


def _login(where: str, told: object) -> Login:
    node = _table(where, told, _LOGIN)
    named = [key for key in ("operation", "path", "url") if key in node]
    if len(named) != 1:
        why = f"both `{named[0]}` and `{named[1]}`" if named else "neither `operation` nor `path` nor `url`"
        raise ConfigError(f"Cannot use {where}: because it has {why}. Give one of them.")
    if "operation" in node and "method" in node:
        raise ConfigError(f"Cannot use {where}: because the operation has a method. Take `method` out.")
    method = _text(where, node, "method", "POST").upper()
    if method not in _METHODS:
        raise ConfigError(
            f"Cannot use {where}: because `method` is none of {', '.join(_METHODS)}. Give one of them."
        )
    path = _text(where, node, "path")
    if path and not re.fullmatch(r"/[!-~]*", path):
        raise ConfigError(f"Cannot use {where}: because `path` does not begin with /. Write it as /login.")
    if "body" in node and "form" in node:
        raise ConfigError(f"Cannot use {where}: because it has both `body` and `form`. Keep one of them.")
    form = "form" in node
    body = _body(where, node["form" if form else "body"]) if form or "body" in node else None
    if form and (not isinstance(body, dict) or not all(isinstance(v, str | Source) for v in body.values())):
        raise ConfigError(f"Cannot use {where}: because `form` is no table of texts. Write one.")
    token, cookies = _text(where, node, "token"), node.get("cookies", False)
    if cookies not in {True, False} or bool(token) == bool(cookies):
        raise ConfigError(
            f"Cannot use {where}: because it does not say what to take from the answer. "
            'Give token = "$response.body#/token", or cookies = true.'
        )
    if token and not (token.startswith("$response.") and is_expression(token)):
        raise ConfigError(
            f"Cannot use {where}: because `token` is no expression about the answer. "
            "Write it as $response.body#/token or $response.header.X-Token."
        )
    url = _url(where, node, "url") if "url" in node else ""
    return Login(_text(where, node, "operation"), method, path, url, body, form,
                 headers=tuple(_login_headers(where, node.get("headers", {}))), token=token)  # fmt: skip


def _login_headers(where: str, told: object) -> Iterator[tuple[str, str | Source]]:
    if not isinstance(told, dict):
        raise ConfigError(f"Cannot use {where}: because `headers` is not a table. Write it as one.")
    for name, value in told.items():
        if isinstance(value, str) and not gives_away(name):
            yield name, value
        else:
            yield name, secret(where, f"headers.{name}", value)


def _body(where: str, value: Any, name: str = "") -> Json:  # noqa: ANN401 - what TOML holds
    """The value with its sources read. Raises `ConfigError` for a secret in plain text."""
    source = _source(value)
    if source is not None:
        return source
    if isinstance(value, dict):
        return {key: _body(where, member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [_body(where, member, name) for member in value]
    if name and (is_secret(name) or _SECRET_LIKE.search(name)) and not isinstance(value, bool):
        return secret(where, name, value if isinstance(value, str) else 0)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ConfigError(f"Cannot use {where}: because `{name}` is nothing that JSON has. Write it as a text.")


def _python(where: str, told: Mapping[str, Any]) -> Python:
    node = _table(where, told, _PYTHON)
    name = _text(where, node, "python")
    if not re.fullmatch(r"[^:]+:[A-Za-z_][A-Za-z0-9_.]*", name):
        raise ConfigError(
            f"Cannot use {where}: because `python` names no function. "
            "Write it as signing.py:sign, or package.module:Signer."
        )
    given = node.get("with")
    if given is not None and not isinstance(given, dict):
        raise ConfigError(f"Cannot use {where}: because `with` is not a table. Write it as one.")
    if given is None:
        return Python(name)
    return Python(name, {key.replace("-", "_"): _body(where, value, key) for key, value in given.items()})
