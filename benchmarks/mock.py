"""How fast is the mock, beside Prism's, and what does a request cost it?

    python -m benchmarks.mock [PART …] [--prism PATH] [--rounds 5] [--seconds 2] [--connections 1 8 32]

Parts:

* `prism`: requests a second of `assay mock` and of Prism's mock (`@stoplight/prism-cli`), in turns, each a process of
  its own, asked the same conversation by the same client (`benchmarks.load`), which checks every status. Prism gets the
  OpenAPI document that we compile from the contracts, and is told of each 404 by its `Prefer` header, since it
  remembers nobody. It is measured as it comes and, `silent`, without a line of log. It is installed with npm into a
  cache folder of the user's unless `--prism` names one.
* `shell`: the same client against servers that say the same few bytes to everybody: what HTTP alone costs.
* `engine`: microseconds of one `Engine.respond`, for every answer of the shipped APIs and of the orders example.
* `alive`: the same with 10, 1 000 and 10 000 instances alive.
* `memory`: resident size over 100 000 requests, or as many as `--requests` says.
* `soak`: the same of `assay mock` itself, which eight clients ask over HTTP.
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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.machine import Noise, Spread, heading, paired, table

from assay.app.load import load
from assay.mock.engine import Engine, MockOptions, MockRequest, World
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
def process(
    command: list[str], url: Callable[[subprocess.Popen[str]], str], *, told: bool = True
) -> Iterator[Running]:
    """Runs a server until the block ends; `told`: it says its address on its output, which is thrown away otherwise."""
    out = subprocess.PIPE if told else subprocess.DEVNULL
    started = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield Running(url(started), started.pid)
    finally:
        started.terminate()
        started.communicate(timeout=20)


def first_line(started: subprocess.Popen[str]) -> str:
    """The address that a server says first."""
    found = re.search(r"http://\S+", started.stdout.readline() if started.stdout else "")
    if found is None:
        raise CannotMeasure("Cannot measure: because a server did not tell its address.")
    return found[0]


@contextmanager
def prism(program: list[str], api: Api, *words: str) -> Iterator[Running]:
    """Prism's mock of that API."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(compile_api(api)), encoding="utf-8")
        command = [*program, "mock", "-h", "127.0.0.1", "-p", str(port), *words, str(document)]

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

        with process(command, ready, told=False) as running:
            yield running


@contextmanager
def mock() -> Iterator[Running]:
    """`assay mock` of all the contracts."""
    command = [sys.executable, "-u", "-m", "assay", "mock", CONTRACTS, "--port", "0"]
    with process(command, first_line) as running:
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
        seen = asked_of(server, self.script, self.seconds, name, self.connections)
        self.costs.setdefault(name, []).append((cpu(server.pid) - before) / seen["requests"] * 1e6)
        return float(seen["requests"] / seen["seconds"])


