"""The header of the run log: all that a reader of the log needs to know of the contracts, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from assay import __version__
from assay.files.revision import Revision
from assay.model.contract import ContractSet
from assay.model.event import RunStarted
from assay.model.problem import NOWHERE
from assay.model.verdict import Clause
from assay.plan.clauses import clauses as clauses_of
from assay.report.outline import outline


def header(contracts: ContractSet, clauses: tuple[Clause, ...], *, run: str, started: datetime, seed: int, profile: str,
           target: str, strict: bool, shard: str = "1/1", revision: Revision | None = None,
           plan: str = "", flaky: str = "fail", held: Mapping[str, str] = MappingProxyType({})
           ) -> RunStarted:  # fmt: skip
    """The `RunStarted` of a run over those clauses.

    `held` says of pending clauses in which earlier run they held; `flaky` is `fail` or `pass`.
    """
    branch, commit = revision or Revision()
    drawn = outline(contracts)
    selected = {clause.id for clause in clauses}
    # a waiver of a clause that this run leaves out has nothing to match; one of no clause at all is told
    left_out = _known(contracts) - selected if drawn.waivers else frozenset()
    waivers = tuple(w for w in drawn.waivers if w["matches"] not in left_out)
    return RunStarted(
        run=run,
        started=started.isoformat(timespec="seconds"),
        seed=seed,
        profile=profile,
        target=target,
        digest=contracts.digest,
        version=__version__,
        clauses=clauses,
        shard=shard,
        strict=strict,
        tables=drawn.tables,
        operations=drawn.operations,
        apis=drawn.apis,
        waivers=waivers,
        branch=branch,
        commit=commit,
        plan=plan,
        flaky=flaky,
        pending=tuple(_pending(contracts, clauses, held)),
    )


def pending(contracts: ContractSet, clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses among those that may be broken until they have held once."""
    listed = [one for api in contracts.apis for one in api.pending]
    return tuple(c for c in clauses if any(one.covers(c) for one in listed)) if listed else ()


def _pending(
    contracts: ContractSet, clauses: Iterable[Clause], held: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    listed = [one for api in contracts.apis for one in api.pending]
    for clause in pending(contracts, clauses):
        entry = next(one for one in listed if one.covers(clause))
        yield {
            "clause": clause.id,
            "held": held.get(clause.id, ""),
            "place": "" if entry.place == NOWHERE else str(entry.place),
            "entry": entry.matches,
        }


def _known(contracts: ContractSet) -> frozenset[str]:
    return frozenset(clause.id for api in contracts.apis for clause in clauses_of(api))
