"""The last look at a run, and rules in it: what must not be written is not there, whatever went wrong before."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.app import campaign
from assay.model.event import Event, Noted
from fakes.raw_server import Connection, RawServer, reply
from unit.cli.conftest import Assay
from unit.cli.test_cli_run import TOKEN, _serve

SPELLED = {"as it is": TOKEN, "percent-encoded": "s3cret%2Dof%2Dthe%2Dtest"}


@pytest.fixture
def server(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an honest server that wants the token."""
    monkeypatch.setenv("TICKETS", TOKEN)
    with _serve(project / "contracts") as server:
        yield server.url


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_a_report_that_tells_a_credential_is_withheld(
    server: str, assay: Assay, monkeypatch: pytest.MonkeyPatch, spelled: str
) -> None:
    """By our fault, which the message says; what held it is gone, and nothing is published."""

    def forgetful(event: Event, _policy: object) -> Event:
        return event

    def explore(self: campaign.Campaign, *_units: object) -> None:
        self._write(Noted("budget", f"we say {spelled} by mistake"))

    monkeypatch.setattr(campaign, "written", forgetful)
    monkeypatch.setattr(campaign.Campaign, "explore", explore)
    said = assay("run", "--target", server, "--auth-env", "TICKETS", "--quiet")
    assert said.code == 4
    assert (
        "because a credential stands in log.jsonl, report.html, report.json, where Assay has to mask it"
        in said.err
    )
    assert "fault: ours" in said.err
    assert spelled not in said.out + said.err
    assert [path for path in Path("reports").rglob("*") if path.is_file()] == []


def test_the_gate_masks_what_the_run_says_itself(
    server: str, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same mistake, with the gate in its place."""

    def explore(self: campaign.Campaign, *_units: object) -> None:
        self._write(Noted("budget", f"we say {TOKEN} by mistake"))

    monkeypatch.setattr(campaign.Campaign, "explore", explore)
    assert assay("run", "--target", server, "--auth-env", "TICKETS", "--quiet").code == 3
    assert "we say *** by mistake" in Path("reports/latest/report.json").read_text()


def test_a_credential_that_the_contracts_publish_is_none(
    project: Path, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the header of the log, and the report is kept."""
    api = project / "contracts/tickets/api.yaml"
    api.write_text(api.read_text().replace("title: The manual", f"title: The manual of {TOKEN}"))
    monkeypatch.setenv("TICKETS", TOKEN)
    with _serve(project / "contracts") as server:
        said = assay("run", "--target", server.url, "--auth-env", "TICKETS", "--quiet")
    assert said.code == 0, said.err
    assert TOKEN in Path("reports/latest/log.jsonl").read_text().splitlines()[0]


def test_a_credential_in_a_configured_value_is_masked_in_log_and_corpus(
    project: Path, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's known-good request holds it: the log has a mask, the corpus keeps nothing, a replay is refused."""
    operation = project / "contracts/tickets/open.yaml"
    operation.write_text(operation.read_text().replace("Leaking tap", TOKEN))
    monkeypatch.setenv("TICKETS", TOKEN)

    def script(connection: Connection, _number: int) -> None:
        while connection.read():
            connection.say(b"HTTP/1.1 418 Oh\r\nContent-Length: 0\r\n\r\n")

    with RawServer(script) as server:
        target = ("--target", server.url, "--auth-env", "TICKETS")
        assert assay("run", *target, "--quiet").code == 1
        assert any(TOKEN.encode() in body for body in server.bodies)
        for path in Path().rglob("*"):
            if path.is_file() and "contracts" not in path.parts:
                content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                assert TOKEN.encode() not in content, path
        report = json.loads(Path("reports/latest/report.json").read_text())
        masked = [v for v in report["violations"] if any(step.get("masked") for step in v["replay"])]
        assert masked
        said = assay("replay", masked[0]["fingerprint"], *target)
    assert said.code == 2
    assert "values of its requests were masked when they were written down" in said.err
    assert f"--only {masked[0]['clause']}" in said.err


def test_rules_hold_for_everything_that_is_written(
    project: Path, assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A player's address at a pointer, in an id and a URL made of it, in a message; a number by its pattern."""
    Path("assay.toml").write_text(
        '[redact]\npersonal = ["/player/email"]\npatterns = ["[0-9]{3}-[0-9]{2}-[0-9]{4}"]\nheaders = ["X-Session"]\n'
    )
    monkeypatch.setenv("TICKETS", TOKEN)
    body = b'{"id": ["alice@example.com"], "player": {"email": "alice@example.com"}, "ssn": "123-45-6789"}'

    def script(connection: Connection, _number: int) -> None:
        while connection.read():
            connection.say(
                reply(body, "X-Session: its-me-again", "Content-Type: application/json", status="201 OK")
            )

    with RawServer(script) as server:
        said = assay("run", "--target", server.url, "--auth-env", "TICKETS")
    assert said.code == 1
    written = [path for path in Path().rglob("*") if path.is_file() and path.name != "assay.toml"]
    contents = {
        str(path): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in written
    } | {"terminal": (said.out + said.err).encode()}
    for name, content in contents.items():
        for part in (b"alice", b"123-45-6789", b"its-me-again"):
            assert part not in content, (name, part)
    assert b"email-" in contents[str(Path("reports/latest/log.jsonl").resolve().relative_to(Path.cwd()))]


def test_a_wrong_rule_is_told_before_anything_is_sent(project: Path, assay: Assay) -> None:
    """Exit code 2, with the place and the fix."""
    Path("assay.toml").write_text('[redact]\npatern = ["x"]\n')
    said = assay("run")
    assert said.code == 2
    assert (
        "assay.toml, redact: because `patern` is no rule for redaction. Did you mean 'patterns'?" in said.err
    )
    assert not Path("reports").exists()
