"""`assay waive`: a decision about a broken promise, written beside the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli.output import faint, say, strong

if TYPE_CHECKING:
    from datetime import datetime


@click.command("waive")
@click.argument("what", metavar="CLAUSE|FINGERPRINT")
@click.argument("path", required=False, default="contracts", metavar="[PATH]")
@click.option("--reason", required=True, metavar="TEXT", help="Why this is tolerated.")
@click.option("--owner", required=True, metavar="NAME", help="Who decided, and will be asked.")
@click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The last day it holds, as YYYY-MM-DD.",
)
@click.option("--link", default="", metavar="URL", help="Where the decision is written down: an issue, say.")
@click.option(
    "--run", metavar="RUN", help="The run that saw it broken: its folder or log. [default: the latest]"
)
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept.")
def command(
    *,
    what: str,
    path: str,
    reason: str,
    owner: str,
    until: datetime,
    link: str,
    run: str | None,
    reports: str,
) -> int:
    """Decide to live with a broken promise until some day.

    Adds an entry to the waivers.yaml of the API, whose comments and order stay. A CLAUSE is waived whatever breaks
    it, a FINGERPRINT in this one way only. It must have been broken in the run. Waiving hides nothing: the promise is
    reported as violated and counted as waived, and fails no run until that day is over.

    \b
    Examples:
      assay waive 3f1c77aa02de --reason 'OPS-112: fixed in 2.4' --owner ada@example.com --until 2027-01-31
      assay waive shop/pay/status/402 --reason 'not built yet' --owner bob --until 2027-01-31
    """  # noqa: D301 - click wants the character \b
    from assay.app.waive import WaiveOptions, waive  # noqa: PLC0415 - help needs no contracts
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    options = WaiveOptions(what, reason, owner, until.date(), link, path, reports, run)
    made = waive(options, SystemClock().now().date())
    way = f", as in {made.fingerprint} only" if made.fingerprint else ""
    say(f"{strong(made.place)}: {made.clause} is waived until {until.date().isoformat()}{way}")
    say(faint(f"it was broken in run {made.run}; `assay run` counts it as waived from now on"))
    return 0
