"""`assay diff`: what changed between two sets of contracts, and whom does it break?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from assay.cli.output import faint, say, severe, strong

if TYPE_CHECKING:
    from assay.model.breaking import Diff


@click.command("diff")
@click.argument("old")
@click.argument("new", default="contracts")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "warning", "never"]),
    default="breaking",
    show_default=True,
    help="The lightest finding that makes the exit code 1.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="For people, pull requests, programs, or as annotations of a GitHub pull request.",
)
@click.option("--notes/--no-notes", default=True, help="Tell what breaks nobody, too.  [default: notes]")
def command(old: str, new: str, fail_on: str, style: str, notes: bool) -> int:
    """Compare contracts: what changed, and whether it breaks clients, the server or neither.

    OLD and NEW are each a contracts folder, an OpenAPI document, or either as a git revision has it:
    REVISION:PATH, or REVISION alone for the path of the other side. What is there as a file or folder comes
    first. Schemas are compared by the values they allow, so another way of writing the same is no change; what
    breaks is proven by a value, which is shown, and what nobody can prove is undecided, a warning.

    Exit code 0 when nothing weighs as much as --fail-on, 1 when something does, 2 when a side cannot be read.
    `assay explain RULE` tells more of any rule.

    \b
    Examples:
      assay diff main
      assay diff v1.2.0:contracts/ contracts/
      assay diff old-openapi.yaml new-openapi.yaml --fail-on warning
      assay diff origin/main --format markdown > comment.md
    """  # noqa: D301 - click wants the character \b
    from assay.app.diff import DiffOptions, diff, exit_code  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    found = diff(DiffOptions(old, new), SystemClock().now().date())
    text = _rendered(found, style, notes)
    if text:
        say(text)
    return int(exit_code(found, fail_on))


def _rendered(found: Diff, style: str, notes: bool) -> str:
    from assay.report.differences import github, json_, markdown, sarif, text  # noqa: PLC0415

    if style == "text":
        return text.render(found, _paint, notes=notes)
    renderers: dict[str, Callable[[Diff], str]] = {
        "markdown": markdown.render, "json": json_.render, "sarif": sarif.render, "github": github.render,
    }  # fmt: skip
    return renderers[style](found)


def _paint(text: str, word: str) -> str:
    match word:
        case "strong":
            return strong(text)
        case "faint":
            return faint(text)
        case "breaking":
            return severe(text, "error")
        case "warning":
            return severe(text, "warning")
        case _:
            return severe(text, "observed")
