"""Arguments and options that several commands share, worded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def path(command: _Command) -> _Command:
    """Where the contracts are."""
    return click.argument("path", default="contracts", type=click.Path(path_type=str))(command)


def contracts(command: _Command) -> _Command:
    """Where the contracts are, for commands whose argument is something else."""
    return click.option(
        "--contracts",
        "path",
        default="contracts",
        show_default=True,
        metavar="PATH",
        help="The contracts folder.",
    )(command)


def selection(command: _Command) -> _Command:
    """Which clauses: by profile, api, pattern."""
    command = click.option(
        "--only",
        multiple=True,
        metavar="CLAUSE",
        help="Only these clauses: an id, all below it, or a pattern such as '*/status/404'. Repeatable.",
    )(command)
    return click.option(
        "--profile",
        default="",
        metavar="NAME",
        help="How hard to try: gate (seconds), staging (polite minutes), nightly (deep), or one of the project's own. "
        "[default: as the target says, else gate]",
    )(apis(command))


def apis(command: _Command) -> _Command:
    """Which APIs."""
    return click.option(
        "--api",
        "apis",
        multiple=True,
        metavar="NAME",
        help="Only this API: a folder's name below PATH. Repeatable.",
    )(command)


def history(command: _Command) -> _Command:
    """Where runs are kept."""
    return click.option(
        "--history",
        envvar="ASSAY_HISTORY",
        metavar="FILE|URL|off",
        help="Where runs are kept: a file, or postgresql://… [default: as configured, else DIR/history.sqlite]",
    )(command)


def formats(command: _Command) -> _Command:
    """In which further formats."""
    return click.option(
        "--report",
        "formats",
        multiple=True,
        metavar="FORMAT[=PATH]",
        help="Report also as junit, markdown, sarif, github (annotations on standard output), gitlab, badge, ctrf, "
        "wfc, json or html: into the run's folder, to PATH, or with - to standard output. Repeatable.",
    )(command)


def credentials(command: _Command) -> _Command:
    """Where the tokens come from. Never the tokens themselves: command lines are public."""
    command = click.option(
        "--principal",
        "principals",
        multiple=True,
        metavar="NAME=VAR",
        callback=_principals,
        help="Somebody else who asks, and the environment variable that holds his token. Repeatable.",
    )(command)
    return click.option(
        "--auth-env",
        metavar="VAR",
        help="Name of the environment variable that holds the bearer token.",
    )(command)


def _principals(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    if not given:
        return {}
    from assay.app.target import principals  # noqa: PLC0415 - loads the engine

    return dict(principals(given))
