"""One named target, as a person writes it: where it is, who asks, how much it may be asked, and what may be changed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from assay.contractfile.suggest import choose, nearest
from assay.evidence.rules import NO_RULES, Rules
from assay.files.credentials import Source
from assay.files.errors import ConfigError
from assay.files.masking import RuleError, rules
from assay.files.network import allowed, certificate, only_allowed, proxy, verify
from assay.files.profiles import ProfileConfig, ProfileError, profiles
from assay.files.ways import Way, hosts_of, ways

__all__ = ["PRINCIPAL", "TRANSPORTS", "ConfigError", "TargetConfig", "masked", "table", "target"]

_KEYS = (
    "url", "urls", "allowed-hosts", "auth", "auth-env", "principals", "headers", "contact", "run-header", "rate",
    "max-in-flight", "timeout", "retries", "budget", "verify", "client-certificate", "values", "polite", "transport",
    "read-only", "production", "redact", "auth-file", "proxy", "connect-timeout", "marks", "profile", "profiles",
)  # fmt: skip
#: what can carry requests; the first is the default
TRANSPORTS = ("lean", "requests")
#: requests that a target may be asked to bear at a time
_MOST_IN_FLIGHT = 256
#: names that `--target` understands by itself: a target called so would never be asked
_RESERVED = ("mock",)
#: what names may begin with
_PREFIX = re.compile(r"[ -~]{0,20}")
#: names of principals go into reports, and into names of shell variables there
PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """One named target as a person wrote it."""

    name: str
    url: str
    #: roots of single APIs that lie elsewhere, by name
    urls: Mapping[str, str] = field(default_factory=dict)
    #: environment variable with the credential: for every scheme (`*`), or by scheme name
    auth_env: Mapping[str, str] = field(default_factory=dict)
    #: the same from other places than the environment, and by other ways
    auth: Mapping[str, Way] = field(default_factory=dict)
    #: the same of further principals, by name
    auth_of: Mapping[str, Mapping[str, Way]] = field(default_factory=dict)
    #: path of a file of Web Fuzzing Commons that says who can ask, and how
    auth_file: str = ""
    #: hosts that credentials may be had from
    hosts: frozenset[str] = frozenset()
    #: what all requests go through: its URL, or where that comes from
    proxy: str | Source | None = None
    #: seconds for opening a connection, as a part of `timeout`
    connect_timeout: float | None = None
    #: what names of things that are made begin with
    name_prefix: str = ""
    #: name of the header field that says of requests which may make something that a run made it
    mark_header: str = ""
    #: further principals by name, each with environment variables as in `auth_env`
    principals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: fields that every request has, unless it brings its own
    headers: tuple[tuple[str, str], ...] = ()
    #: whom to write to about these requests: it goes into the User-Agent
    contact: str = ""
    #: name of the header field that carries the run's id; empty: none does
    run_header: str = ""
    #: requests a second
    rate: float | None = None
    #: requests under way at a time
    max_in_flight: int | None = None
    #: seconds for one request
    timeout: float | None = None
    #: times that a request is sent again after a network failure, where that can do no harm
    retries: int = 0
    #: requests, seconds and megabytes of answers that a run may cost at most
    most_requests: int | None = None
    most_seconds: float | None = None
    most_megabytes: float | None = None
    #: instances that may be there when a history begins
    most_instances: int | None = None
    #: certificate and key that TLS shows for us, as paths; the key may be in the first
    client_certificate: tuple[str, str] | None = None
    #: nothing that may write is sent
    read_only: bool = False
    #: the same, unless whoever starts the run says the target's name once more
    production: bool = False
    #: check TLS certificates, or the path of a CA bundle to check them with
    verify: bool | str = True
    #: `x-supplied` names and the values that exist there
    values: Mapping[str, Any] = field(default_factory=dict)
    #: wait as long as Retry-After asks
    polite: bool = True
    #: what carries requests: `lean`, or `requests`
    transport: str = TRANSPORTS[0]
    #: what is to be masked besides secrets
    redact: Rules = NO_RULES
    #: how hard to try where nobody says it; empty: as usual
    profile: str = ""
    #: what profiles are to be at this target, by name
    profiles: Mapping[str, ProfileConfig] = field(default_factory=dict)


def table(where: str, node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table of that key, empty where there is none. Raises `ConfigError`."""
    found = node.get(key, {})
    if not isinstance(found, dict):
        raise ConfigError(
            f"Cannot use {where}: because `{key}` is not a table. Write it as one, or leave it out."
        )
    return found


def masked(where: str, table: object) -> Rules:
    """The rules of a `redact` table. Raises `ConfigError`."""
    try:
        return rules(where, table)
    except RuleError as error:
        raise ConfigError(str(error)) from None


