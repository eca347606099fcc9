"""Reports from logs: fold, render, write. The log is the product; this can be done again at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from assay.app.errors import EnvironmentFailure, OurFault, UsageError
from assay.evidence.sweep import NOTHING, Sweep
from assay.files.reports import LOG, LogSink, RunFolder, WriteError, latest, write_whole
from assay.files.sweep import swept, swept_contents
from assay.report.past import UNASKED, Past

if TYPE_CHECKING:
    from assay.model.event import Event
    from assay.report.result import Report
    from assay.report.skim import Skimmed


NONE: Mapping[str, bytes] = MappingProxyType({})


def unasked(_report: Report) -> Past:
    """For reports that are made without asking a history."""
    return UNASKED


@dataclass(frozen=True, slots=True)
class Folded:
    """A report, and the folder it was written to."""

    report: Report
    folder: str
    #: a new run was made of several logs
    merged: bool = False


def write(
    folder: RunFolder,
    *,
    publish: bool = True,
    sweep: Sweep = NOTHING,
    past: Callable[[Report], Past] = unasked,
) -> Report:
    """Folds the folder's log, renders every format beside it and, to `publish` it, points `latest` there.

    `past` tells what was before the run, for the page.

    Before anything is kept, the `sweep` looks for known secrets in every byte of it: where one is found the report is
    withheld, what held it is deleted, and `OurFault` is raised.

    Raises `EnvironmentFailure` when they cannot be written.
    """
    report = folded([str(folder.log)])
    try:
        files = rendered(report, past(report))
        look(sorted(path for path in folder.path.rglob("*") if path.is_file()), folder.log, sweep, files)
        folder.write(files)
        if publish:
            folder.publish()
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    return report


def look(paths: Iterable[Path], log: Path, sweep: Sweep, files: Mapping[str, bytes] = NONE) -> None:
    """The last look at a run: at what it has written, and at the contents of files that are about to be.

    Raises `OurFault` where a known secret stands anywhere, after deleting what it stands in. What the log's header says
    of the contracts is public: a credential that stands there is none.
    """
    if not sweep:
        return
    with log.open("rb") as lines:
        sweep = sweep.without(lines.readline().decode("utf-8", "backslashreplace"))
    guilty = swept(paths, sweep)
    for path in guilty:
        path.unlink(missing_ok=True)
    names = [*(path.name for path in guilty), *swept_contents(files, sweep)]
    if names:
        raise OurFault(
            f"Cannot keep the report of {log.parent.name}: because a credential stands in {', '.join(names)}, "
            f"where Assay has to mask it. {'What held it was deleted. ' if guilty else ''}"
            "Do report this, please, without the credential."
        )


def rendered(report: Report, past: Past) -> dict[str, bytes]:
    """Every format that is kept as a file, by name."""
    from assay.report.render import html, json_  # noqa: PLC0415 - templates only where a page is made

    return {**json_.render(report), **html.render(report, past)}


def again(named: Sequence[str], reports: str, past: Callable[[Report], Past] = unasked) -> Folded:
    """Renders a run again, or merges the shards of one run into a new one.

    Each name is a run's folder or a log; none means the latest run below `reports`. Raises `UsageError` for
    what is no log of ours or does not belong together, `EnvironmentFailure` when it cannot be written.
    """
    logs = [log for name in named or [_latest(reports)] for log in logs_of(name)]
    try:
        if len(logs) > 1:
            run = folded(
                [str(log) for log in logs]
            ).header.run  # first, so that a refusal leaves nothing behind
            folder = RunFolder(Path(reports), f"{run}-merged")
            _merge(logs, folder)
            return Folded(write(folder, past=past), str(folder.path), merged=True)
        report = folded([str(logs[0])])
        for name, content in rendered(report, past(report)).items():
            write_whole(logs[0].parent / name, content)
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    return Folded(report, str(logs[0].parent))


def join(
    named: Sequence[str],
    reports: str,
    output: str | None = None,
    past: Callable[[Report], Past] = unasked,
) -> Folded:
    """Merges all shards of one run into a new one: in the folder `output`, or a fresh one below `reports`.

    Each name is a log, or a folder with logs in it. Raises `UsageError` for logs that are not all the shards of one
    run, each whole and there once, or where there is a run in that folder already; nothing is written then.
    """
    logs = [log for name in named for log in _shards_of(name)]
    run = folded([str(log) for log in logs], whole=True).header.run
    try:
        folder = RunFolder(Path(reports), f"{run}-merged") if output is None else _folder(Path(output))
        _merge(logs, folder, whole=True)
    except WriteError as error:
        raise EnvironmentFailure(str(error)) from error
    return Folded(write(folder, publish=output is None, past=past), str(folder.path))


def _folder(path: Path) -> RunFolder:
    if path.exists() and (not path.is_dir() or any(path.glob("*.jsonl"))):
        raise UsageError(
            f"Cannot merge into {path}: because something is there already. Name a new folder with -o."
        )
    return RunFolder.at(path)


def _shards_of(name: str) -> list[Path]:
    """The log of that name, or those in the folder and the folders in it, as a download of CI artifacts leaves them."""
    path = Path(name)
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.jsonl")) or sorted(path.glob(f"*/{LOG}"))
    found = list({log.resolve(): log for log in reversed(found)}.values())  # `latest` is one of the others
    if not found:
        raise UsageError(
            f"Cannot merge {name}: because there is no log in that folder. Name the shards' logs."
        )
    return found


def _latest(reports: str) -> str:
    try:
        return str(latest(Path(reports)))
    except FileNotFoundError as error:
        raise UsageError(str(error)) from None


def logs_of(name: str) -> list[Path]:
    """The log of that name, or those of the run in that folder: one, or its shards. Raises `UsageError`."""
    path = Path(name)
    if path.is_dir():
        whole = path / LOG
        found = [whole] if whole.is_file() else sorted(path.glob("*.jsonl"))
        if not found:
            raise UsageError(
                f"Cannot report {name}: because there is no log in that folder. Name the folder of a run."
            )
        return found
    return [path]


def folded(logs: Sequence[str], *, whole: bool = False) -> Report:
    """The report of one log, or of the shards of one run; of a `whole` run none may be missing or unfinished.

    Raises `UsageError` for a file that is no log of ours, or shards that do not belong together.
    """
    from assay.report.fold import fold  # noqa: PLC0415

    with events_of([Path(log) for log in logs], whole=whole) as events:
        return fold(events)


def _merge(logs: Sequence[Path], folder: RunFolder, *, whole: bool = False) -> None:
    sink = LogSink(folder.log)
    try:
        with events_of(logs, whole=whole) as events:
            for event in events:
                sink(event)
    finally:
        sink.close()


@contextmanager
def events_of(logs: Sequence[Path], *, whole: bool = False) -> Iterator[Iterable[Event | Skimmed]]:
    """The events of those logs as of one run, read as they are used. Raises `UsageError`."""
    from assay.report.log import LogError  # noqa: PLC0415
    from assay.report.merge import MergeError, merge  # noqa: PLC0415
    from assay.report.skim import skimmed  # noqa: PLC0415

    try:
        with ExitStack() as opened:
            files = [opened.enter_context(log.open("rb")) for log in logs]
            if len(files) == 1 and not whole:
                yield skimmed(files[0])
            else:
                yield merge([_named(file, log) for file, log in zip(files, logs, strict=True)],
                            names=[str(log) for log in logs], whole=whole)  # fmt: skip
    except WriteError:
        raise
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise UsageError(
            f"Cannot read the log {error.filename}: because {why}. Name a run's folder or log."
        ) from None
    except UnicodeDecodeError:
        raise UsageError(
            f"Cannot read {', '.join(map(str, logs))}: because it is not a log. Name a log.jsonl."
        ) from None
    except MergeError as error:
        raise UsageError(str(error)) from None
    except LogError as error:
        where = "" if len(logs) > 1 else f" (In {logs[0]}.)"
        raise UsageError(f"{error}{where}") from None


def _named(lines: Iterable[bytes], log: Path) -> Iterator[Event | Skimmed]:
    """The events of one log among several; what is wrong with it names its file."""
    from assay.report.log import LogError  # noqa: PLC0415
    from assay.report.skim import skimmed  # noqa: PLC0415

    try:
        yield from skimmed(lines)
    except LogError as error:
        raise LogError(f"{error} (In {log}.)") from error
