"""`assay history`: what broke since, and since when?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assay.cli import options
from assay.cli.output import count, say, severe

if TYPE_CHECKING:
    from assay.store.history import Which
    from assay.store.place import Place

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = {"list": "assay-history/1", "compare": "assay-comparison/1", "bisect": "assay-bisection/1"}


def _kept(command: _Command) -> _Command:
    """Where runs are kept."""
    reports = click.option(
        "--reports", default="reports", show_default=True, metavar="DIR", help="Where logs and reports are."
    )
    return reports(options.history(command))


def _which(command: _Command) -> _Command:
    """Which runs are looked at, and for whom."""
    several = (
        click.option("--branch", default="", metavar="NAME", help="Only runs of this branch."),
        click.option("--target", default="", metavar="NAME|URL", help="Only runs against this target."),
        click.option("--profile", default="", metavar="NAME", help="Only runs of this profile."),
        click.option(
            "--format",
            "style",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="For people or for programs.",
        ),
    )
    for option in reversed(several):
        command = option(command)
    return command


@click.group("history", invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
@_which
@click.option(
    "--last",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many runs to list.",
)
@_kept
@click.pass_context
def command(
    context: click.Context,
    branch: str,
    target: str,
    profile: str,
    style: str,
    last: int,
    reports: str,
    history: str | None,
) -> int:
    """List the runs that were kept, compare two, or find the first that saw a violation.

    Every run is kept: how each clause stood, how long answers took, the seed, the target, branch and commit.
    RUN is a run's id or key, how one begins, `latest`, `latest~2`, or the name of a branch or target, whose
    latest run is meant.

    \b
    Examples:
      assay history
      assay history --branch main --last 5
      assay history compare
      assay history compare main my-branch
      assay history bisect 3fa9c1
    """  # noqa: D301 - click wants the character \b
    if context.invoked_subcommand is not None:
        return 0
    from assay.app.history import listed, place_of  # noqa: PLC0415 - loads a database library
    from assay.cli import history_text  # noqa: PLC0415

    found = listed(place_of(history, reports), reports, _wanted(branch, target, profile), last)
    _remark(found.remarks)
    if style == "json":
        _say_json(
            "list", {"place": found.place, "total": found.total, "runs": [asdict(one) for one in found.heads]}
        )
    else:
        say("\n".join(history_text.listed(found)))
    return 0


@command.command("compare")
@click.argument("before", required=False, metavar="[RUN")
@click.argument("after", required=False, metavar="[RUN]]")
@_which
@_kept
def compare(
    before: str | None,
    after: str | None,
    branch: str,
    target: str,
    profile: str,
    style: str,
    reports: str,
    history: str | None,
) -> int:
    """Tell what became of each clause between two runs.

    New, still failing, flaky, newly unwitnessed, fixed, newly witnessed. What nobody witnessed any more is
    never told as fixed. With one RUN, the latest is compared with it; with none, the latest with the one
    before it that had the same target and profile.

    \b
    Examples:
      assay history compare
      assay history compare 2026-01-30T02-00-00Z latest
      assay history compare main my-branch --profile nightly
      assay history compare https://staging.example.com https://www.example.com
    """  # noqa: D301 - click wants the character \b
    from assay.app.history import compared, place_of  # noqa: PLC0415 - loads a database library
    from assay.cli import history_text  # noqa: PLC0415

    found = compared(place_of(history, reports), reports, _wanted(branch, target, profile), before, after)
    _remark(found.remarks)
    if style == "json":
        _say_json("compare", asdict(found.comparison))
    else:
        say("\n".join(history_text.compared(found.comparison)))
    return 0


@command.command("bisect")
@click.argument("sought", metavar="FINGERPRINT|CLAUSE")
@_which
@_kept
def bisect(
    sought: str, branch: str, target: str, profile: str, style: str, reports: str, history: str | None
) -> int:
    """Find the first run that saw a violation, and the last good one before it.

    A fingerprint stands beside each violation in every report; its first characters are enough. With a clause,
    any way of breaking it counts. Only a run that verified the clause is a good one.

    \b
    Examples:
      assay history bisect 3fa9c1
      assay history bisect equos/sessionPassesControllerStartV3/status/201 --branch main
    """  # noqa: D301 - click wants the character \b
    from assay.app.history import bisected, place_of  # noqa: PLC0415 - loads a database library
    from assay.cli import history_text  # noqa: PLC0415

    found = bisected(place_of(history, reports), reports, _wanted(branch, target, profile), sought)
    _remark(found.remarks)
    if style == "json":
        _say_json("bisect", {"origins": [asdict(one) for one in found.origins]})
    else:
        say("\n".join(history_text.bisected(found.origins)))
    return 0


@command.command("rebuild")
@_kept
def rebuild(reports: str, history: str | None) -> int:
    """Fold the logs of all runs again, and keep what this version makes of them.

    Runs whose log is gone stay as they are. A damaged file is moved aside first.

    \b
    Examples:
      assay history rebuild
    """  # noqa: D301 - click wants the character \b
    from assay.app.history import place_of  # noqa: PLC0415 - loads a database library
    from assay.app.remember import rebuild as rebuilt  # noqa: PLC0415

    place: Place = place_of(history, reports)
    done, remarks = rebuilt(place, reports, _progress)
    _remark((*remarks, *(f"Left out: {one}" for one in done.refused)))
    say(f"{count(done.runs, 'run')} of {reports} kept in {place}.")
    return 0


def _progress(run: str, number: int, of: int) -> None:
    say(f"{number}/{of} {run}", err=True)


def _remark(remarks: tuple[str, ...]) -> None:
    for remark in remarks:
        say(severe(remark, "warning"), err=True)


def _wanted(branch: str, target: str, profile: str) -> Which:
    from assay.store.history import Which  # noqa: PLC0415 - loads a database library

    return Which(branch, target, profile)


def _say_json(kind: str, document: dict[str, Any]) -> None:
    say(json.dumps({"format": FORMATS[kind], **document}, indent=2, ensure_ascii=False))
