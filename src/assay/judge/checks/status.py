"""Status conformance: is this status documented *for this case and in this state*?

What an unexpected status means depends on what the contract says of the case. Where the outcome is stated (a valid
request in a known state, a documented error provoked), anything else is a violation. Where it is not stated, a
refusal or an acceptance is observed and listed.
"""

from __future__ import annotations

from typing import NamedTuple

from assay.inputs.classify import Validity
from assay.inputs.constraints import BODY_REQUIRED
from assay.judge.checks.server_error import TRANSIENT
from assay.judge.facts import Facts
from assay.machine.age import Since
from assay.machine.step import NO_SINCE, Machine, Miss, Taken
from assay.model.case import SubjectKind
from assay.model.clause_id import cell_clause, expiry_clause
from assay.model.lifecycle import ABSENT, Cell, Transition
from assay.model.verdict import Verdict

#: documented statuses that refuse credentials (RFC 9110 §15.5.2, §15.5.4)
AUTH_REFUSALS = ("401", "403")
#: Unsupported Media Type (RFC 9110 §15.5.16)
_UNSUPPORTED = 415
_NOWHERE: frozenset[str] = frozenset()
_ABSENT = frozenset({ABSENT})


class Ruling(NamedTuple):
    """What was decided about the status, and where the instance is now. A tuple: there is one for every exchange."""

    verdicts: tuple[Verdict, ...]
    states: frozenset[str]
    #: a cell whose status fits and whose body does not: told only if the documented shape holds
    body_misses: tuple[Miss, ...] = ()
    #: cells to confirm once the body is judged
    fits: tuple[Cell, ...] = ()
    #: True when a silent cell is among those that allow the answer
    silent: bool = False
    #: the ways through the table that were taken
    ways: tuple[Transition, ...] = ()
    #: those of `fits` that allow the answer only because the instance has expired
    expired: tuple[Cell, ...] = ()
    #: cells of which it may still come what they promise
    pending: tuple[Cell, ...] = ()
    #: since when the instance may have been in each of `states`
    since: Since = NO_SINCE
    #: fields that time alone may have changed
    unsure: frozenset[str] = frozenset()
    #: True when the request may have had its effect, or not
    either: bool = False
    #: what the table said, where it was asked
    taken: Taken | None = None


def check(facts: Facts, machine: Machine | None) -> Ruling:
    """The verdicts on the status."""
    faults = _faults(facts)
    if faults:
        # what should have been refused and was not may have had its effect
        either = (facts.succeeded or facts.status >= 500) and machine is not None
        return _provoked(facts, machine, faults)._replace(either=either)
    states = states_of(facts)
    if machine is None or not states:
        # an operation of the table that carries no instance (a list) is judged by its replies alone
        lost = machine is not None and (facts.case.subject is not None or facts.of.carries)
        ruling = _plain(facts, lost=lost)
        # an instance out of step may be in a state of which the documentation says nothing
        quiet = (
            lost
            and machine is not None
            and any(cell.silent for cell in machine.lifecycle.cells.get(facts.of.operation.id, {}).values())
        )
        return ruling._replace(silent=True) if quiet else ruling
    return _by_table(facts, machine, states)


def states_of(facts: Facts) -> frozenset[str]:
    """The states the subject may be in; empty where the table does not apply."""
    subject = facts.case.subject
    if facts.of.lifecycle is None:
        return _NOWHERE
    if facts.of.creates:
        return _ABSENT
    if subject is None or subject.kind is SubjectKind.ARBITRARY or facts.situation.stranger:
        return _NOWHERE
    return _ABSENT if subject.kind is SubjectKind.NEVER_ISSUED else facts.situation.states


# -- a documented error was provoked ------------------------------------------------------------------------------


