"""`assay cleanup`: what a run left behind is brought to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.cleanup import Cleaned
    from assay.app.target import Target


@click.command("cleanup")
@click.argument("run", default="latest", metavar="[RUN|latest]")
@click.option(
    "--target",
    default=None,
    metavar="NAME|URL",
    help="Where the instances are. [default: where the run made them]",
)
@options.credentials
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept.")
@click.option(
    "--contracts", default=None, metavar="PATH", help="The contracts folder. [default: that of the run]"
)
@click.option(
    "--forget",
    is_flag=True,
    help="Strike out what has no id that anybody knows, once somebody has looked for it there.",
)
def command(
    run: str,
    target: str | None,
    auth_env: str | None,
    principals: dict[str, str],
    reports: str,
    contracts: str | None,
    forget: bool,
) -> int:
    """Bring to an end what a run left behind at a live target.

    A run ends by itself what it made. Where it could not, because it was killed or the target did not let it,
    its ledger knows what is still open: this reads it, asks the target to end each instance by the shortest
    documented way, and marks in the ledger what has ended. It may be repeated. RUN is a run's folder or its
    name; `latest` is the newest run that left something. Exit code 0 when nothing is left, 5 when something
    is: also what was being made when the run was killed, of which nobody knows the id.

    \b
    Examples:
      assay cleanup
      assay cleanup reports/2026-01-31T02-00-00Z --auth-env API_TOKEN
      assay cleanup latest --target staging
    """  # noqa: D301 - click wants the character \b
    import os  # noqa: PLC0415 - the environment is read at the rim, once

    from assay.app.cleanup import CleanupOptions, cleanup, find  # noqa: PLC0415 - loads the engine
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    wanted = CleanupOptions(run, reports, target, contracts, auth_env, principals, forget)
    job = find(wanted)
    try:
        done = cleanup(job, wanted, environ=os.environ, today=SystemClock().now().date(), begun=_begun)
    finally:
        job.close()
    _say_end(done)
    return int(done.exit)


def _begun(target: Target, waiting: int) -> None:
    say(f"{count(waiting, 'instance')} still open at {strong(target.label)}", err=True)


def _say_end(done: Cleaned) -> None:
    from assay.report.cleanup import count as left_behind  # noqa: PLC0415 - only where there is something to tell
    from assay.report.cleanup import lines  # noqa: PLC0415

    if done.forgotten:
        say(f"{count(done.forgotten, 'instance')} struck out: nobody knows their ids. {faint(done.folder)}")
    if done.told is None:
        where = f" of {done.folder}" if done.folder else ""
        say(f"Nothing to clean up: nothing{where} is still open.")
        return
    ended = sum(done.told.ended.values())
    say(f"{count(ended, 'instance')} ended with {count(done.told.requests, 'request')}. {faint(done.folder)}")
    if left := left_behind(done.told):
        say(severe(strong(f"Left behind ({left})"), "violated"))
        for line in lines(done.told):
            say(f"  {line}")
