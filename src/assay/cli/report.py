"""`assay report`: the log again, as a report."""

from __future__ import annotations

from pathlib import Path

import click

from assay.cli import options
from assay.cli.output import say, severe
from assay.cli.summary import conclude


@click.command("report")
@click.argument("runs", nargs=-1, metavar="[RUN|LOG]...")
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="What to print: the summary, report.json or the page.",
)
@options.history
def command(runs: tuple[str, ...], reports: str, style: str, history: str | None) -> int:
    """Make the report of a run again, or merge the shards of one run.

    The log of a run is all there is to know of it: report.json and report.html are written again beside it.
    Several logs are merged into a new run below --reports, and that is kept in the history; a missing shard
    makes it incomplete. The exit code is the run's.

    \b
    Examples:
      assay report
      assay report reports/2026-01-31T02-00-00Z --format json
      assay report shard-1/log.jsonl shard-2/log.jsonl
    """  # noqa: D301 - click wants the character \b
    from assay.app.remember import remember, where  # noqa: PLC0415
    from assay.app.report import again  # noqa: PLC0415 - loads templates

    kept = where(history, reports)
    made = again(runs, reports)
    if made.merged:
        for remark in remember(made.report, kept, reports):
            say(severe(remark, "warning"), err=True)
    if style == "text":
        return conclude(made.report, made.folder)
    say((Path(made.folder) / f"report.{style}").read_text(encoding="utf-8"), newline=False)
    return made.report.exit_code
