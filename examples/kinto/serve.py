"""How Kinto is started for its contracts."""

from __future__ import annotations

import json
import secrets
import urllib.request
from pathlib import Path

from examples.real import Program

URL = "http://127.0.0.1:8888"
SETTINGS = Path(__file__).with_name("kinto.ini")


def program(home: Path) -> Program:
    """On loopback, everything in memory, with the accounts alice and bob, whose passwords are made up each time."""
    passwords = {name: secrets.token_urlsafe(24) for name in ("alice", "bob")}
    # it ends the ids that it hands out with a secret of its own; a file that is published has none
    (home / "kinto.ini").write_text(
        f"{SETTINGS.read_text()}kinto.userid_hmac_secret = {secrets.token_hex(32)}\n"
    )
    return Program(
        command=["kinto", "start", "--ini", str(home / "kinto.ini")],
        url=URL,
        install="pip install kinto",
        environment={f"KINTO_{name.upper()}": password for name, password in passwords.items()},
        prepare=lambda: _sign_up(passwords),
    )


def _sign_up(passwords: dict[str, str]) -> None:
    """Makes the accounts, as anybody may. Raises `OSError`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for name, password in passwords.items():
        request = urllib.request.Request(  # noqa: S310 - the URL is the one above
            f"{URL}/v1/accounts/{name}",
            json.dumps({"data": {"password": password}}).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        opener.open(request, timeout=10).close()
