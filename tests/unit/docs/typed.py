"""Pages that show what to type: typed in a shell, and what it prints held against what the page shows."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages import DOCS, Block, blocks

#: seconds for the whole page; it takes about fifteen
PATIENCE = 120
#: ends what a command printed, before its exit code
MARK = "\x1e"
#: what a bounded reader does after starting a server: wait until it listens
_UNTIL_IT_LISTENS = (
    "for _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/{port}) 2> /dev/null && break; sleep 0.1; done"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A line behind a `$`, and the lines that the page shows as its output."""

    text: str
    shown: tuple[str, ...]


def on_free_ports(name: str) -> str:
    """That page, with ports that are free here in place of those it names."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for port in sorted(set(re.findall(r"\b80\d\d\b", text))):
        text = text.replace(port, str(_free_port()))
    return text


def _free_port() -> int:
    """Below the range that systems hand out by themselves, so that no other test's server gets it meanwhile."""
    start = 20_000 + os.getpid() % 10_000
    for port in (*range(start, 30_000), *range(20_000, start)):
        if port in _TAKEN:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _TAKEN.add(port)
        return port
    raise AssertionError("no free port")


#: handed out in this process
_TAKEN: set[int] = set()


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        typed, _, rest = part.replace("\\\n", "\0").partition("\n")
        yield Command(typed.replace("\0", "\\\n"), tuple(rest.splitlines()))


def script(page: str) -> tuple[str, list[Command]]:
    """A bash script that does what the page says, and its commands in order."""
    lines = ["trap 'kill $(jobs -p) 2> /dev/null' EXIT", "code=0"]
    typed: list[Command] = []
    for block in blocks(page):
        if block.path is not None:
            folder = shlex.quote(str(Path(block.path).parent))
            lines.append(
                f"mkdir -p {folder}; cat > {shlex.quote(block.path)} <<'END OF FILE'\n{block.text}END OF FILE"
            )
        elif block.language == "console":
            for command in commands(block):
                typed.append(command)
                lines += ["(exit $code)", command.text, "code=$?"]
                if command.text.endswith("&"):
                    port = re.search(r"\b\d{4,5}\b", command.text)
                    assert port, f"which port to wait for is not told: {command.text}"
                    lines.append(_UNTIL_IT_LISTENS.format(port=port[0]))
                lines.append(r"printf '\036%d\036' $code")
    return "\n".join(lines) + "\n", typed


def run(text: str, folder: Path) -> str:
    """What that bash script prints; it and all it started are ended when it takes too long."""
    bash = shutil.which("bash")
    assert bash is not None
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ASSAY_", "PYTEST_"))}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "PYTHONUTF8": "1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    (folder / ".tutorial.sh").write_text(text, encoding="utf-8")
    output = folder / ".tutorial.out"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [bash, ".tutorial.sh"], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=stream, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(PATIENCE)
        finally:
            # also what it left in the background
            _end(process.pid)
            process.wait(10)
    return output.read_text(encoding="utf-8", errors="replace")


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def missing(shown: tuple[str, ...], printed: str) -> str | None:
    """The first shown line that was not printed, in the order shown; `…` stands for anything."""
    lines = iter([" ".join(line.split()) for line in printed.splitlines()])
    for line in shown:
        wanted = " ".join(line.split())
        if wanted in {"", "…"}:
            continue
        pattern = re.compile(".*".join(re.escape(part.strip(" ")) for part in wanted.split("…")))
        if not any(pattern.fullmatch(found) for found in lines):
            return line
    return None


def typed_out(page: str, folder: Path) -> None:
    """Types the page line by line in that folder: each command prints what the page shows.

    A command ends with 0, unless the page goes on to look at its exit code.
    """
    text, typed = script(page)
    parts = run(text, folder).split(MARK)
    printed, codes = parts[:-1:2], [int(code) for code in parts[1::2]]
    assert len(codes) == len(typed), (
        f"it stopped after {len(codes)} of {len(typed)} commands: {parts[-1][-2000:]}"
    )
    looked_at = [command.text == "echo $?" for command in (*typed[1:], Command("", ()))]
    for command, told, code, looked in zip(typed, printed, codes, looked_at, strict=True):
        line = missing(command.shown, told)
        assert line is None, f"$ {command.text}\ndoes not print\n{line}\nbut\n{told}"
        assert looked or code == 0, f"$ {command.text}\nends with {code}:\n{told}"


needs_a_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="the page needs bash and curl"
)
