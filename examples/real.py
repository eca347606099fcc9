"""Runs an example's contracts against the real program that they are about.

    python -m examples.real jupyter --seed 7 --profile nightly
    python -m examples.real --if-installed registry

What follows the name goes to `assay run`. Each example has a `serve.py` that says how its program is started; it
listens on loopback alone, at the port of the target in the example's `assay.toml`.

Where the system lets us, both run in a network namespace of their own, in which there is nothing but loopback: what is
made up to try a server can bring it to call elsewhere, and some programs listen on every interface.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).parent
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/serve.py"))

_STARTS_WITHIN = 30.0
_STOPS_WITHIN = 10.0
#: in front of the name: a program that is not there is no failure
_LENIENT = "--if-installed"
#: set in the process that has a network of its own
_ALONE = "ASSAY_EXAMPLE_ALONE"
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


@dataclass(frozen=True)
class Program:
    """How a real program is started."""

    #: what is started, by name or path, with its arguments
    command: Sequence[str]
    #: the URL at which it listens
    url: str
    #: how it is installed, as a command
    install: str
    #: what the program and the harness are told: credentials are made up for each start
    environment: Mapping[str, str] = field(default_factory=dict)
    #: what is done once it listens, such as making accounts; may raise `OSError`
    prepare: Callable[[], None] = lambda: None


class CannotRun(Exception):
    """The environment is not what the example needs; the message says what to do."""


class NotInstalled(CannotRun):
    """The program is not there."""


@contextlib.contextmanager
def running(program: Program, home: Path) -> Iterator[dict[str, str]]:
    """The program answers for the length of a `with` block; yields the environment of whoever asks it.

    `home` is its working folder, and has what it says in `program.log`. Raises `CannotRun`.
    """
    found = _found(program)
    host, port = _address(program.url)
    if _answers(host, port):
        raise CannotRun(f"because something listens at {host}:{port} already. Stop it.")
    environment = {**os.environ, **program.environment, "HOME": str(home)}
    with (home / "program.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - one of our own commands
            [found, *program.command[1:]],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, host, port, home)
            _prepare(program)
            yield {**os.environ, **program.environment}
        finally:
            _stop(process)


def _found(program: Program) -> str:
    name = program.command[0]
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        raise NotInstalled(f"because {name} is not installed. Do `{program.install}`.")
    return found


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


def _wait(process: subprocess.Popen[bytes], host: str, port: int, home: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if _answers(host, port):
            return
        time.sleep(0.05)
    said = (home / "program.log").read_text(errors="replace").strip().splitlines()
    why = f"it ended with {process.poll()}" if process.poll() is not None else "it did not listen in time"
    raise CannotRun("\n  ".join([f"because {why}. It said last:", *said[-10:]]))


def _prepare(program: Program) -> None:
    try:
        program.prepare()
    except OSError as error:
        raise CannotRun(f"because it listens, and cannot be prepared: {error}") from error


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def alone(arguments: Sequence[str]) -> None:
    """Goes on in a network namespace of its own, or says why not and goes on here."""
    if os.environ.get(_ALONE) == "starting":
        os.environ[_ALONE] = "yes"
        _loopback_up()
        return
    tool = shutil.which("unshare")
    flags = ["--map-root-user", "--net"]
    if tool and not subprocess.run([tool, *flags, "true"], check=False, capture_output=True).returncode:  # noqa: S603
        os.environ[_ALONE] = "starting"
        os.execv(tool, [tool, *flags, sys.executable, "-m", "examples.real", *arguments])  # noqa: S606
    print("No network of its own: the system does not let us make a namespace.", file=sys.stderr)


def _loopback_up() -> None:
    """`ip link set lo up`, without the tool (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        (flags,) = struct.unpack_from("H", fcntl.ioctl(asking, _SIOCGIFFLAGS, request), 16)
        fcntl.ioctl(asking, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags | _IFF_UP, b""))


def program_of(name: str, home: Path) -> Program:
    """What the example says of its program; `home` is an empty folder for it."""
    made: Program = importlib.import_module(f"examples.{name}.serve").program(home)
    return made


def main(arguments: Sequence[str]) -> int:
    """Lints, starts, runs, stops; the exit code is that of the first command that says no, or 4 for `CannotRun`."""
    lenient, arguments = arguments[:1] == [_LENIENT], [a for a in arguments if a != _LENIENT]
    if not arguments or arguments[0] not in NAMES:
        print(
            f"Usage: python -m examples.real [{_LENIENT}] {'|'.join(NAMES)} [OPTIONS of assay run]",
            file=sys.stderr,
        )
        return 2
    alone(arguments if not lenient else [_LENIENT, *arguments])
    name, *options = arguments
    folder = FOLDER / name
    assay = [sys.executable, "-m", "assay"]
    linted = subprocess.run([*assay, "lint"], cwd=folder, check=False)  # noqa: S603
    if linted.returncode:
        return linted.returncode
    with tempfile.TemporaryDirectory(prefix=f"assay-{name}-") as home:
        try:
            program = program_of(name, Path(home))
            with running(program, Path(home)) as environment:
                run = [*assay, "run", "--target", name, *options]
                return subprocess.run(run, cwd=folder, env=environment, check=False).returncode  # noqa: S603
        except NotInstalled as cannot:
            print(f"{'Not tried' if lenient else f'Cannot run {name}'}: {cannot}", file=sys.stderr)
            return 0 if lenient else 4
        except CannotRun as cannot:
            print(f"Cannot run {name}: {cannot}", file=sys.stderr)
            return 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
