"""What a judgement says whatever the body holds: worked out once for each kind of exchange, then looked up.

Most exchanges of a run are like one that was judged before: the same operation answered the same status to the same
kind of request about an instance in the same state, and every check was content. The detailed judge (`judge.judge`)
would tell the same of them again, save for what looks into the body. So it leaves a `Sheet`:

* the *kind* of an exchange (`kind`) is all that the checks look at outside of bodies, headers and what is remembered;
* its sheet has the verdicts that the detailed judge told of the first exchange of that kind, as one ready tuple, what
  the table had said of it, and what is left to ask of a body (`Sheet.again`): the table once more, the documented
  form and the promises that are plain schemas in one go, the other promises one by one;
* where all of these are answered as they were, the verdicts are what they were. Where one is not, the sheet says
  nothing, and the detailed judge looks at the exchange from the start: it alone tells what is wrong.

A sheet is made only where nothing failed and nothing was in doubt (`sheet`), so it can never accuse; and only where
time has no say, because then the kind would have to know the clock. Remembered fields are compared each time, by
whoever holds the sheet. Some verdicts name the title of the case: their sheets are for that title only.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from assay.inputs.classify import VALID
from assay.inputs.validator import Validator
from assay.judge.body import Form
from assay.judge.checks import header, promise, status
from assay.judge.facts import Facts
from assay.machine.age import Since
from assay.machine.step import NO_SINCE, Taken
from assay.model.contract import Promise
from assay.model.verdict import Verdict, VerdictKind

#: sheets kept of one API; then all are forgotten, and the next exchanges leave theirs
_SHEETS = 2048
_CALM = frozenset({VerdictKind.HOLDS, VerdictKind.OBSERVED})


class Sheet(NamedTuple):
    """What the detailed judge said of one kind of exchange, and what has to be asked before it is said again."""

    #: as they may be told; those on remembered fields are not among them
    verdicts: tuple[Verdict, ...]
    #: what was decided about the status
    ruling: status.Ruling
    #: the documented form and the plain promises at once; None where nothing of the kind is asked
    together: Validator | None
    #: the other promises, with their clauses
    promises: tuple[tuple[Promise, str], ...]
    #: what was told of the headers
    headings: tuple[Verdict, ...]

    def again(self, facts: Facts) -> Since | None:
        """None where other verdicts may hold of another exchange of this kind.

        Else since when its instance is in its states; empty where that stays as it was.
        """
        since, before = NO_SINCE, self.ruling.taken
        if before is not None:
            machine = facts.of.machine
            if machine is None:
                return None
            taken = status.weighed(facts, machine, status.states_of(facts))
            if not _alike(taken, before):
                return None
            since = taken.since
        if self.together is not None and not self.together.accepts(facts.body.value):
            return None
        if self.promises and not promise.all_hold(facts, self.promises):
            return None
        if facts.issued is not None and facts.issued in facts.situation.issued:
            return None
        if facts.stated.headings and tuple(header.check(facts)) != self.headings:
            return None
        return since


def _alike(one: Taken, other: Taken) -> bool:
    """The table said the same, whenever it was. Its parts are the contract's own, so they are soon compared."""
    return (
        one.ways == other.ways
        and one.fits == other.fits
        and one.silent == other.silent
        and one.states == other.states
        and not one.misses
        and not one.pending
    )


def kind(facts: Facts) -> Hashable:
    """All that the checks look at outside of bodies, headers and remembered values, the title aside."""
    case, situation, subject, classified = facts.case, facts.situation, facts.case.subject, facts.classified
    return (
        case.operation,
        facts.status,
        facts.label.written,
        facts.body.form,
        facts.body.value is None,
        None if classified is VALID else classified,
        case.credentials,
        None if subject is None else subject.kind,
        case.provokes,
        situation.states,
        situation.stranger,
        situation.credentials_proven,
        facts.issued is None,
    )


class Sheets:
    """The sheets of one API. Any number of threads may look, and leave theirs: either of two alike will do."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[Hashable, Sheet] = {}

    def find(self, of: Hashable, title: str) -> Sheet | None:
        """The sheet of a kind of exchange, or of the exchanges of that kind whose case has that title."""
        kept = self._kept
        return kept.get(of) or kept.get((of, title))

    def keep(self, sheet: Sheet, of: Hashable, title: str) -> None:
        """Leaves a sheet for the next exchange of the kind."""
        if len(self._kept) >= _SHEETS:
            self._kept.clear()
        self._kept[(of, title) if any(verdict.message for verdict in sheet.verdicts) else of] = sheet


def sheet(facts: Facts, ruling: status.Ruling, plain: Sequence[Verdict]) -> Sheet | None:
    """The sheet that an exchange leaves, or None where another of its kind may have to be told something else.

    `plain` are the verdicts on it without those on remembered fields.
    """
    machine, taken, body = facts.of.machine, ruling.taken, facts.body
    known = facts.issued is not None and facts.issued in facts.situation.issued
    if (
        known
        or ruling.either
        or ruling.pending
        or ruling.body_misses
        or body.form is Form.BROKEN
        or (machine is not None and not machine.timeless)
        or (taken is not None and taken.misses)
        or not _CALM.issuperset([verdict.kind for verdict in plain])
    ):
        return None
    # where the documentation is silent about the state, its promises are too
    together, promises = facts.stated.wanted(facts.label, promised=not ruling.silent)
    return Sheet(
        tuple(plain), ruling, together, promises, tuple(header.check(facts)) if facts.stated.headings else ()
    )
