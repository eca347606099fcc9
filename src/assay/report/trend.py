"""Runs compared: what broke, what is mended, what nobody looked at any more.

Each clause of the two runs comes into one group at most; the first that fits:

* **flaky**: broken in the later run, and not always when tried again; or flaky before and kept now, which is no proof
  that it is mended.
* **still failing**: broken before, broken now. Ways of being broken that are new are named.
* **new**: broken now, and not before, whatever it was then.
* **fixed**: broken before and *verified* now. A clause that nobody witnessed now is not fixed.
* **newly unwitnessed**: witnessed before (kept, broken or observed), and not now; also a broken one that the later run
  does not have at all, since silence is never a pass.
* **newly witnessed**: not witnessed before, and kept or observed now.

A clause that only one of the runs has, and that was not broken, is counted and no more: contracts grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assay.model.contract import Strength
from assay.model.record import Break, Head, Latency, Mark, Record
from assay.model.verdict import Standing

#: an operation has become slower when half of its answers take so much longer, at least so many times as long, and
#: there were so many of them in either run
_SLOWER_MS, _SLOWER_TIMES, _ENOUGH = 5.0, 1.5, 5

_WITNESSED = frozenset({Standing.VERIFIED, Standing.VIOLATED, Standing.OBSERVED})


class Change(StrEnum):
    """What became of a clause between two runs, the worst first."""

    NEW = "new"
    STILL_FAILING = "still failing"
    FLAKY = "flaky"
    NEWLY_UNWITNESSED = "newly unwitnessed"
    FIXED = "fixed"
    NEWLY_WITNESSED = "newly witnessed"


@dataclass(frozen=True, slots=True)
class Changed:
    """One clause that stands otherwise than before, or still fails."""

    change: Change
    clause: str
    strength: Strength
    #: None: the run does not have it
    before: Standing | None
    after: Standing | None
    #: the ways it is broken in now, or was where it is no more
    breaks: tuple[Break, ...] = ()
    #: fingerprints of those that are new
    fresh: tuple[str, ...] = ()
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Slower:
    """One operation whose answers take longer than before."""

    before: Latency
    after: Latency


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, the later one as seen from the earlier."""

    before: Head
    after: Head
    #: by change, documented clauses first, then by id
    changes: tuple[Changed, ...]
    #: clauses as they were
    unchanged: int
    #: clauses that only the later run has, or only the earlier, and that were not broken
    added: int
    gone: int
    slower: tuple[Slower, ...] = ()
    #: what the two do not have in common, and why that matters
    remarks: tuple[str, ...] = ()

    def of(self, change: Change) -> tuple[Changed, ...]:
        """Those of one group."""
        return tuple(one for one in self.changes if one.change is change)


def compare(before: Record, after: Record) -> Comparison:
    """What became of each clause of the two runs."""
    was, now = _by_clause(before.marks), _by_clause(after.marks)
    earlier, later = _breaks(before.breaks), _breaks(after.breaks)
    changes = []
    added = gone = unchanged = 0
    for clause in was.keys() | now.keys():
        one, other = was.get(clause), now.get(clause)
        change = _change(one, other)
        if change is not None:
            changes.append(_changed(change, one, other, earlier.get(clause, ()), later.get(clause, ())))
        elif one is None:
            added += 1
        elif other is None:
            gone += 1
        else:
            unchanged += 1
    return Comparison(
        before=before.head,
        after=after.head,
        changes=tuple(sorted(changes, key=_order)),
        unchanged=unchanged,
        added=added,
        gone=gone,
        slower=tuple(_slower(before.latencies, after.latencies)),
        remarks=tuple(_remarks(before.head, after.head, chosen=bool(was.keys() ^ now.keys()))),
    )


def _change(was: Mark | None, now: Mark | None) -> Change | None:
    broken_before, broken_now = _broken(was), _broken(now)
    if now is not None and now.flaky:
        return Change.FLAKY
    if broken_now:
        return Change.STILL_FAILING if broken_before or (was is not None and was.flaky) else Change.NEW
    if (
        now is not None
        and now.standing is Standing.VERIFIED
        and was is not None
        and (broken_before or was.flaky)
    ):
        return Change.FLAKY if was.flaky else Change.FIXED
    if now is None:
        return Change.NEWLY_UNWITNESSED if broken_before else None
    if was is None:
        return None
    seen_before, seen_now = was.standing in _WITNESSED, now.standing in _WITNESSED
    if seen_before and not seen_now:
        return Change.NEWLY_UNWITNESSED
    return Change.NEWLY_WITNESSED if seen_now and not seen_before else None


def _broken(mark: Mark | None) -> bool:
    return mark is not None and mark.standing is Standing.VIOLATED


def _changed(change: Change, was: Mark | None, now: Mark | None, earlier: tuple[Break, ...],
             later: tuple[Break, ...]) -> Changed:  # fmt: skip
    mark = now or was
    assert mark is not None  # noqa: S101 - one of the runs has it
    known = {one.fingerprint for one in earlier}
    return Changed(
        change=change,
        clause=mark.clause,
        strength=mark.strength,
        before=was.standing if was else None,
        after=now.standing if now else None,
        breaks=later or earlier,
        fresh=tuple(one.fingerprint for one in later if one.fingerprint not in known),
        waived=mark.waived,
    )


def _order(changed: Changed) -> tuple[int, bool, int, str]:
    return (
        list(Change).index(changed.change),
        changed.waived,
        list(Strength).index(changed.strength),
        changed.clause,
    )


def _by_clause(marks: Iterable[Mark]) -> Mapping[str, Mark]:
    return {mark.clause: mark for mark in marks}


def _breaks(breaks: Iterable[Break]) -> Mapping[str, tuple[Break, ...]]:
    found: dict[str, tuple[Break, ...]] = {}
    for one in breaks:
        found[one.clause] = (*found.get(one.clause, ()), one)
    return found


def _slower(before: Iterable[Latency], after: Iterable[Latency]) -> Iterable[Slower]:
    known = {(one.api, one.operation): one for one in before}
    for now in after:
        was = known.get((now.api, now.operation))
        if was is None or min(was.answers, now.answers) < _ENOUGH:
            continue
        if now.p50 >= was.p50 * _SLOWER_TIMES and now.p50 - was.p50 >= _SLOWER_MS:
            yield Slower(was, now)


def _remarks(before: Head, after: Head, *, chosen: bool) -> Iterable[str]:
    if before.digest != after.digest:
        yield "the contracts are not the same: what is new may be a new promise"
    elif chosen:
        yield "the runs did not try the same clauses (--api, --only, -k)"
    if before.profile != after.profile:
        yield f"the profiles differ ({before.profile}, {after.profile}): the deeper one sees more"
    if before.target != after.target:
        yield f"the targets differ ({before.target}, {after.target})"
    if before.version != after.version:
        yield f"the versions of Assay differ ({before.version}, {after.version})"
    for which, head in (("earlier", before), ("later", after)):
        if not head.complete:
            yield f"the {which} run is incomplete: what it did not see says little"
    if after.started < before.started:
        yield "the second run began before the first"
