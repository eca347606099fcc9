"""What a change of contracts means for those who rely on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assay.model.problem import NOWHERE, Place
from assay.model.terms import Strength


class Level(StrEnum):
    """How much a finding weighs."""

    #: who kept to the old contract can fail although the other side keeps to the new one: proven
    BREAKING = "breaking"
    #: somebody may fail, or nobody can tell
    WARNING = "warning"
    #: nobody fails who kept to the contract
    NOTE = "note"


class Whom(StrEnum):
    """Who has something to do because of it."""

    #: who asks: written against the old contract, it can fail
    CLIENT = "client"
    #: who answers: it has to do more, or otherwise, to keep the new contract
    SERVER = "server"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Finding:
    """One change, and what it means."""

    #: kebab-case id that never changes
    rule: str
    level: Level
    whom: Whom
    api: str
    #: id of the operation, or `lifecycle/NAME`; empty: the api as a whole
    subject: str
    #: where in it, for people
    at: str
    #: one sentence: what changed, and what follows
    message: str
    fix: str
    #: where the rule comes from
    source: str
    #: what was said, and what is said now; empty: nothing
    before: str = ""
    after: str = ""
    #: JSON text of a value that proves it; empty: there is none
    sample: str = ""
    old: Place = NOWHERE
    new: Place = NOWHERE
    strength: Strength = Strength.DOCUMENTED

    @property
    def where(self) -> str:
        """Api, operation and place, for people."""
        return ", ".join(filter(None, ("/".join(filter(None, (self.api, self.subject))), self.at)))

    @property
    def place(self) -> Place:
        """Where to look at: where it is written now, or where it was."""
        return self.new if self.new.file else self.old


@dataclass(frozen=True, slots=True)
class Diff:
    """Two sets of contracts compared."""

    #: what the two sides are called: as the user typed them
    old: str
    new: str
    #: the gravest first, then by place
    findings: tuple[Finding, ...]
    #: operations that are on both sides, and all there are
    compared: int = 0
    operations: int = 0
    #: rule -> its title, of those that found something
    titles: Mapping[str, str] = field(default_factory=dict)
    #: False where one side is a document, which has no lifecycles: then those of the other were not compared
    lifecycles: bool = True

    def count(self, level: Level) -> int:
        """How many findings weigh so much."""
        return sum(1 for finding in self.findings if finding.level is level)

    def reaches(self, level: Level | None) -> bool:
        """Is there a finding of that weight or a graver one? Never for None."""
        order = list(Level)
        return level is not None and any(
            order.index(one.level) <= order.index(level) for one in self.findings
        )
