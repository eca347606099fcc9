"""`st run` (Schemathesis) against the same server, with the same OpenAPI document, in the same time.

What it tells of the honest server is subtracted: only a failure of a kind and operation that the honest server never
showed counts as a find. That is generous to it: a rejection of valid data that is luck on another operation counts too.
"""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from examples.orders.server import Orders
from examples.orders.serving import start

from assay.app.load import load
from assay.openapi.compile import compile_api

#: kind of failure, operation
Failure = tuple[str, str]

#: the seeds with which the honest server is asked, to know what it is accused of anyway
_HONEST_SEEDS = (1, 2, 3, 4, 5)


class Rival:
    """Schemathesis at its defaults, all checks, all phases, told not to stop at the first failure."""

    def __init__(self, contracts: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._document = Path(self._folder.name) / "openapi.json"
        api = load(contracts, date(2026, 1, 1)).api("orders")
        self._document.write_text(json.dumps(compile_api(api)), encoding="utf-8")
        self._accused: set[Failure] | None = None

    def accused(self, seconds: float) -> set[Failure]:
        """What it tells of the honest server in runs of that length; asked once."""
        if self._accused is None:
            self._accused = set().union(*(self._told(Orders, seconds, seed) for seed in _HONEST_SEEDS))
        return self._accused

    def found(self, make: type[Orders], seconds: float, seed: int) -> set[Failure]:
        """What it tells of that server and not of the honest one."""
        return self._told(make, seconds, seed) - self.accused(seconds)

    def _told(self, make: type[Orders], seconds: float, seed: int) -> set[Failure]:
        with start(make) as running, tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            command = [
                "st", "run", str(self._document), "--url", running.url, "--checks", "all",
                "--header", f"Authorization: Bearer {running.tokens['alice']}", "--continue-on-failure",
                "--max-time", str(max(1, math.ceil(seconds))), "--seed", str(seed), "--request-timeout", "5",
                "--report", "json", "--report-json-path", str(report), "--no-color",
            ]  # fmt: skip
            subprocess.run(command, cwd=folder, capture_output=True, timeout=seconds * 4 + 120, check=False)
            told = json.loads(report.read_text(encoding="utf-8"))
        return {(f["type"], operation) for f in told["failures"] for operation in f["operations"]}
