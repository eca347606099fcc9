"""The header of the run log: all that a reader of the log needs to know of the contracts, before anything is sent."""

from __future__ import annotations

from datetime import datetime

from assay import __version__
from assay.files.revision import Revision
from assay.model.contract import ContractSet
from assay.model.event import RunStarted
from assay.model.verdict import Clause
from assay.report.outline import outline


def header(contracts: ContractSet, clauses: tuple[Clause, ...], *, run: str, started: datetime, seed: int, profile: str,
           target: str, strict: bool, shard: str = "1/1", revision: Revision | None = None,
           plan: str = "") -> RunStarted:  # fmt: skip
    """The `RunStarted` of a run over those clauses."""
    branch, commit = revision or Revision()
    drawn = outline(contracts)
    selected = {clause.id for clause in clauses}
    # a waiver of a clause that this run leaves out has nothing to match; fingerprints may match anything
    waivers = tuple(w for w in drawn.waivers if "/" not in w["matches"] or w["matches"] in selected)
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
    )
