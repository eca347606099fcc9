"""`assay plan`: what would be tried, and with how many requests?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.plan import Estimate, Plan
    from assay.model.verdict import Clause

FORMAT = "assay-plan/1"


@click.command("plan")
@options.path
@options.selection
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
def command(path: str, apis: tuple[str, ...], only: tuple[str, ...], profile: str, style: str) -> int:
    """List the clauses a run would try to show, and the requests it would make.

    Nothing is sent: a dry run with its budget. The list is closed: in a run, every clause of it ends with
    exactly one standing, so nothing that was never seen can look like a pass.

    \b
    Examples:
      assay plan
      assay plan --profile nightly --api equos
      assay plan --only '*/status/404'
    """  # noqa: D301 - click wants the character \b
    from assay.app.plan import prepare  # noqa: PLC0415 - loads the engine
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    plan = prepare(path, profile, SystemClock().now().date(), apis=apis, only=only)
    say(_json(plan) if style == "json" else "\n".join(_text(plan)))
    return 0


def _text(plan: Plan) -> Iterator[str]:
    groups: dict[tuple[str, str | None, str | None], list[Clause]] = {}
    for clause in plan.clauses:
        # a clause of a table stands there, whatever operation it is about
        key = (clause.api, None if clause.lifecycle else clause.operation, clause.lifecycle)
        groups.setdefault(key, []).append(clause)
    there = {clause.api for clause in plan.clauses}
    for api in plan.contracts.apis:
        if api.name not in there:
            continue
        yield strong(f"{api.name}: {api.title} {api.version}")
        for operation in api.operations:
            title = f"{operation.method.upper()} {operation.path}  {operation.id}"
            yield from _group(title, groups.get((api.name, operation.id, None), []))
        for cycle in api.lifecycles:
            yield from _group(f"lifecycle {cycle.name}", groups.get((api.name, None, cycle.name), []))
        yield ""
    yield from _requests(plan)


def _group(title: str, clauses: list[Clause]) -> Iterator[str]:
    if not clauses:
        return
    yield ""
    yield f"  {strong(title)}  {faint(count(len(clauses), 'clause'))}"
    width = max(len(clause.id) for clause in clauses)
    for clause in clauses:
        yield f"    {clause.id:<{width}}  {clause.strength:<11}  {faint(clause.source)}"
        if clause.unreachable:
            yield f"      {severe('unreachable', 'unwitnessed')}: {clause.unreachable}"


def _requests(plan: Plan) -> Iterator[str]:
    yield strong(f"Requests, profile {plan.profile.name} ({plan.profile.description})")
    names = [f"{estimate.api}/{estimate.name}" for estimate in plan.estimates]
    width = max(map(len, names), default=0)
    for name, estimate in zip(names, plan.estimates, strict=True):
        yield f"  {name:<{width}}  {_parts(estimate)}"
    unreachable = sum(1 for clause in plan.clauses if clause.unreachable)
    silent = sum(1 for clause in plan.clauses if clause.strength == "silent")
    yield f"  {'total':<{width}}  ≤ {plan.most}; each violation found adds a few to confirm and shorten it"
    yield ""
    yield (
        strong(count(len(plan.clauses), "clause"))
        + f", of which {silent} are observed only (the documentation is silent)"
        + f" and {unreachable} cannot be reached"
    )


def _parts(estimate: Estimate) -> str:
    parts = [f"witness {estimate.witness}"] if estimate.witness else []
    parts += [f"properties ≤ {estimate.properties}"] if estimate.properties else []
    parts += [f"lifecycle ≤ {estimate.lifecycle}"] if estimate.lifecycle else []
    return " · ".join(parts) or "none"


def _json(plan: Plan) -> str:
    document = {
        "format": FORMAT,
        "profile": plan.profile.name,
        "digest": plan.contracts.digest,
        "clauses": [
            {
                "id": clause.id,
                "api": clause.api,
                "operation": clause.operation,
                "lifecycle": clause.lifecycle,
                "state": clause.state,
                "status": clause.status,
                "kind": str(clause.kind),
                "strength": str(clause.strength),
                "source": clause.source,
                "title": clause.title,
                "place": str(clause.place),
                "unreachable": clause.unreachable,
            }
            for clause in plan.clauses
        ],
        "requests": [
            {
                "api": estimate.api,
                "name": estimate.name,
                "witness": estimate.witness,
                "properties": estimate.properties,
                "lifecycle": estimate.lifecycle,
                "most": estimate.most,
            }
            for estimate in plan.estimates
        ],
        "most": plan.most,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
