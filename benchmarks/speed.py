"""How fast are cases sent, how soon is every documented status seen, and how long does a gate take?

    python -m benchmarks.speed cases [--latency 0 20 100] [--in-flight 1 64] [--rounds 2] [--seconds 60]
    python -m benchmarks.speed statuses [--rounds 3]
    python -m benchmarks.speed gate [--rounds 5]

`cases`: a run with a warm corpus and `st run` (Schemathesis, defaults, all phases, same OpenAPI document, same
credential) in turns against the same server: cases between the first and the last one, a second. Start-up, planning and
reports of either are outside of that window, and so is the clean-up, which only we do. Each is asked with one request
at a time, and with many (`--workers`, `max-in-flight`).

`statuses`: seconds from the first request until every documented status of the multi-sessions has been answered.

`gate`: `assay run` on both APIs against the embedded mock, as whole processes, with an empty corpus and a full one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.honest import DOCUMENTED, Honest, Seen
from benchmarks.machine import Noise, Spread, heading, paired, seconds, table

from assay.app import profile as profiles
from assay.app.load import load
from assay.app.run import RunOptions, run
from assay.openapi.compile import compile_api

ROOT = Path(__file__).parents[1]
CONTRACTS = ROOT / "contracts"
#: under way at a time, of both
MANY = 64
#: what stands for the credential in the environment
VARIABLE = "ASSAY_SPEED_TOKEN"


def drive(url: str, in_flight: int, share: float, corpus: str) -> None:
    """One run with a warm corpus, in this process: nightly's effort, or a share of it, and nothing made up anew."""
    nightly = profiles.PROFILES["nightly"]
    effort = nightly.lifecycle
    profiles.PROFILES["warm"] = replace(
        nightly,
        name=f"warm-{share}",
        valid=round(nightly.valid * share),
        invalid=round(nightly.invalid * share),
        fresh=0.0,
        lifecycle=replace(
            effort, histories=round(effort.histories * share), directed=round(effort.directed * share)
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        named = f'[targets.here]\nurl = "{url}"\nauth-env = "{VARIABLE}"\nmax-in-flight = {in_flight}\n'
        (Path(folder) / "assay.toml").write_text(named)
        os.chdir(folder)
        options = RunOptions(str(CONTRACTS), "here", "warm", ("iplaygames",), seed=1, corpus=corpus)
        result = run(options)
        first, last, count = window(Path(folder) / result.folder / "log.jsonl")
    seen = {"requests": count, "seconds": (last - first).total_seconds()}
    print(json.dumps({"exit": int(result.exit), "violations": len(result.report.violations), **seen}))


def window(log: Path) -> tuple[datetime, datetime, int]:
    """When the first judged request of a log began and the last one was answered, and how many there are."""
    moments = []
    for line in log.read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "step-judged":
            evidence = event["step"]["evidence"]
            began = datetime.fromisoformat(evidence["started"])
            moments.append((began, began + timedelta(milliseconds=evidence["elapsed_ms"])))
    return min(began for began, _ in moments), max(ended for _, ended in moments), len(moments)


class Ours:
    """Runs of ours, with a corpus that is warm once one has been made."""

    def __init__(self, folder: str) -> None:
        self._corpus = str(Path(folder) / "corpus")

    def __call__(self, server: Honest, in_flight: int, share: float) -> Seen:
        """What the server saw of one run."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.speed",
            "drive",
            server.url,
            str(in_flight),
            str(share),
            self._corpus,
        ]
        environ = {**os.environ, VARIABLE: server.token}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        if done.returncode or (told := json.loads(done.stdout))["exit"] != 0:
            raise SystemExit(f"a run of ours failed: {done.stdout}{done.stderr}")
        return Seen(told["requests"], told["seconds"], server.seen().first)


class Theirs:
    """Runs of `st run`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._document = Path(folder) / "openapi.json"
        self._document.write_text(
            json.dumps(compile_api(load(str(CONTRACTS), date(2026, 1, 1)).api("iplaygames")))
        )

    def __call__(self, server: Honest, workers: int, limit: float) -> Seen:
        """What the server saw of one run as anybody would start it, ended after so many seconds.

        Told to stop by itself (`--max-time`) it does other things: a short run has little more than its fastest phase.
        """
        command = [
            str(Path(sys.executable).with_name("st")), "run", str(self._document), "--url", server.url,
            "--header", f"Authorization: Bearer {server.token}", "--continue-on-failure", "--workers", str(workers),
            "--no-color",
        ]  # fmt: skip
        with suppress(subprocess.TimeoutExpired):  # what it did until then counts
            subprocess.run(command, cwd=self._folder, capture_output=True, timeout=limit, check=False)
        return server.seen()


def cases(latencies: list[float], rounds: int, limit: float, hands_of: list[int]) -> None:
    """Cases a second, in turns."""
    noise = Noise()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Ours(folder), Theirs(folder)
        for latency in latencies:
            with Honest(latency) as server:
                for hands in hands_of:
                    many = hands > 1
                    # so much that a run takes some seconds, and no minutes
                    share = 1.0 if many or latency == 0 else min(1.0, 3 / latency)
                    ours(server, MANY, share)  # makes the corpus, and warms up the server
                    pair = paired(
                        lambda: ours(server, hands, share).rate,  # noqa: B023 - called at once
                        lambda: theirs(server, 16 if many else 1, limit).rate,  # noqa: B023
                        rounds,
                        noise,
                    )
                    most = f"{hands * 1000 / latency:.0f}" if latency else ""
                    part = f"{pair.a.median / (hands * 1000 / latency):.0%}" if latency else ""
                    rows.append([
                        f"{latency:g} ms", str(hands), pair.a.told("{:.0f}"), pair.b.told("{:.0f}"),
                        pair.ratios.told("{:.1f}"), most, part,
                    ])  # fmt: skip
                    print("\t".join(rows[-1]), file=sys.stderr)
    print(heading("cases a second, warm corpus against `st run`"))
    print(table(["latency", "in flight", "assay /s", "st run /s", "ratio", "at most /s", "of that"], rows))
    print(noise)


def statuses(rounds: int, limit: float) -> None:
    """Seconds of sending until every documented status was answered, in turns."""
    noise = Noise()
    with tempfile.TemporaryDirectory() as folder, Honest() as server:
        ours, theirs = Ours(folder), Theirs(folder)
        ours(server, 1, 0.1)
        rows, found = [], {"assay": [], "st run": []}
        for _ in range(rounds):
            noise.tick()
            found["assay"].append(ours(server, 1, 0.1))
            found["st run"].append(theirs(server, 1, limit))
        for name, seen in found.items():
            missing = sorted({status for one in seen for status in DOCUMENTED - one.first.keys()})
            whole = [max(one.first.values()) for one in seen if one.first.keys() == DOCUMENTED]
            took = Spread(tuple(whole)).told("{:.3f}") if whole else "never"
            rows.append([name, f"{len(whole)} of {rounds}", took, ", ".join(missing)])
    print(heading("seconds of sending until every documented status was seen (fast server)"))
    print(table(["", "all seen in", "seconds", "not always seen"], rows))
    print(noise)
    print(f"both APIs on the embedded mock: {mock_statuses():.3f} s of sending")


def mock_statuses() -> float:
    """Seconds of sending until every documented status of both APIs was seen on the embedded mock."""
    with tempfile.TemporaryDirectory() as folder:
        run(RunOptions(str(CONTRACTS), seed=1, corpus=f"{folder}/corpus", reports=f"{folder}/cold"))
        result = run(RunOptions(str(CONTRACTS), seed=1, corpus=f"{folder}/corpus", reports=f"{folder}/warm"))
        wanted = {c.clause.id for c in result.report.clauses if c.clause.kind == "status"}
        wanted -= {c.clause.id for c in result.report.clauses if c.standing == "unwitnessed"}
        sending: dict[str, float] = {}
        needed: dict[str, float] = {}
        for line in (Path(result.folder) / "log.jsonl").read_text().splitlines():
            event = json.loads(line)
            if event["event"] != "step-judged":
                continue
            api = event["step"]["case"]["api"]
            sending[api] = sending.get(api, 0.0) + event["step"]["evidence"]["elapsed_ms"] / 1000
            for verdict in event["verdicts"]:
                if verdict["clause"] in wanted:
                    wanted.discard(verdict["clause"])
                    needed[api] = sending[api]
    return sum(needed.values())


def gate(rounds: int) -> None:
    """Seconds of whole processes, cold and warm in turns."""
    noise = Noise()
    with tempfile.TemporaryDirectory() as folder:
        corpora = Path(folder)

        def whole(corpus: Path) -> float:
            command = [sys.executable, "-m", "assay", "run", str(CONTRACTS), "--seed", "1", "-q",
                       "--corpus", str(corpus), "--reports", f"{folder}/reports"]  # fmt: skip
            return seconds(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=True))

        whole(corpora / "warm")
        pair = paired(
            lambda: whole(corpora / f"cold-{time.monotonic_ns()}"),
            lambda: whole(corpora / "warm"),
            rounds,
            noise,
        )
    print(heading("a gate run of both APIs on the embedded mock, whole process"))
    print(table(["cold s", "warm s", "cold / warm"], [[pair.a.told(), pair.b.told(), pair.ratios.told()]]))
    print(noise)


def main() -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_subparsers(dest="what", required=True)
    of_cases = which.add_parser("cases")
    of_cases.add_argument("--latency", type=float, nargs="+", default=[0.0, 20.0, 100.0], help="milliseconds")
    of_cases.add_argument("--rounds", type=int, default=2)
    of_cases.add_argument("--seconds", type=float, default=60.0, help="the most that one `st run` may take")
    of_cases.add_argument("--in-flight", type=int, nargs="+", default=[1, MANY], help="requests under way")
    of_statuses = which.add_parser("statuses")
    of_statuses.add_argument("--rounds", type=int, default=3)
    of_statuses.add_argument(
        "--seconds", type=float, default=60.0, help="the most that one `st run` may take"
    )
    of_gate = which.add_parser("gate")
    of_gate.add_argument("--rounds", type=int, default=5)
    one = which.add_parser("drive", help="a run of ours, for the others")
    one.add_argument("url")
    one.add_argument("in_flight", type=int)
    one.add_argument("share", type=float)
    one.add_argument("corpus")
    given = parser.parse_args()
    match given.what:
        case "cases":
            cases(given.latency, given.rounds, given.seconds, given.in_flight)
        case "statuses":
            statuses(given.rounds, given.seconds)
        case "gate":
            gate(given.rounds)
        case _:
            drive(given.url, given.in_flight, given.share, given.corpus)


if __name__ == "__main__":
    main()
