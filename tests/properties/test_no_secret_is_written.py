"""Whole runs against a server that tells everybody's credential: none of it is in anything that is written.

What is looked for here is found by other means than those of the harness: everything that escapes something is undone,
as often as there is something to undo, and the credential is looked for in the rest.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from assay.__main__ import main
from fakes.echo import PLACES, SPELLINGS, Echo
from unit.cli.conftest import write_contracts

_TEXTS = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _undone(text: str) -> str:
    """The text with one level of every escaping undone."""
    text = re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"\\/nrtbf]))",
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _TEXTS[m[3]],
        text,
    )
    text = re.sub(r"(?:%[0-9a-fA-F]{2})+", lambda m: unquote_to_bytes(m[0]).decode("utf-8", "replace"), text)
    return html.unescape(text)


def tells(content: bytes, secret: str) -> bool:
    """True when the credential can be read out of these bytes."""
    text = content.decode("utf-8", "replace")
    for _ in range(6):
        if secret in text:
            return True
        text, before = _undone(text), text
        if text == before:
            break
    plain = content.decode("utf-8", "replace")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret.encode()).decode()
        core = encoded[-(-8 * shift // 6) : 8 * (shift + len(secret.encode())) // 6]
        for way in (core, core.replace("+", "-").replace("/", "_")):
            if way in plain or way in _undone(plain):
                return True
    return False


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def guilty(folder: Path, secret: str) -> list[str]:
    """The files below a folder that tell it."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and tells(_content(path), secret)
    ]


#: what a header field can carry and nobody would write by chance
_secrets = st.text("abcdeXYZ0123456789-_.~/+=%&\"'<>\\ ", min_size=10, max_size=40).filter(
    lambda s: s == s.strip() and len(set(s)) > 6 and re.search("[A-Za-z0-9]{3}", s) is not None
)


def test_this_test_would_see_it() -> None:
    """Each spelling is one that can be read."""
    secret = 's3cr3t/tok+en=="<&>\\'
    for name, spell in SPELLINGS.items():
        assert tells(f"before {spell(secret)} after".encode(), secret), name
        assert tells(json.dumps({"k": json.dumps(spell(secret))}).encode(), secret), name
        assert not tells(spell(secret[:-1] + "!").encode(), secret), name


# a run is dear, and what a smaller credential shows is no clearer: nothing is shrunk
@settings(
    deadline=None,
    max_examples=4,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example("s3cr3t/tok+en==\"<&>'\\x%41 e")
@given(_secrets)
def test_no_file_and_no_terminal_tells_a_credential(
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
) -> None:
    """Log, report, page, corpus, ledger, curl lines, summary and progress; of a replay and a report made again, too."""
    folder = tmp_path_factory.mktemp("run")
    write_contracts(folder / "contracts")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TICKETS", secret)
    capfd.readouterr()
    with Echo() as echo:
        target = ("--target", echo.server.url, "--auth-env", "TICKETS")
        code = main(["run", *target, "--seed", "3"])
        told = list(capfd.readouterr())
        report = json.loads(Path("reports/latest/report.json").read_text(encoding="utf-8"))
        for violation in report["violations"][:6]:
            main(["replay", violation["fingerprint"][:10], *target])
        main(["report"])
        told += capfd.readouterr()
    assert code == 1, told
    assert len(echo.told) > len(PLACES) * len(SPELLINGS) // 2
    assert report["violations"]
    assert {path.name for path in Path("reports/latest").iterdir()} >= {
        "log.jsonl",
        "report.json",
        "report.html",
    }
    assert guilty(folder, secret) == []
    assert not tells("\n".join(told).encode(), secret)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_no_result_of_pytest_tells_a_credential(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """JUnit, Allure's results and attachments, the terminal; and all that lies in the run's folder."""
    secret = "s3cr3t/tok+en==\"<&>'\\x"
    write_contracts(tmp_path / "contracts")
    (tmp_path / "test_all.py").write_text(
        "from assay.pytest_plugin import suite\n\ntest_all = suite()\n", encoding="utf-8"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    with Echo() as echo:
        words = [f"--assay-target={echo.server.url}", "--assay-auth-env=TICKETS", "--alluredir=allure",
                 "--junitxml=junit.xml", "-rA", "--showlocals", *workers]  # fmt: skip
        env = {**os.environ, "TICKETS": secret}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words], cwd=tmp_path, env=env, capture_output=True, check=False
        )
    assert done.returncode == 1, done.stdout.decode()
    assert b"failed" in done.stdout
    assert (tmp_path / "junit.xml").is_file()
    assert list((tmp_path / "allure").glob("*-result.json"))
    assert list((tmp_path / "reports").glob("*/report.html"))
    assert guilty(tmp_path, secret) == []
    assert not tells(done.stdout + done.stderr, secret)
