"""Learning: what runs saw each time where the documentation is silent, proposed as changes to the contracts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assay.app.errors import EnvironmentFailure, OurFault, UsageError
from assay.app.load import load
from assay.app.report import events_of, logs_of
from assay.contractfile.decide import CannotEdit
from assay.contractfile.pin import OBSERVED, filled, firmer, sourced
from assay.files.contracts import read_tree
from assay.files.reports import WriteError, latest, write_whole
from assay.model.contract import ContractSet, Strength
from assay.model.problem import Problem, Severity
from assay.plan.clauses import clauses
from assay.report.observed import Observed, observed
from assay.report.pins import Learned, Pin, Unpinned, learn
from assay.rules import lint

#: observations that a pin takes at least, unless somebody says otherwise
AT_LEAST = 5
_MOCK = "mock"


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """What the user asked for."""

    #: folders or logs of runs; none: the latest
    runs: tuple[str, ...] = ()
    path: str = "contracts"
    reports: str = "reports"
    at_least: int = AT_LEAST
    apply: bool = False


@dataclass(frozen=True, slots=True)
class Lesson:
    """What some runs have to teach, and what the contracts would be like."""

    #: the ids of the runs, oldest first
    runs: tuple[str, ...]
    pins: tuple[Pin, ...]
    contradictory: tuple[Unpinned, ...]
    left: tuple[Unpinned, ...]
    #: file -> its text with the pins
    texts: Mapping[str, str]
    #: unified diff of all files
    patch: str
    #: what a reader should know: contracts that have changed since, findings that the pins bring
    remarks: tuple[str, ...] = ()
    applied: bool = False


def lesson(options: LearnOptions, today: date) -> Lesson:
    """What the runs saw each time, as changes to the contracts, which are written only where that was asked for.

    Raises `ContractError`, `UsageError`, `EnvironmentFailure`.
    """
    if options.at_least < 1:
        raise UsageError(
            f"Cannot learn from {options.at_least} observations: because nothing follows from nothing. Say 1 or more."
        )
    contracts = load(options.path, today)
    runs = _runs(options)
    found = learn(contracts, runs, options.at_least)
    before = dict(read_tree(options.path))
    pins, unwritable, after = _written(found, contracts, before)
    changed = {file: text for file, text in after.items() if text != before[file]}
    _check(options, contracts, after, pins, today)
    remarks = [*_changed_since(contracts, runs), *_brought(options, before, after, today)]
    if options.apply:
        _write(changed)
    return Lesson(
        runs=tuple(run.header.run for run in runs),
        pins=pins,
        contradictory=found.contradictory,
        left=(*found.left, *unwritable),
        texts=changed,
        patch="".join(_diff(file, before[file], text) for file, text in sorted(changed.items())),
        remarks=tuple(remarks),
        applied=options.apply and bool(changed),
    )


def _runs(options: LearnOptions) -> tuple[Observed, ...]:
    """What each run saw. Raises `UsageError` for what is no log, a run twice, and the mock, which makes it up."""
    try:
        named = options.runs or (str(latest(Path(options.reports))),)
    except FileNotFoundError as error:
        raise UsageError(str(error)) from None
    found: dict[str, Observed] = {}
    for name in named:
        with events_of(logs_of(name)) as events:
            try:
                run = observed(events)
            except TypeError:
                raise UsageError(
                    f"Cannot learn from {name}: because it is no whole log. Name the folder of a run."
                ) from None
        if run.header.run in found:
            raise UsageError(
                f"Cannot learn from {name}: because run {run.header.run} was named before. Name each once."
            )
        if run.header.target == _MOCK:
            raise UsageError(
                f"Cannot learn from {name}: because that run asked the built-in mock, which answers as the contracts "
                "choose. Name a run against a real server."
            )
        found[run.header.run] = run
    return tuple(found[run] for run in sorted(found))


def _written(
    found: Learned, contracts: ContractSet, before: Mapping[str, str]
) -> tuple[tuple[Pin, ...], tuple[Unpinned, ...], dict[str, str]]:
    """The pins that can be written, those that cannot, and the texts with the former."""
    texts = dict(before)
    done: list[Pin] = []
    refused: list[Unpinned] = []
    for api in contracts.apis:
        pins = [pin for pin in found.pins if pin.api == api.name]
        for pin in pins:
            try:
                source = f"{OBSERVED}#{pin.run}"
                old = texts[pin.file]
                new = (
                    filled(old, pin.pointer, pin.ways, source)
                    if pin.ways
                    else firmer(old, pin.pointer, source)
                )
            except CannotEdit as error:
                why = f"it cannot be written at {pin.file}: {error}"
                refused += [Unpinned(clause, why, ((pin.what, pin.seen),)) for clause in pin.clauses]
                continue
            texts[pin.file] = new
            done.append(pin)
        if any(pin.api == api.name for pin in done):
            try:
                texts[api.place.file] = sourced(texts[api.place.file])
            except CannotEdit as error:
                raise UsageError(
                    f"Cannot name the runs in {api.place.file}: because {error}. "
                    f"Add `{OBSERVED}: {{title: …}}` to `sources` there."
                ) from None
    return tuple(done), tuple(refused), texts


def _check(
    options: LearnOptions, old: ContractSet, texts: Mapping[str, str], pins: Iterable[Pin], today: date
) -> None:
    """Reads the texts again: the same clauses, and none but the pinned ones firmer. Raises `OurFault`."""
    parsed = lint.examine(texts, root=options.path, today=today, advice=False)
    meant = {clause for pin in pins for clause in pin.clauses}
    if parsed.contracts is not None:
        was, now = _strengths(old), _strengths(parsed.contracts)
        grown = {clause for clause in was if now.get(clause) is not was[clause]}
        if was.keys() == now.keys() and grown == meant:
            return
    raise OurFault(
        "Cannot propose these pins: because the contracts would not be read as they are meant. "
        "Write them by hand, and report this, please."
    )


def _strengths(contracts: ContractSet) -> dict[str, Strength]:
    return {clause.id: clause.strength for api in contracts.apis for clause in clauses(api)}


def _changed_since(contracts: ContractSet, runs: Sequence[Observed]) -> Iterable[str]:
    other = [run.header.run for run in runs if run.header.digest != contracts.digest]
    if other:
        yield f"the contracts have changed since {', '.join(other)}: what is silent no longer was left out"


def _brought(
    options: LearnOptions, before: Mapping[str, str], after: Mapping[str, str], today: date
) -> Iterable[str]:
    """What lint would say of the new contracts and does not of the old."""

    def found(texts: Mapping[str, str]) -> list[Problem]:
        return [
            problem
            for problem in lint.examine(texts, root=options.path, today=today).problems
            if problem.severity is not Severity.ADVICE
        ]

    known = {(problem.place.file, problem.place.pointer, problem.rule) for problem in found(before)}
    for problem in found(after):
        if (problem.place.file, problem.place.pointer, problem.rule) not in known:
            yield f"lint will say: {problem.place}: {problem.severity}[{problem.rule}]: {problem.message}"


def _diff(file: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{file}", f"b/{file}"
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _write(texts: Mapping[str, str]) -> None:
    for file, text in texts.items():
        try:
            write_whole(Path(file), text.encode())
        except WriteError as error:
            raise EnvironmentFailure(str(error)) from error
