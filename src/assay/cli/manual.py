"""The command line as a page: every `--help`. `python -m assay.cli.manual > docs/cli.md` writes it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from assay.cli.group import COMMANDS, assay
from assay.cli.output import say

_WIDTH = 100
_HEAD = """\
# Command line

Made from the commands' own `--help` by `python -m assay.cli.manual > docs/cli.md`; a test compares.
What the exit codes mean for each command stands in [exit-codes.md](exit-codes.md).
"""


def manual() -> str:
    """The page, the same on every machine."""
    return "\n".join((_HEAD, *_sections()))


def _sections() -> Iterator[str]:
    top = click.Context(assay, info_name="assay", terminal_width=_WIDTH, **assay.context_settings)
    yield _section("assay", assay.get_help(top))
    for name in COMMANDS:
        command = assay.get_command(top, name)
        if command is not None:
            context = click.Context(command, parent=top, info_name=name, terminal_width=_WIDTH)
            yield _section(f"assay {name}", command.get_help(context))
            for below in command.commands.values() if isinstance(command, click.Group) else ():
                inner = click.Context(below, parent=context, info_name=below.name, terminal_width=_WIDTH)
                yield _section(f"assay {name} {below.name}", below.get_help(inner))
            for below in getattr(command, "below", ()):
                called = f"{name} {below.name}"
                context = click.Context(below, parent=top, info_name=called, terminal_width=_WIDTH)
                yield _section(f"assay {called}", below.get_help(context))


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    say(manual(), newline=False)
