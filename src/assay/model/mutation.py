"""What became of mutants: mocks that are wrong in one known way, tried by the contract's own suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a mutant."""

    #: a promise was seen broken
    KILLED = "killed"
    #: nobody noticed, though the documentation says enough
    SURVIVED = "survived"
    #: wrong only in what the documentation leaves open, or in nothing that can be seen
    EQUIVALENT = "equivalent"


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that a mutant gives otherwise than the contract's own mock."""

    operation: str
    #: the state in which it was, or would be, asked
    state: str
    #: `status`, or a JSON Pointer into the body
    where: str
    #: as JSON, shortened
    expected: str
    got: str
    #: the documentation says nothing about that operation in that state
    silent: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of the suite against a mutant."""

    #: requests that were made, that the fault might have struck, and that it struck
    requests: int = 0
    visited: int = 0
    struck: int = 0
    #: clauses that were seen broken
    killed_by: tuple[str, ...] = ()
    #: answers that are, or would be, otherwise: the first of each kind
    shown: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Lines that would have told the mutant."""

    #: the file they belong into, and the key below which they go
    file: str
    below: str
    lines: str


@dataclass(frozen=True, slots=True)
class MutantResult:
    """One mutant and its end."""

    id: str
    api: str
    operation: str
    state: str
    fault: str
    #: what it does there, in words
    title: str
    #: what it strikes: a JSON Pointer, a header, a status
    aim: str
    fate: Fate
    #: why it survived, or does not count
    why: str
    killed_by: tuple[str, ...] = ()
    requests: int = 0
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """All mutants of a folder of contracts."""

    version: str
    digest: str
    profile: str
    seed: int
    mutants: tuple[MutantResult, ...]
    #: clauses that a run verifies and that killed no mutant -> what they promise
    vacuous: Mapping[str, str]
    #: seconds that it took; how many of the results were known from before
    seconds: float = 0.0
    known: int = 0
    #: False when it was interrupted
    complete: bool = True

    def count(self, fate: Fate) -> int:
        """How many came to that end."""
        return sum(one.fate is fate for one in self.mutants)

    @property
    def score(self) -> float | None:
        """The part of the mutants that count which were killed, from 0 to 1; None where none counts."""
        killed, survived = self.count(Fate.KILLED), self.count(Fate.SURVIVED)
        return killed / (killed + survived) if killed + survived else None
