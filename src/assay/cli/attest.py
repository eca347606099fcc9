"""`assay attest`: what a run showed, signed."""

from __future__ import annotations

import click

from assay.cli.output import faint, say, severe, strong


@click.command("attest")
@click.argument("run", required=False, metavar="[RUN]")
@click.option(
    "--key",
    required=True,
    metavar="FILE",
    help="The private key that signs: Ed25519 or ECDSA P-256, PEM, without passphrase.",
)
@click.option("-o", "--output", metavar="FILE", help="[default: attestation.json in the run's folder]")
@click.option("--reports", default="reports", show_default=True, metavar="DIR", help="Where runs are kept.")
def command(run: str | None, key: str, output: str | None, reports: str) -> int:
    """Sign what a run showed, for somebody who was not there.

    Writes an in-toto Statement with the test-result predicate (contracts, version, seed, target, the standing of
    every clause, the sha256 of the log and of every report beside it) as a DSSE envelope. RUN is the run's folder
    or log; without it the latest run. Whoever has the folder and the public key can verify it.
    Needs the extra `attest`: pip install 'assay-contracts[attest]'.

    \b
    Examples:
      openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out key.pub
      assay attest --key key.pem
      assay verify-attestation reports/latest --key key.pub
    """  # noqa: D301 - click wants the character \b
    from assay.app.attest import attest  # noqa: PLC0415 - help needs no report

    made = attest(run, reports, key, output)
    for warning in made.warnings:
        say(severe("warning: ", "warning") + warning, err=True)
    say(f"{strong(made.file)}: {made.result}, about {', '.join(made.subjects)}")
    say(faint(f"signed by the key {made.keyid}"))
    return 0
