"""`assay replay`: is it still broken?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from assay.cli import options
from assay.cli.output import faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.replay import Replayed
    from assay.model.event import Step, StepJudged

#: characters of a body that are shown
_BODY = 200
_STANDINGS = {
    "still broken": "violated",
    "broken in another way": "violated",
    "not reproduced": "verified",
}


@click.command("replay")
@click.argument("fingerprint")
@click.option(
    "--report",
    default="reports/latest/report.json",
    show_default=True,
    metavar="FILE",
    help="The report.json that tells of it.",
)
@click.option("--target", default=None, metavar="NAME|URL", help="What to test. [default: where it was seen]")
@options.credentials
@options.contracts
def command(
    fingerprint: str,
    report: str,
    target: str | None,
    auth_env: str | None,
    principals: dict[str, str],
    path: str,
) -> int:
    """Send the requests of one violation again, exactly those.

    FINGERPRINT stands in every report beside the violation; its first characters are enough while they are
    unique. Exit code 1 when it is still broken, 0 when it is not reproduced.

    \b
    Examples:
      assay replay 3fa9c1
      assay replay 3fa9c1 --target https://staging.example.com --auth-env API_TOKEN
    """  # noqa: D301 - click wants the character \b
    import os  # noqa: PLC0415 - the environment is read at the rim, once

    from assay.app.replay import find, replay  # noqa: PLC0415 - loads the engine
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    sought = find(fingerprint, report)
    where = target or sought.target
    say(f"{strong(sought.fingerprint)} {sought.clause} against {strong(where)}")
    say(f"  then: {sought.message}\n")
    result = replay(
        sought,
        path=path,
        target=where,
        auth_env=auth_env,
        principals=principals,
        environ=os.environ,
        show=_Shown(),
        today=SystemClock().now().date(),
    )
    _say_end(result)
    return int(result.exit)


class _Shown:
    """Shows each step as it is judged, its instance by the name that the history gives it."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def __call__(self, judged: StepJudged) -> None:
        from assay.report.names import names  # noqa: PLC0415 - only where there is something to show

        self._steps.append(judged.step)
        _show(judged, names(self._steps)[-1])


def _show(judged: StepJudged, name: str) -> None:
    case, evidence = judged.step.case, judged.step.evidence
    parts = urlsplit(evidence.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = (
        strong(str(evidence.status))
        if evidence.status is not None
        else severe(evidence.failure or "?", "violated")
    )
    state = f" ({judged.step.state})" if judged.step.state else ""
    whom = "".join(f"{part}: " for part in (case.principal, name) if part)
    say(f"  {judged.number}. {whom}{evidence.method} {path}{faint(state)} → {answer}  {faint(case.title)}")
    body = " ".join((evidence.response_body or "").split())
    if body:
        say(faint(f"     {body if len(body) <= _BODY else body[: _BODY - 1] + '…'}"))


def _say_end(result: Replayed) -> None:
    say()
    said = f": {result.message}" if result.message else ""
    say(severe(strong(str(result.ending).capitalize()), _STANDINGS.get(result.ending, "inconclusive")) + said)
    for clause in result.others:
        say(f"  broken besides: {clause}")
    for line in result.left:
        say(f"  left behind: {line}")
