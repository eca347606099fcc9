"""The ledger's file: on disk at once, readable after any death, never two writers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assay.evidence.ledger import written
from assay.evidence.redact import Policy
from assay.files.ledger import Ledger, LedgerError, ledger_name, ledgers, newest
from assay.files.reports import WriteError
from assay.model.ledger import Book, Entry

BOOK = Book(
    "2026-01-31T02-00-00Z", "2026-01-31T02:00:00+00:00", "staging", "https://api.example", "contracts"
)
ONE = Entry("shop", "order", "o-1", ("open",), values={"id": 7}, supplied={"basket": "b1"})


def test_what_was_kept_is_read_again(tmp_path):
    """Header and entries come back whole; the last line about an instance counts."""
    ledger = Ledger(tmp_path / "instances.ndjson", BOOK)
    two = replace(ONE, id="o-2", principal="bob")
    for entry in (ONE, two, replace(ONE, states=("closed",), ended=True)):
        ledger.keep(entry, entry)
    ledger.close()
    again = Ledger.read(tmp_path / "instances.ndjson")
    assert again.book == BOOK
    assert again.entries == (replace(ONE, states=("closed",), ended=True), two)
    assert again.open == (two,)
    again.close()


def test_an_id_that_is_given_out_again_is_another_instance(tmp_path):
    """Each counts as made, and one that has not come to an end as alive; the same is read again."""
    ledger = Ledger(tmp_path / "instances.ndjson", BOOK)
    over = replace(ONE, states=("closed",), ended=True)
    for entry, alive in (
        (ONE, 1),
        (over, 0),
        (ONE, 1),
        (replace(ONE, states=("paid",)), 1),
        (over, 0),
        (ONE, 1),
    ):
        ledger.keep(entry, entry)
        assert ledger.alive == alive
    ledger.close()
    again = Ledger.read(tmp_path / "instances.ndjson")
    assert (again.made, again.alive) == ({"shop/order": 3}, 1)
    again.close()


def test_nothing_made_leaves_no_file(tmp_path):
    """A run that makes nothing has no ledger."""
    Ledger(tmp_path / "instances.ndjson", BOOK).close()
    assert ledgers(tmp_path) == []


def test_every_line_is_on_disk_when_keep_returns(tmp_path):
    """Another process sees an instance before anything else is done; what does not change is not written again."""
    path = tmp_path / "instances.ndjson"
    ledger = Ledger(path, BOOK)
    ledger.keep(ONE, ONE)
    assert [json.loads(line).get("id") for line in path.read_text().splitlines()] == [None, "o-1"]
    ledger.keep(replace(ONE, values={"id": 7, "seen": 2}), ONE)
    assert len(path.read_text().splitlines()) == 2
    ledger.close()


@pytest.mark.parametrize("torn", ['{"api":"shop","lifecycle":"order","id":"o-', '{"api":"shop"}', "\0\0\0"])
def test_a_torn_line_costs_only_itself(tmp_path, torn):
    """What was being written when the process died is passed over; what is added later stands on its own line."""
    path = tmp_path / "instances.ndjson"
    ledger = Ledger(path, BOOK)
    ledger.keep(ONE, ONE)
    ledger.close()
    with path.open("a") as file:
        file.write(torn)
    again = Ledger.read(path)
    ended = replace(ONE, states=("closed",), ended=True)
    again.keep(ended, ended)
    again.close()
    third = Ledger.read(path)
    assert third.open == ()
    third.close()


def test_reading_changes_nothing(tmp_path):
    """Looking into a ledger leaves it byte for byte as it is."""
    path = tmp_path / "instances.ndjson"
    ledger = Ledger(path, BOOK)
    ledger.keep(ONE, ONE)
    ledger.close()
    before = path.read_bytes()
    Ledger.read(path).close()
    assert path.read_bytes() == before


def test_creations_without_an_id_are_counted(tmp_path):
    """Each of them stays open: nobody can ask about it."""
    nameless = Entry("shop", "order", "")
    ledger = Ledger(tmp_path / "instances.ndjson", BOOK)
    ledger.keep(nameless, nameless)
    ledger.keep(nameless, nameless)
    ledger.close()
    again = Ledger.read(tmp_path / "instances.ndjson")
    assert again.open == (nameless, nameless)
    again.close()


def test_a_ledger_in_use_is_nobody_elses(tmp_path):
    """While a run writes its ledger no clean-up may read it: it would end what is being tested."""
    path = tmp_path / "instances.ndjson"
    ledger = Ledger(path, BOOK)
    ledger.keep(ONE, ONE)
    with pytest.raises(LedgerError, match="still going on"):
        Ledger.read(path)
    ledger.close()
    Ledger.read(path).close()


def test_a_killed_run_lets_go(tmp_path):
    """After `kill -9` every instance that was made is in the file, and the file can be taken over."""
    path = tmp_path / "instances.ndjson"
    code = """
