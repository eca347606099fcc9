"""`assay plan`: what would be tried, and with how many requests?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.outlook import Outlook
    from assay.app.plan import Estimate, Plan
    from assay.model.verdict import Clause

FORMAT = "assay-plan/1"


@click.command("plan")
@options.path
@options.selection
@click.option(
    "--target",
    metavar="NAME|URL",
    help="Tell also what the run would cost that target: requests, time, what is written there.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
def command(
    path: str, apis: tuple[str, ...], only: tuple[str, ...], profile: str, target: str | None, style: str
) -> int:
    """List the clauses a run would try to show, and the requests it would make.

    Nothing is sent: a dry run with its budget. The list is closed: in a run, every clause of it ends with
    exactly one standing, so nothing that was never seen can look like a pass.

    \b
    Examples:
      assay plan
      assay plan --profile nightly --api equos
      assay plan --only '*/status/404'
      assay plan --target staging --profile staging
    """  # noqa: D301 - click wants the character \b
    from assay.app.plan import prepare  # noqa: PLC0415 - loads the engine
    from assay.app.tuning import profile_for  # noqa: PLC0415
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    plan = prepare(path, profile_for(profile, target or ""), SystemClock().now().date(), apis=apis, only=only)
    cost = None
    if target is not None:
        from assay.app.outlook import outlook  # noqa: PLC0415 - loads the driver

        cost = outlook(plan, target)
    if style == "json":
        say(_json(plan, cost))
    else:
        say("\n".join([*_text(plan), *(_cost(cost) if cost is not None else ())]))
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


def _cost(cost: Outlook) -> Iterator[str]:
    yield ""
    yield strong(f"Target {cost.target}")
    for api, url in cost.urls:
        yield f"  {api}: {url}"
    allowed = f", of which {cost.allowed} may be sent" if cost.allowed is not None else ""
    yield f"  at most {count(cost.most, 'request')}{allowed}, {cost.in_flight} under way at a time"
    if cost.instances is not None:
        yield f"  {count(cost.instances, 'instance')} there at a time: what is over is ended before more are made"
    if cost.seconds is not None:
        yield f"  at {cost.rate:g} a second: up to {cost.seconds:.0f} s, of the {cost.budget:.0f} s that a run may take"
    if cost.headers:
        yield f"  each with {', '.join(cost.headers)}"
    if cost.forbidden:
        yield f"  {severe('not asked', 'unwitnessed')}, because they may write: {', '.join(cost.forbidden)}"
    elif cost.writing:
        yield f"  may write: {', '.join(cost.writing)}"
    if cost.unsupplied:
        yield f"  no ready value for {', '.join(cost.unsupplied)}: requests that need one are only observed"


def _parts(estimate: Estimate) -> str:
    parts = [f"witness {estimate.witness}"] if estimate.witness else []
    parts += [f"properties ≤ {estimate.properties}"] if estimate.properties else []
    parts += [f"lifecycle ≤ {estimate.lifecycle}"] if estimate.lifecycle else []
    return " · ".join(parts) or "none"


def _json(plan: Plan, cost: Outlook | None) -> str:
    document: dict[str, Any] = {
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
    if cost is not None:
        document["target"] = {
            "name": cost.target,
            "urls": dict(cost.urls),
            "allowed": cost.allowed,
            "rate": cost.rate,
            "in_flight": cost.in_flight,
            "instances": cost.instances,
            "seconds": cost.seconds,
            "budget": cost.budget,
            "writing": list(cost.writing),
            "forbidden": list(cost.forbidden),
            "unsupplied": list(cost.unsupplied),
        }
    return json.dumps(document, indent=2, ensure_ascii=False)
