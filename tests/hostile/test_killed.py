"""`kill -9` at any moment: what was written stays readable, and nothing that was made is passed over.

The target kills the run itself, in the middle of one of its requests, so each time it is another moment.
`ASSAY_TEST_KILLS` says how many times; the release has seen fifty.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assay.app.load import load
from assay.files.ledger import Ledger, ledgers
from assay.mock.engine import Engine
from assay.mock.world import MockOptions, MockReply, MockRequest, World
from assay.model.contract import ContractSet
from assay.serve.http import serve

CONTRACTS = Path(__file__).parents[2] / "contracts"
KILLS = int(os.environ.get("ASSAY_TEST_KILLS", "3"))
#: what a run of the gate asks at least
_REQUESTS = 500
VALUES = """
avatar-id = "6f1c2a34-8d5e-4b7f-9a10-2b3c4d5e6f70"
agent-id = "0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d"
game-ids = ["1", "2", "3"]
"""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a way to kill")


class Deadly:
    """Stands around an engine: kills whoever asks, with one of his requests."""

    def __init__(self, engine: Engine, deadly: int) -> None:
        self._engine, self._left = engine, deadly
        self.world = World()
        self.asks: subprocess.Popen[bytes] | None = None

    @property
    def contracts(self) -> ContractSet:
        """What it answers by."""
        return self._engine.contracts

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The engine's reply; nobody may live to read it."""
        self._left -= 1
        if self._left == 0 and self.asks is not None:
            os.kill(self.asks.pid, signal.SIGKILL)
        self.world, reply = self._engine.respond(world, request)
        return self.world, reply

    def still_there(self) -> int:
        """Instances that have not come to an end."""
        final = {s.name for api in self.contracts.apis for c in api.lifecycles for s in c.states if s.final}
        return sum(1 for one in self.world.instances.values() if one.state not in final)


def _assay(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "assay", *words],
        cwd=folder,
        env={**os.environ, "TOKEN": "t0ken-of-the-mock"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_leaves_everything_in_order(tmp_path: Path, number: int) -> None:
    """The log can be read, the ledger too; `assay cleanup` ends what has an id and tells how many have none."""
    deadly = random.Random(number).randint(2, _REQUESTS)
    engine = Deadly(
        Engine(load(str(CONTRACTS), date(2026, 1, 1)), MockOptions(token="t0ken-of-the-mock")), deadly
    )
    server = serve(engine)
    config = f'[targets.s]\nurl = "{server.url}"\nauth-env = "TOKEN"\n[targets.s.values]{VALUES}'
    (tmp_path / "assay.toml").write_text(config, encoding="utf-8")
    try:
        words = [
            sys.executable,
            "-m",
            "assay",
            "run",
            str(CONTRACTS),
            "--target",
            "s",
            "-q",
            "--seed",
            str(number),
        ]
        engine.asks = subprocess.Popen(
            words,
            cwd=tmp_path,
            env={**os.environ, "TOKEN": "t0ken-of-the-mock"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert engine.asks.wait(120) == -signal.SIGKILL, "it was over before it could be killed"
        (run,) = [one for one in (tmp_path / "reports").iterdir() if one.is_dir()]
        for path in ledgers(run):
            Ledger.read(path).close()
        assert _assay(tmp_path, "report", str(run)).returncode == 5, "what was seen until then can be told"
        cleaned = _assay(tmp_path, "cleanup", str(run))
        nameless = sum(map(int, re.findall(r"(\d+) × [\w-]+: its id never came", cleaned.stdout)))
        assert engine.still_there() <= nameless, cleaned.stdout
        assert cleaned.returncode == (5 if nameless else 0), f"{cleaned.stdout}{cleaned.stderr}{_ledger(run)}"
        assert _assay(tmp_path, "cleanup", str(run), "--forget").returncode == 0
        again = _assay(tmp_path, "run", str(CONTRACTS), "--target", "s", "-q")
        assert again.returncode == 0, again.stdout
        assert engine.still_there() <= nameless, "the next run ends what it made, in its own ledger"
        assert _assay(tmp_path, "history").returncode == 0
    finally:
        server.stop()


def _ledger(run: Path) -> str:
    return "".join(path.read_text(encoding="utf-8")[-3000:] for path in ledgers(run))