import sys, time
from assay.files.ledger import Ledger
from assay.model.ledger import Book, Entry
ledger = Ledger(__import__("pathlib").Path(sys.argv[1]), Book("r", "", "t", "http://t", "c"))
for number in range(5):
    entry = Entry("shop", "order", f"o-{number}", ("open",))
    ledger.keep(entry, entry)
print("kept", flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "kept\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    ledger = Ledger.read(path)
    assert [entry.id for entry in ledger.open] == [f"o-{number}" for number in range(5)]
    ledger.close()


def test_other_files_are_refused(tmp_path):
    """A log is no ledger, nor is an empty file."""
    for text in ("", '{"format":"assay-log/1"}\n', "hello\n"):
        path = tmp_path / "instances.ndjson"
        path.write_text(text)
        with pytest.raises(LedgerError, match="no ledger"):
            Ledger.read(path)
    with pytest.raises(LedgerError, match="Cannot read"):
        Ledger.read(tmp_path / "none.ndjson")


def test_a_full_disk_is_told(tmp_path):
    """What cannot be kept raises, as with the log."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        Ledger(tmp_path / "file" / "instances.ndjson", BOOK).keep(ONE, ONE)


def test_names(tmp_path):
    """One ledger for a run, one for each worker of a distributed one; all of them belong to the folder."""
    assert ledger_name("log.jsonl") == "instances.ndjson"
    assert ledger_name("shard-gw3.jsonl") == "instances-gw3.ndjson"
    for name in ("log.jsonl", "instances.ndjson", "instances-gw3.ndjson"):
        (tmp_path / name).write_text("")
    assert [path.name for path in ledgers(tmp_path)] == ["instances-gw3.ndjson", "instances.ndjson"]


def test_the_newest_run_first(tmp_path):
    """Runs are named by their moment; ten of one moment are in order, and folders without a ledger are none."""
    names = [
        "2026-01-31T02-00-00Z",
        "2026-01-31T02-00-00Z-2",
        "2026-01-31T02-00-00Z-10",
        "2025-12-31T23-59-59Z",
    ]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "instances.ndjson").write_text("")
    (tmp_path / "2027-01-01T00-00-00Z").mkdir()
    (tmp_path / "latest").symlink_to(tmp_path / names[3], target_is_directory=True)
    assert [path.name for path in newest(tmp_path)] == [names[2], names[1], names[0], names[3]]


def test_no_secret_is_written():
    """A value that holds a known secret is left out; an id that does is hidden, and known to be."""
    policy = Policy(("s3cr3t-token",))
    entry = Entry(
        "a", "l", "x-s3cr3t-token", values={"k": "s3cr3t-token", "ok": 1}, supplied={"n": "s3cr3t-token"}
    )
    kept = written(entry, policy)
    assert "s3cr3t" not in repr(kept)
    assert (kept.hidden, kept.values, kept.supplied) == (True, {"ok": 1}, {})
    assert written(ONE, policy) == ONE


def test_memory_alone():
    """Without a path nothing is written: a replay has no folder."""
    ledger = Ledger(None, BOOK)
    ledger.keep(ONE, ONE)
    assert ledger.open == (ONE,)
    assert Path("instances.ndjson").exists() is False
    ledger.close()
