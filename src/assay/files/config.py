"""Named targets: `[tool.assay.targets.NAME]` of `pyproject.toml`, or `[targets.NAME]` of `assay.toml`."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assay.evidence.rules import NO_RULES, Rules
from assay.files.masking import RuleError, rules

_KEYS = (
    "url", "auth-env", "principals", "rate", "max-in-flight", "timeout", "verify", "values", "polite", "transport",
    "redact",
)  # fmt: skip
#: what can carry requests; the first is the default
_TRANSPORTS = ("lean", "requests")
#: requests that a target may be asked to bear at a time
_MOST_IN_FLIGHT = 256
#: names that `--target` understands by itself: a target called so would never be asked
_RESERVED = ("mock",)
#: names of principals go into reports, and into names of shell variables there
PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class ConfigError(ValueError):
    """A configuration that cannot be used, and how to mend it."""


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """One named target as a person wrote it."""

    name: str
    url: str
    #: environment variable with the credential: for every scheme (`*`), or by scheme name
    auth_env: Mapping[str, str] = field(default_factory=dict)
    #: further principals by name, each with environment variables as in `auth_env`
    principals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: requests a second
    rate: float | None = None
    #: requests under way at a time
    max_in_flight: int | None = None
    #: seconds for one request
    timeout: float | None = None
    #: check TLS certificates, or the path of a CA bundle to check them with
    verify: bool | str = True
    #: `x-supplied` names and the values that exist there
    values: Mapping[str, Any] = field(default_factory=dict)
    #: wait as long as Retry-After asks
    polite: bool = True
    #: what carries requests: `lean`, or `requests`
    transport: str = _TRANSPORTS[0]
    #: what is to be masked besides secrets
    redact: Rules = NO_RULES


def read_targets(folder: str = ".") -> Mapping[str, TargetConfig]:
    """The named targets of the project in `folder`; `assay.toml` wins over `pyproject.toml`.

    Raises `ConfigError`.
    """
    for path, node in _settings(folder):
        if "targets" in node:
            targets = _table(str(path), node, "targets")
            return {key: _target(str(path), key, value) for key, value in targets.items()}
    return {}


def read_rules(folder: str = ".") -> Rules:
    """What the project in `folder` wants masked at every target: `[redact]`. Both files count.

    Raises `ConfigError`.
    """
    found = NO_RULES
    for path, node in _settings(folder):
        found = found.also(_rules(f"{path}, redact", node.get("redact")))
    return found


def _rules(where: str, table: object) -> Rules:
    try:
        return rules(where, table)
    except RuleError as error:
        raise ConfigError(str(error)) from None


def read_history(folder: str = ".") -> str:
    """Where the project in `folder` keeps its runs, as written there: `history` beside `targets`; empty: not said.

    Raises `ConfigError`.
    """
    for path, node in _settings(folder):
        told = node.get("history")
        if told is not None:
            if not isinstance(told, str) or not told:
                raise ConfigError(
                    f"Cannot use `history` of {path}: because it is no text. Name a file, a URL, or off."
                )
            return told
    return ""


def _settings(folder: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Our part of each file that may have one, the first to be believed first."""
    for name, path_of in (("assay.toml", ()), ("pyproject.toml", ("tool", "assay"))):
        path = Path(folder) / name
        if path.is_file():
            node: Mapping[str, Any] = _parse(path)
            for key in path_of:
                node = _table(str(path), node, key)
            yield path, node


