"""The corpus on disk: `<root>/<profile>/<api>/<operation>.jsonl.gz`, and `<root>/found/<api>.jsonl.gz`.

A file is gzip (RFC 1952) of JSON lines: a header with format, digest of what the rest was made of, and the rest's own
sha256, then the rest. It holds no path and no time, so that it can be shipped to other machines; equal contents are
equal bytes. What cannot be read, is damaged or belongs to other contracts counts as not there, and is made anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from assay.evidence.sweep import NOTHING, Sweep
from assay.files.reports import WriteError, write_whole
from assay.model.contract import Json
from assay.model.corpus import Found, Kept
from assay.report.codec import CodecError, decode, encode

FORMAT = "assay-corpus/1"
#: histories kept of one API, the newest
MOST_FOUND = 200
_FOUND = "found"


class CorpusFolder:
    """One corpus. A folder that cannot be written to costs time, and no run."""

    def __init__(self, root: Path, sweep: Callable[[], Sweep] = lambda: NOTHING) -> None:
        """Of what a `sweep` finds something in, nothing is kept; it is asked for anew each time."""
        self.root = root
        self._sweep = sweep

    def read(self, profile: str, api: str, operation: str, digest: str) -> Kept | None:
        """What is kept for that operation; None when it is not there, not whole, or was made of something else."""
        rows = _rows(self._path(profile, api, operation), digest)
        try:
            return decode(Kept, rows[0]) if rows else None
        except CodecError:
            return None

    def write(self, profile: str, api: str, operation: str, digest: str, kept: Kept) -> None:
        """Keeps it. Nothing is raised where that is not possible."""
        self._write(self._path(profile, api, operation), digest, [encode(kept)])

    def found(self, api: str) -> tuple[Found, ...]:
        """The histories that ever showed a broken promise of that API, the newest first."""
        found = []
        for row in _rows(self._path(_FOUND, api), "") or ():
            try:
                found.append(decode(Found, row))
            except CodecError:
                continue
        return tuple(found)

    def keep_found(self, api: str, fresh: Iterable[Found]) -> None:
        """Adds histories: one for each fingerprint, the shortest and then the newest."""
        best = {one.fingerprint: one for one in reversed(self.found(api))}
        for one in fresh:
            known = best.pop(one.fingerprint, None)
            shorter = known is None or len(one.cases) <= len(known.cases)
            best[one.fingerprint] = one if shorter or known is None else known
        kept = list(reversed(best.values()))[:MOST_FOUND]
        self._write(self._path(_FOUND, api), "", [encode(one) for one in kept])

    def _write(self, path: Path, digest: str, rows: Sequence[Json]) -> None:
        rest = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)
        if not self._sweep().finds_in([rest]):
            _write(path, digest, rest)

    def _path(self, *parts: str) -> Path:
        *folders, name = (quote(part, safe="") for part in parts)
        return self.root.joinpath(*folders) / f"{name}.jsonl.gz"


def _rows(path: Path, digest: str) -> Sequence[Json] | None:
    try:
        text = gzip.decompress(path.read_bytes())
        head, _, rest = text.partition(b"\n")
        header = json.loads(head)
        whole = (
            isinstance(header, dict)
            and header.get("format") == FORMAT
            and header.get("digest") == digest
            and header.get("sha256") == hashlib.sha256(rest).hexdigest()
        )
        return [json.loads(line) for line in rest.splitlines()] if whole else None
    except (OSError, EOFError, zlib.error, ValueError, RecursionError):
        return None


def _write(path: Path, digest: str, rest: bytes) -> None:
    header = {"format": FORMAT, "digest": digest, "sha256": hashlib.sha256(rest).hexdigest()}
    try:
        write_whole(path, gzip.compress(json.dumps(header).encode() + b"\n" + rest, mtime=0))
    except WriteError:
        return
