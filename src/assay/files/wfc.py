"""The authentication file of Web Fuzzing Commons, as other tools read it: users, and how each of them is let in.

The format is that of `wfc/schemas/auth.yaml` (https://github.com/WebFuzzing/Commons): `auth` lists users,
`authTemplate` fills in what they leave out. Secrets stand there in plain text, so every text of it that may be one is
masked.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from assay.contractfile.suggest import choose
from assay.evidence.names import is_secret
from assay.files.errors import ConfigError
from assay.files.ways import Constant, Login, Sent, Way

_TOP = ("schemaVersion", "auth", "authTemplate", "configs")
_USER = ("name", "requireMockHandling", "fixedHeaders", "loginEndpointAuth", "createUsers")
_LOGIN = (
    "endpoint", "externalEndpointURL", "payloadRaw", "payloadUserPwd", "headers", "verb", "contentType", "token",
    "expectCookies",
)  # fmt: skip
_TOKEN = ("extractFrom", "extractSelector", "sendIn", "sendName", "sendTemplate")
#: of earlier versions of the format
_OLD = ("extractFromField", "httpHeaderName", "headerPrefix")
_FIELDS = ("username", "password", "usernameField", "passwordField")
_VERBS = ("POST", "GET", "PATCH", "DELETE", "PUT")
_FORM = "application/x-www-form-urlencoded"
#: what is surely no secret, however it is written
_PUBLIC = re.compile(r"(user|login|account|e?mail|name|id|grant|type|scope|realm|tenant)", re.IGNORECASE)


class Users:
    """Who can ask, in the order of the file, each with the way in; and what of it must never be shown."""

    def __init__(self, found: Mapping[str, Way], secrets: tuple[str, ...]) -> None:
        self.ways, self.secrets = found, secrets


def users(path: str) -> Users:
    """The users of that file: YAML, JSON or TOML. Raises `ConfigError`, which never quotes a secret."""
    where = f"the auth file {path}"
    document = _object(where, _parsed(path), _TOP)
    listed, template = document.get("auth"), _object(where, document.get("authTemplate", {}), _USER)
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"Cannot use {where}: because `auth` lists nobody. Add a user with a `name`.")
    found: dict[str, Way] = {}
    secrets: list[str] = []
    for number, told in enumerate(listed, 1):
        user = _merged(_object(f"{where}, user {number}", told, _USER), template)
        name = _name(f"{where}, user {number}", user.get("name"))
        if name in found:
            raise ConfigError(
                f"Cannot use {where}: because two users are called {name!r}. Rename one of them."
            )
        way, more = _user(f"{where}, user {name!r}", user)
        found[name] = way
        secrets += more
    return Users(found, tuple(dict.fromkeys(secret for secret in secrets if secret)))


def _parsed(path: str) -> object:
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigError(f"Cannot read the auth file {path}: because {why}. Mend `auth-file`.") from None
    kind = path.rpartition(".")[2].lower()
    try:
        if kind == "toml":
            return tomllib.loads(text)
        return json.loads(text) if kind == "json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        # what a parser says may quote the line, and there may be a password in it
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        at = f" from line {line + 1} on" if isinstance(line, int) else ""
        name = {"toml": "TOML", "json": "JSON"}.get(kind, "YAML")
        raise ConfigError(
            f"Cannot read the auth file {path}: because it is not {name}{at}. Mend it."
        ) from None


def _object(where: str, told: object, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise ConfigError(f"Cannot use {where}: because it is no object. It may have {', '.join(known)}.")
    for key in told:
        if key not in known:
            raise ConfigError(f"Cannot use {where}: because it has no `{key}`. {choose(str(key), known)}")
    return told


def _merged(own: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """The user's own entries, and those of the template that it leaves out, at every level."""
    merged = dict(own)
    for key, value in template.items():
        if merged.get(key) is None:
            merged[key] = value
        elif isinstance(merged[key], dict) and isinstance(value, dict):
            merged[key] = _merged(merged[key], value)
    return merged


def _name(where: str, told: object) -> str:
    if not isinstance(told, str) or not (name := re.sub(r"[^A-Za-z0-9._-]+", "-", told).strip("-._")[:40]):
        raise ConfigError(f"Cannot use {where}: because it has no `name`. Give it one of letters and digits.")
    return name


def _user(where: str, user: Mapping[str, Any]) -> tuple[Way, list[str]]:
    if user.get("requireMockHandling"):
        raise ConfigError(
            f"Cannot use {where}: because it needs mocks inside of the API (requireMockHandling). Take the user out."
        )
    if user.get("createUsers") is not None:
        raise ConfigError(
            f"Cannot use {where}: because users would be made for it (createUsers). Name one that exists."
        )
    headers = tuple(_headers(where, user.get("fixedHeaders")))
    login = user.get("loginEndpointAuth")
    if bool(headers) == (login is not None):
        raise ConfigError(
            f"Cannot use {where}: because it needs either fixedHeaders or loginEndpointAuth. Give one of them."
        )
    if headers:
        return Constant(headers), [
            piece for _, value in headers for piece in (value, value.rpartition(" ")[2])
        ]
    return _login(f"{where}, loginEndpointAuth", login)


