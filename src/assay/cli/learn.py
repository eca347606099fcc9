"""`assay learn`: what runs saw each time where the documentation is silent, as changes to the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assay.app.learn import Lesson
    from assay.report.pins import Pin, Unpinned


@click.command("learn")
@click.argument("runs", nargs=-1, metavar="[RUN|LOG]...")
@options.contracts
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept.")
@click.option(
    "--at-least",
    type=int,
    default=5,
    show_default=True,
    metavar="N",
    help="Observations that it takes, in all runs together.",
)
@click.option("--apply", is_flag=True, help="Write the changes into the contracts.")
def command(*, runs: tuple[str, ...], path: str, reports: str, at_least: int, apply: bool) -> int:
    """Propose to write down what was seen each time where the documentation is silent.

    A patch for the contracts goes to standard output, what it says and what it leaves out to standard error; without
    --apply nothing is written. What was seen to differ, within a run or between the runs named, is listed and never
    written down. A pin is of strength exemplified, and its source is `observed#RUN`: no document says it. A server that
    changes is reported from then on, and fails a run with --strict only.

    \b
    Examples:
      assay learn                                      from the latest run
      assay learn reports/2026-01-31T02-00-00Z reports/2026-02-01T02-00-00Z --at-least 20
      assay learn > pins.patch && git apply pins.patch
      assay learn --apply
    """  # noqa: D301 - click wants the character \b
    from assay.app.learn import LearnOptions, lesson  # noqa: PLC0415 - help needs no contracts
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    asked = LearnOptions(runs, path, reports, at_least, apply)
    found = lesson(asked, SystemClock().now().date())
    if found.patch and not found.applied:
        say(found.patch, newline=False)
    for line in _told(found):
        say(line, err=True)
    return 0


def _told(found: Lesson) -> Iterator[str]:
    yield faint(f"From {', '.join(found.runs)}")
    if found.pins:
        yield strong(f"{'Pinned' if found.applied else 'To pin'} ({len(found.pins)}), seen each time:")
        yield from (f"  {_pin(pin)}" for pin in found.pins)
    yield from _section("Contradictory, not pinned", found.contradictory)
    yield from _section("Left out", found.left)
    yield from (severe(remark, "warning") for remark in found.remarks)
    if found.applied:
        yield f"Written: {', '.join(sorted(found.texts))}. `assay lint`, and a new run, look at it."
    elif found.pins:
        yield faint("Nothing is written: --apply does it, or `git apply`.")
    else:
        yield "There is nothing to pin."


def _pin(pin: Pin) -> str:
    ways = {str(way["to"]) for way in pin.ways if "to" in way}
    goes = f", and goes on to {' or '.join(sorted(ways))}" if ways and len(ways) == len(pin.ways) else ""
    goes = goes or (f", and may go on to {' or '.join(sorted(ways))}" if ways else "")
    more = f" and {count(len(pin.clauses) - 1, 'clause')} more" if len(pin.clauses) > 1 else ""
    return f"{pin.clauses[0]}{more}: {pin.what}, {pin.seen} of {pin.seen}{goes}"


def _section(title: str, found: tuple[Unpinned, ...]) -> Iterable[str]:
    if found:
        yield strong(f"{title} ({len(found)}):")
        for one in found:
            seen = ", ".join(f"{label} ×{times}" for label, times in one.outcomes)
            yield f"  {one.clause}: {seen + ' · ' if seen else ''}{one.why}"
