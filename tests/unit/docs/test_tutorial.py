"""The tutorial is executed: every command it shows, with every file it tells the reader to write."""

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
from pages import DOCS, ROOT, Block, blocks

#: seconds for the whole page; it takes about fifteen
PATIENCE = 120
#: ends what a command printed, before its exit code
_MARK = "\x1e"
#: what a bounded reader does after starting a server: wait until it listens
_UNTIL_IT_LISTENS = (
    "for _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/{port}) 2> /dev/null && break; sleep 0.1; done"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A line behind a `$`, and the lines that the page shows as its output."""

    text: str
    shown: tuple[str, ...]


@pytest.fixture(scope="module")
def page() -> str:
    """The tutorial, with ports that are free here in place of those it names."""
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
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


@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="the tutorial needs bash and curl"
)
def test_the_tutorial_does_what_it_shows(page: str, tmp_path: Path) -> None:
    """Typed line by line in a copy of the contracts, each command prints what the page shows.

    A command ends with 0, unless the page goes on to look at its exit code.
    """
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    text, typed = script(page)
    parts = run(text, tmp_path).split(_MARK)
    printed, codes = parts[:-1:2], [int(code) for code in parts[1::2]]
    assert len(codes) == len(typed), (
        f"it stopped after {len(codes)} of {len(typed)} commands: {parts[-1][-2000:]}"
    )
    looked_at = [command.text == "echo $?" for command in (*typed[1:], Command("", ()))]
    for command, told, code, looked in zip(typed, printed, codes, looked_at, strict=True):
        line = missing(command.shown, told)
        assert line is None, f"$ {command.text}\ndoes not print\n{line}\nbut\n{told}"
        assert looked or code == 0, f"$ {command.text}\nends with {code}:\n{told}"


def test_every_block_of_the_tutorial_is_executed(page: str) -> None:
    """A block is a console, the text of a named file, or the one install block, which is the README's."""
    others = [b for b in blocks(page) if b.language != "console" and b.path is None]
    assert [b.language for b in others] == ["sh"]
    install = others[0].text.splitlines()[0]
    assert install in (ROOT / "README.md").read_text(encoding="utf-8")
    assert {b.language for b in blocks(page) if b.path} == {"yaml", "python"}


def test_a_line_that_is_not_printed_is_noticed() -> None:
    """The comparison can fail: order counts, and so does what stands around a `…`."""
    printed = "one 1\ntwo\nthree\n"
    assert missing(("one …", "…", "three"), printed) is None
    assert missing(("two", "one …"), printed) == "one …"
    assert missing(("… four",), printed) == "… four"
