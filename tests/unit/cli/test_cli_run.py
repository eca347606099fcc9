"""Claims about `assay run`, `report` and `replay`: real runs on loopback, with promises kept and broken."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assay.app.load import load
from assay.mock.engine import Engine, MockOptions
from assay.serve.http import Server, serve

TOKEN = "s3cret-of-the-test"


def _serve(contracts: Path, latency: float = 0.0) -> Server:
    engine = Engine(load(str(contracts), date(2026, 1, 1)), MockOptions(token=TOKEN))
    return serve(engine, latency=latency)


@pytest.fixture
def broken(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on which closing twice works, though the contracts say 409."""
    wrong = tmp_path / "wrong"
    shutil.copytree(project / "contracts", wrong)
    lifecycle = wrong / "tickets/lifecycles/ticket.yaml"
    lifecycle.write_text(lifecycle.read_text().replace("closed: {status: 409}", "closed: {status: 200}"))
    monkeypatch.setenv("TICKETS", TOKEN)
    with _serve(wrong) as server:
        yield server


def _scrubbed(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", "<run>", text.replace("\\", "/"))
    return re.sub(r"127\.0\.0\.1:\d+", "<mock>", text)


def test_a_run_that_conforms(project: Path, assay) -> None:
    """Against the mock everything holds: exit 0, the seed at the start, progress apart from the summary."""
    said = assay("run", "--seed", "7")
    assert said.code == 0
    head, first, *later = _scrubbed(said.err).splitlines()
    assert (head, first) == (
        "tickets: 38 clauses against mock (http://<mock>), profile gate, seed 7",
        "0:00  tickets/ticket: every cell of ticket, 0 requests so far",
    )
    # a slow machine hears more of it
    assert all(re.fullmatch(r"\d:\d\d  tickets/ticket: .+, \d+ requests? so far", line) for line in later)
    end = _scrubbed(said.out).splitlines()[-2:]
    assert end == [
        "Report: reports/<run>/report.html",
        "Exit 0: conforms: nothing is violated but what is waived",
    ]
    run = json.loads((project / "reports/latest/report.json").read_text())["run"]
    assert (run["seed"], run["target"], run["complete"]) == (7, "mock", True)


def test_quiet_leaves_only_the_summary(project: Path, assay) -> None:
    """With --quiet standard error stays empty."""
    said = assay("run", "--quiet", "--only", "*/status/404")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1].startswith("Exit 0")


def test_a_broken_promise_is_found_replayed_and_explained(broken: Server, project: Path, assay) -> None:
    """From the run to the replay: exit 1 where it is broken, 0 where it is not, and no secret on the way."""
    said = assay("run", "--target", broken.url, "--auth-env", "TICKETS", "--quiet")
    assert said.code == 1
    report = json.loads((project / "reports/latest/report.json").read_text())
    mark, clause = next(
        (v["fingerprint"], v["clause"])
        for v in report["violations"]
        if v["clause"].endswith("/closed/closeTicket")
    )

    again = assay("replay", mark[:8], "--auth-env", "TICKETS")
    assert again.code == 1
    lines = again.out.splitlines()
    assert lines[0] == f"{mark} {clause} against {broken.url}"
    assert [
        re.sub(r"/tickets/[^/]+/", "/tickets/<id>/", line) for line in lines if re.match(r"  \d\. ", line)
    ] == [
        "  1. ticket₁: POST /tickets (absent) → 201  leads to closed",
        "  2. ticket₁: POST /tickets/<id>/close (open) → 200  leads to closed",
        "  3. ticket₁: POST /tickets/<id>/close (closed) → 200  a valid request on closed",
    ]
    assert any(line.startswith("Still broken: ") for line in lines)

    (project / "assay.toml").write_text(f'[targets.here]\nurl = "{broken.url}"\nauth-env = "TICKETS"\n')
    assert assay("run", "--target", "here", "--quiet").code == 1
    named = assay("replay", mark)  # a report calls it by its name and URL
    assert (named.code, named.out.splitlines()[0]) == (1, f"{mark} {clause} against here")

    elsewhere = assay("replay", mark, "--target", "mock")
    assert elsewhere.code == 0
    assert "\nNot reproduced" in elsewhere.out

    explained = assay("explain", clause).out
    assert "            violated, " in explained
    assert f"            assay replay {mark}\n" in explained
    for text in (said.out, again.out, explained, *(p.read_text() for p in project.glob("reports/*/*"))):
        assert TOKEN not in text


