"""What a run has to tell that the one before it did not: for renderers that say new things first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.report.result import Violation
from assay.report.trend import Change, Comparison


@dataclass(frozen=True, slots=True)
class News:
    """A run as seen from the one before it, of the same target and profile."""

    #: the run before
    before: str
    #: clause -> what became of it; clauses that are as they were are not in it
    changes: Mapping[str, Change]
    #: ways of being broken that the run before did not see
    fresh: frozenset[str]

    def new(self, violation: Violation) -> bool:
        """True when the run before did not see that: the clause was not broken, or not in this way."""
        return self.changes.get(violation.clause.id) is Change.NEW or violation.fingerprint in self.fresh

    def of(self, change: Change) -> tuple[str, ...]:
        """The clauses of one group, documented ones first."""
        return tuple(clause for clause, found in self.changes.items() if found is change)


def news(comparison: Comparison) -> News:
    """The news of the later run."""
    return News(
        before=comparison.before.run,
        changes={one.clause: one.change for one in comparison.changes},
        fresh=frozenset(fingerprint for one in comparison.changes for fingerprint in one.fresh),
    )
