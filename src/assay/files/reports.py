"""Where a run leaves its results: one folder per run, whole files only, and `latest` beside them."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from time import monotonic
from types import TracebackType

from assay.model.event import Event, StepJudged
from assay.model.verdict import VerdictKind
from assay.report.log import dump
from assay.report.skim import Skimmed

LATEST = "latest"
LOG = "log.jsonl"

#: bytes of passing steps that wait to be written, and the seconds after which the next one takes them along
_MOST_WAITING, _LONGEST_WAIT = 1 << 16, 0.1

_ADVICE = {
    errno.ENOSPC: "Do free some space, or choose another folder with --reports.",
    errno.EDQUOT: "Do free some of your quota, or choose another folder with --reports.",
    errno.EACCES: "Do choose a folder you may write to with --reports.",
    errno.EPERM: "Do choose a folder you may write to with --reports.",
    errno.EROFS: "Do choose a folder you may write to with --reports.",
    errno.ENOTDIR: "Do move the file that stands where a folder should be, or choose another with --reports.",
    errno.EEXIST: "Do move the file that stands where a folder should be, or choose another with --reports.",
}


class WriteError(OSError):
    """A result cannot be kept. The environment's fault: no space, no permission, no such disk."""

    def __init__(self, path: Path, error: OSError) -> None:
        why = error.strerror or str(error) or type(error).__name__
        advice = _ADVICE.get(error.errno or 0, "Do choose another folder with --reports.")
        self.advice = f"Cannot write {path}: because {why}. {advice}"
        super().__init__(error.errno, why, str(path))

    def __str__(self) -> str:
        return self.advice


class LogSink:
    """Takes events into a log, one line each. A port `Sink`.

    Header, violations, notes and footer are on disk before the next event comes, with all that came before them, and
    so is every step that breaks a promise. Steps that keep theirs are told by the thousand: they may wait for one of
    these, for 64 KiB of them, or for the first that comes a tenth of a second later. So a process that is killed hard
    may lose some passing steps of its last moment, and nothing else; whoever reads a log that is still being written
    calls `flush` first.

    Every call raises `WriteError` when a line, or one that waited, cannot be kept; a line torn by that is the log's
    last.
    """

    def __init__(self, path: Path) -> None:
        """Begins the log; its folder is made when it is missing. Raises `WriteError`."""
        self.path = path
        self._lock = Lock()
        self._waiting: list[bytes] = []
        self._size = 0
        self._since = 0.0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # unbuffered: what waits, and for how long, is decided here
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise WriteError(path, error) from error

    def __call__(self, event: Event | Skimmed) -> None:
        """Takes one event; one out of another log as it stood there."""
        said = event.line.rstrip(b"\r\n") if isinstance(event, Skimmed) else dump(event).encode("ascii")
        patient = _may_wait(event)
        now = monotonic()
        with self._lock:
            if not self._waiting:
                self._since = now
            self._waiting.append(said)
            self._size += len(said) + 1
            if not patient or self._size >= _MOST_WAITING or now - self._since >= _LONGEST_WAIT:
                self._write()

    def flush(self) -> int:
        """Sees that all that was taken can be read by others; how many bytes the log has. Raises `WriteError`."""
        with self._lock:
            self._write()
            try:
                return self.path.stat().st_size
            except OSError as error:
                raise WriteError(self.path, error) from error

    def _write(self) -> None:
        if not self._waiting:
            return
        lines = b"\n".join([*self._waiting, b""])
        # forgotten first: what a full disk has torn is not begun again
        self._waiting, self._size = [], 0
        try:
            written = self._file.write(lines)
            while written < len(lines):  # the disk is nearly full, or a signal came
                lines = lines[written:]
                written = self._file.write(lines)
        except OSError as error:
            raise WriteError(self.path, error) from error

    def close(self) -> None:
        """Ends the log with all that waited. Closing twice does nothing."""
        try:
            with self._lock:
                self._write()
        finally:
            try:
                self._file.close()
            except OSError as error:
                raise WriteError(self.path, error) from error

    def __enter__(self) -> LogSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _may_wait(event: Event | Skimmed) -> bool:
    """True for a step that breaks no promise, and for all that comes out of another log, which is still there."""
    if isinstance(event, StepJudged):
        # a loop: this is asked of every step of a run
        for verdict in event.verdicts:  # noqa: SIM110
            if verdict.kind is VerdictKind.VIOLATED:
                return False
        return True
    return isinstance(event, Skimmed)


class RunFolder:
    """`<reports>/<run>/`: one run's log and reports."""

    def __init__(self, root: Path, run: str) -> None:
        """Makes the folder; a run of that name that is there already gets a neighbour `<run>-2`.

        Raises `WriteError`.
        """
        self.root = root
        self.path = _fresh(root, run)

    @classmethod
    def at(cls, path: Path) -> RunFolder:
        """The folder of a run in just that place."""
        folder = cls.__new__(cls)
        folder.root, folder.path = path.parent, path
        return folder

    @property
    def log(self) -> Path:
        """Where the run's log goes."""
        return self.path / LOG

    def write(self, files: Mapping[str, bytes]) -> None:
        """Writes files by path relative to the folder, each whole or not at all. Raises `WriteError`."""
        for name, content in sorted(files.items()):
            write_whole(self.path / name, content)

    def publish(self) -> None:
        """Makes `<reports>/latest` this run: a symbolic link, or a copy where there are none.

        Whoever looks at `latest` meanwhile sees one run or the other, never a mixture. Raises `WriteError`.
        """
        target = self.root / LATEST
        if _not_ours(target):
            raise WriteError(target, OSError(errno.EEXIST, "something else is called so"))
        try:
            try:
                _link(target, self.path)
            except (OSError, RuntimeError):  # where the platform has no links
                _copy(target, self.path)
        except OSError as error:
            raise WriteError(target, error) from error


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that a reader finds the old one or the new one, never half. Raises `WriteError`."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes it private; a report is for everybody who may read the folder
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise WriteError(path, error) from error


def latest(root: Path) -> Path:
    """The folder of the latest published run. Raises `FileNotFoundError` when nothing was published there."""
    found = root / LATEST
    if not found.is_dir():
        raise FileNotFoundError(
            f"Cannot find {found}: because no run was reported there. Do run `assay run` first."
        )
    return found.resolve()


def _fresh(root: Path, run: str) -> Path:
    number = 1
    while True:
        path = root / (run if number == 1 else f"{run}-{number}")
        try:
            root.mkdir(parents=True, exist_ok=True)
            path.mkdir()
        except FileExistsError as error:
            if not path.is_dir():
                raise WriteError(path, error) from error
            number += 1
        except OSError as error:
            raise WriteError(path, error) from error
        else:
            return path


def _umask() -> int:
    # there is no way to ask without setting it
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _not_ours(target: Path) -> bool:
    """True for a file, or a folder that holds no run: somebody's, not to be replaced."""
    if target.is_symlink() or not target.exists():
        return False
    return not (target / LOG).is_file()


def _link(target: Path, run: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        raise OSError(errno.EEXIST, "a copy is there already: copy again")
    temporary = target.with_name(f".{LATEST}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(run.name, target_is_directory=True)
    try:
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _copy(target: Path, run: Path) -> None:
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{LATEST}."))
    try:
        fresh = temporary / "new"
        shutil.copytree(run, fresh)
        if target.exists() or target.is_symlink():
            target.rename(temporary / "old")
        fresh.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
