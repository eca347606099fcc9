"""A real browser, headless, driven over a pipe by the Chrome DevTools Protocol: no port, no driver, no library.

Where none is installed `find` hands back nothing, and says why through `MISSING`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = f"no browser: none of {', '.join(NAMES)} is installed, and ASSAY_TEST_BROWSER names none"
#: seconds that anything may take
_PATIENCE = 60.0
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    # nothing that a page might ask for gets anywhere
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
#: the protocol's pipes are descriptors 3 and 4 of the browser, whatever they are called here
_LAUNCH = """
import fcntl, os, sys
ours = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for given, wanted in zip(ours, (3, 4)):
    os.dup2(given, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find() -> str | None:
    """The browser to use: the one that the environment names, else the first that is installed."""
    named = os.environ.get("ASSAY_TEST_BROWSER", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One tab."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._out, self._in = to_browser, from_browser
        self._buffer = b""
        self._number = 0
        self._session = ""
        #: everything the browser told, as it came
        self.events: list[Mapping[str, Any]] = []

    def open(self) -> None:
        """Makes the tab, and asks to be told what goes on in it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Asks for one thing and waits for its answer. Raises `RuntimeError` where the browser refuses."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        until = time.monotonic() + _PATIENCE
        while True:
            told = self._read(until)
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                answer: dict[str, Any] = told["result"]
                return answer
            self.events.append(told)

    def goto(self, url: str) -> None:
        """Opens that address and waits until it has loaded."""
        seen = len(self.events)
        self.call("Page.navigate", url=url)
        until = time.monotonic() + _PATIENCE
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events[seen:]):
            self.events.append(self._read(until))

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def happened(self, method: str) -> list[Mapping[str, Any]]:
        """What the browser told of that kind."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def _read(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._in], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            got = os.read(self._in, 1 << 20)
            if not got:
                raise RuntimeError("the browser is gone")
            self._buffer += got
        message, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told


@contextlib.contextmanager
def tab(browser: str, width: int = 1280, height: int = 1600) -> Iterator[Page]:
    """A browser of its own with one tab, for the length of a `with` block."""
    to_browser, written = os.pipe()
    read, from_browser = os.pipe()
    folder = tempfile.mkdtemp(prefix="assay-browser-")
    child = subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, str(to_browser), str(from_browser), browser, *_SWITCHES,
         f"--user-data-dir={folder}", f"--window-size={width},{height}"],
        pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_browser)
    os.close(from_browser)
    try:
        page = Page(written, read)
        page.open()
        yield page
        page._session = ""
        with contextlib.suppress(RuntimeError, TimeoutError, OSError):
            page.call("Browser.close")
    finally:
        os.close(written)
        os.close(read)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        shutil.rmtree(Path(folder), ignore_errors=True)
