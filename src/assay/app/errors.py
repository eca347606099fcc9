"""What a use case could not do, whose fault it is, and the exit code that says so (`docs/exit-codes.md`)."""

from __future__ import annotations

from dataclasses import dataclass

from assay.model.problem import Problem
from assay.report.exits import Exit

__all__ = ["AssayError", "ContractError", "EnvironmentFailure", "Exit", "OurFault", "UsageError"]


class AssayError(Exception):
    """A use case cannot go on. The message follows «Cannot X: because Y. Do Z.»"""

    exit = Exit.ENVIRONMENT


class UsageError(AssayError):
    """The caller's fault: an option, a name, a path."""

    exit = Exit.USAGE


class EnvironmentFailure(AssayError):
    """The environment's fault: no target, no disk, no port."""

    exit = Exit.ENVIRONMENT


class OurFault(AssayError):
    """Our own fault, found in time: nothing that is wrong left this machine."""

    exit = Exit.ENVIRONMENT


# not frozen: the interpreter and contextlib set __traceback__ on exceptions
@dataclass(unsafe_hash=True)
class ContractError(AssayError):
    """The contract author's fault: everything that is wrong, at once."""

    problems: tuple[Problem, ...]
    exit = Exit.USAGE

    def __str__(self) -> str:
        count = len(self.problems)
        noun = "error" if count == 1 else "errors"
        return f"Cannot use these contracts: because of {count} {noun}. `assay lint` lists them."