def _faults(facts: Facts) -> list[tuple[str, tuple[str, ...]]]:
    """What is deliberately wrong with the request -> the documented statuses that answer it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if facts.unauthorized:
        found.append(
            (
                f"{facts.case.credentials} credentials",
                tuple(s for s in AUTH_REFUSALS if s in facts.of.documented),
            )
        )
    if facts.classified.validity is Validity.INVALID:
        found.append((f"breaks {', '.join(facts.classified.broken[:3])}", facts.of.refusals))
    if facts.case.provokes:
        found.append((f"provokes {facts.case.provokes}", (facts.case.provokes,)))
    return found


def _provoked(facts: Facts, machine: Machine | None, faults: list[tuple[str, tuple[str, ...]]]) -> Ruling:
    states = _drifted(facts, machine)
    after = facts.situation.states
    if (facts.succeeded or facts.status >= 500) and machine is not None:
        after = machine.successors(states, facts.of.operation.id)
    if facts.succeeded and not facts.case.provokes:
        return Ruling((), after)  # `authorization` and `rejects` have spoken
    statement = {status for _, statuses in faults for status in statuses}
    stated = all(statuses for _, statuses in faults)
    why = " and ".join(reason for reason, _ in faults)
    if not stated:
        # `rejects` keeps the tally of single broken constraints; credentials are tallied here
        if not facts.unauthorized:
            return Ruling((), after)
        told = f"got {facts.outcome}; what answers {why} is not documented"
        return Ruling((facts.observed(facts.of.authorization, told),), after)
    # which of two faults is noticed first, the documentation does not say: neither a missing instance …
    allowed = statement | _errors_in_table(facts, machine, states)
    # … nor, where the instance is unknown to the model, any documented refusal
    if facts.case.subject is not None and not states and machine is not None:
        allowed |= {reply.status for reply in facts.of.operation.replies if reply.status[:1] == "4"}
    kept_open = not facts.succeeded and str(facts.status) not in allowed
    if kept_open and (reason := _open(facts, machine, states)):
        told = f"got {facts.outcome}; {reason}"
        return Ruling((facts.observed(facts.of.statuses, told),), after)
    if facts.reply is None:
        told = f"expected {' or '.join(sorted(allowed))}, got {facts.status}, which is not documented"
        return Ruling((facts.violated(facts.of.statuses, told, str(facts.status)),), after)
    kept = facts.holds(facts.of.statuses)
    # a documented range covers what it covers: which of its codes comes when is not said
    ranged = facts.status >= 400 and not facts.reply.status.isdigit()
    if ranged or facts.reply.status in allowed or str(facts.status) in allowed:
        return Ruling((kept, facts.holds(facts.stated.status)), after)
    told = f"expected {' or '.join(sorted(allowed))}, got {facts.status}"
    aimed = min(statement)
    return Ruling((kept, facts.violated(facts.of.clause(f"status/{aimed}"), told, str(facts.status))), after)


def _open(facts: Facts, machine: Machine | None, states: frozenset[str]) -> str:
    """What else about the request the documentation leaves open, so that an error may be about that; else empty."""
    cells = (machine.lifecycle.cell(state, facts.of.operation.id) for state in states) if machine else ()
    if quiet := next((cell for cell in cells if cell is not None and cell.silent), None):
        return f"in state {quiet.state} the documentation does not say"
    if facts.classified.why:  # also beside something that is surely wrong: which is noticed first is not said
        return facts.classified.why
    if facts.status == 404 and any(broken.startswith("path/") for broken in facts.classified.broken):
        return "a path that is not of the documented form may be no route at all"
    if facts.status == _UNSUPPORTED and BODY_REQUIRED in facts.classified.broken:
        return "without a body there is no media type either, and that may be what is refused"
    return ""


def _drifted(facts: Facts, machine: Machine | None) -> frozenset[str]:
    """The states the subject may be in, those included into which time alone may have brought it."""
    states = states_of(facts)
    if machine is None:
        return states
    return machine.drift(states, facts.situation.since, facts.situation.asked).states


def _errors_in_table(facts: Facts, machine: Machine | None, states: frozenset[str]) -> set[str]:
    if machine is None:
        return set()
    found: set[str] = set()
    for state in states:
        cell = machine.lifecycle.cell(state, facts.of.operation.id)
        if cell is None:
            continue
        found |= {str(way.status) for way in cell.transitions if way.status >= 400}
        if cell.eventually is not None:
            until = {str(way.status) for way in cell.eventually.meanwhile}
            found |= until or {
                reply.status for reply in facts.of.operation.replies if reply.status[:1] == "4"
            }
    return found


# -- no lifecycle speaks of it --------------------------------------------------------------------------------------


def _plain(facts: Facts, *, lost: bool) -> Ruling:
    """The outcome is stated only by «valid requests succeed»; not at all where the model has lost the instance."""
    documented = facts.of.statuses
    after = facts.situation.states
    stated = facts.valid and not lost
    if facts.reply is not None and facts.situation.stranger and facts.status in facts.of.for_strangers:
        return Ruling((facts.holds(documented), facts.holds(facts.stated.status)), after)
    if not stated and not (facts.succeeded and facts.reply is not None and not lost):
        return Ruling((facts.observed(documented, f"got {facts.outcome}; {_why(facts)}"),), after)
    if facts.reply is None:
        return Ruling((_undocumented(facts),), after)
    kept = facts.holds(documented)
    status = facts.stated.status
    if facts.succeeded or _redirected(facts) or not facts.of.successes:
        return Ruling((kept, facts.holds(status)), after)
    wanted = facts.of.successes
    told = f"a valid request: expected {' or '.join(wanted)}, got {facts.status}"
    clause = facts.of.clause(f"status/{wanted[0]}")
    return Ruling((kept, facts.violated(clause, told, str(facts.status), transient=_busy(facts))), after)


def _redirected(facts: Facts) -> bool:
    """True for a documented 3xx: it serves a valid request as a success does (RFC 9110 §15.4)."""
    return facts.reply is not None and facts.reply.status[:1] == "3"


def _busy(facts: Facts) -> bool:
    """A documented 502, 503 or 504 may be the truth about a bad moment: it counts when it comes again."""
    return facts.status in TRANSIENT


def _why(facts: Facts) -> str:
    return facts.classified.why or "the documentation does not say what is answered here"


def _undocumented(facts: Facts) -> Verdict:
    known = ", ".join(reply.status for reply in facts.of.operation.replies)
    told = f"got {facts.status}, which is not documented (documented: {known})"
    return facts.violated(facts.of.statuses, told, str(facts.status))


# -- the table speaks -----------------------------------------------------------------------------------------------


def weighed(facts: Facts, machine: Machine, states: frozenset[str]) -> Taken:
    """What the table says of the answer."""
    situation = facts.situation
    return machine.step(
        states, facts.of.operation.id, facts.status, facts.body.value, facts.scope,
        since=situation.since, asked=situation.asked, documented=facts.reply is not None,
    )  # fmt: skip


def _by_table(facts: Facts, machine: Machine, states: frozenset[str]) -> Ruling:
    taken = weighed(facts, machine, states)
    return _as_weighed(facts, machine, states, taken)._replace(taken=taken)


def _as_weighed(facts: Facts, machine: Machine, states: frozenset[str], taken: Taken) -> Ruling:
    operation = facts.of.operation.id
    situation = facts.situation
    if taken.fits or taken.silent:
        return _allowed(facts, machine, taken)
    if not taken.misses:
        return Ruling((facts.observed(facts.of.statuses, f"got {facts.outcome}"),), states)
    if not facts.valid:
        unsure = facts.succeeded or facts.status >= 500
        return Ruling((facts.observed(facts.of.statuses, f"got {facts.outcome}; {_why(facts)}"),),
                      machine.successors(states, operation) if unsure else situation.states, either=unsure)  # fmt: skip
    miss = taken.misses[0]
    clause = clause_of(miss.cell, machine, expired=miss.overdue)
    now = machine.drift(states, situation.since, situation.asked).states
    by_now = f", by now {_told(now)}" if now != states and not miss.overdue else ""
    told = f"in state {_told(states)}{by_now}: {miss.message}"
    missed = facts.violated(clause, told, str(facts.status), transient=_busy(facts))
    if facts.reply is None:  # breaks two promises: the table's, and that no other status is answered
        return Ruling((_undocumented(facts), missed), frozenset())
    kept = facts.holds(facts.of.statuses)
    bodies = tuple(miss for miss in taken.misses if miss.status_fits)
    if bodies:
        return Ruling((kept, facts.holds(facts.stated.status)), frozenset(), bodies)
    return Ruling((kept, missed), frozenset())


def _allowed(facts: Facts, machine: Machine, taken: Taken) -> Ruling:
    verdicts: list[Verdict] = []
    if taken.fits:
        verdicts.append(facts.holds(facts.of.statuses))
        if facts.reply is not None:
            verdicts.append(facts.holds(facts.stated.status))
    for cell in taken.silent:
        told = f"in state {cell.state} the documentation does not say; got {facts.outcome}"
        verdicts.append(facts.observed(clause_of(cell, machine), told))
    # when several cells allow the answer, it shows none of them in particular
    alone = taken.fits if len(taken.fits) == 1 and not taken.silent else ()
    return Ruling(
        tuple(verdicts),
        taken.states,
        # what may still come has not been seen yet
        fits=tuple(cell for cell in alone if cell not in taken.pending),
        silent=bool(taken.silent),
        ways=taken.ways,
        expired=taken.expired,
        pending=taken.pending,
        since=taken.since,
        unsure=taken.unsure,
    )


def clause_of(cell: Cell, machine: Machine, *, expired: bool = False) -> str:
    """The clause of an entry of the table, or of its having expired."""
    name = expiry_clause if expired else cell_clause
    return name(machine.lifecycle.api, machine.lifecycle.name, cell.state, cell.operation)


def _told(states: frozenset[str]) -> str:
    return " or ".join(sorted(states))
