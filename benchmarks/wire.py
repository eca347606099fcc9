"""What one exchange costs, and how many go at once: our transports beside everyday clients and a bare socket.

    python -m benchmarks.wire [--rounds 9] [--exchanges 400] [--seconds 2]

Costs are measured in turns, one client at a time over one kept connection, against a server in another process
(`benchmarks.servers`): microseconds of this process's CPU, and of the clock, for a POST of a small JSON body with a
bearer token, answered with a small JSON body. Throughput is that of threads which share one sender.
"""

from __future__ import annotations

import argparse
import http.client
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

import requests
from benchmarks.machine import Noise, Spread, heading, table
from benchmarks.servers import Fast

from assay.drive.auth import Auth, Secrets
from assay.drive.clock import SystemClock
from assay.drive.session import HttpSender, Limits
from assay.model.case import Credentials, WireRequest

BODY = b'{"name":"a name","count":3}'
TOKEN = "a-token-that-is-of-usual-length-0123456789"
PATH = "/v1/things?page=1"
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Authorization": f"Bearer {TOKEN}",
}
REQUEST = WireRequest(
    "POST", PATH, (("Content-Type", "application/json"),), BODY, Credentials.VALID, ("bearer",)
)
AUTH = Auth({"bearer": {"type": "http", "scheme": "bearer"}}, Secrets({"bearer": TOKEN}))

#: makes one exchange
Exchange = Callable[[], object]


def sender(url: str, transport: str, at_once: int = 1) -> HttpSender:
    """A driver of ours."""
    return HttpSender(
        url, AUTH, Limits(timeout=30, max_in_flight=at_once), SystemClock(), transport=transport
    )


def bare(port: int) -> Exchange:
    """The least there is: the same bytes, and one read of the answer."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    wire = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}Content-Length: {len(BODY)}\r\n\r\n".encode()
    wire += BODY

    def exchange() -> bytes:
        sock.sendall(wire)
        return sock.recv(65536)

    return exchange


def standard(port: int) -> Exchange:
    """`http.client`."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def exchange() -> bytes:
        connection.request("POST", PATH, BODY, HEADERS)
        return connection.getresponse().read()

    return exchange


def everyday(url: str) -> Exchange:
    """A session of `requests`."""
    session = requests.Session()
    session.trust_env = False
    return lambda: session.post(url + PATH, data=BODY, headers=HEADERS).content


def ours(url: str, transport: str) -> Exchange:
    """One of our transports, with everything that the driver does around it."""
    send = sender(url, transport)

    def exchange() -> None:
        assert send(REQUEST).response is not None

    return exchange


def costs(rounds: int, exchanges: int, noise: Noise) -> dict[str, tuple[Spread, Spread]]:
    """Microseconds of CPU and of the clock for one exchange, by client."""
    with Fast() as server:
        clients = {
            "bare socket": bare(server.port),
            "http.client": standard(server.port),
            "lean": ours(server.url, "lean"),
            "reference": ours(server.url, "requests"),
            "requests.Session": everyday(server.url),
        }
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
        for turn in range(rounds + 1):
            noise.tick()
            for name, exchange in clients.items():
                cpu, wall = time.process_time(), time.perf_counter()
                for _ in range(exchanges):
                    exchange()
                one = (
                    (time.process_time() - cpu) / exchanges * 1e6,
                    (time.perf_counter() - wall) / exchanges * 1e6,
                )
                if turn:  # the first is for warming up
                    spent[name].append(one)
    return {
        name: (Spread(tuple(cpu for cpu, _ in all_)), Spread(tuple(wall for _, wall in all_)))
        for name, all_ in spent.items()
    }


def throughput(url: str, transport: str, threads: int, seconds: float) -> float:
    """Exchanges a second of so many threads that share a sender."""
    send = sender(url, transport, threads)
    send.warm(threads)
    over, counts = threading.Event(), [0] * threads

    def work(index: int) -> None:
        while not over.is_set():
            assert send(REQUEST).response is not None
            counts[index] += 1

    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    over.set()
    total, took = sum(counts), time.perf_counter() - began
    for worker in workers:
        worker.join()
    send.close()
    return total / took


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description="What one exchange costs, and how many go at once.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--exchanges", type=int, default=400, help="in each turn of each client")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure of throughput")
    given = parser.parse_args()
    noise = Noise()
    print(heading("wire"))
    told = costs(given.rounds, given.exchanges, noise)
    lean, form = told["lean"][0].values, "{:.0f}"
    rows = []
    for name, (cpu, wall) in told.items():
        ratio = Spread(tuple(one / mine for one, mine in zip(cpu.values, lean, strict=True)))
        rows.append([name, cpu.told(form), wall.told(form), ratio.told("{:.1f}")])
    print(table(["one exchange", "µs CPU", "µs", "CPU, lean = 1"], rows))
    rows = []
    with ExitStack() as stack:
        for latency in (0, 20, 100):
            server = stack.enter_context(Fast(latency_ms=latency))
            for threads in (1, 16, 64):
                figures = []
                for transport in ("lean", "requests"):
                    noise.tick()
                    figures.append(f"{throughput(server.url, transport, threads, given.seconds):.0f}")
                most = f"{threads * 1000 / latency:.0f}" if latency else ""
                rows.append([f"{latency} ms", str(threads), *figures, most])
    print(table(["latency", "threads", "lean /s", "reference /s", "at most /s"], rows))
    print(noise)


if __name__ == "__main__":
    main()
