"""Credentials that several processes share while they run: a file that nobody else can read.

What is written is encrypted and sealed with a key that only these processes have, in memory: the file alone is worth
nothing, also after `kill -9`. The cipher is SHA-256 in counter mode, keyed by HMAC (a pseudorandom function, RFC 2104),
with a nonce for each writing, and an HMAC over all of it on top (encrypt, then authenticate).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from assay.model.terms import Json

try:
    import fcntl
except ImportError:  # no such locks there: see `SharedShelf.works`
    fcntl = None  # type: ignore[assignment]

_NONCE, _BLOCK, _KEY = 16, 32, 32


def new_key() -> str:
    """A key for a shelf, as text."""
    return secrets.token_hex(_KEY)


class SharedShelf:
    """One shelf of all processes that name the same file and have the same key. Implements `drive`'s `Shelf`."""

    #: False where files cannot be locked so: then each process has credentials of its own
    works = fcntl is not None

    def __init__(self, file: Path, key: str) -> None:
        """Makes the file when it is missing. Raises `OSError`, and `ValueError` for a text that is no key."""
        self._path, self._key = file, bytes.fromhex(key)
        self._lock = Lock()
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def opened(self) -> Iterator[dict[str, Json]]:
        """What lies there, for nobody else until it is closed. Raises `OSError`.

        What cannot be read counts as empty: then credentials are had anew.
        """
        with self._lock, self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = self._read(file.read())
            before = json.dumps(kept)
            yield kept
            if json.dumps(kept) != before:
                file.seek(0)
                file.write(self._sealed(json.dumps(kept).encode()))
                file.truncate()

    def secrets(self) -> tuple[str, ...]:
        """All that was ever put there. Raises `OSError`."""
        with self.opened() as kept:
            return tuple(value for entry in kept.values() for value in entry["all"])

    def _read(self, data: bytes) -> dict[str, Any]:
        nonce, told, mark = data[:_NONCE], data[_NONCE:-_BLOCK], data[-_BLOCK:]
        if len(data) < _NONCE + _BLOCK or not hmac.compare_digest(mark, self._mark(nonce + told)):
            return {}
        found: dict[str, Any] = json.loads(self._mixed(nonce, told))
        return found

    def _sealed(self, plain: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        told = nonce + self._mixed(nonce, plain)
        return told + self._mark(told)

    def _mixed(self, nonce: bytes, text: bytes) -> bytes:
        blocks = range(-(-len(text) // _BLOCK))
        stream = b"".join(self._made(b"cipher", nonce + block.to_bytes(8, "big")) for block in blocks)
        return bytes(one ^ other for one, other in zip(text, stream, strict=False))

    def _mark(self, told: bytes) -> bytes:
        return self._made(b"seal", told)

    def _made(self, purpose: bytes, text: bytes) -> bytes:
        key = hmac.digest(self._key, purpose, "sha256")
        return hmac.digest(key, text, "sha256")
