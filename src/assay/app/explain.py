"""Explain: a clause, a lifecycle, a kind of clause, a standing, or a lint rule, in words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app import lifecycle
from assay.app.errors import UsageError
from assay.app.load import load
from assay.contractfile.suggest import nearest
from assay.inputs.constraints import constraints, refusals
from assay.model.clause_id import cell_clause, operation_clause, rejects_clause

if TYPE_CHECKING:
    from assay.app.lifecycle import LifecycleStory
    from assay.laws.manual import Parameter
    from assay.model.case import Script
    from assay.model.contract import Api
    from assay.model.terms import Json
    from assay.model.verdict import Clause
    from assay.plan.witness import Planner

#: the sections of `explanations.toml`, and what their entries are called
SECTIONS = {
    "kinds": "kind of clause",
    "laws": "law",
    "standings": "standing",
    "strengths": "strength",
    "rules": "lint rule",
    "changes": "rule about changes",
}


@dataclass(frozen=True, slots=True)
class Word:
    """What one of our words means."""

    word: str
    #: `lint rule`, `kind of clause`, …
    what: str
    means: str
    example: str = ""
    #: how to mend what it is about; empty where there is nothing to mend
    mend: str = ""
    #: what a law can be told
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way in which a run tries a clause on purpose."""

    #: what is special about the last request
    title: str
    #: operation of each step, the lead-up included
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clause stood in a report."""

    report: str
    run: str
    target: str
    #: the entry of `report.json`
    entry: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ClauseStory:
    """All there is to know of one clause."""

    clause: Clause
    kind: Word
    strength: Word
    #: title and address of its source; empty when the source is not described
    source_title: str
    source_url: str
    source_note: str
    #: method and path of the operation, empty for clauses of a lifecycle as a whole
    endpoint: str
    attempts: tuple[Attempt, ...]
    #: why no request aims at it, when that is known
    untried: str
    #: in the latest report, if there is one that has it
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Several:
    """A name that stands for more than one clause."""

    name: str
    clauses: tuple[Clause, ...]


def explain(name: str, path: str, today: date, report: str) -> Word | ClauseStory | LifecycleStory | Several:
    """What `name` is about. Contracts are only read when it is none of our own words.

    Raises `UsageError` when nothing has that name, `ContractError` when the contracts cannot be read.
    """
    word = words().get(name)
    if word is not None:
        return word
    contracts = load(path, today)
    cycle = lifecycle.find(name, contracts)
    if cycle is not None:
        return lifecycle.tell(cycle, report)
    from assay.plan.clauses import clauses as clauses_of  # noqa: PLC0415 - not for words
    from assay.plan.select import NoSuchClause, select  # noqa: PLC0415

    cycles = [n for api in contracts.apis for c in api.lifecycles for n in (lifecycle.name_of(c), c.name)]
    known = [(api, clause) for api in contracts.apis for clause in clauses_of(api)]
    for api, clause in known:
        if clause.id == name:
            return _story(api, clause, report)
    try:
        chosen = select([clause for _, clause in known], [name])
    except NoSuchClause:
        raise UsageError(_unknown(name, [*cycles, *(clause.id for _, clause in known)])) from None
    if len(chosen) == 1:
        return _story(next(api for api, clause in known if clause is chosen[0]), chosen[0], report)
    return Several(name, chosen)


def _unknown(name: str, others: list[str]) -> str:
    near = nearest(name, [*words(), *others])
    hint = (
        f"Did you mean '{near}'?"
        if near
        else "`assay plan` lists the clauses, `assay explain rules` the lint rules."
    )
    return f"Cannot explain '{name}': because it is no clause, lifecycle, kind, law, standing or rule. {hint}"


@cache
def words() -> Mapping[str, Word]:
    """Every word that can be explained without contracts."""
    from assay.laws.manual import pages  # noqa: PLC0415 - not before somebody asks
    from assay.rules.breaking import rule_ids as changed_rules  # noqa: PLC0415

    text = (resources.files("assay.app") / "explanations.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    laws = {page.name: page for page in pages()}
    entries["changes"] = {rule: _change(rule) for rule in changed_rules()}
    entries["laws"] = {
        name: {"means": page.text, **entries["laws"].get(name, {})} for name, page in laws.items()
    }
    found = {
        name: Word(
            name,
            what,
            entry["means"],
            entry.get("example", "").strip("\n"),
            entry.get("mend", ""),
            laws[name].parameters if section == "laws" else (),
        )
        for section, what in SECTIONS.items()
        for name, entry in entries[section].items()
    }
    for section, what in SECTIONS.items():
        names = [word.word for word in found.values() if word.what == what]
        found.setdefault(section, Word(section, "list", f"Every {what}: {', '.join(names)}."))
    return found


def _change(rule: str) -> Mapping[str, str]:
    """What a rule about changes says of itself."""
    from assay.rules.breaking import cards, titles  # noqa: PLC0415 - not before somebody asks

    card, title = cards()[rule], titles([rule])[rule]
    concern = "neither client nor server" if card.whom == "neither" else f"the {card.whom}"
    means = f"{title}\n\nUsually {_ARTICLES[card.level]}; it concerns {concern}. It rests on {card.source}."
    return {"means": means, "example": card.example, "mend": card.fix[:1].lower() + card.fix[1:]}


_ARTICLES = {"breaking": "it is breaking", "warning": "it is a warning", "note": "it is a note"}


def _story(api: Api, clause: Clause, report: str) -> ClauseStory:
    attempts, untried = _attempts(api, clause)
    key = clause.source.partition("#")[0]
    source = api.sources.get(key)
    operation = api.operation(clause.operation) if clause.operation else None
    return ClauseStory(
        clause=clause,
        kind=words()[str(clause.kind)],
        strength=words()[str(clause.strength)],
        source_title=source.title if source else "",
        source_url=(source.url or "") if source else "",
        source_note=(source.note or "") if source else "",
        endpoint=f"{operation.method.upper()} {operation.path}" if operation else "",
        attempts=attempts,
        untried=clause.unreachable or untried,
        standing=_standing(clause.id, report),
    )


def _attempts(api: Api, clause: Clause) -> tuple[tuple[Attempt, ...], str]:
    from assay.app.profile import PROFILES  # noqa: PLC0415 - loads the engine
    from assay.inputs.known_good import examples  # noqa: PLC0415
    from assay.model.verdict import ClauseKind  # noqa: PLC0415
    from assay.plan.witness import Planner  # noqa: PLC0415

    planner = Planner(api, examples(api))
    if clause.kind is ClauseKind.LAW:
        return tuple(_drills(api, clause, planner)), ""
    budget = PROFILES["gate"].witness
    plans = [planner.witness(operation, budget) for operation in api.operations]
    aims = {clause.id, *_askers(api, clause)}
    aimed = [script for plan in plans for script in plan.scripts if script.steps[-1].aim in aims]
    missing = next((plan.missing[clause.id] for plan in plans if clause.id in plan.missing), "")
    return tuple(_attempt(script) for script in aimed), "" if aimed else missing


def _drills(api: Api, clause: Clause, planner: Planner) -> Iterator[Attempt]:
    """The drills of the law that a clause is about, those of all its parts."""
    from assay.laws.library import drills  # noqa: PLC0415 - loads the engine
    from assay.laws.terms import Missing  # noqa: PLC0415
    from assay.plan.ground import Ground  # noqa: PLC0415

    cycle = next((known for known in api.lifecycles if known.name == clause.lifecycle), None)
    name = clause.id.partition("/law/")[2].partition("/")[0]
    if cycle is None:
        return
    law = next(law for law in cycle.laws if law.name == name)
    for item in drills(Ground(planner, cycle, ("", "another")), law):
        if not isinstance(item, Missing):
            yield Attempt(item.title, tuple(case.operation for case in item.steps))


def _attempt(script: Script) -> Attempt:
    return Attempt(script.steps[-1].title, tuple(case.operation for case in script.steps))


def _askers(api: Api, clause: Clause) -> Iterator[str]:
    """Clauses whose requests are to be answered with the status that `clause` is about."""
    if clause.operation is None or clause.status is None:
        return
    operation, wanted = api.operation(clause.operation), set(clause.status.split(", "))
    cycle = api.lifecycle_of(operation.id)
    for state, cell in (cycle.cells[operation.id] if cycle else {}).items():
        if cycle and any(str(transition.status) in wanted for transition in cell.transitions):
            yield cell_clause(api.name, cycle.name, state, operation.id)
    if operation.secured and wanted & {"401", "403"}:
        yield operation_clause(api.name, operation.id, "authorization")
    if wanted & set(refusals(operation)):
        yield from (rejects_clause(api.name, operation.id, one.id) for one in constraints(api, operation))


def _standing(clause: str, report: str) -> Standing | None:
    from assay.app.replay import read_report  # noqa: PLC0415

    if not Path(report).is_file():
        return None
    try:
        document = read_report(report)
    except UsageError:
        return None  # explaining does not depend on it
    for entry in document["clauses"]:
        if entry["id"] == clause:
            return Standing(report, str(document["run"]["id"]), str(document["run"]["target"]), entry)
    return None
