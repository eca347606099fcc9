"""Named targets: `[tool.assay.targets.NAME]` of `pyproject.toml`, or `[targets.NAME]` of `assay.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_KEYS = ("url", "auth-env", "rate", "timeout", "verify", "values", "polite")


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
        node: Any = _parse(path)
        for key in path_of:
            node = node.get(key, {})
        if "targets" in node:
            return {key: _target(str(path), key, value) for key, value in node["targets"].items()}
    return {}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: because it is not TOML ({error}). Mend it there.") from None


def _target(file: str, name: str, value: object) -> TargetConfig:
    where = f"{file}, target {name!r}"
    if not isinstance(value, dict) or not isinstance(value.get("url"), str):
        raise ConfigError(f'Cannot use {where}: because it has no `url`. Add url = "https://…".')
    for key in value:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"Did you mean `{close[0]}`?" if close else f"Known keys: {', '.join(_KEYS)}."
            raise ConfigError(f"Cannot use {where}: because `{key}` is not a key of targets. {hint}")
    auth = value.get("auth-env", {})
    return TargetConfig(
        name=name,
        url=value["url"],
        auth_env={"*": auth} if isinstance(auth, str) else dict(auth),
        rate=_positive(where, value, "rate"),
        timeout=_positive(where, value, "timeout"),
        verify=value.get("verify", True),
        values=dict(value.get("values", {})),
        polite=bool(value.get("polite", True)),
    )


def _positive(where: str, value: dict[str, Any], key: str) -> float | None:
    number = value.get(key)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
        raise ConfigError(
            f"Cannot use {where}: because `{key}` is not a number above 0. Give one, or leave it out."
        )
    return float(number)
