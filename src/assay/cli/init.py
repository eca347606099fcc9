"""`assay init`: a project in an empty folder."""

from __future__ import annotations

import click

from assay.cli.output import count, faint, say, strong


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=str))
@click.option(
    "--from",
    "source",
    metavar="SOURCE",
    help="OpenAPI document, or pages of an SDK, to make the contracts of: a file, a folder, or - for standard input. "
    "[default: a small example]",
)
@click.option("--api", metavar="NAME", help="What the API's folder is called. [default: as its title says]")
@click.option(
    "--ci",
    multiple=True,
    type=click.Choice(["github", "gitlab", "none"]),
    default=("github",),
    show_default=True,
    help="For which CI system a job is written. Repeatable.",
)
def command(folder: str, source: str | None, api: str | None, ci: tuple[str, ...]) -> int:
    """Begin a project: contracts, suites, tox.ini, assay.toml, a CI job, .gitignore.

    The first `assay run` and the first `pytest suites` in it pass, against the embedded mock. Files that are
    there are never overwritten: what stands in the way is named.

    \b
    Examples:
      assay init                          here, with a small example
      assay init shop --from openapi.yaml --ci gitlab
    """  # noqa: D301 - click wants the character \b
    from assay.app.init import InitOptions, begin  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    systems = tuple(dict.fromkeys(system for system in ci if system != "none"))
    begun = begin(InitOptions(folder, source, api, systems), SystemClock().now().date())
    for path in begun.draft.new:
        say(f"  {faint('new')} {path}")
    what = f"{count(begun.operations, 'operation')}, {count(begun.lifecycles, 'lifecycle')}"
    say(f"{strong(folder)}: contracts/{begun.api} with {what}")
    if begun.imported is not None and (begun.imported.doubts or begun.imported.questions):
        found = (("doubt", begun.imported.doubts), ("question", begun.imported.questions))
        doubts = " and ".join(count(len(those), word) for word, those in found if those)
        say(f"{doubts} about {source}: `assay import {source} -o {folder}/contracts` lists them")
    where = "" if folder == "." else f"cd {folder} && "
    say(f"Now: {where}assay run, or pytest suites")
    return 0
