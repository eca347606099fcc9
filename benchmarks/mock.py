"""How fast is the mock, beside Prism's, and what does a request cost it?

    python -m benchmarks.mock [--prism PATH] [--rounds 5] [--seconds 2] [--connections 1 8 32] [--only PART …]

Parts:

* `prism`: requests a second of `assay mock` and of Prism's mock (`@stoplight/prism-cli`), in turns, each a process of its
  own, asked the same conversation by the same client (`benchmarks.load`), which checks every status. Prism gets the
  OpenAPI document that we compile from the contracts, is asked to log nothing, and told of each 404 by its `Prefer`
  header, since it remembers nobody. It is installed with npm into a cache folder of the user's unless `--prism` names one.
* `shell`: the same client against servers that say the same few bytes to everybody: what HTTP alone costs.
* `engine`: microseconds of one `Engine.respond`, for every answer of the shipped APIs and of the orders example.
* `alive`: the same with 10, 1 000 and 10 000 instances alive.
* `memory`: resident size over 100 000 requests.
* `start`: how long it takes until the mock serves, and until it has stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import Noise, paired, table

from assay.app.load import load
from assay.model.contract import Api
from assay.openapi.compile import compile_api

CONTRACTS = "contracts"
ORDERS = "examples/orders/contracts"
TODAY = date(2026, 1, 1)
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
#: an id that nobody issued
UNKNOWN = "00000000-0000-4000-8000-000000000000"
PRISM = "@stoplight/prism-cli@5"


class CannotMeasure(RuntimeError):
    """What is to be compared cannot be had: the environment's fault."""


# --- what is asked


@dataclass(frozen=True)
class Asked:
    """One request, and the status it is to get."""

    name: str
    method: str
    path: str
    status: int
    body: Any = None
    token: bool = True
    #: the group of this expression finds the id in the answer
    learn: str | None = None
    #: status that a server which remembers nobody is to answer all the same
    prefer: int | None = None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """As they go out."""
        found = [("Host", "127.0.0.1"), ("User-Agent", "load"), ("Accept", "*/*")]
        if self.token:
            found.append(("Authorization", "Bearer any-token"))
        if self.body is not None:
            found.append(("Content-Type", "application/json"))
        if self.prefer is not None:
            found.append(("Prefer", f"code={self.prefer}"))
        return tuple(found)

    @property
    def raw(self) -> bytes:
        """The body as bytes."""
        return b"" if self.body is None else json.dumps(self.body).encode()

    def step(self) -> dict[str, Any]:
        """As `benchmarks.load` reads it."""
        headers = dict(self.headers)
        if self.method != "GET":
            headers["Content-Length"] = str(len(self.raw))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        step = {"request": "\r\n".join(lines) + self.raw.decode(), "status": self.status}
        return step if self.learn is None else {**step, "learn": self.learn}


def _bodies(api: Api, operation: str) -> list[Any]:
    documented = api.operation(operation).body
    return [] if documented is None else list(documented.content[0].examples.values())


def multi_sessions(api: Api) -> tuple[Asked, ...]:
    """A multi-session's life, a refusal of each kind on the way."""
    least, every = _bodies(api, "startAMultiSession")[:2]
    start, named = "/api/v1/multi-sessions/start", "/api/v1/multi-sessions/{id}"
    gone = f"/api/v1/multi-sessions/{UNKNOWN}"
    learn = r'"multi_session_id": ?"([^"]+)"'
    return (
        Asked("start", "POST", start, 201, least, learn=learn),
        Asked("status", "GET", f"{named}/status", 200),
        Asked("start without token: 401", "POST", start, 401, least, token=False),
        Asked("end", "POST", f"{named}/end", 200),
        Asked("status once ended", "GET", f"{named}/status", 200),
        Asked("end again", "POST", f"{named}/end", 200),
        Asked("status of none: 404", "GET", f"{gone}/status", 404, prefer=404),
        Asked("start, every field", "POST", start, 201, every, learn=learn),
        Asked("status", "GET", f"{named}/status", 200),
        Asked("end", "POST", f"{named}/end", 200),
        Asked("end of none: 404", "POST", f"{gone}/end", 404, prefer=404),
    )


def session_passes(api: Api) -> tuple[Asked, ...]:
    """A session pass's life, and what is refused."""
    least, every = _bodies(api, "sessionPassesControllerStartV3")[:2]
    start, stop = "/v3/session-passes", "/v3/session-passes/{id}/stop"
    learn = r'"session": ?\{"id": ?"([^"]+)"'
    return (
        Asked("start", "POST", start, 201, least, learn=learn),
        Asked("stop", "PATCH", stop, 200),
        Asked("start without token: 401", "POST", start, 401, least, token=False),
        Asked("stop again", "PATCH", stop, 200),
        Asked("start, every field", "POST", start, 201, every, learn=learn),
        Asked("stop", "PATCH", stop, 200),
        Asked("stop of none", "PATCH", f"/v3/session-passes/{UNKNOWN}/stop", 200),
        Asked("nowhere: 404", "GET", "/nowhere", 404),
    )


CONVERSATIONS: Mapping[str, Callable[[Api], tuple[Asked, ...]]] = {
    "iplaygames": multi_sessions,
    "equos": session_passes,
}

