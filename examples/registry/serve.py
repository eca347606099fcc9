"""How docker-registry is started for its contracts."""

from __future__ import annotations

import secrets
from pathlib import Path

from examples.real import Program

URL = "http://127.0.0.1:5055"


def program(home: Path) -> Program:
    """On loopback, with an empty store of its own, in which content can be deleted."""
    told = (Path(__file__).parent / "config.yml").read_text(encoding="utf-8")
    config = home / "config.yml"
    config.write_text(told.replace("STORE", str(home / "store")), encoding="utf-8")
    return Program(
        command=["docker-registry", "serve", str(config)],
        url=URL,
        install="apt-get install docker-registry",
        environment={"REGISTRY_HTTP_SECRET": secrets.token_hex(16)},
    )
