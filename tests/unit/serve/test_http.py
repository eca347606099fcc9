"""Claims about the mock on a socket. Loopback only."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from assay.contractfile.parse import parse
from assay.mock.engine import Engine, MockOptions
from assay.serve.http import MOST_BYTES, CannotServe, serve

API = """
title: Things
version: "1"
servers: [{url: "https://things.example"}]
security: [{key: []}]
sources: {doc: {title: The manual}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
"""
CREATE = """
operation: create
method: post
path: /things
summary: Create
source: doc
requestBody:
  required: true
  content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
responses:
  "201":
    description: Created
    content:
      application/json:
        schema: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}
        example: {id: thing-0001, name: n}
"""
READ = """
operation: read
method: get
path: /things/{id}
summary: Read
source: doc
parameters: [{name: id, in: path, required: true, schema: {type: string}}]
responses:
  "200": {description: It, content: {application/json: {schema: {type: object}}}}
  "404": {description: None}
"""
LIFECYCLE = """
lifecycle: thing
source: doc
instance: {created-by: create, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, there: {}}
cells:
  create: {absent: {status: 201, to: there, mock: {body: {name: $request.body#/name}}}}
  read:
    absent: {status: 404}
    there: {status: 200, body: {required: [id], properties: {id: {const: $instance.id}}}}
"""
AUTH = {"Authorization": "Bearer t"}


@pytest.fixture(scope="module")
def engine():
    parsed = parse(
        {
            "c/things/api.yaml": API,
            "c/things/create.yaml": CREATE,
            "c/things/read.yaml": READ,
            "c/things/lifecycles/thing.yaml": LIFECYCLE,
        },
        root="c",
    )
    assert parsed.contracts is not None, parsed.problems
    return Engine(parsed.contracts, MockOptions(seed=7))


@pytest.fixture
def server(engine):
    with serve(engine) as running:
        yield running


def raw(server, data, *, timeout=5):
    """What the server answers to these bytes, up to the end of the connection."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=timeout) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
        return b"".join(chunks)


def test_a_thing_lives(server):
    """What is created over HTTP can be read over HTTP, and the replies explain themselves."""
    created = requests.post(f"{server.url}/things", json={"name": "Ünï"}, headers=AUTH, timeout=5)
    assert created.status_code == 201
    assert created.json()["name"] == "Ünï"
    assert "things/lifecycle/thing/absent/create" in created.headers["X-Assay-Cell"]
    read = requests.get(f"{server.url}/things/{created.json()['id']}", headers=AUTH, timeout=5)
    assert (read.status_code, read.json()["id"]) == (200, created.json()["id"])
    assert server.requests == 2


def test_many_clients_lose_nothing(server):
    """32 clients at once make 2000 requests: every id is new, every thing is there afterwards."""
    sessions = [requests.Session() for _ in range(32)]

    def work(number):
        session = sessions[number % len(sessions)]
        created = session.post(f"{server.url}/things", json={"name": f"n{number}"}, headers=AUTH, timeout=30)
        identifier = created.json()["id"]
        read = session.get(f"{server.url}/things/{identifier}", headers=AUTH, timeout=30)
        return created.status_code, created.json()["name"] == f"n{number}", identifier, read.status_code

    with ThreadPoolExecutor(32) as pool:
        results = list(pool.map(work, range(1000)))
    for session in sessions:
        session.close()
    assert {(status, name, read) for status, name, _, read in results} == {(201, True, 200)}
    assert len({identifier for _, _, identifier, _ in results}) == 1000
    assert server.requests == 2000
    assert server.world.created == 1000


def test_reset_starts_over(server):
    """After a reset nothing is remembered, and an old world can be put back."""
    thing = requests.post(f"{server.url}/things", json={}, headers=AUTH, timeout=5).json()["id"]
    before = server.world
    server.reset()
    assert requests.get(f"{server.url}/things/{thing}", headers=AUTH, timeout=5).status_code == 404
    server.reset(before)
    assert requests.get(f"{server.url}/things/{thing}", headers=AUTH, timeout=5).status_code == 200


def test_head_and_options(server):
    """HEAD has the length of the GET and no content; OPTIONS tells the methods."""
    thing = requests.post(f"{server.url}/things", json={}, headers=AUTH, timeout=5).json()["id"]
    got = requests.get(f"{server.url}/things/{thing}", headers=AUTH, timeout=5)
    head = requests.head(f"{server.url}/things/{thing}", headers=AUTH, timeout=5)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))
    options = requests.options(f"{server.url}/things/{thing}", timeout=5)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "Content-Length" not in options.headers


@pytest.mark.parametrize("chunked", [False, True])
def test_large_bodies_are_refused(server, chunked):
    """A body over the limit gets 413, announced or not, and the server goes on."""
    big = b'{"name":"' + b"x" * MOST_BYTES + b'"}'
    headers = {**AUTH, "Content-Type": "application/json"}
    try:
        data = iter([big]) if chunked else big
        status = requests.post(f"{server.url}/things", data=data, headers=headers, timeout=20).status_code
    except requests.ConnectionError:
        status = 413  # the connection may be closed while the client still writes (RFC 9110 §15.5.14)
    assert status == 413
    assert requests.post(f"{server.url}/things", json={}, headers=AUTH, timeout=5).status_code == 201


@pytest.mark.parametrize(
    "data",
    [
        b"GET /things/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /things/\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /things/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /things/1?%ff=%zz HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n",
        b"BREW /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET things HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_odd_bytes_get_a_4xx(server, data):
    """Broken encodings, unknown methods and noise get a client error, never a server error."""
    assert raw(server, data).startswith(b"HTTP/1.1 4")
    assert requests.options(f"{server.url}/things", timeout=5).status_code == 204


def test_a_client_that_leaves_harms_nobody(server):
    """A client that goes away in the middle of its body leaves no trace."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    connection.sendall(b"POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    connection.close()
    assert requests.post(f"{server.url}/things", json={}, headers=AUTH, timeout=5).status_code == 201
    assert server.world.created == 1


def test_latency_is_added(engine):
    """Replies are held back by the latency, and those of several clients at the same time."""
    with serve(engine, latency=0.2) as server, ThreadPoolExecutor(5) as pool:
        start = time.monotonic()
        list(pool.map(lambda _: requests.options(f"{server.url}/things", timeout=5), range(5)))
        assert 0.2 <= time.monotonic() - start < 0.9


def test_starting_and_stopping_is_quick(engine):
    """Start-up takes well under a second; stopping closes the port and may be repeated."""
    start = time.monotonic()
    server = serve(engine)
    assert time.monotonic() - start < 1
    keep_alive = requests.Session()
    keep_alive.options(f"{server.url}/things", timeout=5)
    server.stop()
    server.stop()
    assert time.monotonic() - start < 5
    with pytest.raises(requests.ConnectionError):
        requests.options(f"{server.url}/things", timeout=2)
    keep_alive.close()


def test_a_taken_port_is_explained(engine, server):
    """A port in use, one out of range and an address of another machine each get a sentence that helps."""
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(CannotServe, match=f"Cannot serve on 127.0.0.1:{port}: because the port is taken"):
        serve(engine, port=port)
    with pytest.raises(CannotServe, match="no such port"):
        serve(engine, port=70000)
    with pytest.raises(CannotServe, match="no such address"):
        serve(engine, host="192.0.2.1")


PROGRAM = """
import sys
from assay.mock.engine import Engine
from assay.model.contract import ContractSet
from assay.serve.http import run_forever
run_forever(Engine(ContractSet((), "")), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_it_in_order(number):
    """The blocking variant ends by itself on SIGINT and SIGTERM, with exit code 0 and no traceback."""
    source = Path(__file__).parents[3] / "src"
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    try:
        url = process.stdout.readline().strip()
        assert requests.get(url, timeout=5).status_code == 404
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "stopped\n", "")


def test_bodies_are_json(server):
    """Errors of the mock itself are problem documents (RFC 9457) with an honest status."""
    reply = requests.get(f"{server.url}/nowhere", timeout=5)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert json.loads(reply.content)["status"] == reply.status_code == 404