def test_replay_without_credentials_is_no_pass(broken: Server, project: Path, assay) -> None:
    """What could not be sent is told, and ends with 3: never with 0."""
    assay("run", "--target", broken.url, "--auth-env", "TICKETS", "--quiet")
    mark = json.loads((project / "reports/latest/report.json").read_text())["violations"][0]["fingerprint"]
    said = assay("replay", mark)
    assert said.code == 3
    assert "Not sent: step 1 of" in said.out
    assert "--auth-env" in said.out


def test_an_unknown_fingerprint_has_a_near_one(broken: Server, project: Path, assay) -> None:
    """A slip of the pen is met with the fingerprint that was probably meant."""
    assay("run", "--target", broken.url, "--auth-env", "TICKETS", "--quiet")
    mark = json.loads((project / "reports/latest/report.json").read_text())["violations"][0]["fingerprint"]
    said = assay("replay", mark[:-1] + "z")
    assert said.code == 2
    assert f"Did you mean {mark}?" in said.err


def test_replay_before_any_run(project: Path, assay) -> None:
    """Without a report there is nothing to replay, and it says what to do."""
    said = assay("replay", "abc")
    assert said.code == 2
    assert said.err.startswith("Cannot read reports/latest/report.json: because ")


def test_a_missing_credential_is_usage(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is not set stops the run before anything is sent."""
    monkeypatch.delenv("NOT_SET", raising=False)
    said = assay("run", "--target", "http://127.0.0.1:9", "--auth-env", "NOT_SET")
    assert said.code == 2
    assert "NOT_SET is not set" in said.err


def test_the_report_can_be_made_again(project: Path, assay) -> None:
    """`assay report` folds the log again: the same summary, the same exit code, the files written anew."""
    first = assay("run", "--quiet", "--only", "*/status/*")
    page = project / "reports/latest/report.html"
    page.unlink()
    again = assay("report")
    assert again.code == first.code == 0
    assert page.is_file()
    assert again.out == first.out
    assert json.loads(assay("report", "--format", "json").out)["format"] == "assay-report/1"


def test_shards_are_merged_or_refused(project: Path, assay) -> None:
    """The same shard twice is refused by name, and nothing is left behind."""
    assay("run", "--quiet", "--only", "*/status/404")
    log = str(next((project / "reports").glob("2*/log.jsonl")))
    before = sorted(project.glob("reports/*"))
    said = assay("report", log, log)
    assert said.code == 2
    assert "shard 1/1 is there twice" in said.err
    assert sorted(project.glob("reports/*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_leaves_a_report(number: int, project: Path, environment: dict[str, str]) -> None:
    """Ctrl-C, or a cancelled job, ends the run early, with what was seen so far and exit code 5."""
    # a shell's background job ignores SIGINT and hands that on; here somebody does press Ctrl-C
    heard = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start = "from assay.__main__ import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", heard + start, "run", "--profile", "nightly"]
    child = subprocess.Popen(
        command, cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    for line in child.stderr:
        if "requests so far" in line:
            break
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 5, err
    assert err == "Interrupted: writing the report of what was seen so far.\n"
    assert (
        out.splitlines()[-1]
        == "Exit 5: the run is incomplete: interrupted, target lost half-way, shard missing"
    )
    assert json.loads((project / "reports/latest/report.json").read_text())["run"]["reason"] == "interrupted"


def test_a_target_that_is_not_there(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens from the start: the environment's fault, exit code 4, with a report that says so."""
    monkeypatch.setenv("TICKETS", TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = assay("run", "--target", f"http://127.0.0.1:{port}", "--auth-env", "TICKETS", "--quiet")
    assert (said.code, said.err) == (4, "")
    assert f"nobody listens at http://127.0.0.1:{port}" in said.out
    assert said.out.splitlines()[-1].startswith("Exit 4: ")


def test_a_target_that_dies_half_way(project: Path, assay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that stops during the run leaves an incomplete report: exit code 5, what was seen kept."""
    monkeypatch.setenv("TICKETS", TOKEN)
    server = _serve(project / "contracts", latency=0.005)
    # one at a time, so that there is a half-way
    named = f'[targets.dying]\nurl = "{server.url}"\nauth-env = "TICKETS"\nmax-in-flight = 1\n'
    (project / "assay.toml").write_text(named)
    watch = threading.Thread(target=_stop_after, args=(server, 30))
    watch.start()
    said = assay("run", "--target", "dying", "--quiet")
    watch.join(30)
    assert (said.code, said.err) == (5, "")
    report = json.loads((project / "reports/latest/report.json").read_text())
    assert "went down after" in report["run"]["reason"]
    assert report["summary"]["verified"] > 0
    assert report["summary"]["violated"] == 0


def _stop_after(server: Server, requests: int) -> None:
    deadline = time.monotonic() + 20
    while server.requests < requests and time.monotonic() < deadline:
        time.sleep(0.005)
    server.stop()
