"""Named targets: `[tool.assay.targets.NAME]` of `pyproject.toml`, or `[targets.NAME]` of `assay.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assay.evidence.rules import NO_RULES, Rules
from assay.files.profiles import ProfileConfig, ProfileError, profiles
from assay.files.targets import PRINCIPAL, ConfigError, TargetConfig, masked, table, target


def read_targets(folder: str = ".") -> Mapping[str, TargetConfig]:
    """The named targets of the project in `folder`; `assay.toml` wins over `pyproject.toml`.

    Raises `ConfigError`.
    """
    for path, node in _settings(folder):
        if "targets" in node:
            targets = table(str(path), node, "targets")
            return {key: target(str(path), key, value) for key, value in targets.items()}
    return {}


def read_profiles(folder: str = ".") -> Mapping[str, ProfileConfig]:
    """The profiles of the project in `folder`, by name; `assay.toml` wins over `pyproject.toml`.

    Raises `ConfigError`.
    """
    for path, node in _settings(folder):
        if "profiles" in node:
            try:
                return profiles(str(path), node["profiles"])
            except ProfileError as error:
                raise ConfigError(str(error)) from None
    return {}


def read_rules(folder: str = ".") -> Rules:
    """What the project in `folder` wants masked at every target: `[redact]`. Both files count.

    Raises `ConfigError`.
    """
    found = NO_RULES
    for path, node in _settings(folder):
        found = found.also(masked(f"{path}, redact", node.get("redact")))
    return found


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
                node = table(str(path), node, key)
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


__all__ = [
    "ConfigError",
    "TargetConfig",
    "read_history",
    "read_principals",
    "read_profiles",
    "read_rules",
    "read_targets",
]