def target(file: str, name: str, value: object) -> TargetConfig:
    """The target that stands in that file under that name. Raises `ConfigError`."""
    where = f"{file}, target {name!r}"
    if name in _RESERVED or "://" in name or not name.strip():
        raise ConfigError(
            f"Cannot use {where}: because `--target {name}` would not mean it. Give it another name."
        )
    if not isinstance(value, dict) or not isinstance(value.get("url"), str):
        raise ConfigError(f'Cannot use {where}: because it has no `url`. Add url = "https://…".')
    for key in value:
        if key not in _KEYS:
            close = nearest(key, _KEYS)
            hint = f"Did you mean `{close}`?" if close else f"Known keys: {', '.join(_KEYS)}."
            raise ConfigError(f"Cannot use {where}: because `{key}` is not a key of targets. {hint}")
    hosts = allowed(where, value, (value["url"], *map(str, table(where, value, "urls").values())))
    auth, others = ways(where, value), _ways_of(where, value)
    only_allowed(where, hosts, hosts_of(way for found in (auth, *others.values()) for way in found.values()))
    return TargetConfig(
        name=name,
        url=value["url"],
        urls=_urls(where, value),
        headers=_headers(where, value),
        contact=_contact(where, value),
        run_header=_field_name(where, value, "run-header"),
        retries=_retries(where, value),
        most_requests=_whole(where, value, "requests"),
        most_seconds=_positive(where, _budget(where, value), "seconds"),
        most_instances=_whole(where, value, "instances"),
        most_megabytes=_positive(where, _budget(where, value), "megabytes"),
        client_certificate=certificate(where, value),
        read_only=_switch(where, value, "read-only"),
        production=_switch(where, value, "production"),
        auth_env=_variables(where, value.get("auth-env", {})),
        auth=auth,
        auth_of=others,
        auth_file=_auth_file(where, value),
        hosts=hosts,
        proxy=proxy(where, value),
        connect_timeout=_positive(where, value, "connect-timeout"),
        name_prefix=_prefix(where, value),
        mark_header=_field_name(where, _marks(where, value), "header", "marks.header"),
        principals=_principals(where, value),
        rate=_positive(where, value, "rate"),
        max_in_flight=_in_flight(where, value),
        timeout=_positive(where, value, "timeout"),
        verify=verify(where, value),
        values=dict(table(where, value, "values")),
        polite=_polite(where, value),
        transport=_transport(where, value),
        redact=masked(where, value.get("redact")),
        profile=_profile(where, value),
        profiles=_profiles(where, value),
    )


def _profile(where: str, value: Mapping[str, Any]) -> str:
    name = value.get("profile", "")
    if not isinstance(name, str):
        raise ConfigError(
            f'Cannot use {where}: because `profile` is no text. Name a profile, as in "staging".'
        )
    return name


def _profiles(where: str, value: Mapping[str, Any]) -> Mapping[str, ProfileConfig]:
    try:
        return profiles(where, value.get("profiles", {}), based=False)
    except ProfileError as error:
        raise ConfigError(str(error)) from None


