"""`app.target`: what an opened target allows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assay.app.load import load
from assay.app.profile import PROFILES
from assay.app.target import open_target
from assay.drive import session
from assay.drive.auth import CredentialError
from assay.drive.session import HttpSender
from assay.model.case import Credentials, WireRequest
from assay.ports import CannotSend

CONTRACTS = load(str(Path(__file__).parents[3] / "contracts"), date(2026, 1, 1))
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(("runs", "rate"), [(1, 10.0), (2, 5.0), (4, 2.5)])
def test_workers_share_the_rate_of_a_target(runs: int, rate: float, monkeypatch) -> None:
    """`staging` is ten requests a second at most, however many processes of one run ask."""
    rates: list[float] = []
    monkeypatch.setattr(session, "Pace", lambda rate, burst, clock: rates.append(rate))
    open_target(NOBODY, CONTRACTS, PROFILES["staging"], 1, None, {}, runs).close()
    assert set(rates) == {rate}


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
