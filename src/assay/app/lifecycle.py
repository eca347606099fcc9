"""A lifecycle told: its table as a graph, with the standings that a report gives its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.errors import EnvironmentFailure, UsageError
from assay.model.verdict import Standing

if TYPE_CHECKING:
    from assay.model.contract import ContractSet
    from assay.model.lifecycle import Lifecycle
    from assay.model.terms import Json
    from assay.model.verdict import Clause
    from assay.report.graph import Accusation, Graph
    from assay.report.result import ClauseResult


@dataclass(frozen=True, slots=True)
class LifecycleStory:
    """A lifecycle, ready to be shown."""

    #: `equos/lifecycle/session-pass`
    name: str
    #: `file:line:column` of its table
    place: str
    operations: int
    graph: Graph
    mermaid: str
    #: run and target of the report that has its standings; empty: none has
    run: str
    target: str


def name_of(cycle: Lifecycle) -> str:
    """What the ids of all its clauses begin with."""
    return f"{cycle.api}/lifecycle/{cycle.name}"


def find(name: str, contracts: ContractSet) -> Lifecycle | None:
    """The lifecycle of that full name, or the only one of that short name. Raises `UsageError` when several fit."""
    cycles = [cycle for api in contracts.apis for cycle in api.lifecycles]
    wanted = name.rstrip("/")
    fit = [c for c in cycles if name_of(c) == wanted] or [c for c in cycles if c.name == wanted]
    if len(fit) > 1:
        names = ", ".join(name_of(cycle) for cycle in fit)
        raise UsageError(
            f"Cannot explain '{name}': because {len(fit)} lifecycles are called so. Name one of {names}."
        )
    return fit[0] if fit else None


def tell(cycle: Lifecycle, report: str) -> LifecycleStory:
    """The story of that lifecycle, with the standings of `report` where there is one that knows its cells."""
    from assay.report.graph import Overlay, graph  # noqa: PLC0415 - only for lifecycles
    from assay.report.matrix import lifecycle_table  # noqa: PLC0415
    from assay.report.mermaid import mermaid  # noqa: PLC0415
    from assay.report.outline import table  # noqa: PLC0415

    document = _document(report)
    entries = {str(entry["id"]): entry for entry in document.get("clauses", ())}
    seen = {str(entry["clause"]): entry["outcomes"] for entry in document.get("observations", ())}
    clauses = _clauses(cycle)
    results = [_result(c, entries.get(c.id, {}), seen.get(c.id, {})) for c in clauses]
    shown = lifecycle_table(cycle.api, cycle.name, table(cycle), results)
    overlay = Overlay(_accused(cycle, document), _unseen(cycle, document))
    drawn = graph(shown, entries.__contains__, overlay)
    told = any(clause.id in entries for clause in clauses)
    return LifecycleStory(
        name=name_of(cycle),
        place=str(cycle.place),
        operations=len(cycle.operations),
        graph=drawn,
        mermaid=mermaid(drawn),
        run=str(document["run"]["id"]) if told else "",
        target=str(document["run"]["target"]) if told else "",
    )


def _accused(cycle: Lifecycle, document: Mapping[str, Json]) -> list[Accusation]:
    """Where a report's histories show laws and fields of the lifecycle broken."""
    from assay.report.graph import Accusation, culprits  # noqa: PLC0415

    start = f"{name_of(cycle)}/"
    found = []
    for violation in document.get("violations", ()):
        kind = str(violation["clause"]).removeprefix(start).partition("/")[0]
        if not str(violation["clause"]).startswith(start) or kind not in {"law", "field"}:
            continue
        rule = str(violation["clause"])[len(start) :]
        for state, operation, status in culprits([_told(step) for step in violation["history"]]):
            found.append(Accusation(state, operation, status, rule, bool(violation["waived"])))
    return found


def _told(step: Mapping[str, Json]) -> tuple[str, str, int | None, bool]:
    """State, operation and status of a step, and whether it was in a race whose beginning is known."""
    start = str(step.get("race", {}).get("began", ""))
    return (
        str(step["state"]) or start,
        str(step["operation"]),
        (step["response"] or {}).get("status"),
        bool(start),
    )


def _unseen(cycle: Lifecycle, document: Mapping[str, Json]) -> frozenset[tuple[str, str, str]]:
    """Transitions that the run of a report did not see."""
    return frozenset(
        (gap["state"], gap["operation"], gap["to"])
        for found in document.get("coverage", ())
        if (found["api"], found["lifecycle"]) == (cycle.api, cycle.name)
        for gap in found["transitions"]["unseen"]
    )


def save(story: LifecycleStory, file: str) -> None:
    """Writes the picture. Raises `EnvironmentFailure` when it cannot be written."""
    from assay.files.reports import WriteError, write_whole  # noqa: PLC0415
    from assay.report.render.picture import render  # noqa: PLC0415

    try:
        write_whole(Path(file), render(story.graph))
    except WriteError as error:
        why = error.strerror or "it cannot be written"
        raise EnvironmentFailure(f"Cannot write {file}: because {why}. Name another file.") from error


def _document(report: str) -> Mapping[str, Json]:
    from assay.app.replay import read_report  # noqa: PLC0415

    if not Path(report).is_file():
        return {}
    try:
        return read_report(report)
    except UsageError:
        return {}  # explaining does not depend on it


def _clauses(cycle: Lifecycle) -> list[Clause]:
    from assay.model.clause_id import cell_clause  # noqa: PLC0415
    from assay.model.verdict import Clause, ClauseKind  # noqa: PLC0415

    return [
        Clause(
            cell_clause(cycle.api, cycle.name, state, operation), cycle.api, ClauseKind.CELL,
            cell.strength, cell.source, "", operation, cycle.name, state,
        )
        for operation, column in cycle.cells.items()
        for state, cell in column.items()
    ]  # fmt: skip


def _result(clause: Clause, entry: Mapping[str, Json], outcomes: Mapping[str, Json]) -> ClauseResult:
    from assay.report.result import ClauseResult  # noqa: PLC0415

    return ClauseResult(
        clause,
        Standing(str(entry.get("standing", Standing.UNWITNESSED))),
        seen=int(entry.get("seen", 0)),
        outcomes=tuple((label, int(count)) for label, count in sorted(outcomes.items())),
        waived=bool(entry.get("waived", False)),
    )