def read_principals(given: Iterable[str]) -> Mapping[str, str]:
    """What texts like `bob=BOB_TOKEN` name: principal -> environment variable. Raises `ConfigError`."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, variable = text.partition("=")
        if not (equals and PRINCIPAL.fullmatch(name) and variable):
            raise ConfigError(
                f"Cannot use the principal {text!r}: because it is not of the form NAME=VAR. "
                "Give a name and the environment variable that holds the token, as in bob=BOB_TOKEN."
            )
        if found.get(name, variable) != variable:
            raise ConfigError(
                f"Cannot use the principal {name!r}: because it is given twice. Choose one of them."
            )
        found[name] = variable
    return found


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: because it is not TOML ({error}). Mend it there.") from None


def _table(where: str, node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = node.get(key, {})
    if not isinstance(found, dict):
        raise ConfigError(
            f"Cannot use {where}: because `{key}` is not a table. Write it as one, or leave it out."
        )
    return found


def _target(file: str, name: str, value: object) -> TargetConfig:
    where = f"{file}, target {name!r}"
    if name in _RESERVED or "://" in name or not name.strip():
        raise ConfigError(
            f"Cannot use {where}: because `--target {name}` would not mean it. Give it another name."
        )
    if not isinstance(value, dict) or not isinstance(value.get("url"), str):
        raise ConfigError(f'Cannot use {where}: because it has no `url`. Add url = "https://…".')
    for key in value:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"Did you mean `{close[0]}`?" if close else f"Known keys: {', '.join(_KEYS)}."
            raise ConfigError(f"Cannot use {where}: because `{key}` is not a key of targets. {hint}")
    return TargetConfig(
        name=name,
        url=value["url"],
        auth_env=_variables(where, value.get("auth-env", {})),
        principals=_principals(where, value),
        rate=_positive(where, value, "rate"),
        max_in_flight=_in_flight(where, value),
        timeout=_positive(where, value, "timeout"),
        verify=_verify(where, value),
        values=dict(_table(where, value, "values")),
        polite=_polite(where, value),
        transport=_transport(where, value),
        redact=_rules(where, value.get("redact")),
    )


def _principals(where: str, value: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    found = {}
    for name, told in _table(where, value, "principals").items():
        if not PRINCIPAL.fullmatch(name):
            raise ConfigError(
                f"Cannot use {where}: because {name!r} is no name for a principal. "
                "Take letters, digits, points, dashes and underscores, 40 at most."
            )
        whose = f"{where}, principal {name!r}"
        if isinstance(told, dict) and told.keys() - {"auth-env"}:
            raise ConfigError(
                f"Cannot use {whose}: because all it can have is `auth-env`. Take the rest out."
            )
        found[name] = _variables(whose, told.get("auth-env", {}) if isinstance(told, dict) else told)
        if not found[name]:
            raise ConfigError(f'Cannot use {whose}: because it has no credential. Add auth-env = "…".')
    return found


def _variables(where: str, auth: object) -> Mapping[str, str]:
    named = {"*": auth} if isinstance(auth, str) else auth
    if not isinstance(named, dict) or not all(isinstance(v, str) and v for v in named.values()):
        raise ConfigError(
            f"Cannot use {where}: because `auth-env` names no environment variable. "
            'Write auth-env = "API_TOKEN", or a table with one variable for each security scheme.'
        )
    return dict(named)


def _verify(where: str, value: Mapping[str, Any]) -> bool | str:
    verify = value.get("verify", True)
    if isinstance(verify, bool):
        return verify
    if not isinstance(verify, str):
        raise ConfigError(
            f"Cannot use {where}: because `verify` is neither true nor false nor a path. Give one of them."
        )
    if not Path(verify).exists():
        raise ConfigError(
            f"Cannot use {where}: because the CA bundle {verify} is not there. Mend the path in `verify`."
        )
    return verify


def _polite(where: str, value: Mapping[str, Any]) -> bool:
    polite = value.get("polite", True)
    if not isinstance(polite, bool):
        raise ConfigError(
            f"Cannot use {where}: because `polite` is neither true nor false. Give one of them."
        )
    return polite


def _transport(where: str, value: Mapping[str, Any]) -> str:
    transport = value.get("transport", _TRANSPORTS[0])
    if transport not in _TRANSPORTS:
        raise ConfigError(
            f"Cannot use {where}: because `transport` is neither {' nor '.join(_TRANSPORTS)}. "
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