def _headers(where: str, told: object) -> Iterator[tuple[str, str]]:
    for one in told if isinstance(told, list) else () if told is None else (None,):
        if not isinstance(one, dict) or not all(isinstance(one.get(key), str) for key in ("name", "value")):
            raise ConfigError(f"Cannot use {where}: because a header is not {{name, value}}. Write it so.")
        yield one["name"], one["value"].strip()


def _login(where: str, told: object) -> tuple[Login, list[str]]:
    node = _object(where, told, _LOGIN)
    verb = str(node.get("verb", "")).upper()
    if verb not in _VERBS:
        raise ConfigError(
            f"Cannot use {where}: because `verb` is none of {', '.join(_VERBS)}. Give one of them."
        )
    path, url = node.get("endpoint"), node.get("externalEndpointURL")
    if (path is None) == (url is None) or not isinstance(path or url, str):
        raise ConfigError(
            f"Cannot use {where}: because it needs either endpoint or externalEndpointURL. Give one."
        )
    if path is not None and not re.fullmatch(r"/[!-~]*", path):
        raise ConfigError(
            f"Cannot use {where}: because `endpoint` does not begin with /. Write it as /login."
        )
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ConfigError(
            f"Cannot use {where}: because externalEndpointURL is no http or https URL. Mend it."
        )
    kind = str(node.get("contentType") or "application/json")
    body, raw, secrets = _payload(where, node, kind)
    headers = tuple(_headers(where, node.get("headers")))
    secrets += [piece for _, value in headers for piece in (value, value.rpartition(" ")[2])]
    token, sent = _token(where, node)
    has_body = body is not None or raw
    return Login("", verb, path or "", url or "", body, kind.startswith(_FORM), raw, kind if has_body else "",
                 headers, token, sent), secrets  # fmt: skip


def _payload(where: str, node: Mapping[str, Any], kind: str) -> tuple[Any, str, list[str]]:
    """The body as a value or as a text, and what of it may be secret."""
    raw, pair = node.get("payloadRaw"), node.get("payloadUserPwd")
    if raw is not None and pair is not None:
        raise ConfigError(f"Cannot use {where}: because it has both payloadRaw and payloadUserPwd. Keep one.")
    if pair is not None:
        fields = _object(f"{where}, payloadUserPwd", pair, _FIELDS)
        if not all(isinstance(fields.get(key), str) for key in _FIELDS):
            raise ConfigError(
                f"Cannot use {where}: because payloadUserPwd needs {', '.join(_FIELDS)}. Give them."
            )
        if not (kind.startswith(_FORM) or "json" in kind):
            raise ConfigError(f"Cannot use {where}: because a {kind} cannot be made here. Write payloadRaw.")
        body = {fields["usernameField"]: fields["username"], fields["passwordField"]: fields["password"]}
        return body, "", [fields["password"]]
    if raw is None:
        return None, "", []
    if not isinstance(raw, str):
        raise ConfigError(f"Cannot use {where}: because payloadRaw is no text. Write it in quotation marks.")
    try:
        pairs = list(_leaves(json.loads(raw), ""))
    except ValueError:
        pairs = parse_qsl(raw, keep_blank_values=True)
    surely = [value for name, value in pairs if is_secret(name)]
    return None, raw, surely or [value for name, value in pairs if not _PUBLIC.search(name)] or [raw]


def _leaves(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, str(key))
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(member, name)
    elif isinstance(value, str):
        yield name, value


def _token(where: str, node: Mapping[str, Any]) -> tuple[str, Sent | None]:
    """Where the token stands in the answer, and where it goes; nothing where cookies are taken."""
    told, cookies = node.get("token"), bool(node.get("expectCookies"))
    if (told is not None) == cookies:
        raise ConfigError(
            f"Cannot use {where}: because it needs either token or expectCookies. Give one of them."
        )
    if told is None:
        return "", None
    where = f"{where}, token"
    token = _object(where, told, (*_TOKEN, *_OLD))
    if "extractFromField" in token:
        header, prefix = (
            str(token.get("httpHeaderName") or "Authorization"),
            str(token.get("headerPrefix") or ""),
        )
        return f"$response.body#{_pointer(where, token['extractFromField'])}", Sent(
            "header", header, f"{prefix}{{token}}"
        )
    source, at = token.get("extractFrom"), token.get("extractSelector")
    place, name = token.get("sendIn"), token.get("sendName")
    if source not in {"body", "header"} or place not in {"header", "query"}:
        raise ConfigError(
            f"Cannot use {where}: because it is taken from body or header and sent in header or query. "
            "Mend extractFrom and sendIn."
        )
    if not isinstance(at, str) or not isinstance(name, str) or not name:
        raise ConfigError(f"Cannot use {where}: because it needs extractSelector and sendName. Give them.")
    template = str(token.get("sendTemplate") or "{token}")
    if "{token}" not in template:
        raise ConfigError(
            f"Cannot use {where}: because sendTemplate lacks {{token}}. Write it as Bearer {{token}}."
        )
    expression = f"$response.body#{_pointer(where, at)}" if source == "body" else f"$response.header.{at}"
    return expression, Sent(str(place), name, template)


def _pointer(where: str, told: object) -> str:
    if not isinstance(told, str) or not told.startswith("/"):
        raise ConfigError(
            f"Cannot use {where}: because its JSON Pointer does not begin with /. Write it as /token."
        )
    return told
