"""Claims about `assay history`, and about what `assay run` leaves in it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from assay.app.report import folded
from assay.report.record import record
from assay.store.history import History, Which
from assay.store.place import Place
from fakes.records import UNWITNESSED, VIOLATED, broken, mark, run

FILE = Path("reports/history.sqlite")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """Four runs in the usual place: all well, then broken, then broken on a branch, then nobody looked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_HISTORY", raising=False)
    history = History(Place(file=FILE))
    history.add(run(1, mark(), mark("a/op/status/404", UNWITNESSED)))
    history.add(run(2, mark(standing=VIOLATED), mark("a/op/status/404"), commit="e" * 40))
    history.add(
        run(3, mark(standing=VIOLATED), breaks=(broken(), broken(fingerprint="b" * 12)), branch="topic")
    )
    history.add(run(4, mark(standing=UNWITNESSED), target="https://x.example", complete=False, exit_code=5))
    return history


def test_every_run_is_kept(project: Path, assay) -> None:
    """By its own log's record, at once; the second run is compared with the first without a name being typed."""
    for seed in ("1", "2"):
        assert assay("run", "-q", "--seed", seed).code == 0
    said = assay("history")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{FILE}: 2 runs\n")
    latest = record(folded(["reports/latest/log.jsonl"]))
    history = History(Place(file=FILE))
    assert history.record(history.heads(Which())[0]) == latest
    assert latest.latencies
    assert assay("history", "compare").out.endswith(f"\n{len(latest.marks)} as before\n")


