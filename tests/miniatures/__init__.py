"""Miniatures: tiny hand-written servers, each wrong in exactly one known way, and an honest one.

They are the independent witnesses of the harness: a clause that no miniature breaks is a clause nobody knows
to work, and a run that finds fault with an honest reading is itself at fault. See `miniatures.honest` for the
answers, `miniatures.readings` for what honesty leaves open, `miniatures.wrong` for the faults.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from miniatures import wrong
from miniatures.honest import Honest
from miniatures.readings import HONEST_READINGS, Readings
from miniatures.wire import Framing, Running, start

__all__ = [
    "APIS",
    "HONEST",
    "VALUES",
    "WRONG",
    "Framing",
    "Honest",
    "HonestMiniature",
    "Miniature",
    "Readings",
    "Running",
    "start",
]

APIS = ("iplaygames", "equos")
TOKEN = "miniature-token-7f3a"

#: what a target's `values` may say of any miniature: ids that exist there
VALUES = {
    "game-ids": ["1", "2", "3"],
    "avatar-id": "6f1c2a34-8d5e-4b7f-9a10-2b3c4d5e6f70",
    "agent-id": "0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d",
}


@dataclass(frozen=True)
class HonestMiniature:
    """An honest server under one reading of the documentation."""

    name: str
    readings: Readings

    def start(self, token: str = TOKEN) -> AbstractContextManager[Running]:
        """Serve it for the length of a `with` block."""
        return start(Honest(token, self.readings))


@dataclass(frozen=True)
class Miniature:
    """A server with one fault, seen from one API."""

    name: str
    api: str
    #: the fault, in a sentence
    fault: str
    #: the clauses of this API that have to be violated
    caught_by: frozenset[str]
    #: patterns (fnmatch) of clauses that the same fault may take along, depending on how far a run goes on
    also: tuple[str, ...]
    make: Callable[[str], Honest] = field(repr=False)

    @property
    def id(self) -> str:
        """What a parametrised test is called."""
        return f"{self.name}[{self.api}]"

    def start(self, token: str = TOKEN) -> AbstractContextManager[Running]:
        """Serve it for the length of a `with` block."""
        return start(self.make(token))

    def missed(self, violated: set[str]) -> frozenset[str]:
        """Clauses that should have been violated and were not."""
        return self.caught_by - violated

    def surplus(self, violated: set[str]) -> frozenset[str]:
        """Clauses that were violated though this server keeps them."""
        others = violated - self.caught_by
        return frozenset(c for c in others if not any(fnmatchcase(c, pattern) for pattern in self.also))


def _discover() -> list[Miniature]:
    found = []
    for module_info in pkgutil.iter_modules(wrong.__path__):
        module = importlib.import_module(f"{wrong.__name__}.{module_info.name}")
        name = module_info.name.replace("_", "-")
        fault = (module.__doc__ or "").strip()
        for api in APIS:
            caught_by = frozenset(c for c in module.CAUGHT_BY if c.startswith(f"{api}/"))
            also = tuple(p for p in getattr(module, "ALSO", ()) if p.startswith(f"{api}/"))
            if caught_by:
                found.append(Miniature(name, api, fault, caught_by, also, module.Wrong))
    return found


#: every honest reading
HONEST = [HonestMiniature(name, readings) for name, readings in HONEST_READINGS.items()]
#: every wrong server, once for each API its fault shows in
WRONG = _discover()
