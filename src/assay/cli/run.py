"""`assay run`: the main job."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong
from assay.cli.progress import teller
from assay.cli.summary import conclude

if TYPE_CHECKING:
    from types import FrameType

    from assay.app.run import Opened


@click.command("run")
@options.path
@click.option(
    "--target",
    default="mock",
    show_default=True,
    metavar="NAME|URL",
    help="What to test: the built-in mock, a URL, or a name from [tool.assay.targets] of pyproject.toml.",
)
@options.selection
@options.credentials
@click.option(
    "--seed",
    type=click.IntRange(0),
    metavar="N",
    help="Make the same choices as a run that printed this seed.",
)
@click.option(
    "--shard",
    default="1/1",
    metavar="I/N",
    help="Explore the I-th of N shares of the plan: N machines share a run, `assay report merge` joins it.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Fail for exemplified promises too, and for reachable ones never witnessed.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End the run after so long; what was not tried by then is reported as not tried.",
)
@click.option(
    "--allow-writes",
    default="",
    metavar="NAME",
    help="Send what may write to a target that is marked as production: its name, typed once more.",
)
@click.option(
    "--flaky",
    type=click.Choice(["fail", "pass"]),
    help="What violations that do not always come back do to the exit code; else as the profile says.",
)
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where results go.")
@click.option(
    "--corpus",
    default=".assay/corpus",
    envvar="ASSAY_CORPUS",
    show_default=True,
    metavar="DIR",
    help="Where requests are kept between runs, so that unchanged contracts need none made anew.",
)
@click.option("--no-corpus", is_flag=True, help="Make all requests anew, and keep none.")
@options.history
@options.formats
@click.option("--quiet", "-q", is_flag=True, help="No progress, only the summary.")
def command(
    *,
    path: str,
    target: str,
    profile: str,
    apis: tuple[str, ...],
    only: tuple[str, ...],
    auth_env: str | None,
    principals: dict[str, str],
    seed: int | None,
    shard: str,
    strict: bool,
    flaky: str | None,
    max_time: float | None,
    allow_writes: str,
    reports: str,
    corpus: str,
    no_corpus: bool,
    formats: tuple[str, ...],
    history: str | None,
    quiet: bool,
) -> int:
    """Try every promise against a target, and report.

    Progress goes to standard error, the summary to standard output, everything else to --reports. What a run
    makes at a live target it brings to an end, too. Ctrl-C ends a run early: what was seen until then is
    reported, with exit code 5. A second Ctrl-C ends the clean-up; `assay cleanup` can finish it.

    \b
    Examples:
      assay run
      assay run --target https://staging.example.com --auth-env API_TOKEN --profile staging
      assay run --api equos --only 'equos/lifecycle/*' --seed 7
      assay run --shard 2/3 --seed 4711
    """  # noqa: D301 - click wants the character \b
    from assay.app.run import RunOptions, run  # noqa: PLC0415 - loads the engine

    live = False

    def begun(opened: Opened) -> None:
        nonlocal live
        live = not opened.target.is_mock
        if not quiet:
            _say_begin(opened)

    def interrupted() -> None:
        told.close()
        first = "ending what was made (Ctrl-C again leaves it), then " if live else ""
        say(f"Interrupted: {first}writing the report of what was seen so far.", err=True)

    wanted = RunOptions(path, target, profile, apis, only, seed, auth_env, strict, reports, principals,
                        None if no_corpus else corpus, history, shard, formats, max_time, allow_writes,
                        flaky)  # fmt: skip
    told = teller(quiet=quiet)
    with terminated_as_interrupted(), closing(told):
        result = run(wanted, progress=told, begun=begun, interrupted=interrupted)
    for remark in result.remarks:
        say(severe(remark, "warning"), err=True)
    return conclude(result.report, result.folder, result.said, formats)


def _say_begin(opened: Opened) -> None:
    plan = opened.plan
    names = ", ".join(api.name for api in plan.contracts.apis)
    target = (
        opened.target.name
        if opened.target.name == opened.target.url
        else f"{opened.target.name} ({opened.target.url})"
    )
    say(
        f"{strong(names)}: {count(len(plan.clauses), 'clause')} against {strong(target)}, "
        f"profile {plan.profile.name}, seed {strong(str(opened.seed))}",
        err=True,
    )
    secured = any(operation.secured for api in plan.contracts.apis for operation in api.operations)
    if secured and not opened.target.has_credentials:
        say(faint("No credentials were given (--auth-env): what needs them stays unwitnessed."), err=True)


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Inside, SIGTERM ends a run as Ctrl-C does: CI systems send it when a job is cancelled."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
