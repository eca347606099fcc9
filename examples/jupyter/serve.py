"""How Jupyter Server is started for its contracts."""

from __future__ import annotations

import secrets
from pathlib import Path

from examples.real import Program

URL = "http://127.0.0.1:8888"


def program(home: Path) -> Program:
    """On loopback, with a token of its own, in an empty folder, with the kernels of its own environment alone."""
    token = secrets.token_urlsafe(24)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "8888",
        "ServerApp.port_retries": "0",
        "ServerApp.root_dir": str(home / "files"),
        "ServerApp.allow_root": "True",
        "ServerApp.open_browser": "False",
        "ServerApp.disable_check_xsrf": "True",
    }
    (home / "files").mkdir()
    return Program(
        command=["jupyter-server", "--no-browser", *(f"--{name}={value}" for name, value in options.items())],
        url=URL,
        install="pip install jupyter_server ipykernel",
        environment={"JUPYTER_TOKEN": token, "JUPYTER_AUTHORIZATION": f"token {token}"},
    )
