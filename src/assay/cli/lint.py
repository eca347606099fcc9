"""`assay lint`: are the contracts sound?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import faint, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from assay.app.lint import Findings

STYLES = ("text", "json", "github", "gitlab", "sarif")


@click.command("lint")
@options.path
@click.option(
    "--format",
    "style",
    type=click.Choice(STYLES),
    default="text",
    show_default=True,
    help="For people, for programs, as annotations of GitHub, for GitLab's Code Quality, or for code scanning.",
)
@click.option("--strict", is_flag=True, help="Fail for warnings and advice, too.")
@click.option("--watch", is_flag=True, help="Look again whenever a file below PATH changes, until Ctrl-C.")
def command(*, path: str, style: str, strict: bool, watch: bool) -> int:
    """Check contracts: errors, warnings and advice with their place and the fix.

    Nothing is sent. Exit code 0 when there are no errors (warnings and advice may be there), 2 otherwise; with --strict
    2 for any finding. `assay explain RULE` tells more of any rule. A comment `# assay-lint: ignore RULE: why` in a
    file, or [tool.assay.lint] in pyproject.toml, silences a rule that finds no errors.

    \b
    Examples:
      assay lint
      assay lint contracts/equos
      assay lint --watch                  while you write: looks again at each change
      assay lint --format github          in a workflow: shows each finding at its line
      assay lint --format sarif > lint.sarif
    """  # noqa: D301 - click wants the character \b
    from assay.app.lint import lint  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    def look() -> Findings:
        return lint(path, SystemClock().now().date(), strict=strict)

    if watch:
        return _watch(path, style, look)
    findings = look()
    _tell(findings, style)
    return int(findings.exit)


def _watch(path: str, style: str, look: Callable[[], Findings]) -> int:
    """Looks, and again at each change, until Ctrl-C; the exit code is that of the last look."""
    from assay.app.errors import UsageError  # noqa: PLC0415
    from assay.app.lint import changed  # noqa: PLC0415
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    if style != "text":
        raise UsageError(
            f"Cannot watch with --format {style}: because that is for one look. Leave one of the two out."
        )
    found = None
    try:
        news = changed(path, SystemClock())
        found = look()
        _tell(found, style)
        say(faint(f"Watching {path}: Ctrl-C ends it."))
        for names in news:
            say(faint(f"\nChanged: {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"))
            found = look()
            _tell(found, style)
    except KeyboardInterrupt:
        say()
    return int(found.exit) if found else 0


def _tell(findings: Findings, style: str) -> None:
    from assay import __version__  # noqa: PLC0415
    from assay.cli import lint_formats as formats  # noqa: PLC0415

    match style:
        case "text":
            say(formats.report(findings))
        case "json":
            say(formats.as_json(findings))
        case "github":
            if findings.problems:
                say(formats.github(findings))
        case "gitlab":
            say(formats.gitlab(findings))
        case _:
            from assay.app.explain import words  # noqa: PLC0415 - only here

            say(formats.sarif(findings, __version__, words()))
