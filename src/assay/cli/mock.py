"""`assay mock`: the contracts as a server to try things against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import faint, say, strong

if TYPE_CHECKING:
    from assay.app.mock import Offer


@click.command("mock")
@options.path
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N",
              help="Port to listen on; 0: any free one.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on.")
@click.option(
    "--latency",
    type=click.FloatRange(0, 60_000),
    default=0.0,
    metavar="MS",
    help="Delay each reply, in milliseconds.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Ids and made-up values derive from it.",
)
@click.option("--token-env", metavar="VAR", help="Accept only the token in this environment variable.")
@click.option(
    "--null-as-empty", is_flag=True, help="Send no body where the contract says `nothing`, instead of null."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:KEY=VALUE,…]",
    help="Go wrong in this way (docs/faults.md has the list), always or where and as often as is said: "
    "field-missing:operation=getOrder,field=/total,probability=0.2. Can be repeated.",
)
@click.option(
    "--cors-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Only pages of this origin may ask, with credentials; can be repeated. Without it any page may, and pages of "
    "this machine with credentials.",
)
@click.option("--no-cors", is_flag=True, help="No page of another origin may ask.")
@click.option(
    "--control/--no-control",
    default=None,
    help="The control endpoint and live page below /__assay__/. On where nobody but this machine can reach the mock.",
)
def command(
    *,
    path: str,
    port: int,
    host: str,
    latency: float,
    seed: int,
    token_env: str | None,
    null_as_empty: bool,
    origins: tuple[str, ...],
    no_cors: bool,
    control: bool | None,
    faults: tuple[str, ...],
) -> int:
    """Serve the contracts: a mock that behaves as they say.

    It keeps what it was told until it stops, and says in the header X-Assay-Cell which line of which contract
    decided an answer. A request may prefer another answer: `Prefer: code=404`, `example=NAME`, `dynamic=true`. A live
    page, and what else steers the mock, is at /__assay__/. Ctrl-C stops it.

    \b
    Examples:
      assay mock
      assay mock contracts/equos --port 9000 --latency 50
      TOKEN=abc123 assay mock --token-env TOKEN
    """  # noqa: D301 - click wants the character \b
    import os  # noqa: PLC0415 - the environment is read at the rim, once

    from assay.app.mock import MockSettings, serve_mock  # noqa: PLC0415 - loads a server
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    if no_cors and origins:
        raise click.UsageError("Cannot use --no-cors and --cors-origin together. Leave one away.")
    cors = None if no_cors else origins
    settings = MockSettings(path, host, port, latency, seed, token_env, null_as_empty, cors, control, faults)
    serve_mock(settings, SystemClock().now().date(), os.environ, _announce)
    say("Stopped.", err=True)
    return 0


def _announce(offer: Offer) -> None:
    """The banner: what may be asked, and a line to try."""
    say(strong(f"Mock on {offer.url}") + faint("  (Ctrl-C stops it)"))
    api, width = "", max((len(route.path) for route in offer.routes), default=0)
    for route in offer.routes:
        if route.api != api:
            api = route.api
            say(f"\n  {api}")
        lock = "" if route.secured else faint("  open")
        say(f"    {route.method:<7} {route.path:<{width}}  {faint(route.operation)}{lock}")
    if offer.token_rule:
        say(f"\nCredentials: {offer.token_rule}.")
    if offer.control:
        say(f"Control and live page: {offer.control}.")
    for note in offer.notes:
        say(f"Note: {note}.")
    if offer.example:
        say(f"\nTry:\n  {offer.example}\n")
