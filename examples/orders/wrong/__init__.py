"""Wrong servers: the honest one with one method replaced. A file that is added here is found by itself.

Each module says in its docstring what is wrong; in `BREAKS` the number of the promise in README.md and the
kind of fault; in `LAW` the law, or the kind of clause, that is expected to tell.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass

from examples.orders.server import Orders

#: where a fault lies
KINDS = ("write", "state", "list", "isolation", "concurrency", "header", "crash", "shape")


@dataclass(frozen=True)
class Wrong:
    """A server with one fault."""

    #: as on the command line
    name: str
    #: the fault, in a sentence
    fault: str
    #: the promise it breaks
    promise: int
    kind: str
    #: a law's name, or a clause kind (`cell`, `field`, `promise`, `shape`, …)
    law: str
    make: type[Orders]


def _discover() -> dict[str, Wrong]:
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        name = info.name.replace("_", "-")
        promise, kind = module.BREAKS
        found[name] = Wrong(name, (module.__doc__ or "").strip(), promise, kind, module.LAW, module.Wrong)
    return found


#: every wrong server, by name
WRONG = _discover()