def test_what_is_checked_out_is_kept(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the log first, so that a history made again has it, too."""
    monkeypatch.setenv("ASSAY_BRANCH", "deployed")
    monkeypatch.setenv("ASSAY_COMMIT", "abcdef1234")
    assert assay("run", "-q").code == 0
    FILE.unlink()
    monkeypatch.delenv("ASSAY_BRANCH")
    monkeypatch.delenv("ASSAY_COMMIT")
    assert assay("history", "rebuild").code == 0
    (head,) = History(Place(file=FILE)).heads(Which())
    assert (head.branch, head.commit) == ("deployed", "abcdef1234")


def test_no_run_is_kept_where_nobody_wants_it(project: Path, assay) -> None:
    """`--history off`, the variable, or the project's configuration; and then nothing is there to read."""
    assert assay("run", "-q", "--history", "off").code == 0
    Path("assay.toml").write_text('history = "off"\n', encoding="utf-8")
    assert assay("run", "-q").code == 0
    assert not FILE.exists()
    said = assay("history")
    assert (said.code, said.out) == (2, "")
    assert "because it is switched off" in said.err


def test_the_place_may_be_configured(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option before the variable, the variable before the file, and that before the reports folder."""
    Path("pyproject.toml").write_text('[tool.assay]\nhistory = "configured.sqlite"\n', encoding="utf-8")
    assert assay("run", "-q").code == 0
    monkeypatch.setenv("ASSAY_HISTORY", "variable.sqlite")
    assert assay("run", "-q").code == 0
    assert assay("run", "-q", "--history", "sqlite:///option.sqlite").code == 0
    assert {path.name for path in Path().glob("*.sqlite")} == {
        "configured.sqlite",
        "variable.sqlite",
        "option.sqlite",
    }
    assert not FILE.exists()


@pytest.mark.parametrize(("told", "why"), [("mysql://me:s3cret@db/x", "only files and PostgreSQL are known")])
def test_a_place_that_cannot_be_is_refused_before_anything_is_sent(
    told: str, why: str, project: Path, assay
) -> None:
    """Exit code 2, no run folder, no password."""
    said = assay("run", "--history", told)
    assert said.code == 2
    assert why in said.err
    assert "s3cret" not in said.err
    assert not Path("reports").exists()


def test_trouble_with_the_history_changes_no_verdict(project: Path, assay) -> None:
    """The run is told as ever, with its own exit code, and one line says that it was not kept."""
    with sqlite3.connect("other.sqlite") as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    said = assay("run", "-q", "--history", "other.sqlite")
    assert said.code == 0
    assert "conforms" in said.out
    assert "because it is somebody else's database" in said.err
    assert "This run is not in the history; its log is kept" in said.err


def test_a_damaged_history_is_made_again_at_the_end_of_a_run(project: Path, assay) -> None:
    """Moved aside, said, and made of the logs that are there, the new one among them."""
    assert assay("run", "-q", "--seed", "1").code == 0
    FILE.write_bytes(b"\7" * 9000)
    said = assay("run", "-q", "--seed", "2")
    assert said.code == 0
    (aside,) = [path for path in Path("reports").glob("*.damaged-*") if path.suffix != ".lock"]
    assert aside.read_bytes() == b"\7" * 9000
    assert f"The history {FILE} was damaged. It is {aside} now, and was made again from 2 logs" in said.err
    assert [head.seed for head in History(Place(file=FILE)).heads(Which())] == [2, 1]


def test_a_damaged_history_is_made_again_before_it_is_read(project: Path, assay) -> None:
    """The list is there, after the remark."""
    assert assay("run", "-q").code == 0
    FILE.write_bytes(b"\7" * 9000)
    said = assay("history")
    assert (said.code, said.out.splitlines()[0]) == (0, f"{FILE}: 1 run")
    assert "was damaged" in said.err


def test_it_is_made_again_from_the_logs(project: Path, assay) -> None:
    """`rebuild` gives the same history; what is no log is named; runs whose log is gone stay."""
    assert assay("run", "-q", "--seed", "1").code == 0
    history = History(Place(file=FILE))
    (head,) = history.heads(Which())
    before = history.record(head)
    history.add(run(1))
    with sqlite3.connect(FILE) as connection:
        connection.execute("UPDATE marks SET standing = 'inconclusive'")
    broken_log = Path("reports/2020-01-01T00-00-00Z/log.jsonl")
    broken_log.parent.mkdir()
    broken_log.write_text("no log\n", encoding="utf-8")
    said = assay("history", "rebuild")
    assert (said.code, said.out) == (0, f"1 run of reports kept in {FILE}.\n")
    assert "Left out: 2020-01-01T00-00-00Z: Cannot read" in said.err
    assert history.record(head) == before
    assert {one.run for one in history.heads(Which())} == {head.run, "r1"}


def test_runs_that_are_not_in_the_history_are_told(project: Path, assay) -> None:
    """A folder that was copied here, or a run that could not be kept."""
    assert assay("run", "-q", "--history", "off").code == 0
    assert assay("history").code == 2
    assert assay("run", "-q").code == 0
    said = assay("history")
    assert "Not in the history: 1 run of reports" in said.err
    assert assay("history", "rebuild").code == 0
    assert assay("history").err == ""


def test_a_merged_run_is_kept(project: Path, assay) -> None:
    """Shards that `assay report` merges are one run."""
    assert assay("run", "-q", "--history", "off").code == 0
    lines = Path("reports/latest/log.jsonl").read_bytes().splitlines()
    for number in (1, 2):
        shard = lines[0].replace(b'"run":', b'"shard":"%d/2","run":' % number, 1)
        Path(f"{number}.jsonl").write_bytes(b"\n".join([shard, *lines[1:]]))
    assert assay("report", "1.jsonl", "2.jsonl").code == 0
    (head,) = History(Place(file=FILE)).heads(Which())
    assert head.requests == 2 * sum(json.loads(lines[-1])["requests"].values())


def test_the_list(kept: History, assay) -> None:
    """Newest first, with what a person tells runs apart by."""
    head = "run  branch  commit    target             profile  verified  violated  unwitnessed  inconclusive  exit"
    assert assay("history").out == (
        f"reports/history.sqlite: 4 runs\n\n{head}\n"
        "r4   main    cccccccc  https://x.example  gate     0         0         1            0             5"
        " incomplete\n"
        "r3   topic   cccccccc  mock               gate     0         1         0            0             0\n"
        "r2   main    eeeeeeee  mock               gate     1         1         0            0             0\n"
        "r1   main    cccccccc  mock               gate     1         0         1            0             0\n"
    )
    assert assay("history", "--branch", "topic").out.count("\nr") == 2
    assert (
        assay("history", "--target", "nowhere").out == "reports/history.sqlite: 4 runs\nNone of that kind.\n"
    )
    told = json.loads(assay("history", "--last", "1", "--format", "json").out)
    assert (told["format"], told["total"], [one["run"] for one in told["runs"]]) == (
        "assay-history/1",
        4,
        ["r4"],
    )


def test_a_comparison(kept: History, assay) -> None:
    """Both runs, group by group, and the counts."""
    assert assay("history", "compare", "r1", "r2").out == (
        "r1 (main cccccccc, mock, gate) before\n"
        "r2 (main eeeeeeee, mock, gate) now\n"
        "\n"
        "New (1)\n"
        "  a/op/status/200  verified → violated\n"
        "    aaaaaaaaaaaa (again 5 of 5) expected 200, got 500\n"
        "\n"
        "Newly witnessed (1)\n"
        "  a/op/status/404  unwitnessed → verified\n"
        "\n"
        "1 new, 1 newly witnessed, 0 as before\n"
    )


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        (("r1", "r2"), "r1", "r2"),
        (("main", "topic"), "r4", "r3"),
        (("mock", "https://x.example"), "r3", "r4"),
        (("latest~3",), "r1", "r4"),
        (("latest~1", "latest"), "r3", "r4"),
        # of no earlier run of its own branch, so of any
        (("--target", "mock"), "r2", "r3"),
        (("--branch", "main", "--target", "mock"), "r1", "r2"),
        ((f"{1:016x}", f"{2:016x}"), "r1", "r2"),
    ],
)
def test_which_runs_are_meant(words: tuple[str, ...], before: str, after: str, kept: History, assay) -> None:
    """Ids, keys, branches, targets, counted back; without names the latest and the one before it of its kind."""
    told = json.loads(assay("history", "compare", *words, "--format", "json").out)
    assert (told["format"], told["before"]["run"], told["after"]["run"]) == (
        "assay-comparison/1",
        before,
        after,
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("compare", "r9", "r1"), "Cannot find the run 'r9': because no run, branch or target is called so."),
        (
            ("compare", "r", "r1"),
            "Cannot tell which run 'r' is: because several are called so: r4 (key 00000000, https://x.example)",
        ),
        (("compare", "latest~9"), "Cannot find the run 'latest~9': because there are only 4 of that kind."),
        (
            ("compare",),
            "Cannot compare r4: because there is no earlier run against https://x.example with profile gate.",
        ),
        (("bisect", "ffff"), "Cannot bisect 'ffff': because no run has such a clause or fingerprint."),
        (("bisect", "a/op/status/20"), "Did you mean 'a/op/status/200'?"),
    ],
)
def test_what_cannot_be_found_is_said(words: tuple[str, ...], why: str, kept: History, assay) -> None:
    """A usage error, and what to do."""
    said = assay("history", *words)
    assert (said.code, said.out) == (2, "")
    assert why in said.err


def test_where_a_violation_comes_from(kept: History, assay) -> None:
    """The first run that saw it, the last that proved it was not there, and what lies between."""
    assert assay("history", "bisect", "aaaa").out == (
        "a/op/status/200 aaaaaaaaaaaa: broken in 2 of 4 runs that have it\n"
        "  last good   r1 (main cccccccc, mock, gate)\n"
        "  first seen  r2 (main eeeeeeee, mock, gate)\n"
        "  between     git log cccccccccccc..eeeeeeeeeeee\n"
        "  last seen   r3 (topic cccccccc, mock, gate)\n"
    )
    told = json.loads(assay("history", "bisect", "b" * 12, "--format", "json").out)
    assert told["format"] == "assay-bisection/1"
    (one,) = told["origins"]
    assert (one["first"]["run"], one["good"]["run"], one["broken"]) == ("r3", "r1", 1)
    by_clause = assay("history", "bisect", "a/op/status/200", "--branch", "topic").out
    assert "last good   none: no run before it verified the clause" in by_clause


def test_nobody_writes_to_the_terminal_through_us(kept: History, assay) -> None:
    """What an API answered, or somebody called his branch, is shown and does nothing."""
    evil = "\x1b[2Jgone\u202e"
    kept.add(run(9, mark(standing=VIOLATED), breaks=(broken(message=evil),), branch=evil))
    for words in ((), ("compare", "r1", "r9"), ("bisect", "aaaa")):
        out = assay("history", *words).out
        assert "gone" in out
        assert "\x1b[2J" not in out
        assert "\u202e" not in out


def test_nothing_kept_yet(project: Path, assay) -> None:
    """Is said with what to do, and no file is made."""
    said = assay("history")
    assert said.code == 2
    assert "Do run `assay run` first" in said.err
    assert not FILE.exists()
    shutil.rmtree("contracts")
    assert assay("history", "rebuild").out == f"0 runs of reports kept in {FILE}.\n"
