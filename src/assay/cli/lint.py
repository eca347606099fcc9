"""`assay lint`: are the contracts sound?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from assay.cli import options
from assay.cli.output import count, faint, say, severe, strong

if TYPE_CHECKING:
    from assay.app.lint import Findings
    from assay.model.problem import Problem

FORMAT = "assay-lint/1"


@click.command("lint")
@options.path
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub pull request.",
)
def command(path: str, style: str) -> int:
    """Check contracts: errors and warnings with their place and the fix.

    Nothing is sent. Exit code 0 when there are no errors (warnings may be there), 2 otherwise.
    `assay explain RULE` tells more of any rule.

    \b
    Examples:
      assay lint
      assay lint contracts/equos
      assay lint --format github          in a workflow: shows each finding at its line
    """  # noqa: D301 - click wants the character \b
    from assay.app.lint import lint  # noqa: PLC0415 - help needs no parser
    from assay.drive.clock import SystemClock  # noqa: PLC0415

    findings = lint(path, SystemClock().now().date())
    {"text": _say_text, "json": _say_json, "github": _say_github}[style](findings)
    return int(findings.exit)


def _say_text(findings: Findings) -> None:
    if findings.problems:
        say(text(findings.problems))
        say()
    counts = f"{count(findings.errors, 'error')}, {count(findings.warnings, 'warning')}"
    what = ", ".join(
        (
            count(findings.apis, "API"),
            count(findings.operations, "operation"),
            count(findings.lifecycles, "lifecycle"),
        )
    )
    say(strong(counts) + (f" in {findings.path}" if findings.errors else f" in {findings.path}: {what}"))


def text(problems: Iterable[Problem]) -> str:
    """Problems the way compilers tell them: `file:line:column: severity[rule]: message`, the fix below."""
    return "\n".join(line for problem in problems for line in _lines(problem))


def _lines(problem: Problem) -> Iterable[str]:
    kind = severe(f"{problem.severity}[{problem.rule}]", problem.severity)
    yield f"{strong(str(problem.place))}: {kind}: {problem.message}"
    if problem.fix:
        yield f"  {faint('fix:')} {problem.fix}"


def _say_json(findings: Findings) -> None:
    document = {
        "format": FORMAT,
        "path": findings.path,
        "errors": findings.errors,
        "warnings": findings.warnings,
        "problems": [
            {
                "file": problem.place.file,
                "line": problem.place.line,
                "column": problem.place.column,
                "pointer": problem.place.pointer,
                "rule": problem.rule,
                "severity": str(problem.severity),
                "message": problem.message,
                "fix": problem.fix,
            }
            for problem in findings.problems
        ],
    }
    say(json.dumps(document, indent=2, ensure_ascii=False))


def _say_github(findings: Findings) -> None:
    for problem in findings.problems:
        place = problem.place
        properties = {"file": place.file, "line": place.line, "col": place.column, "title": problem.rule}
        told = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
        say(f"::{problem.severity} {told}::{_data(f'{problem.message} {problem.fix}'.strip())}")


def _data(text: str) -> str:
    """Escaped as GitHub's workflow commands ask for."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
