"""`assay verify-attestation`: is it what was signed, and does it follow from the log?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.verify import Verified


@click.command("verify-attestation")
@click.argument("file", metavar="FILE|RUN")
@click.option("--key", required=True, metavar="PUBLIC", help="The public key of whoever signed, PEM.")
@click.option("--reports", metavar="DIR", help="Where the attested files are. [default: beside FILE]")
@click.option(
    "--contracts",
    metavar="PATH",
    help="The contracts that were tested. [default: contracts beside the files or here, if there are any]",
)
@click.option("--rerun", is_flag=True, help="Make the run again from its seed, and compare the standings.")
@click.option(
    "--target",
    metavar="NAME|URL",
    help="Where to make it again. [default: where it was made]",
)
@options.credentials
@click.option(
    "--rerun-reports",
    default="reports",
    show_default=True,
    metavar="DIR",
    help="Where the run that is made again goes.",
)
def command(
    *,
    file: str,
    key: str,
    reports: str | None,
    contracts: str | None,
    rerun: bool,
    target: str | None,
    auth_env: str | None,
    principals: dict[str, str],
    rerun_reports: str,
) -> int:
    """Check what `assay attest` signed, offline: nothing is believed that does not follow.

    The signature by that key; the sha256 of every file; the standings, folded from the log again and held against the
    statement and report.json; the digest of the contracts, where they are. What was changed is named, with exit
    code 1. With --rerun the run is made again, from its seed; what then differs is named, too (a target may have
    changed since).

    \b
    Examples:
      assay verify-attestation reports/latest --key key.pub
      assay verify-attestation attestation.json --key key.pub --reports handed-over/
      assay verify-attestation reports/latest --key key.pub --rerun --auth-env API_TOKEN
    """  # noqa: D301 - click wants the character \b
    from assay.app.verify import Again, VerifyOptions, verify  # noqa: PLC0415 - loads the engine
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    again = Again(target, auth_env, principals, rerun_reports) if rerun else None
    wanted = VerifyOptions(file, key, reports, contracts)
    found = verify(wanted, SystemClock().now().date(), again)
    _say_end(found, rerun=rerun)
    return int(found.exit)


def _say_end(found: Verified, *, rerun: bool) -> None:
    for line in found.sound:
        say(f"  {severe('✓', 'verified')} {line}")
    for line in found.unchecked:
        say(f"  {severe('·', 'observed')} not checked, {line}")
    for refusal in found.refusals:
        say(f"  {severe('✗', 'violated')} {strong(refusal.what)}: {refusal.why}")
    if found.again:
        say(faint(f"  the run made again: {found.again}"))
    if found.refusals:
        names = ", ".join(dict.fromkeys(refusal.what for refusal in found.refusals))
        left = ", and was not run again" if rerun and not found.again else ""
        say(severe(strong(f"Refused: {found.file}: {names}"), "violated") + left)
    elif found.statement is not None:
        run = found.statement.run
        told = (
            f"{run.get('run')} against {run.get('target')}, seed {run.get('seed')}: {found.statement.result}"
        )
        say(severe(strong("Accepted"), "verified") + f": {told}")
