"""The runs before one, as a page shows them: which ones, how they stood, and what keeps them from being read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assay.app.past import past
from assay.model.event import RunStarted
from assay.model.record import Record
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.report.fold import fold
from assay.report.past import RUNS, counted
from assay.report.record import record
from assay.report.result import Report
from assay.report.trend import Change
from assay.store import lately, quick
from assay.store.errors import Missing
from assay.store.history import History, Which
from assay.store.place import Place
from assay.store.rows import rows
from golden.story import events


def _report() -> Report:
    return fold(events())


def _earlier(number: int, **head: str) -> Record:
    run = record(_report())
    started = f"2026-11-{number:02}T22:00:00Z"
    return replace(
        run, head=replace(run.head, key=f"{number:016}", run=f"r{number}", started=started, **head)
    )


def _kept(folder: Path, *runs: Record) -> Place:
    place = Place(file=folder / "history.sqlite")
    assert place.file is not None
    for run in runs:
        quick.add(place.file, rows(run))
    return place


def test_it_is_the_runs_of_the_same_aim_the_oldest_first(tmp_path: Path) -> None:
    """Other targets, other profiles, later runs and the run itself are no past."""
    kept = _kept(
        tmp_path,
        _earlier(3),
        _earlier(2),
        _earlier(4, target="mock"),
        _earlier(5, profile="gate"),
        _earlier(25),
        record(_report()),
    )
    found = past(_report(), kept)
    assert [one.head.run for one in found.runs] == ["r2", "r3"]
    assert found.why == ""
    assert found.runs[0].counts["equos"] == {Standing.VERIFIED: 2, Standing.INCONCLUSIVE: 1}


def test_it_compares_with_the_last_run_of_its_branch(tmp_path: Path) -> None:
    """As `assay history compare` does without names."""
    kept = _kept(tmp_path, _earlier(3), _earlier(4, branch="another"))
    found = past(_report(), kept).comparison
    assert found is not None
    assert found.before.run == "r3"
    assert {one.clause for one in found.of(Change.STILL_FAILING)} == {
        "iplaygames/startAMultiSession/promise/example-keys",
        "iplaygames/lifecycle/multi-session/active/endMultiSession",
    }


def test_no_more_than_a_page_shows(tmp_path: Path) -> None:
    """However long the history, the newest are told."""
    kept = _kept(tmp_path, *(_earlier(number) for number in range(1, 16)))
    assert [one.head.run for one in past(_report(), kept).runs] == [f"r{n}" for n in range(16 - RUNS, 16)]


def test_the_quick_way_reads_what_the_library_reads(tmp_path: Path) -> None:
    """Every value of every run alike."""
    kept = _kept(tmp_path, _earlier(3), _earlier(2))
    head = record(_report()).head
    assert kept.file is not None
    history = History(kept)
    alike = Which(target=head.target, profile=head.profile)
    assert lately.before(kept.file, head, 9) == tuple(
        history.record(o) for o in history.heads(alike, 9, before=head)
    )
    history.close()


def test_without_a_past_it_says_why(tmp_path: Path) -> None:
    """No history, none yet, and one that is no database."""
    assert past(_report(), None).why == "no history is kept of this project's runs"
    nothing = Place(file=tmp_path / "none.sqlite")
    assert "no earlier run" in past(_report(), nothing).why
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    assert "damaged" in past(_report(), Place(file=broken)).why
    with pytest.raises(Missing):
        lately.before(tmp_path / "none.sqlite", record(_report()).head, 1)


def test_counts_are_by_api() -> None:
    """A clause's id begins with the name of its API; what the documentation leaves open is no promise."""
    header = events()[0]
    assert isinstance(header, RunStarted)
    found = counted(record(_report()).marks)
    promised = [clause for clause in header.clauses if clause.strength is not Strength.SILENT]
    assert len(promised) < len(header.clauses)
    assert sum(n for of in found.values() for n in of.values()) == len(promised)


def test_it_is_looked_up_without_the_library() -> None:
    """Loading it would take as long as a tenth of a run."""
    program = "import sys, assay.store.lately; print(sorted({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
