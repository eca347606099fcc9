"""The ledger: what a run made at a live target, so that it can be brought to an end, by this run or after its death."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assay.model.terms import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """One instance as the run last knew it."""

    api: str
    lifecycle: str
    #: as the target named it; empty where something was made whose id never came
    id: str
    #: states it may be in, sorted; empty: the model has lost track of it
    states: tuple[str, ...] = ()
    #: who made it, as the target names its principals; empty: the usual one
    principal: str = ""
    #: remembered values: guards speak of them
    values: Mapping[str, Json] = field(default_factory=dict)
    #: supplied values that requests about it named: its URLs may need them again
    supplied: Mapping[str, Json] = field(default_factory=dict)
    #: where it is asked, as a target from the host's root, where the API names that itself; else empty
    url: str = ""
    #: True in a final state, or when it does not exist any more
    ended: bool = False
    #: True where the id held a secret and was not written down: nobody can ask about it after the run
    hidden: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by."""
        return self.api, self.lifecycle, self.id


@dataclass(frozen=True, slots=True)
class Book:
    """What a ledger begins with: whose it is and where its instances live."""

    run: str
    #: ISO 8601, UTC
    started: str
    #: the name from the configuration, or the URL
    target: str
    #: the base URL, without credentials
    url: str
    #: the contracts folder, as the run was told
    contracts: str


@dataclass(frozen=True, slots=True)
class Leftover:
    """Instances of one lifecycle that could not be brought to an end for one reason."""

    api: str
    lifecycle: str
    count: int
    #: some of their ids, redacted; none where no id ever came
    ids: tuple[str, ...]
    #: why, in a few words: `stopPass answered 500`
    why: str