def _principals(where: str, value: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    found = {}
    for name, told in table(where, value, "principals").items():
        if not PRINCIPAL.fullmatch(name):
            raise ConfigError(
                f"Cannot use {where}: because {name!r} is no name for a principal. "
                "Take letters, digits, points, dashes and underscores, 40 at most."
            )
        whose = f"{where}, principal {name!r}"
        if isinstance(told, dict) and told.keys() - {"auth-env", "auth"}:
            raise ConfigError(
                f"Cannot use {whose}: because all it can have is `auth-env` or `auth`. Take the rest out."
            )
        found[name] = _variables(whose, told.get("auth-env", {}) if isinstance(told, dict) else told)
        if not found[name] and not (isinstance(told, dict) and told.get("auth")):
            raise ConfigError(f'Cannot use {whose}: because it has no credential. Add auth-env = "…".')
    return found


def _ways_of(where: str, value: Mapping[str, Any]) -> Mapping[str, Mapping[str, Way]]:
    named = table(where, value, "principals").items()
    found = {
        name: ways(f"{where}, principal {name!r}", told) for name, told in named if isinstance(told, dict)
    }
    return {name: told for name, told in found.items() if told}


def _auth_file(where: str, value: Mapping[str, Any]) -> str:
    path = value.get("auth-file", "")
    if not isinstance(path, str) or ("auth-file" in value and not path):
        raise ConfigError(f"Cannot use {where}: because `auth-file` is no path. Write it in quotation marks.")
    for other in ("auth", "auth-env"):
        if path and value.get(other):
            raise ConfigError(
                f"Cannot use {where}: because it has both `auth-file` and `{other}`. Keep one of them."
            )
    return path


def _marks(where: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    found = table(where, value, "marks")
    for key in found:
        if key not in {"name-prefix", "header"}:
            raise ConfigError(
                f"Cannot use {where}: because `marks` has no `{key}`. {choose(key, ['name-prefix', 'header'])}"
            )
    return found


def _prefix(where: str, value: Mapping[str, Any]) -> str:
    prefix = _marks(where, value).get("name-prefix", "")
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        raise ConfigError(
            f"Cannot use {where}: because `marks.name-prefix` is not a short text. "
            "Write it as assay-, of 20 printable characters at most."
        )
    return prefix


def _variables(where: str, auth: object) -> Mapping[str, str]:
    named = {"*": auth} if isinstance(auth, str) else auth
    if not isinstance(named, dict) or not all(isinstance(v, str) and v for v in named.values()):
        raise ConfigError(
            f"Cannot use {where}: because `auth-env` names no environment variable. "
            'Write auth-env = "API_TOKEN", or a table with one variable for each security scheme.'
        )
    return dict(named)


def _polite(where: str, value: Mapping[str, Any]) -> bool:
    polite = value.get("polite", True)
    if not isinstance(polite, bool):
        raise ConfigError(
            f"Cannot use {where}: because `polite` is neither true nor false. Give one of them."
        )
    return polite


def _transport(where: str, value: Mapping[str, Any]) -> str:
    transport = value.get("transport", TRANSPORTS[0])
    if transport not in TRANSPORTS:
        raise ConfigError(
            f"Cannot use {where}: because `transport` is neither {' nor '.join(TRANSPORTS)}. "
            "Give one of them, or leave it out."
        )
    return str(transport)


def _in_flight(where: str, value: Mapping[str, Any]) -> int | None:
    number = value.get("max-in-flight")
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= _MOST_IN_FLIGHT:
        raise ConfigError(
            f"Cannot use {where}: because `max-in-flight` is not a whole number from 1 to {_MOST_IN_FLIGHT}. "
            "Give one, or leave it out."
        )
    return number


def _positive(where: str, value: Mapping[str, Any], key: str) -> float | None:
    number = value.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < math.inf:
        raise ConfigError(
            f"Cannot use {where}: because `{key}` is not a number above 0. Give one, or leave it out."
        )
    return float(number)


#: field names are tokens (RFC 9110 §5.1), values have no line ends or NUL (§5.5)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[ -~\t]*")
#: times that a request may be sent again
_MOST_RETRIES = 5


def _urls(where: str, value: Mapping[str, Any]) -> Mapping[str, str]:
    found = table(where, value, "urls")
    for api, url in found.items():
        if not isinstance(url, str) or urlsplit(url).scheme not in {"http", "https"}:
            raise ConfigError(
                f"Cannot use {where}: because `urls.{api}` is not an http or https URL. Give the root of that API."
            )
    return dict(found)


def _headers(where: str, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = table(where, value, "headers")
    for name, text in found.items():
        if not _TOKEN.fullmatch(name) or not isinstance(text, str) or not _VALUE.fullmatch(text):
            raise ConfigError(
                f"Cannot use {where}: because `headers.{name}` is no header field. Give a name and a line of text."
            )
    return tuple(found.items())


def _contact(where: str, value: Mapping[str, Any]) -> str:
    contact = value.get("contact", "")
    if not isinstance(contact, str) or not re.fullmatch(r"[!-'*-~ ]*", contact):
        raise ConfigError(
            f"Cannot use {where}: because `contact` is no line of text without parentheses. Give an address."
        )
    return contact


def _field_name(where: str, value: Mapping[str, Any], key: str, shown: str = "") -> str:
    name = value.get(key, "")
    if not isinstance(name, str) or (name and not _TOKEN.fullmatch(name)):
        raise ConfigError(
            f"Cannot use {where}: because `{shown or key}` is no name of a header field. Write it as X-Test-Run, say."
        )
    return name


def _retries(where: str, value: Mapping[str, Any]) -> int:
    number = value.get("retries", 0)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MOST_RETRIES:
        raise ConfigError(
            f"Cannot use {where}: because `retries` is not a whole number from 0 to {_MOST_RETRIES}. Give one."
        )
    return number


def _budget(where: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
    found = table(where, value, "budget")
    known = ("requests", "seconds", "megabytes", "instances")
    for key in found:
        if key not in known:
            raise ConfigError(
                f"Cannot use {where}: because `budget` has no `{key}`. It may have {', '.join(known)}."
            )
    return found


def _whole(where: str, value: Mapping[str, Any], key: str) -> int | None:
    number = _budget(where, value).get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ConfigError(
            f"Cannot use {where}: because `budget.{key}` is not a whole number above 0. Give one, or leave it out."
        )
    return number


def _switch(where: str, value: Mapping[str, Any], key: str) -> bool:
    found = value.get(key, False)
    if not isinstance(found, bool):
        raise ConfigError(f"Cannot use {where}: because `{key}` is neither true nor false. Give one of them.")
    return found
