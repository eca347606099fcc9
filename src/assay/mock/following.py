"""What is worked out of all instances at once, kept and brought up to date instead of being worked out anew.

A world knows its last changes. What was worked out of an earlier one follows by going through these alone, so that a
request costs the same however many instances are alive. Where it cannot follow, because the world is an older one that
was put back, or the changes since were too many, it begins anew: it never shows anything but what the world holds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from assay.mock.world import Instance, Key, World

if TYPE_CHECKING:
    from rpds import HashTrieMap


class Following(ABC):
    """Something that is worked out of the instances of one lifecycle."""

    def __init__(self, api: str, cycle: str) -> None:
        self._whole = (api, cycle)
        #: the instances that it was worked out of
        self._seen: HashTrieMap[Key, Instance] | None = None

    def follow(self, world: World) -> None:
        """Brings it up to date with that world."""
        if self._seen is world.instances:
            return
        changed = self._changed_in(world)
        if changed is None:
            self._clear()
            changed = set(world.instances)
        for key in changed:
            if key[:2] == self._whole:
                self._leave(key)
                there = world.instances.get(key)
                if there is not None:  # the world has not forgotten it
                    self._enter(key, there)
        self._seen = world.instances

    def _changed_in(self, world: World) -> set[Key] | None:
        """What has changed since it was worked out; None where that is not known."""
        changed = set()
        for before, key in reversed(world.lately):
            changed.add(key)
            if before is self._seen:
                return changed
        return None

    @abstractmethod
    def _clear(self) -> None:
        """Forgets all instances."""

    @abstractmethod
    def _leave(self, key: Key) -> None:
        """Forgets that instance, if it was known."""

    @abstractmethod
    def _enter(self, key: Key, instance: Instance) -> None:
        """Takes in that instance."""
