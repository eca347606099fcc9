"""Where a credential comes from: an environment variable, a file, what a command prints. None of it is ever shown."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: seconds that a command may take; characters of a credential
_PATIENCE, _MOST = 30.0, 16_384
KINDS = ("env", "file", "command")


class SourceError(ValueError):
    """A credential that cannot be had, and how to mend it: the user's fault, or his environment's."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one credential comes from."""

    #: one of `KINDS`
    kind: str
    #: name of the variable, path of the file, or words of the command
    words: tuple[str, ...]

    def read(self, environ: Mapping[str, str]) -> str:
        """The credential, without the end of its line. Raises `SourceError`, which never quotes it."""
        match self.kind:
            case "env":
                return self._of_environment(environ)
            case "file":
                return self._of_file()
            case _:
                return self._of_command(environ)

    def _of_environment(self, environ: Mapping[str, str]) -> str:
        (name,) = self.words
        if name not in environ:
            raise SourceError(
                f"Cannot authenticate: because the environment variable {name} is not set. Set it to the credential."
            )
        return environ[name]

    def _of_file(self) -> str:
        (name,) = self.words
        try:
            with Path(name).expanduser().open(encoding="utf-8") as file:
                return file.read(_MOST).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise SourceError(
                f"Cannot authenticate: because the file {name} cannot be read ({why}). Put the credential there."
            ) from None

    def _of_command(self, environ: Mapping[str, str]) -> str:
        program = self.words[0]
        try:
            done = subprocess.run(  # noqa: S603 - the user's own words, without a shell
                self.words,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
                stdin=subprocess.DEVNULL,
                env=dict(environ),
            )
        except (OSError, subprocess.SubprocessError) as error:
            why = getattr(error, "strerror", None) or f"it took longer than {_PATIENCE:.0f} s"
            raise SourceError(
                f"Cannot authenticate: because the command {program} cannot be run ({why}). Mend it, or name another."
            ) from None
        if done.returncode:
            # what it printed may hold the credential
            raise SourceError(
                f"Cannot authenticate: because the command {program} ended with {done.returncode}. "
                "Run it by hand to see why."
            )
        return done.stdout[:_MOST].decode("utf-8", "replace").rstrip("\r\n")
