"""`assay report`: the log again, as a report; and the shards of one run, merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assay.cli import options
from assay.cli.output import say, severe
from assay.cli.summary import conclude

_REPORTS = click.option(
    "--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept."
)


class Reports(click.Command):
    """A command for runs and logs, in which the first word `merge` is a command of its own."""

    @property
    def below(self) -> tuple[click.Command, ...]:
        """The commands that a first word may mean."""
        return (merge,)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's
    ) -> click.Context:
        """Click's, of the command that is meant."""
        for command in self.below:
            if args[:1] == [command.name]:
                return command.make_context(f"{info_name} {command.name}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("merge", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    help="The new folder of the merged run. [default: one below --reports, which becomes latest]",
)
@_REPORTS
@options.history
def merge(logs: tuple[str, ...], output: str | None, reports: str, history: str | None) -> int:
    """Merge all shards of one run into the run it would have been on one machine.

    LOG is the log.jsonl of a shard, or a folder with such logs in it or in its folders, in any order. Refused,
    by file and by what differs, are logs of another plan, a log without footer, a shard that is there twice and
    one that is missing: nothing is written then. (`assay report LOG LOG` merges what there is and calls the run
    incomplete.) The exit code is the merged run's.

    \b
    Examples:
      assay report merge shards/ -o reports/merged
      assay report merge shard-1/log.jsonl shard-2/log.jsonl
    """  # noqa: D301 - click wants the character \b
    from assay.app.past import past_of  # noqa: PLC0415
    from assay.app.remember import remember, where  # noqa: PLC0415
    from assay.app.report import join  # noqa: PLC0415 - loads templates

    kept = where(history, reports)
    made = join(logs, reports, output, past_of(kept))
    for remark in remember(made.report, kept, reports):
        say(severe(remark, "warning"), err=True)
    return conclude(made.report, made.folder)


@click.command("report", cls=Reports)
@click.argument("runs", nargs=-1, metavar="[RUN|LOG]...")
@_REPORTS
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="What to print: the summary, report.json or the page.",
)
@options.history
@options.formats
def command(
    runs: tuple[str, ...], reports: str, style: str, history: str | None, formats: tuple[str, ...]
) -> int:
    """Make the report of a run again, or merge the shards of one run.

    The log of a run is all there is to know of it: report.json and report.html are written again beside it.
    Several logs are merged into a new run below --reports, and that is kept in the history; a missing shard
    makes it incomplete. The exit code is the run's. `assay report merge LOG...` merges, too, and refuses what is
    not whole.

    \b
    Examples:
      assay report
      assay report reports/2026-01-31T02-00-00Z --format json
      assay report shard-1/log.jsonl shard-2/log.jsonl
      assay report --report junit=build/junit.xml --report sarif
      assay report merge --help
    """  # noqa: D301 - click wants the character \b
    from assay.app.formats import publish, since, wanted  # noqa: PLC0415
    from assay.app.past import past_of  # noqa: PLC0415
    from assay.app.remember import remember, where  # noqa: PLC0415
    from assay.app.report import again  # noqa: PLC0415 - loads templates

    kept = where(history, reports)
    asked = wanted(formats)
    made = again(runs, reports, past_of(kept))
    if made.merged:
        for remark in remember(made.report, kept, reports):
            say(severe(remark, "warning"), err=True)
    fresh = since(made.report, asked, history, reports)
    said = publish(made.report, asked, made.folder, news=fresh, past=past_of(kept))
    if style == "text":
        return conclude(made.report, made.folder, said, formats)
    say((Path(made.folder) / f"report.{style}").read_text(encoding="utf-8"), newline=False)
    return made.report.exit_code
