"""`files.reports`: whole files or none, and failures that say what to do."""

from __future__ import annotations

import errno
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assay.files.reports import LATEST, LogSink, RunFolder, WriteError, latest, write_whole
from assay.model.event import Event, Noted, RunFinished, StepJudged
from assay.model.verdict import Verdict, VerdictKind
from assay.report.log import dump, read
from golden.story import HEADER, events

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)


STEP = next(event for event in events() if isinstance(event, StepJudged))
PASSING = StepJudged(1, STEP.step, (Verdict("a/b", VerdictKind.HOLDS),))
BREAKING = replace(PASSING, verdicts=(*PASSING.verdicts, Verdict("a/c", VerdictKind.VIOLATED, "got 500")))


def test_a_log_is_on_disk_line_by_line(tmp_path: Path) -> None:
    """What is more than a passing step is written, after all that came before it, before the next event."""
    path = tmp_path / "deep" / "log.jsonl"
    with LogSink(path) as sink:
        for number, event in enumerate(events(), 1):
            sink(event)
            if not isinstance(event, StepJudged):
                assert len(path.read_text("ascii").splitlines()) == number
    assert list(read(path.read_text("ascii").splitlines())) == list(events())


@pytest.mark.parametrize("event", [HEADER, BREAKING, Noted("skipped", "why"), RunFinished("", complete=True)])
def test_passing_steps_wait_for_no_more_than_what_matters(event: Event, tmp_path: Path) -> None:
    """A step that breaks a promise, a header, a note, a footer: on disk at once, and what waited before it."""
    path = tmp_path / "log.jsonl"
    sink = LogSink(path)
    sink(PASSING)
    sink(event)
    assert path.read_text("ascii").splitlines() == [dump(PASSING), dump(event)]
    sink.close()


def test_whoever_reads_a_log_that_is_being_written_flushes_it(tmp_path: Path) -> None:
    """Afterwards everything is there, whole, once; closing twice adds nothing."""
    path = tmp_path / "log.jsonl"
    sink = LogSink(path)
    for _ in range(3):
        sink(PASSING)
        sink.flush()
        sink.flush()
    sink(PASSING)
    sink.close()
    sink.close()
    assert path.read_text("ascii").splitlines() == [dump(PASSING)] * 4


def test_many_passing_steps_do_not_wait_for_the_end(tmp_path: Path) -> None:
    """No more than 64 KiB of them are in memory only, however quickly they come."""
    path = tmp_path / "log.jsonl"
    with LogSink(path) as sink:
        taken = 0
        for _ in range(400):
            sink(PASSING)
            taken += len(dump(PASSING)) + 1
            assert taken - path.stat().st_size <= 1 << 16


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    """Whoever comes when: each event is one line, and none is lost."""
    path = tmp_path / "log.jsonl"
    with LogSink(path) as sink, ThreadPoolExecutor(4) as crew:
        list(crew.map(sink, [PASSING, BREAKING] * 200))
    lines = Counter(path.read_text("ascii").splitlines())
    assert lines == {dump(PASSING): 200, dump(BREAKING): 200}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_with_a_way_out() -> None:
    """Not a traceback of ours: an `OSError` that says what to do."""
    sink = LogSink(Path("/dev/full"))
    with pytest.raises(WriteError) as caught:
        sink(HEADER)
    assert caught.value.errno == errno.ENOSPC
    sink(PASSING)
    with pytest.raises(WriteError):
        sink.close()
    sink.close()
    assert str(caught.value).startswith("Cannot write /dev/full: because No space left on device. Do free")


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    """The path and the reason are named."""
    (tmp_path / "reports").write_text("")
    for attempt in (
        lambda: RunFolder(tmp_path / "reports", "r"),
        lambda: LogSink(tmp_path / "reports" / "x"),
    ):
        with pytest.raises(WriteError, match=r"^Cannot write .*because .*Do move the file"):
            attempt()


@as_root
def test_a_folder_one_may_not_write_to_is_told(tmp_path: Path) -> None:
    """Permission problems are the environment's."""
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="you may write to"):
        RunFolder(tmp_path, "r")


def test_a_run_never_writes_into_another(tmp_path: Path) -> None:
    """Two runs of one name get two folders."""
    assert RunFolder(tmp_path, "r").path.name == "r"
    assert RunFolder(tmp_path, "r").path.name == "r-2"


def test_files_are_replaced_whole(tmp_path: Path) -> None:
    """The new content is there and no temporary file is left."""
    path = tmp_path / "a" / "report.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["report.json"]


def test_half_written_files_are_removed(tmp_path: Path) -> None:
    """When the last step fails nothing half is left: here a folder stands where the file should go."""
    (tmp_path / "report.json" / "x").mkdir(parents=True)
    with pytest.raises(WriteError):
        write_whole(tmp_path / "report.json", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


FILES = {"report.json": b"{}", "report.html": b"<p>"}


def _published(root: Path, run: str) -> RunFolder:
    folder = RunFolder(root, run)
    with LogSink(folder.log) as sink:
        sink(HEADER)
    folder.write(FILES)
    folder.publish()
    return folder


def test_latest_is_the_latest_run(tmp_path: Path) -> None:
    """It holds the log and the reports of the run published last, and moves on with the next."""
    for run in ("one", "two"):
        folder = _published(tmp_path, run)
        assert sorted(p.name for p in (tmp_path / LATEST).iterdir()) == [
            "log.jsonl",
            "report.html",
            "report.json",
        ]
        assert latest(tmp_path) == folder.path.resolve()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "one", "two"]


def test_where_a_copy_stands_it_is_replaced_by_a_copy(tmp_path: Path) -> None:
    """File systems and archives without symbolic links keep working; nothing of the old run stays."""
    (tmp_path / LATEST).mkdir()
    (tmp_path / LATEST / "stale.txt").write_text("old")
    (tmp_path / LATEST / "log.jsonl").write_text("{}")
    _published(tmp_path, "one")
    assert sorted(p.name for p in (tmp_path / LATEST).iterdir()) == [
        "log.jsonl",
        "report.html",
        "report.json",
    ]
    assert not (tmp_path / LATEST).is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "one"]


def test_without_a_run_there_is_no_latest(tmp_path: Path) -> None:
    """The message says how to get one."""
    with pytest.raises(FileNotFoundError, match="assay run"):
        latest(tmp_path)


def test_somebody_elses_latest_is_left_alone(tmp_path: Path) -> None:
    """A folder or file called `latest` that holds no run is not replaced."""
    mine = tmp_path / "latest"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    folder = RunFolder(tmp_path, "run")
    with pytest.raises(WriteError):
        folder.publish()
    assert (mine / "thesis.txt").read_text() == "years of work"
