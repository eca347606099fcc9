"""`assay mutate`: would these contracts notice?"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.model.mutation import Mutation

#: reasons and vacuous clauses that are shown; the page has all
_SHOWN = 8


@click.command("mutate")
@options.path
@options.apis
@click.option(
    "--profile",
    default="gate",
    show_default=True,
    metavar="NAME",
    help="How hard the suite tries to notice: a profile.",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Only mutants with this fault. Repeatable."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Equal seeds try alike.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Processes. [default: as many as there are cores]",
)
@click.option(
    "--min-score",
    type=click.FloatRange(0, 100),
    default=None,
    metavar="PERCENT",
    help="Exit with 1 below this score. [default: 100]",
)
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where the results go.")
@click.option("--no-cache", is_flag=True, help="Try every mutant again, also those that are known.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(
    *,
    path: str,
    apis: tuple[str, ...],
    profile: str,
    faults: tuple[str, ...],
    seed: int,
    workers: int | None,
    min_score: float | None,
    reports: str,
    no_cache: bool,
    quiet: bool,
) -> int:
    """Make the mock wrong in every known way, and see whether the contracts notice.

    Each mutant is the contracts' own mock with one fault at one place. The mutation score is the part of them
    that the suite notices, of those that count: what the documentation leaves open counts for nothing. For
    each that survives, lines are shown that would tell it. Exit code 0 when the score is reached, 1 when not.

    \b
    Examples:
      assay mutate
      assay mutate --api equos --fault lost-write --fault stale-read
      assay mutate --min-score 95
    """  # noqa: D301 - click wants the character \b
    from assay.app.mutate import MutateOptions, mutate, publish  # noqa: PLC0415 - loads the engine
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    def progress(done: int, of: int) -> None:
        if not quiet and (sys.stderr.isatty() or done == of or done % 50 == 0):
            ending = "" if sys.stderr.isatty() and done < of else "\n"
            start = "\r" if sys.stderr.isatty() else ""
            with suppress(OSError):
                sys.stderr.write(f"{start}{done} of {count(of, 'mutant')}{ending}")
                sys.stderr.flush()

    cache = None if no_cache else ".assay/mutants"
    wanted = MutateOptions(path, profile, apis, faults, seed, workers, ".assay/corpus", cache)
    found = mutate(wanted, SystemClock().now().date(), progress)
    folder = publish(found, reports, SystemClock().now())
    _say(found)
    say(f"Report: {Path(folder) / 'mutation.html'}")
    if not found.complete:
        return 5
    if found.score is None:
        return 3
    least = 100.0 if min_score is None else min_score
    return 0 if found.score * 100 >= least else 1


def _say(found: Mutation) -> None:
    from assay.model.mutation import Fate  # noqa: PLC0415
    from assay.report.render.mutation import open_reasons, percent, rows  # noqa: PLC0415

    say(strong(f"Mutation score {percent(found.score)}") + faint(f"  ({found.seconds:.0f} s)"))
    for row in rows(found):
        survived = row.counts[Fate.SURVIVED.value]
        told = f"{row.counts[Fate.KILLED.value]} killed, {survived} survived"
        say(f"  {row.api:<16} {percent(row.score):>7}  {told}, {row.counts[Fate.EQUIVALENT.value]} left open")
    for one in found.mutants:
        if one.fate is not Fate.SURVIVED:
            continue
        say(f"\n{severe('survived', 'violated')} {strong(one.id)}\n  {one.title}\n  {one.why}.")
        if one.suggestion is not None:
            say(f"  Below {strong(one.suggestion.below)} in {one.suggestion.file}:")
            say("\n".join(f"    {line}" for line in one.suggestion.lines.splitlines()))
    if found.vacuous:
        say(f"\nKept, and broken by no fault: {count(len(found.vacuous), 'clause')}")
        for clause in list(found.vacuous)[:_SHOWN]:
            say(f"  {clause}")
        if len(found.vacuous) > _SHOWN:
            say(faint(f"  and {len(found.vacuous) - _SHOWN} more in the report"))
    reasons = open_reasons(found)
    if reasons:
        say("\nLeft open by the documentation, so that these count for nothing")
        for why, members in reasons[:_SHOWN]:
            say(f"  {len(members):>3}  {why}")
        if len(reasons) > _SHOWN:
            say(faint(f"  and {count(len(reasons) - _SHOWN, 'other reason')} in the report"))
    if not found.complete:
        say(severe("\nInterrupted: not every mutant was tried.", "warning"))