# --- servers


def prism_program(named: str | None) -> list[str]:
    """How Prism is started: as named, as found, or as installed now. Raises `CannotMeasure`."""
    found = named or shutil.which("prism")
    if found is not None:
        if shutil.which(found) is None:
            raise CannotMeasure(f"Cannot run Prism: because there is no program {found}. Do name another.")
        return [found]
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "assay-benchmarks" / "prism"
    program = home / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or (npm is None and not program.exists()):
        raise CannotMeasure(
            "Cannot run Prism: because node and npm are not here. Install them, or name --prism PATH."
        )
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        told = subprocess.run(
            [str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(home), PRISM],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if told.returncode or not program.exists():
            why = told.stderr.strip().splitlines()[-1:] or ["npm gave no reason"]
            raise CannotMeasure(f"Cannot install Prism: because npm says «{why[0]}». Do name --prism PATH.")
    return [node, str(program)]


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    pid: int


@contextmanager
def process(command: list[str], url: Callable[[subprocess.Popen[str]], str]) -> Iterator[Running]:
    """Runs a server until the block ends; it is told to stop by the signal that people use."""
    started = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield Running(url(started), started.pid)
    finally:
        started.terminate()
        started.communicate(timeout=20)


@contextmanager
def prism(program: list[str], api: Api) -> Iterator[Running]:
    """Prism's mock of that API."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(compile_api(api)), encoding="utf-8")
        command = [*program, "mock", "-h", "127.0.0.1", "-p", str(port), "-v", "silent", str(document)]

        def ready(started: subprocess.Popen[str]) -> str:
            until = time.monotonic() + 60
            while time.monotonic() < until and started.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                except OSError:
                    time.sleep(0.1)
                else:
                    return f"http://127.0.0.1:{port}"
            raise CannotMeasure("Cannot measure: because Prism did not start within 60 s.")

        with process(command, ready) as running:
            yield running


@contextmanager
def mock() -> Iterator[Running]:
    """`assay mock` of all the contracts."""

    def ready(started: subprocess.Popen[str]) -> str:
        found = re.search(r"http://\S+", started.stdout.readline() if started.stdout else "")
        if found is None:
            raise CannotMeasure("Cannot measure: because the mock did not tell its address.")
        return found[0]

    command = [sys.executable, "-u", "-m", "assay", "mock", CONTRACTS, "--port", "0"]
    with process(command, ready) as running:
        yield running


def cpu(pid: int) -> float:
    """Seconds of processor time that the process and its threads used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int | str = "self") -> float:
    """Resident size in MiB; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# --- requests a second


@dataclass
class Loads:
    """The client, and what it saw so far."""

    script: Path
    connections: int
    seconds: float
    costs: dict[str, list[float]]

    def rate(self, name: str, server: Running) -> float:
        """Requests a second. Raises `CannotMeasure` when an answer was not the expected one."""
        before = cpu(server.pid)
        command = [sys.executable, "-m", "benchmarks.load", server.url, str(self.script)]
        command += ["--connections", str(self.connections), "--seconds", str(self.seconds)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if told.returncode:
            raise CannotMeasure(f"Cannot measure {name}: because the client failed. {told.stderr[-500:]}")
        seen = json.loads(told.stdout)
        if seen["wrong"]:
            raise CannotMeasure(f"Cannot measure {name}: because it answered otherwise: {seen['wrong']}.")
        self.costs.setdefault(name, []).append((cpu(server.pid) - before) / seen["requests"] * 1e6)
        return float(seen["requests"] / seen["seconds"])


@contextmanager
def conversation(asked: tuple[Asked, ...]) -> Iterator[Path]:
    """A file for the client to read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.json"
        path.write_text(json.dumps([one.step() for one in asked]), encoding="utf-8")
        yield path


def beside_prism(given: argparse.Namespace, noise: Noise) -> None:
    """The mock and Prism in turns."""
    program = prism_program(given.prism)
    contracts = load(CONTRACTS, TODAY)
    rows = []
    for name, asked in CONVERSATIONS.items():
        api = contracts.api(name)
        with conversation(asked(api)) as script, mock() as ours, prism(program, api) as theirs:
            for connections in given.connections:
                loads = Loads(script, connections, given.seconds, {})
                for one, server in (("mock", ours), ("Prism", theirs)):  # both warm
                    loads.rate(one, server)
                loads.costs.clear()
                pair = paired(
                    lambda loads=loads, ours=ours: loads.rate("mock", ours),
                    lambda loads=loads, theirs=theirs: loads.rate("Prism", theirs),
                    given.rounds,
                    noise,
                )
                costs = (f"{statistics.median(loads.costs[one]):.0f}" for one in ("mock", "Prism"))
                rows.append([
                    name, str(connections), pair.a.told("{:.0f}"), pair.b.told("{:.0f}"),
                    pair.ratios.told(), *costs,
                ])  # fmt: skip
    head = [
        "api",
        "connections",
        "mock, requests/s",
        "Prism, requests/s",
        "ratio",
        "mock, CPU µs",
        "Prism, CPU µs",
    ]
    print(table(head, rows))
