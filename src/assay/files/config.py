"""Named targets: `[tool.assay.targets.NAME]` of `pyproject.toml`, or `[targets.NAME]` of `assay.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_KEYS = ("url", "auth-env", "rate", "timeout", "verify", "values", "polite")
#: names that `--target` understands by itself: a target called so would never be asked
_RESERVED = ("mock",)


class ConfigError(ValueError):
    """A configuration that cannot be used, and how to mend it."""


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """One named target as a person wrote it."""

    name: str
    url: str
    #: environment variable with the credential: for every scheme (`*`), or by scheme name
    auth_env: Mapping[str, str] = field(default_factory=dict)
    #: requests a second
    rate: float | None = None
    #: seconds for one request
    timeout: float | None = None
    #: check TLS certificates, or the path of a CA bundle to check them with
    verify: bool | str = True
    #: `x-supplied` names and the values that exist there
    values: Mapping[str, Any] = field(default_factory=dict)
    #: wait as long as Retry-After asks
    polite: bool = True


def read_targets(folder: str = ".") -> Mapping[str, TargetConfig]:
    """The named targets of the project in `folder`; `assay.toml` wins over `pyproject.toml`.

    Raises `ConfigError`.
    """
    for name, path_of in (("assay.toml", ()), ("pyproject.toml", ("tool", "assay"))):
        path = Path(folder) / name
        if not path.is_file():
            continue
        node: Mapping[str, Any] = _parse(path)
        for key in path_of:
            node = _table(str(path), node, key)
        if "targets" in node:
            targets = _table(str(path), node, "targets")
            return {key: _target(str(path), key, value) for key, value in targets.items()}
    return {}


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
        auth_env=_variables(where, value),
        rate=_positive(where, value, "rate"),
        timeout=_positive(where, value, "timeout"),
        verify=_verify(where, value),
        values=dict(_table(where, value, "values")),
        polite=_polite(where, value),
    )


def _variables(where: str, value: Mapping[str, Any]) -> Mapping[str, str]:
    auth = value.get("auth-env", {})
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


def _positive(where: str, value: Mapping[str, Any], key: str) -> float | None:
    number = value.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < math.inf:
        raise ConfigError(
            f"Cannot use {where}: because `{key}` is not a number above 0. Give one, or leave it out."
        )
    return float(number)
