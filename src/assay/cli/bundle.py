"""`assay bundle`: the contracts as OpenAPI, Arazzo, Hurl, Postman and Mermaid, for other people's tools."""

from __future__ import annotations

import click

from assay.cli import options
from assay.cli.output import count, say, strong

#: the kinds and styles of `app.bundle`, which would load a parser; a test keeps the two together
FORMATS = ("openapi", "arazzo", "hurl", "postman", "mermaid", "yaml", "json")


@click.command("bundle")
@options.path
@options.apis
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="Where the document goes; a folder: one file an API and format. [default: standard output]",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    help="What to write, and how: OpenAPI and Arazzo are YAML or JSON. Repeatable. [default: as the file's name says, "
    "else openapi and yaml]",
)
@click.option(
    "--openapi",
    metavar="URL|PATH",
    help="Where an Arazzo description finds the OpenAPI document. [default: NAME.yaml or NAME.json beside it]",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Values that have to be new in each request derive from it.",
)
def command(
    path: str,
    apis: tuple[str, ...],
    output: str | None,
    formats: tuple[str, ...],
    openapi: str | None,
    seed: int,
) -> int:
    """Write contracts for other tools: OpenAPI 3.1, and witnesses as Arazzo, Hurl or Postman.

    Client generators, validators, editors and documentation know nothing of contract folders. The OpenAPI document
    holds all that OpenAPI can say; promises that it cannot say stand beside it under x-assay-promises. Arazzo, Hurl and
    Postman hold, for each documented cell of a lifecycle, the shortest history that shows it; Mermaid its picture.

    \b
    Examples:
      assay bundle --api equos
      assay bundle --api equos -o equos.json
      assay bundle -o openapi/            one file for each API
      assay bundle -o out/ --format openapi --format arazzo
      assay bundle --api equos -o equos.hurl
    """  # noqa: D301 - click wants the character \b
    from assay.app.bundle import BundleOptions, bundles  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    asked = BundleOptions(path, apis, output, formats, openapi, seed)
    for made in bundles(asked, SystemClock().now().date()):
        if made.file is None:
            say(made.text, newline=False)
        else:
            left = f", {made.omitted} left out" if made.omitted else ""
            say(f"{strong(made.file)}: {made.api}, {count(made.count, made.what)}{left}", err=True)
    return 0