def asked_of(
    server: Running, script: Path, seconds: float, name: str, connections: int = 8
) -> dict[str, Any]:
    """What a client saw in so many seconds. Raises `CannotMeasure` when an answer was not the expected one."""
    command = [sys.executable, "-m", "benchmarks.load", server.url, str(script)]
    command += ["--connections", str(connections), "--seconds", str(seconds)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if told.returncode:
        raise CannotMeasure(f"Cannot measure {name}: because the client failed. {told.stderr[-500:]}")
    seen: dict[str, Any] = json.loads(told.stdout)
    if seen["wrong"]:
        raise CannotMeasure(f"Cannot measure {name}: because it answered otherwise: {seen['wrong']}.")
    return seen


@contextmanager
def conversation(asked: tuple[Asked, ...]) -> Iterator[Path]:
    """A file for the client to read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.json"
        path.write_text(json.dumps([one.step() for one in asked]), encoding="utf-8")
        yield path


_RATES = ["", "connections", "{}, requests/s", "{}, requests/s", "ratio", "{}, CPU µs", "{}, CPU µs"]


def in_turns(
    name: str, given: argparse.Namespace, noise: Noise, script: Path, ours: Running, theirs: Running
) -> Iterator[list[str]]:
    """Rows of two servers that are asked the same."""
    for connections in given.connections:
        loads = Loads(script, connections, given.seconds, {})

        def first(loads: Loads = loads) -> float:
            return loads.rate("first", ours)

        def second(loads: Loads = loads) -> float:
            return loads.rate("second", theirs)

        first(), second()  # both warm
        loads.costs.clear()
        pair = paired(first, second, given.rounds, noise)
        costs = (f"{statistics.median(loads.costs[one]):.0f}" for one in ("first", "second"))
        told = (pair.a.told("{:.0f}"), pair.b.told("{:.0f}"), pair.ratios.told())
        yield [name, str(connections), *told, *costs]


def beside_prism(given: argparse.Namespace, noise: Noise) -> None:
    """The mock and Prism in turns."""
    program = prism_program(given.prism)
    contracts = load(CONTRACTS, TODAY)
    rows = []
    for name, asked in CONVERSATIONS.items():
        api = contracts.api(name)
        for how, words in (("as it comes", ()), ("silent", ("-v", "silent"))):
            with conversation(asked(api)) as script, mock() as ours, prism(program, api, *words) as theirs:
                rows += in_turns(f"{name}, Prism {how}", given, noise, script, ours, theirs)
    print(table([word.format(who) for word, who in zip(_RATES, _WHO, strict=True)], rows))


_WHO = ("", "", "mock", "Prism", "", "mock", "Prism")


def shells(given: argparse.Namespace, noise: Noise) -> None:
    """The mock's shell and a ready-made server in turns, both saying the same to everybody."""
    asked = (Asked("end", "POST", f"/api/v1/multi-sessions/{UNKNOWN}/end", 200),)
    command = [sys.executable, "-m", "benchmarks.constant"]
    with (
        conversation(asked) as script,
        process([*command, "ours"], first_line) as ours,
        process([*command, "uvicorn"], first_line) as theirs,
    ):
        rows = list(in_turns("the same reply to everybody", given, noise, script, ours, theirs))
    who = ("", "", "shell", "uvicorn", "", "shell", "uvicorn")
    print(table([word.format(one) for word, one in zip(_RATES, who, strict=True)], rows))


# --- microseconds


class Client:
    """Talks to an engine without a socket."""

    def __init__(self, path: str, made: int = 0) -> None:
        self.contracts = load(path, TODAY)
        self.engine = Engine(self.contracts, MockOptions(seed=0))
        self.world, self.id, self.now = World(), "", NOW
        for _ in range(made):
            self.ask(CREATED)

    def request(self, asked: Asked) -> MockRequest:
        """As it would come over the wire."""
        path, _, query = asked.path.replace("{id}", self.id).partition("?")
        return MockRequest(asked.method, path, query, asked.headers, asked.raw, self.now)

    def ask(self, asked: Asked) -> float:
        """Asks, and says how many microseconds the answer took. The clock goes on by 10 ms."""
        request = self.request(asked)
        self.now += timedelta(milliseconds=10)
        began = time.perf_counter()
        self.world, reply = self.engine.respond(self.world, request)
        took = time.perf_counter() - began
        if reply.status != asked.status:
            raise CannotMeasure(f"Cannot measure {asked.name}: because it was answered {reply.status}.")
        if asked.learn is not None and (found := re.search(asked.learn, reply.body.decode())):
            self.id = found[1]
        return took * 1e6


#: an order, and what may be asked about it
CREATED = Asked(
    "create",
    "POST",
    "/orders",
    201,
    {"item": "mug", "quantity": 2, "note": "gift wrap"},
    learn=r'"id":"([^"]+)"',
)
_NAMED = "/orders/{id}"
LIVES = (
    CREATED,
    Asked("read", "GET", _NAMED, 200),
    Asked("replace", "PUT", _NAMED, 200, {"item": "mug", "quantity": 3}),
    Asked("list a page of 20", "GET", "/orders", 200),
    Asked("list drafts, a page of 5", "GET", "/orders?state=draft&limit=5", 200),
    Asked("pay", "POST", f"{_NAMED}/pay", 200),
    Asked("stock", "GET", "/stock/mug", 200),
    Asked("cancel", "POST", f"{_NAMED}/cancel", 200),
    Asked("read of none: 404", "GET", f"/orders/{UNKNOWN}", 404),
    Asked("create without token: 401", "POST", "/orders", 401, CREATED.body, token=False),
)


def lived(client: Client, asked: tuple[Asked, ...], times: int, noise: Noise) -> dict[str, list[float]]:
    """Microseconds of each step of a conversation that is had so often."""
    took: dict[str, list[float]] = {}
    for number in range(times):
        if number % 50 == 0:
            noise.tick()
        for at, one in enumerate(asked):
            took.setdefault(f"{at + 1} {one.name}", []).append(client.ask(one))
    return took


def microseconds(_: argparse.Namespace, noise: Noise) -> None:
    """What `Engine.respond` takes for each answer."""
    for name, path in (("iplaygames", CONTRACTS), ("equos", CONTRACTS), ("orders", ORDERS)):
        client = Client(path)
        asked = LIVES if name == "orders" else CONVERSATIONS[name](client.contracts.api(name))
        lived(client, asked, 20, noise)
        took = lived(client, asked, 200, noise)
        rows = [[what, f"{statistics.median(v):.0f}", f"{min(v):.0f}"] for what, v in took.items()]
        middle = statistics.median(statistics.median(v) for v in took.values())
        print(table([name, "median, µs", "least, µs"], rows))
        print(f"median of the medians: {middle:.0f} µs\n")


def alive(_: argparse.Namespace, noise: Noise) -> None:
    """Whether many instances slow a request down."""
    sizes = (10, 1_000, 10_000)
    columns = [lived(Client(ORDERS, size), LIVES, 30, noise) for size in sizes]
    rows = [[what, *(f"{statistics.median(one[what]):.0f}" for one in columns)] for what in columns[0]]
    print(table(["median, µs", *(f"{size} alive" for size in sizes)], rows))


def memory(given: argparse.Namespace, _: Noise) -> None:
    """What grows over many requests."""
    client = Client(CONTRACTS)
    asked = multi_sessions(client.contracts.api("iplaygames"))
    reads = tuple(one for one in asked if one.learn is None)
    rows = []
    for name, steps in (("with new instances", asked), ("about the same instance", reads)):
        done = 0
        for mark in marks(given.requests):
            while done < mark:
                for one in steps:
                    client.ask(one)
                done += len(steps)
            rows.append([name, str(mark), str(len(client.world.instances)), f"{resident():.1f}"])
    print(table(["requests", "so far", "instances", "resident, MiB"], rows))


def marks(requests: int) -> Iterator[int]:
    """When to look: soon after the beginning, and after each eighth."""
    yield min(1_000, requests)
    yield from (requests * part // 8 for part in range(1, 9))


def soak(given: argparse.Namespace, _: Noise) -> None:
    """What grows in a server that is asked by many."""
    asked = multi_sessions(load(CONTRACTS, TODAY).api("iplaygames"))
    rows, done = [], 0
    with conversation(asked) as script, mock() as ours:
        for mark in marks(given.requests):
            began, before = time.perf_counter(), done
            while done < mark:
                done += asked_of(ours, script, given.seconds, "the mock")["requests"]
            rate = (done - before) / max(time.perf_counter() - began, 1e-9)
            rows.append([str(done), f"{rate:.0f}", f"{resident(ours.pid):.1f}"])
    print(table(["requests so far", "requests/s", "resident, MiB"], rows))


_START = """
import sys, time
from datetime import date
from assay.app.load import load
from assay.mock.engine import Engine
engine = Engine(load(sys.argv[1], date(2026, 1, 1)))
began = time.perf_counter()
from assay.serve.http import serve
server = serve(engine)
ready = time.perf_counter()
server.stop()
print(ready - began, time.perf_counter() - ready)
"""


def starting(given: argparse.Namespace, noise: Noise) -> None:
    """How long until it serves."""
    ready, stopped, whole = [], [], []
    for _ in range(given.rounds):
        noise.tick()
        told = subprocess.run(
            [sys.executable, "-c", _START, CONTRACTS], capture_output=True, text=True, timeout=60, check=True
        ).stdout.split()
        ready.append(float(told[0]) * 1e3)
        stopped.append(float(told[1]) * 1e3)
        began = time.perf_counter()
        with mock():
            whole.append((time.perf_counter() - began) * 1e3)
    rows = [
        ["engine made -> serving, its imports included", Spread(tuple(ready)).told("{:.0f}")],
        ["stopped", Spread(tuple(stopped)).told("{:.1f}")],
        ["`assay mock` started -> its address told", Spread(tuple(whole)).told("{:.0f}")],
    ]
    print(table(["", "ms"], rows))


PARTS: Mapping[str, Callable[[argparse.Namespace, Noise], None]] = {
    "prism": beside_prism,
    "shell": shells,
    "engine": microseconds,
    "alive": alive,
    "memory": memory,
    "soak": soak,
    "start": starting,
}


def main() -> int:
    """Prints a table for each part, and how much the machine swayed."""
    parser = argparse.ArgumentParser(description="How fast is the mock?")
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], default=[], metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--prism", help="the program prism; installed with npm when it is not found")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    parser.add_argument("--requests", type=int, default=100_000, help="of the parts memory and soak")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    given = parser.parse_args()
    failed = False
    for part in given.parts or PARTS:
        noise = Noise()
        print(heading(f"mock, {part}"))
        try:
            PARTS[part](given, noise)
        except CannotMeasure as error:
            print(error)
            failed = True
        noise.tick()
        print(f"{noise}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
