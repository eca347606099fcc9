"""Profiles as a person writes them: `[tool.assay.profiles.NAME]`, or `profiles.NAME` of one target."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from assay.contractfile.suggest import choose

#: names go into reports, file names and command lines
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
BASE, DESCRIPTION = "based-on", "description"
#: for `rate`: as fast as the target answers
UNLIMITED = "unlimited"


class ProfileError(ValueError):
    """A profile that cannot be used, and how to mend it."""


@dataclass(frozen=True, slots=True)
class ProfileConfig:
    """What a person wants otherwise than a known profile has it."""

    name: str
    #: the profile that says all the rest; empty: that of the same name, else `gate`
    base: str = ""
    #: key -> value, as written; a rate without limit is None
    values: Mapping[str, Any] = field(default_factory=dict)


def _whole(least: int, most: int) -> tuple[str, Callable[[object], bool]]:
    def fits(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return f"a whole number from {least} to {most}", fits


def _number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _above_zero(value: object) -> bool:
    return _number(value) and 0 < value < math.inf


#: key -> what its value is, and whether a value is that
KEYS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "witness": _whole(1, 100_000),
    "valid": _whole(0, 100_000),
    "invalid": _whole(0, 100_000),
    "fresh": ("a number from 0 to 1", lambda value: _number(value) and 0 <= value <= 1),
    "histories": _whole(0, 100_000),
    "steps": _whole(1, 1000),
    "shrinking": _whole(0, 100_000),
    "directed": _whole(0, 1_000_000),
    "laws": _whole(0, 1_000_000),
    "rounds": _whole(1, 1000),
    "tries": _whole(1, 100),
    "flaky": ("fail or pass", lambda value: value in ("fail", "pass")),
    "rate": (f'a number above 0, or "{UNLIMITED}"', lambda value: _above_zero(value) or value == UNLIMITED),
    "max-in-flight": _whole(1, 256),
    "timeout": ("a number of seconds above 0", _above_zero),
    "max-time": ("a number of seconds above 0", _above_zero),
    DESCRIPTION: ("a line of text", lambda value: isinstance(value, str) and value.isprintable()),
}


def profiles(where: str, table: object, *, based: bool = True) -> Mapping[str, ProfileConfig]:
    """The profiles of a table `profiles`, by name; `based`: they may say on which other one they are based.

    Raises `ProfileError`.
    """
    if not isinstance(table, dict):
        raise ProfileError(
            f"Cannot use {where}: because `profiles` is not a table. Write [….profiles.NAME], and the keys below it."
        )
    return {name: _profile(f"{where}, profile {name!r}", name, told, based) for name, told in table.items()}


def _profile(where: str, name: str, told: object, based: bool) -> ProfileConfig:
    if not _NAME.fullmatch(name):
        raise ProfileError(
            f"Cannot use {where}: because that is no name for a profile. "
            "Take letters, digits, points, dashes and underscores, 40 at most."
        )
    if not isinstance(told, dict):
        raise ProfileError(f"Cannot use {where}: because it is not a table. Give it keys, as in valid = 40.")
    known = [*KEYS, *([BASE] if based else [])]
    for key, value in told.items():
        if key not in known:
            raise ProfileError(
                f"Cannot use {where}: because `{key}` is not a key of profiles. {choose(key, known)}"
            )
        meant, fits = KEYS.get(key, ("the name of a profile", lambda value: isinstance(value, str)))
        if not fits(value):
            raise ProfileError(
                f"Cannot use {where}: because `{key}` is not {meant}. Give that, or leave it out."
            )
    values: dict[str, Any] = {
        key: None if key == "rate" and value == UNLIMITED else value
        for key, value in told.items()
        if key != BASE
    }
    return ProfileConfig(name, told.get(BASE, ""), values)
