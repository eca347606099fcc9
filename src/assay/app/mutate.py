"""The mutation score: how much of what can go wrong would these contracts notice?"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from assay import __version__
from assay.app.bench import Bench
from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.plan import Plan, prepare
from assay.app.remedy import suggestion
from assay.app.tuning import profile_for
from assay.contractfile.suggest import choose
from assay.files.mutants import MutantFolder
from assay.files.reports import WriteError, write_whole
from assay.mock.faults.library import FAULTS
from assay.mock.faults.mutants import Mutant, mutants, places
from assay.mock.faults.spoken import left_open
from assay.mock.faults.terms import Site
from assay.model.contract import Strength
from assay.model.mutation import Fate, MutantResult, Mutation, Trial
from assay.model.verdict import ClauseKind
from assay.report.render.mutation import render

#: the trial that has no fault
_HONEST = ""
#: told after each trial: how many are done, and how many there are
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MutateOptions:
    """What the user asked for."""

    path: str = "contracts"
    profile: str = "gate"
    apis: tuple[str, ...] = ()
    #: only these faults
    faults: tuple[str, ...] = ()
    seed: int = 1
    #: processes; None: as many as there are cores
    workers: int | None = None
    corpus: str | None = None
    #: where results are kept; None: nowhere
    cache: str | None = None


def mutate(options: MutateOptions, today: date, progress: Progress = lambda _done, _of: None) -> Mutation:
    """Tries every mutant. Ctrl-C ends it early: what is known until then is told.

    Raises `ContractError`, `UsageError` and `EnvironmentFailure`.
    """
    began = time.monotonic()
    plan = prepare(options.path, profile_for(options.profile), today, apis=options.apis, estimate=False)
    wanted = _wanted(plan, options.faults)
    folder = MutantFolder(Path(options.cache)) if options.cache is not None else None
    digest = _digest(plan, options)
    known = folder.read(digest) if folder is not None else {}
    first = len(known.keys() & {mutant.id for mutant in wanted})
    kept = _honest(plan, options)
    left = [mutant for mutant in wanted if mutant.id not in known]
    complete = True
    trials = dict(known)
    try:
        for mutant, trial in _tried(left, options):
            trials[mutant.id] = trial
            progress(len(trials.keys() & {m.id for m in wanted}), len(wanted))
    except KeyboardInterrupt:
        complete = False
    if folder is not None:
        folder.write(digest, trials)
    results = tuple(_results(plan, wanted, trials))
    vacuous = _vacuous(plan, results, kept) if complete and not options.faults else {}
    return Mutation(__version__, plan.contracts.digest, options.profile, options.seed, results, vacuous,
                    round(time.monotonic() - began, 3), first, complete)  # fmt: skip


def publish(mutation: Mutation, reports: str, now: datetime) -> str:
    """Writes the results into a folder of their own below `reports`, and tells which. Raises `EnvironmentFailure`."""
    folder = Path(reports) / f"mutation-{now.strftime('%Y-%m-%dT%H-%M-%SZ')}"
    try:
        for name, content in render(mutation).items():
            write_whole(folder / name, content)
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    return str(folder)


def _wanted(plan: Plan, faults: Sequence[str]) -> list[Mutant]:
    for name in faults:
        if name not in FAULTS:
            raise UsageError(f"Cannot try the fault {name!r}: because there is none. {choose(name, FAULTS)}")
    found = [m for m in mutants(plan.contracts) if not faults or m.fault.name in faults]
    if not found:
        raise UsageError(
            "Cannot mutate: because no fault can strike anywhere. Name other contracts or faults."
        )
    return found


def _digest(plan: Plan, options: MutateOptions) -> str:
    said = f"{plan.contracts.digest}/{__version__}/{plan.profile.key}/{options.seed}/{','.join(FAULTS)}"
    return sha256(said.encode()).hexdigest()[:32]


def _honest(plan: Plan, options: MutateOptions) -> frozenset[str]:
    """The clauses that are kept where nothing is wrong. It also makes the corpus that all trials share."""
    with closing(Bench(plan, options.seed, options.corpus)) as bench:
        trial, kept = bench.honest()
    if trial.killed_by:
        shown = ", ".join(trial.killed_by[:3])
        raise UsageError(
            f"Cannot tell a mutant from the original: because the contracts' own mock breaks {shown}. "
            "`assay run` shows how; mend that first."
        )
    return kept


# -- in processes -----------------------------------------------------------------------------------------------------

_bench: Bench | None = None


def _begin(options: MutateOptions, today: date) -> None:
    """In a process of its own: sets up the bench."""
    global _bench  # noqa: PLW0603 - one for all trials of a process
    plan = prepare(options.path, profile_for(options.profile), today, apis=options.apis, estimate=False)
    _bench = Bench(plan, options.seed, options.corpus)


def _try(mutant: Mutant) -> Trial:
    if _bench is None:
        raise RuntimeError("the bench is set up when its process begins")
    return _bench(mutant)


def _tried(left: Sequence[Mutant], options: MutateOptions) -> Iterator[tuple[Mutant, Trial]]:
    """The trials as they end, several processes at a time."""
    if not left:
        return
    workers = min(options.workers or os.cpu_count() or 1, len(left))
    today = date(2000, 1, 1)  # waivers excuse nobody here
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (options, today))
    waiting: dict[Future[Trial], Mutant] = {}
    todo = iter(left)
    try:
        while True:
            for mutant in todo:
                waiting[pool.submit(_try, mutant)] = mutant
                if len(waiting) >= 2 * workers:
                    break
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


# -- what came of it --------------------------------------------------------------------------------------------------


def _results(plan: Plan, wanted: Sequence[Mutant], trials: Mapping[str, Trial]) -> Iterator[MutantResult]:
    sites = {
        (api.name, place.operation.id, place.state): place
        for api in plan.contracts.apis
        for place in places(api)
    }
    for mutant in wanted:
        if mutant.id in trials:
            yield _result(mutant, sites[mutant.api, mutant.operation, mutant.state], trials[mutant.id])


def _result(mutant: Mutant, place: Site, trial: Trial) -> MutantResult:
    fate, why = Fate.KILLED, ""
    if not trial.killed_by:
        why = left_open(mutant, place, trial)
        fate = Fate.EQUIVALENT if why else Fate.SURVIVED
    aim = mutant.fault.field or (str(mutant.fault.status) if mutant.fault.status else "")
    return MutantResult(
        mutant.id,
        mutant.api,
        mutant.operation,
        mutant.state,
        mutant.fault.name,
        FAULTS[mutant.fault.name].title,
        aim,
        fate,
        why or (_why(mutant, trial) if fate is Fate.SURVIVED else ""),
        trial.killed_by,
        trial.requests,
        suggestion(mutant, place, trial) if fate is Fate.SURVIVED else None,
    )


def _why(mutant: Mutant, trial: Trial) -> str:
    """Why it survived."""
    if not trial.visited:
        where = f" in the state {mutant.state}" if mutant.state else ""
        return f"{mutant.operation} was never asked{where}"
    loud = next((one for one in trial.shown if not one.silent), None)
    if loud is None:
        return f"{mutant.fault.field or 'the answer'} was otherwise {trial.struck} times, and no promise speaks of it"
    where = f"{loud.operation} in the state {loud.state}" if loud.state else loud.operation
    what = f"{loud.where} " if loud.where else ""
    told = f"{where} shows {what}{loud.got} instead of {loud.expected}"
    return f"{told}, and no promise speaks of it"


def _vacuous(plan: Plan, results: Sequence[MutantResult], kept: frozenset[str]) -> Mapping[str, str]:
    """The clauses that were kept, and that no mutant has broken.

    Those that a status is seen are none of them: where another comes, the table is what is broken.
    """
    broken = {clause for one in results for clause in one.killed_by}
    return {
        clause.id: clause.title
        for clause in plan.clauses
        if clause.id in kept
        and clause.id not in broken
        and clause.strength is not Strength.SILENT
        and clause.kind is not ClauseKind.STATUS
    }
