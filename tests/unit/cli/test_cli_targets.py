"""Claims about named targets: what is sent, what is not, and when it ends."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fakes.raw_server import CERTIFICATE, Connection, RawServer
from fakes.tickets import Tickets, answering, closes
from miniatures import wire
from miniatures.wire import Reply, Request, Running


@contextmanager
def staging(*keys: str, server: Tickets | None = None) -> Iterator[Running]:
    """A ticket server, and a configuration that names it `staging`, with these keys besides."""
    with wire.start(server or Tickets()) as running:
        lines = [f'url = "{running.url}"', 'auth-env = "TICKETS"', "rate = 2000", *keys]
        Path("assay.toml").write_text("\n".join(["[targets.staging]", *lines, ""]))
        yield running


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS", "let-me-in")


def latest() -> dict:
    return json.loads(Path("reports/latest/report.json").read_text("utf-8"))


def test_every_request_says_who_asks_and_in_which_run(project: Path, assay) -> None:
    keys = ('contact = "qa@example.com"', 'run-header = "X-Test-Run"', 'headers = {X-Env = "staging"}')
    with staging(*keys) as running:
        assert assay("run", "--target", "staging", "-q").code == 0
    run = latest()["run"]["id"]
    assert len(running.seen) > 50
    for request in running.seen:
        assert re.fullmatch(rf"assay/\S+ \(run {run}; qa@example\.com\)", request.headers["user-agent"])
        assert (request.headers["x-test-run"], request.headers["x-env"]) == (run, "staging")


def test_a_plain_url_is_told_the_run_too(project: Path, assay) -> None:
    with staging() as running:
        assay("run", "--target", running.url, "--auth-env", "TICKETS", "-q")
    assert f"(run {latest()['run']['id']})" in running.seen[-1].headers["user-agent"]


@pytest.mark.parametrize("key", ["read-only = true", "production = true"])
def test_nothing_that_may_write_is_sent_where_nothing_may_be_written(project: Path, assay, key: str) -> None:
    with staging(key) as running:
        said = assay("run", "--target", "staging", "-q")
    assert running.seen == []
    assert said.code == 3
    assert "POST is " in said.out
    assert all(c["standing"] in {"unwitnessed", "observed"} for c in latest()["clauses"])


def test_production_is_written_to_when_its_name_is_typed_once_more(project: Path, assay) -> None:
    with staging("production = true") as running:
        assert assay("run", "--target", "staging", "-q", "--allow-writes", "staging").code == 0
    assert running.seen


def test_leave_to_write_to_another_target_is_none(project: Path, assay) -> None:
    with staging("production = true") as running:
        said = assay("run", "--target", "staging", "--allow-writes", "prod")
    assert said.code == 2
    assert "because the target is 'staging'" in said.err
    assert running.seen == []


def test_read_only_is_not_overruled(project: Path, assay) -> None:
    with staging("production = true", "read-only = true") as running:
        assay("run", "--target", "staging", "-q", "--allow-writes", "staging")
    assert running.seen == []


def test_a_budget_of_requests_ends_a_run_and_says_what_was_not_tried(project: Path, assay) -> None:
    with staging("budget = {requests = 40}") as running:
        said = assay("run", "--target", "staging", "-q")
    assert said.code == 5
    assert "the 40 requests that staging may be sent are spent" in said.out
    # what ends the instances that were made is not part of it
    ended = latest()["clean_up"]["requests"] if latest()["clean_up"] else 0
    assert len(running.seen) - ended == 40


@pytest.mark.parametrize("way", ["cut", "busy"])
def test_what_is_sent_again_is_part_of_the_budget(project: Path, assay, way: str) -> None:
    """Whether nothing came the first time, or the target asked to come again later."""
    close = project / "contracts/tickets/close.yaml"
    close.write_text(close.read_text().replace("method: post", "method: get"))
    busy = Reply(503, b"", headers=(("Retry-After", "0"),))
    cut = Reply(200, b"", deliver=lambda connection, _data: connection.reset())

    asked: Counter[tuple[str, str]] = Counter()

    def twice(_number: int, request: Request, reply: Reply) -> Reply:
        key = request.method, request.path
        asked[key] += 1
        spoilt = asked[key] % 2 and (way == "busy" or request.method == "GET")
        return (busy if way == "busy" else cut) if spoilt else reply

    with staging("budget = {requests = 40}", "retries = 2", server=Tickets(twice)) as running:
        said = assay("run", "--target", "staging", "-q")
    assert said.code == 5
    again = len(running.seen) - latest()["summary"]["requests"]
    assert again > 5
    ended = latest()["clean_up"]["requests"] if latest()["clean_up"] else 0
    assert latest()["summary"]["requests"] - ended < 40


@pytest.mark.parametrize("hands", [1, 6])
def test_no_more_is_there_than_the_target_bears(project: Path, assay, hands: int) -> None:
    """What is over is ended while the run goes on, nothing less is tried, and the report counts all of it."""
    there: list[int] = []

    def counts(_number: int, _request: Request, reply: Reply) -> Reply:
        there.append(sum(server.tickets.values()))
        time.sleep(0.002 if hands > 1 else 0)
        return reply

    figures = []
    for bound in ("", ", instances = 8"):
        server = Tickets(counts)
        there.clear()
        with staging(f"max-in-flight = {hands}", f"budget = {{requests = 5000{bound}}}", server=server):
            said = assay("run", "--target", "staging", "-q", "--seed", "5")
        assert said.code == 0, said.out
        told = latest()
        assert told["clean_up"]["left"] == []
        assert sum(server.tickets.values()) == 0
        closed = {kind["lifecycle"]: kind["ended"] for kind in told["clean_up"]["instances"]}
        figures.append((max(there), told["summary"]["verified"], told["run"]["requests"]["clean-up"], closed))
    (most, verified, _, _), (fewer, still, asked, closed) = figures
    assert still == verified
    assert most > 16
    # a history makes two or three, and those that are under way go on to their end
    assert fewer <= 8 + 3 * hands + 3
    assert asked >= closed["ticket"] > 8


def test_what_cannot_be_ended_is_not_tried_again_and_again(project: Path, assay) -> None:
    """It stays, is listed, and the run goes on beside it."""

    def refuses(_number: int, request: Request, reply: Reply) -> Reply:
        return answering(409) if closes(request) and reply.status == 200 else reply

    with staging("budget = {instances = 5}", server=Tickets(refuses)):
        assay("run", "--target", "staging", "-q")
    (kind,) = latest()["clean_up"]["instances"]
    assert kind["made"] > 20
    assert sum(one["count"] for one in latest()["clean_up"]["left"]) == kind["made"] - kind["ended"]
    assert latest()["run"]["requests"]["clean-up"] < 2 * kind["made"]


def test_a_budget_of_megabytes_ends_a_run(project: Path, assay) -> None:
    def talks(_number: int, _request: Request, reply: Reply) -> Reply:
        return Reply(reply.status, reply.body[:-1] + b" " * 200_000 + reply.body[-1:])

    with staging("budget = {megabytes = 3}", server=Tickets(talks)):
        said = assay("run", "--target", "staging", "-q")
    assert said.code == 5
    assert "the 3 MB that staging may answer are spent" in said.out


def test_the_time_of_a_run_is_bounded(project: Path, assay) -> None:
    def dawdles(_number: int, _request: Request, reply: Reply) -> Reply:
        time.sleep(0.05)
        return reply

    with staging("max-in-flight = 1", server=Tickets(dawdles)):
        said = assay("run", "--target", "staging", "-q", "--max-time", "1")
    assert said.code == 5
    assert "the 1 s of profile gate are over" in said.out


def test_what_never_arrived_or_may_do_no_harm_is_sent_again(project: Path, assay) -> None:
    """A GET that is cut off is sent again; a POST is not, because it may have been heard."""
    close = project / "contracts/tickets/close.yaml"
    close.write_text(close.read_text().replace("method: post", "method: get"))
    cut: set[str] = set()

    def cuts(_number: int, request: Request, reply: Reply) -> Reply:
        if request.path in cut:
            return reply
        cut.add(request.path)
        return Reply(200, b"", deliver=lambda connection, _data: connection.reset())

    with staging("retries = 2", server=Tickets(cuts)) as running:
        assay("run", "--target", "staging", "-q")
    firsts = [request.method for request in running.seen if request.path == "/tickets"]
    assert firsts
    assert not [n for n in latest()["violations"] if n["clause"].endswith("closeTicket/answers")]


def test_an_api_may_lie_elsewhere(project: Path, assay) -> None:
    with staging() as running:
        config = Path("assay.toml")
        text = config.read_text().replace(running.url, "http://127.0.0.1:9")
        config.write_text(f'{text}urls = {{tickets = "{running.url}"}}\n')
        assert assay("run", "--target", "staging", "-q").code == 0
    assert running.seen


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ('urls = {ticket = "http://127.0.0.1:1"}', "Did you mean 'tickets'?"),
        ('allowed-hosts = ["staging.example.com"]', "is not among its `allowed-hosts`"),
        ('alowed-hosts = ["127.0.0.1"]', "Did you mean `allowed-hosts`?"),
        ('headers = {"X Y" = "a"}', "is no header field"),
        ('headers = {X = "a\\nb"}', "is no header field"),
        ('contact = "a (b)"', "`contact` is no line of text without parentheses"),
        ("retries = 99", "`retries` is not a whole number from 0 to 5"),
        ("budget = {request = 1}", "`budget` has no `request`"),
        ("budget = {requests = 0}", "`budget.requests` is not a whole number above 0"),
        ('client-certificate = "none.pem"', "none.pem of `client-certificate` is not there"),
        ('production = "yes"', "`production` is neither true nor false"),
    ],
)
def test_a_slip_in_the_configuration_is_told_before_anything_is_sent(
    project: Path, assay, key: str, why: str
) -> None:
    with staging(key) as running:
        said = assay("run", "--target", "staging")
    assert said.code == 2
    assert why in said.err
    assert running.seen == []


def test_plan_tells_what_a_run_would_cost_and_sends_nothing(project: Path, assay) -> None:
    with staging("budget = {requests = 40}", "read-only = true") as running:
        said = assay("plan", "--target", "staging", "--profile", "staging")
        document = json.loads(assay("plan", "--target", "staging", "--format", "json").out)
    assert said.code == 0
    assert "of which 40 may be sent" in said.out
    assert "not asked, because they may write: POST /tickets" in " ".join(said.out.split())
    assert document["target"]["allowed"] == 40
    assert document["target"]["forbidden"]
    assert running.seen == []


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tester")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("ours")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("transport", ["lean", "requests"])
def test_tls_shows_our_certificate_to_who_asks_for_it(
    project: Path, assay, ours: tuple[Path, Path], transport: str
) -> None:
    def asks(connection: Connection, _number: int) -> None:
        while connection.read():
            connection.say(
                b"HTTP/1.1 401 Who\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            )

    with RawServer(asks, tls=True, client_ca=ours[0]) as server:
        lines = f'[targets.x]\nurl = "{server.url}"\nverify = "{CERTIFICATE}"\ntransport = "{transport}"\n'
        Path("assay.toml").write_text(lines)
        assert assay("run", "--target", "x", "-q", "--max-time", "60").code == 4
        assert not server.heads
        shown = f'client-certificate = {{certificate = "{ours[0]}", key = "{ours[1]}"}}\n'
        Path("assay.toml").write_text(lines + shown)
        assay("run", "--target", "x", "-q", "--max-time", "5")
        assert server.heads


# -- where credentials come from


def _asked_by(assay, *keys: str) -> tuple[object, Running]:
    with wire.start(Tickets()) as running:
        Path("assay.toml").write_text(
            "\n".join(["[targets.x]", f'url = "{running.url}"', "rate = 2000", *keys, ""])
        )
        return assay("run", "--target", "x", "-q"), running


def test_a_credential_may_come_from_a_file_or_a_command(project: Path, assay, monkeypatch) -> None:
    Path("token").write_text("let-me-in\n")
    monkeypatch.setenv("MINE", "let-me-in")
    command = json.dumps([sys.executable, "-c", "import os; print(os.environ['MINE'])"])
    for key in ('auth = {file = "token"}', 'auth = {key = {file = "token"}}', f"auth = {{command = {command}}}",
                'auth = {env = "MINE"}'):  # fmt: skip
        said, running = _asked_by(assay, key)
        assert said.code == 0, (key, said.out, said.err)
        assert any(request.headers.get("authorization") == "Bearer let-me-in" for request in running.seen)
        for path in Path("reports").rglob("*"):
            assert not path.is_file() or b"let-me-in" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ('auth = {file = "none"}', "because the file none cannot be read (No such file or directory)"),
        ('auth = {env = "NONE"}', "because the environment variable NONE is not set"),
        ('auth = {command = ["no-such-program"]}', "because the command no-such-program cannot be run"),
        (
            'auth = {command = ["sh", "-c", "echo let-me-in; exit 3"]}',
            "because the command sh ended with 3. Run it by hand to see why.",
        ),
        ('auth = {command = "echo x"}', "is not said in one of the ways there are"),
        ('auth = {fil = "x"}', "`auth` has no `fil`. Did you mean `file`?"),
        ('auth = {file = "x"}\nauth-env = "TICKETS"', "it has both `auth` and `auth-env`"),
        ('auth = {command = ["true"]}', "because it is empty"),
    ],
)
def test_a_credential_that_cannot_be_had_is_told_and_never_shown(
    project: Path, assay, key: str, why: str
) -> None:
    said, running = _asked_by(assay, key)
    assert said.code == 2
    assert why in said.err
    assert "let-me-in" not in said.out + said.err
    assert running.seen == []
