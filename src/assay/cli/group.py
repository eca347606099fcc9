"""The command `assay` itself: what there is, and each command loaded only when it is wanted."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword

import click

from assay import __version__
from assay.app.errors import Exit
from assay.cli.exit_codes import table
from assay.cli.output import say

#: in the order a newcomer needs them; each is `assay.cli.NAME` with a `command`
COMMANDS = (
    "init",
    "import",
    "lint",
    "diff",
    "plan",
    "run",
    "report",
    "explain",
    "replay",
    "waive",
    "learn",
    "history",
    "cleanup",
    "mock",
    "mutate",
    "bundle",
    "attest",
    "verify-attestation",
)


class Commands(click.Group):
    """A group whose commands are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(_module(cmd_name)).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's, with a near name for a wrong one."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        near = get_close_matches(name, COMMANDS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Commands: {', '.join(COMMANDS)}."
        return ctx.fail(f"Cannot run '{name}': because there is no such command. {hint}")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The exit codes, at the bottom."""
        formatter.write_paragraph()
        formatter.write("Exit codes:\n")
        formatter.write(table() + "\n")


def _module(name: str) -> str:
    """The module of a command: `import` is a word of Python."""
    return f"assay.cli.{name.replace('-', '_')}{'_' if iskeyword(name) else ''}"


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.version_option(__version__, prog_name="assay", message="%(prog)s %(version)s")
@click.pass_context
def assay(context: click.Context) -> None:
    """Contract testing for HTTP APIs.

    An API's documentation makes promises. Assay keeps each of them as a clause in contracts/, tries to break
    it, and reports which were kept, which were broken, and which nobody has seen.

    \b
    A first time:
      assay init                  a project to start from
      assay lint                  are the contracts sound?
      assay plan                  what would be tried, and with how many requests?
      assay run                   try it against the built-in mock
      assay run --target https://staging.example.com --auth-env API_TOKEN
    """  # noqa: D301 - click wants the character \b
    if context.invoked_subcommand is None:
        say(context.get_help(), err=True)
        context.exit(Exit.USAGE)
