"""What could not be done, said in one block on standard error: why, whose fault it is, and the exit code.

A misbehaving API never comes here: that is a result, not a failure.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from assay.app.errors import AssayError, ContractError, EnvironmentFailure, Exit, OurFault, UsageError
from assay.cli.output import faint, say, strong

#: how environment variables are called whose values must not be shown
_SECRET_NAMES = ("TOKEN", "SECRET", "KEY", "PASSWORD", "PASSWD", "CREDENTIAL", "AUTH")
#: shorter values are more likely words than secrets
_SHORTEST_SECRET = 6


def tell(error: BaseException, environ: Mapping[str, str] = os.environ) -> int:
    """Says what went wrong; returns the exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.exceptions.UsageError():
            return _usage(error)
        case click.ClickException():
            return _block(error.format_message(), "usage", Exit.USAGE)
        case KeyboardInterrupt() | click.exceptions.Abort():
            return _block("Interrupted.", "nobody", Exit.INCOMPLETE)
        case ContractError():
            return _contracts(error)
        case AssayError():
            return _block(str(error), _fault(error), error.exit)
        case OSError():
            _debug(error, environ)
            return _block(_of_the_system(error), "the environment", Exit.ENVIRONMENT)
        case _:
            return _ours(error, environ)


def _usage(error: click.exceptions.UsageError) -> int:
    if error.ctx is not None:
        say(error.ctx.get_usage(), err=True)
        say(f"Try '{error.ctx.command_path} --help' for examples.\n", err=True)
    return _block(error.format_message(), "usage", Exit.USAGE)


def _contracts(error: ContractError) -> int:
    from assay.cli.lint_formats import text  # noqa: PLC0415 - only needed when contracts are wrong

    say(text(error.problems), err=True)
    return _block(f"\n{error}", "the contract's author", error.exit)


def _fault(error: AssayError) -> str:
    match error:
        case UsageError():
            return "usage"
        case EnvironmentFailure():
            return "the environment"
        case OurFault():
            return "ours"
        case _:
            return "the environment"


def _of_the_system(error: OSError) -> str:
    text = str(error)
    if text.startswith("Cannot "):
        return text
    why = error.strerror or type(error).__name__
    where = f" ({error.filename})" if error.filename else ""
    return f"Cannot go on: because the system says «{why}»{where}."


def _ours(error: BaseException, environ: Mapping[str, str]) -> int:
    if not _debug(error, environ):
        say(f"Cannot go on: because of a fault in Assay ({type(error).__name__} {_origin(error)}).", err=True)
        return _block("Do report it, please, with the output under ASSAY_DEBUG=1.", "ours", Exit.ENVIRONMENT)
    return _block("Cannot go on: because of a fault in Assay, shown above.", "ours", Exit.ENVIRONMENT)


def _debug(error: BaseException, environ: Mapping[str, str]) -> bool:
    if environ.get("ASSAY_DEBUG", "") in {"", "0"}:
        return False
    import traceback  # noqa: PLC0415 - rarely wanted

    say(without_secrets("".join(traceback.format_exception(error)), environ), err=True)
    return True


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """The text without the values of environment variables that look, or were named, like secrets."""
    named = {sys.argv[i + 1] for i, word in enumerate(sys.argv[:-1]) if word in {"--auth-env", "--token-env"}}
    named |= {word.partition("=")[2] for word in sys.argv if word.startswith(("--auth-env=", "--token-env="))}
    # --principal bob=VAR, and --principal=bob=VAR
    named |= {
        sys.argv[i + 1].partition("=")[2] for i, word in enumerate(sys.argv[:-1]) if word == "--principal"
    }
    named |= {word.split("=", 2)[-1] for word in sys.argv if word.startswith("--principal=")}
    for name, value in environ.items():
        secret = name in named or any(part in name.upper() for part in _SECRET_NAMES)
        if secret and len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, f"${name}")
    return text


def _origin(error: BaseException) -> str:
    """The last place of our own code: enough to find it, and no value of anybody."""
    trace, place = error.__traceback__, "somewhere"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("assay"):
            place = f"at {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _block(message: str, fault: str, code: int) -> int:
    say(strong(message), err=True)
    say(faint(f"fault: {fault} · exit code {int(code)}"), err=True)
    return int(code)
