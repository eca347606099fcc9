"""`assay bundle`: the contracts as OpenAPI, for other people's tools."""

from __future__ import annotations

import click

from assay.cli import options
from assay.cli.output import count, say, strong


@click.command("bundle")
@options.path
@options.apis
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="Where the document goes; a folder: one file an API. [default: standard output]",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["yaml", "json"]),
    help="[default: as the file's name says, else yaml]",
)
def command(path: str, apis: tuple[str, ...], output: str | None, style: str | None) -> int:
    """Write contracts as OpenAPI 3.1: a document an API, which other tools read.

    Client generators, validators, editors and documentation know nothing of contract folders. The document
    holds all that OpenAPI can say; promises that it cannot say stand beside it under x-assay-promises.

    \b
    Examples:
      assay bundle --api equos
      assay bundle --api equos -o equos.json
      assay bundle -o openapi/            one file for each API
    """  # noqa: D301 - click wants the character \b
    from assay.app.bundle import BundleOptions, bundles  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    for made in bundles(BundleOptions(path, apis, output, style), SystemClock().now().date()):
        if made.file is None:
            say(made.text, newline=False)
        else:
            say(f"{strong(made.file)}: {made.api}, {count(made.operations, 'operation')}", err=True)
    return 0
