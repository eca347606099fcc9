"""What the harness costs for each case, beyond what sending it costs: preparing, judging, redacting, logging, learning.

    python -m benchmarks.overhead [--rounds 5]

The same requests, to the same honest server in the same process, without a socket in between: once as a run makes them,
with a warm corpus, and once in a bare loop over the requests that the run had sent. The difference, over the number of
cases, is what the harness adds. Microseconds of CPU, in turns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.honest import Sessions
from benchmarks.machine import Noise, Spread, heading, paired, table

from assay.app.campaign import Campaign
from assay.app.corpus import Corpus
from assay.app.header import header
from assay.app.plan import Plan, prepare
from assay.app.profile import PROFILES
from assay.app.target import Target
from assay.drive.auth import Secrets
from assay.files.config import TargetConfig
from assay.files.corpus import CorpusFolder
from assay.files.reports import LogSink
from assay.model.case import Credentials, Exchange, WireRequest, WireResponse
from assay.model.contract import Api
from assay.ports import Send

_JSON = ("Content-Type", "application/json")
_CARRIED = ("Authorization", "Bearer secret-of-ours")
CONTRACTS = str(Path(__file__).parents[1] / "contracts")


class Inside:
    """An honest server and the driver to it, in one: implements `ports.Send`."""

    def __init__(self) -> None:
        self._sessions = Sessions()
        self.sent: list[WireRequest] = []

    def __call__(self, request: WireRequest) -> Exchange:
        """Answers at once."""
        self.sent.append(request)
        began = time.perf_counter()
        head = self._sessions.credential if request.credentials is Credentials.VALID else b""
        status, body = self._sessions.reply(
            request.method.encode(), request.path.encode(), head, request.body or b""
        )
        response = WireResponse(
            status, (("Content-Type", "application/json"), ("Content-Length", str(len(body)))), body
        )
        return Exchange(
            request, "http://inside.test" + request.path, (*request.headers, _CARRIED),
            response, None, datetime.now(UTC), time.perf_counter() - began,
        )  # fmt: skip


class Here(Target):
    """A target without a socket."""

    def __init__(self, send: Send) -> None:
        secrets = Secrets({"*": "secret-of-ours"})
        super().__init__(
            "here", "http://inside.test", secrets, TargetConfig("here", ""), PROFILES["nightly"], {}
        )
        self._send = send

    def sender(self, api: Api) -> Send:  # noqa: ARG002 - one for all
        """The driver."""
        return self._send


def campaign(plan: Plan, send: Inside, corpus: str, log: Path) -> float:
    """One run; the seconds of CPU that it took."""
    sink = LogSink(log)
    profile = replace(plan.profile, fresh=0.0)
    run = Campaign(Here(send), profile, 1, sink, corpus=Corpus(CorpusFolder(Path(corpus)), profile))
    began = time.process_time()
    run.begin(header(plan.contracts, plan.clauses, run="r", started=datetime.now(UTC), seed=1, profile="nightly",
                     target="here", strict=False))  # fmt: skip
    run.explore(*plan.units)
    run.finish()
    took = time.process_time() - began
    sink.close()
    return took


def bare(requests: list[WireRequest]) -> float:
    """The same requests in a loop; the seconds of CPU that it took."""
    send = Inside()
    began = time.process_time()
    for request in requests:
        send(request)
    return time.process_time() - began


def main() -> None:
    """Measures and tells."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    noise = Noise()
    plan = prepare(CONTRACTS, PROFILES["nightly"], date(2026, 1, 1), apis=("iplaygames",), estimate=False)
    with tempfile.TemporaryDirectory() as folder:
        first = Inside()
        campaign(
            plan, first, folder, Path(folder) / "first.jsonl"
        )  # makes the corpus, compiles what is compiled once
        count = len(first.sent)
        one: Callable[[], float] = lambda: campaign(plan, Inside(), folder, Path(folder) / "log.jsonl")  # noqa: E731
        pair = paired(one, lambda: bare(first.sent), rounds, noise)
    over = Spread(tuple((a - b) / count * 1e6 for a, b in zip(pair.a.values, pair.b.values, strict=True)))
    alone = Spread(tuple(b / count * 1e6 for b in pair.b.values))
    print(heading(f"the harness's own CPU for each of {count} cases"))
    print(
        table(
            ["added by the harness, us", "the bare loop, us"], [[over.told("{:.0f}"), alone.told("{:.0f}")]]
        )
    )
    print(noise)


if __name__ == "__main__":
    main()
