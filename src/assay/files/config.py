"""Named targets: `[tool.assay.targets.NAME]` of `pyproject.toml`, or `[targets.NAME]` of `assay.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.contractfile.suggest import choose
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


#: files that may hold our settings, the first to be believed first
SETTINGS = ("assay.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Wish:
    """A lint rule that a project does not want to hear of."""

    rule: str
    reason: str
    #: shell pattern of the contract files it is about; empty: all of them
    files: str
    #: the file of settings, and which entry of it
    where: str


def read_ignores(folder: str = ".") -> tuple[Wish, ...]:
    """What the project in `folder` silences: `ignore` of `[lint]`. Both files count. Raises `ConfigError`."""
    found: list[Wish] = []
    for path, node in _settings(folder):
        settings = table(str(path), node, "lint") if "lint" in node else {}
        for key in settings:
            if key != "ignore":
                hint = choose(key, ["ignore"])
                raise ConfigError(
                    f"Cannot use `{key}` of [lint] in {path}: because there is no such setting. {hint}"
                )
        entries = settings.get("ignore", [])
        if not isinstance(entries, list):
            raise ConfigError(f"Cannot use `ignore` of [lint] in {path}: because it is no list. {_IGNORE}")
        found += [_wish(f"{path}, lint.ignore[{index}]", entry) for index, entry in enumerate(entries)]
    return tuple(found)


_IGNORE = 'Write `ignore = [{rule = "RULE", reason = "why"}]`.'
_WISH_KEYS = ("rule", "reason", "files")


def _wish(where: str, entry: object) -> Wish:
    if not isinstance(entry, dict):
        raise ConfigError(f"Cannot use {where}: because it gives no reason. {_IGNORE}")
    for key, value in entry.items():
        if key not in _WISH_KEYS:
            raise ConfigError(
                f"Cannot use `{key}` of {where}: because there is no such key. {choose(key, _WISH_KEYS)}"
            )
        if not isinstance(value, str) or not value.strip():
            raise ConfigError(f"Cannot use `{key}` of {where}: because it is no text. {_IGNORE}")
    for key in ("rule", "reason"):
        if key not in entry:
            raise ConfigError(f"Cannot use {where}: because it has no `{key}`. {_IGNORE}")
    return Wish(entry["rule"], entry["reason"], entry.get("files", ""), where)


def _settings(folder: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Our part of each file that may have one, the first to be believed first."""
    for name, path_of in zip(SETTINGS, ((), ("tool", "assay")), strict=True):
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
    "SETTINGS",
    "ConfigError",
    "TargetConfig",
    "Wish",
    "read_history",
    "read_ignores",
    "read_principals",
    "read_profiles",
    "read_rules",
    "read_targets",
]
