"""`app.target`: what an opened target allows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assay.app import target as module
from assay.app.errors import UsageError
from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import Target, open_target
from assay.drive import session
from assay.drive.auth import NO_SECRETS, CredentialError
from assay.drive.session import HttpSender
from assay.files.config import TargetConfig
from assay.files.targets import TRANSPORTS
from assay.model.case import Credentials, WireRequest
from assay.ports import CannotSend

CONTRACTS = load(str(Path(__file__).parents[3] / "contracts"), date(2026, 1, 1))
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(("runs", "rate"), [(1, 10.0), (2, 5.0), (4, 2.5)])
def test_workers_share_the_rate_of_a_target(runs: int, rate: float, monkeypatch) -> None:
    """`staging` is ten requests a second at most, however many processes of one run ask."""
    rates: list[float] = []
    monkeypatch.setattr(module, "Pace", lambda rate, burst, clock: rates.append(rate))
    open_target(NOBODY, CONTRACTS, PROFILES["staging"], 1, None, {}, runs).close()
    assert set(rates) == {rate}


def test_the_apis_of_a_target_share_its_rate(monkeypatch) -> None:
    """Two APIs at ten a second are not twenty."""
    made: list[object] = []
    monkeypatch.setattr(module, "HttpSender", lambda *_, **rest: made.append(rest["pace"]) or NoSender())
    open_target(NOBODY, CONTRACTS, PROFILES["staging"], 1, None, {}).close()
    assert len(made) > 1
    assert len(set(made)) == 1


class NoSender:
    """Closes, and that is all."""

    def close(self) -> None:
        """Nothing is open."""


def test_who_asks_the_same_host_is_told_to_wait_together(tmp_path) -> None:
    """All APIs of a run at one host; and all runs that share a folder. Another host is no business of theirs."""
    one, other = (open_target(NOBODY, CONTRACTS, PROFILES["gate"], 1, None, {}, runs) for runs in (1, 2))
    one._held(NOBODY).extend(7.0)
    assert one._held(f"{NOBODY}/v2").until() == 7.0
    assert one._held("http://127.0.0.1:10").until() < 0
    worker = open_target(NOBODY, CONTRACTS, PROFILES["gate"], 1, None, {}, 2)
    other.pace = worker.pace = tmp_path / "pace"
    other._held(NOBODY).extend(8.0)
    assert worker._held(NOBODY).until() == 8.0
    assert worker._held("http://127.0.0.1:10").until() < 0


@pytest.mark.parametrize(("written", "runs", "at_a_time"), [(8, 1, 8), (8, 3, 2), (2, 4, 1), (1, 1, 1)])
def test_workers_share_what_a_target_is_to_bear(
    tmp_path, monkeypatch, written: int, runs: int, at_a_time: int
) -> None:
    """As many at a time as was written, whatever the number of processes of one run; each may ask at least one."""
    monkeypatch.chdir(tmp_path)
    Path("assay.toml").write_text(f'[targets.x]\nurl = "{NOBODY}"\nmax-in-flight = {written}\n', "utf-8")
    target = open_target("x", CONTRACTS, PROFILES["gate"], 1, None, {}, runs)
    assert target.max_in_flight == at_a_time
    limits: list[session.Limits] = []
    monkeypatch.setattr(
        module,
        "HttpSender",
        lambda url, auth, given, clock, **rest: limits.append(given) or HttpSender(url, auth, given, clock),
    )
    target.sender(CONTRACTS.apis[0])
    assert [one.max_in_flight for one in limits] == [at_a_time]
    target.close()


def test_the_profile_says_how_many_at_a_time_where_the_target_does_not() -> None:
    """One after another where neither has a say in it."""

    class Profile:
        rate, timeout, max_in_flight = None, 5.0, 12

    target = Target(NOBODY, NOBODY, NO_SECRETS, TargetConfig(NOBODY, NOBODY), Profile(), {}, runs=2)  # type: ignore[arg-type]
    assert target.max_in_flight == 6


@pytest.mark.parametrize("transport", ["lean", "requests"])
def test_the_transport_is_the_one_that_was_written(tmp_path, monkeypatch, transport: str) -> None:
    """What people plug into `requests` is of use only where `requests` carries the requests."""
    monkeypatch.chdir(tmp_path)
    Path("assay.toml").write_text(f'[targets.x]\nurl = "{NOBODY}"\ntransport = "{transport}"\n', "utf-8")
    target = open_target("x", CONTRACTS, PROFILES["gate"], 1, None, {})
    opened: list[str] = []
    monkeypatch.setattr(
        module,
        "HttpSender",
        lambda *args, **rest: opened.append(rest["transport"]) or HttpSender(*args, **rest),
    )
    target.sender(CONTRACTS.apis[0])
    assert opened == [transport]
    target.close()


def test_the_transports_that_can_be_written_are_those_there_are() -> None:
    """The configuration knows them by name alone."""
    assert set(TRANSPORTS) == set(session.TRANSPORTS)
    assert session.Limits().max_in_flight == 1


def _opened(tmp_path: Path, monkeypatch, environ: dict[str, str], **principals: str):
    monkeypatch.chdir(tmp_path)
    text = f'[targets.x]\nurl = "{NOBODY}"\nauth-env = "A"\nprincipals = {{bob = "B"}}\n'
    Path("assay.toml").write_text(text, "utf-8")
    return open_target("x", CONTRACTS, PROFILES["gate"], 1, None, environ, principals=principals)


def test_principals_come_from_the_configuration_and_the_command_line(tmp_path, monkeypatch) -> None:
    """Both are known, the usual one first; for one that both name the command line counts; every secret is masked."""
    environ = {"A": "alice-token", "B": "bob-token", "C": "bobs-other-token", "E": "eve-token"}
    target = _opened(tmp_path, monkeypatch, environ, bob="C", eve="E")
    assert target.principals == ("", "bob", "eve")
    assert {"alice-token", "bobs-other-token", "eve-token"} <= set(target.policy.secrets)
    target.close()


@pytest.mark.parametrize(
    ("environ", "what"),
    [
        ({"A": "alice-token"}, r"variable B is not set\. .*--principal bob=VAR"),
        (
            {"A": "same-token", "B": "same-token"},
            r"'bob': because it has the same credential as the usual one",
        ),
        ({"A": "alice-token", "B": "two\nlines"}, "environment variable B: because it has a line break"),
    ],
)
def test_a_principal_who_cannot_ask_is_told_before_anything_is_sent(
    tmp_path, monkeypatch, environ: dict[str, str], what: str
) -> None:
    """A missing or unusable credential, or one that is another's, is the user's to mend; no value is shown."""
    with pytest.raises(UsageError, match=what) as caught:
        _opened(tmp_path, monkeypatch, environ)
    assert not any(value in str(caught.value) for value in environ.values())


def test_the_embedded_mock_knows_two() -> None:
    """Out of the box somebody else can ask, with a credential of his own."""
    target = open_target("mock", CONTRACTS, PROFILES["gate"], 1, None, {})
    try:
        assert target.principals == ("", "second")
        assert len(set(target.policy.secrets)) >= 2
    finally:
        target.close()


def test_a_scheme_without_a_secret_leaves_out_a_request_and_not_the_run(tmp_path, monkeypatch) -> None:
    """One API's credential is given and another's is not: what cannot be sent is told, and is no fault of ours."""
    monkeypatch.chdir(tmp_path)
    Path("assay.toml").write_text(f'[targets.x]\nurl = "{NOBODY}"\nauth-env = {{other = "T"}}\n', "utf-8")
    target = open_target("x", CONTRACTS, PROFILES["gate"], 1, None, {"T": "secret-value"})
    sender = target.sender(CONTRACTS.apis[0])
    assert isinstance(sender, HttpSender)
    asked = WireRequest("GET", "/", (), None, Credentials.VALID, ("clientAuth",))
    with pytest.raises(CannotSend, match="no credential for the security scheme «clientAuth»") as caught:
        sender(asked)
    assert isinstance(caught.value, CredentialError)
    target.close()
