"""Shards: a run shared out among machines that never talk to each other, by what all of them know.

Units are ranked by a hash of their id and dealt out, so that every machine with the same plan comes to the same deal
and each unit is in exactly one shard. What the machines have to agree about is summed up in one digest of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assay.model.verdict import Clause

_WRITTEN = re.compile(r"([1-9][0-9]{0,4})/([1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class Shard:
    """The i-th of n, counted from 1."""

    index: int
    of: int

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"

    def takes(self, units: Sequence[str]) -> frozenset[str]:
        """Those of the units of a plan, by their ids, that this shard explores; their order does not matter."""
        ranked = sorted(set(units), key=lambda unit: (sha256(unit.encode()).digest(), unit))
        return frozenset(ranked[self.index - 1 :: self.of])


#: a run that nobody shares
WHOLE = Shard(1, 1)


def shard(text: str) -> Shard | None:
    """What `2/3` stands for; None where the text is no shard."""
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        return None
    return Shard(int(found[1]), int(found[2]))


def digest(contracts: str, clauses: Iterable[Clause], profile: str) -> str:
    """sha256 of all that shards must have in common before anything is sent.

    These are the contracts (their digest), the clauses chosen from them, and how hard they are tried.
    """
    told = sha256()
    for part in (contracts, profile, *sorted(clause.id for clause in clauses)):
        told.update(part.encode() + b"\n")
    return told.hexdigest()
