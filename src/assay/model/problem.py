"""What is wrong with something a person wrote, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs: an error stops the run; the others do not."""

    ERROR = "error"
    #: something is most probably not as it was meant
    WARNING = "warning"
    #: nothing is wrong with the contract; a careful reviewer would ask about it all the same
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a contract file. Lines and columns count from 1; 0 means «the file as a whole»."""

    #: path as the user would type it
    file: str
    line: int = 0
    column: int = 0
    #: JSON Pointer (RFC 6901) into the file's document
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Place("")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding about a contract file."""

    place: Place
    #: kebab-case id that never changes, e.g. `unknown-operation`
    rule: str
    #: what is wrong: «Cannot X: because Y.»
    message: str
    #: what to do about it
    fix: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, order=True)
class Silenced:
    """A finding that a person has decided not to be told any more. It is counted, and it hides no error."""

    problem: Problem
    #: the person's words
    reason: str
    #: the comment or the file of settings that says so
    place: Place
