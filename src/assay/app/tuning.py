"""The profile that a run goes by: one of ours, and what the project and the target want otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assay.app.errors import UsageError
from assay.app.profile import PROFILES, Profile
from assay.contractfile.suggest import choose
from assay.files.config import ConfigError, read_profiles, read_targets
from assay.files.profiles import DESCRIPTION, ProfileConfig
from assay.model.copied import replace

#: where nobody says anything
USUAL = "gate"
#: keys as people write them -> fields of a profile; the others have the same name
FIELDS = {"max-in-flight": "max_in_flight", "max-time": "budget"}
_OF_LIFECYCLES = frozenset({"histories", "steps", "shrinking", "directed", "laws", "rounds", "tries"})


def profile_for(name: str, target: str = "") -> Profile:
    """The profile of that name, at that target; without a name the target's, else `gate`.

    Raises `UsageError`.
    """
    try:
        own = read_profiles()
        at = read_targets().get(target)
    except ConfigError as error:
        raise UsageError(str(error)) from None
    if not name:
        name = (at.profile if at is not None else "") or USUAL
    found = _named(name, own, ())
    there = at.profiles.get(name) if at is not None else None
    return found if there is None else tuned(found, there)


def _named(name: str, own: Mapping[str, ProfileConfig], through: tuple[str, ...]) -> Profile:
    told = own.get(name)
    if name in PROFILES and (told is None or name in through):
        return PROFILES[name]
    if told is None:
        whose = f"the profile {through[-1]!r}" if through else f"the profile {name!r}"
        because = f"it is based on {name!r}, and there is none of that name" if through else "there is none"
        raise UsageError(f"Cannot use {whose}: because {because}. {choose(name, {*PROFILES, *own})}")
    if name in through:
        raise UsageError(
            f"Cannot use the profile {name!r}: because it is based on itself, by way of "
            f"{', '.join((*through[1:], name))}. Base one of them on {USUAL}."
        )
    base = told.base or (name if name in PROFILES else USUAL)
    return tuned(_named(base, own, (*through, name)), told)


def tuned(profile: Profile, told: ProfileConfig) -> Profile:
    """The profile with what is wanted otherwise."""
    values: dict[str, Any] = {FIELDS.get(key, key): value for key, value in told.values.items()}
    lifecycle = {key: values.pop(key) for key in _OF_LIFECYCLES & values.keys()}
    if told.name not in PROFILES:
        values.setdefault(DESCRIPTION, f"as {profile.name}, tuned")
    return replace(profile, name=told.name, lifecycle=replace(profile.lifecycle, **lifecycle), **values)
