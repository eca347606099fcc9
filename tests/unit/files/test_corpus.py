"""The corpus on disk: what is read is what was written, and what is damaged or foreign is not there."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from assay.files.corpus import FORMAT, MOST_FOUND, CorpusFolder
from assay.model.case import BodyKind, Case, Credentials, Payload, Subject, SubjectKind
from assay.model.corpus import Found, Kept
from assay.model.generated import Generated

CASE = Case(
    "shop",
    "open",
    "a valid request",
    "witness",
    credentials=Credentials.MISSING,
    subject=Subject(SubjectKind.NEW, "i1"),
    query={"n": 1, "f": 1.5},
    body=Payload(BodyKind.JSON, {"a": [None, True, "ü\ud800"]}, media_type="application/json"),
)
MADE = Generated(
    "random valid", {"id": "x"}, {}, {"X-A": "1"}, {}, Payload(BodyKind.RAW, raw=b"\xff\0"), "valid", "random"
)
KEPT = Kept((("a title", (CASE, CASE)),), {"shop/open/status/503": "nobody says how"}, (MADE,), ("10 of 15",))


@pytest.fixture
def folder(tmp_path):
    """An empty corpus."""
    return CorpusFolder(tmp_path / "corpus")


def path(folder, profile="gate", api="shop", operation="open"):
    return folder.root / profile / api / f"{operation}.jsonl.gz"


def test_what_is_read_is_what_was_written(folder):
    """Bytes, numbers of either kind, lone surrogates: everything comes back as it was."""
    folder.write("gate", "shop", "open", "d1", KEPT)
    assert folder.read("gate", "shop", "open", "d1") == KEPT


def test_equal_contents_are_equal_bytes(folder, tmp_path):
    """Nothing of the machine or the moment is in the file: it can be shipped, and cached by its digest."""
    other = CorpusFolder(tmp_path / "elsewhere")
    for one in (folder, other):
        one.write("gate", "shop", "open", "d1", KEPT)
    assert path(folder).read_bytes() == path(other).read_bytes()
    assert str(tmp_path).encode() not in gzip.decompress(path(folder).read_bytes())


@pytest.mark.parametrize("asked", [("gate", "shop", "open", "d2"), ("nightly", "shop", "open", "d1"),
                                   ("gate", "shop", "pay", "d1")])  # fmt: skip
def test_what_was_made_of_something_else_is_not_there(folder, asked):
    """Another digest, another profile, another operation."""
    folder.write("gate", "shop", "open", "d1", KEPT)
    assert folder.read(*asked) is None


def _flip(raw):
    body = bytearray(gzip.decompress(raw))
    body[-10] ^= 1
    return gzip.compress(bytes(body))


@pytest.mark.parametrize("damage", [
    lambda raw: raw[:-9],
    lambda raw: raw[: len(raw) // 2],
    lambda raw: b"",
    lambda raw: b"not gzip at all",
    lambda raw: raw[:20] + bytes([raw[20] ^ 255]) + raw[21:],
    _flip,
    lambda raw: gzip.compress(b""),
    lambda raw: gzip.compress(b"[1]\n2\n"),
    lambda raw: gzip.compress(b"{}\n"),
    lambda raw: gzip.compress(gzip.decompress(raw).replace(FORMAT.encode(), b"assay-corpus/0")),
    lambda raw: gzip.compress(b"[" * 100_000),
])  # fmt: skip
def test_a_damaged_file_is_not_there(folder, damage):
    """Cut, flipped, foreign, of another format: it is made anew, and nothing is raised."""
    folder.write("gate", "shop", "open", "d1", KEPT)
    path(folder).write_bytes(damage(path(folder).read_bytes()))
    assert folder.read("gate", "shop", "open", "d1") is None
    folder.write("gate", "shop", "open", "d1", KEPT)
    assert folder.read("gate", "shop", "open", "d1") == KEPT


def test_whole_and_yet_of_another_shape(folder):
    """A file that is whole by its own sum, and does not hold what it should, is not there either."""
    folder.write("gate", "shop", "open", "d1", KEPT)
    lines = gzip.decompress(path(folder).read_bytes()).split(b"\n")
    import hashlib  # noqa: PLC0415

    rest = b'{"planned": 7}\n'
    header = json.loads(lines[0]) | {"sha256": hashlib.sha256(rest).hexdigest()}
    path(folder).write_bytes(gzip.compress(json.dumps(header).encode() + b"\n" + rest))
    assert folder.read("gate", "shop", "open", "d1") is None


def test_names_lead_nowhere_else(folder):
    """Whatever an operation is called, its file lies in the corpus."""
    folder.write("gate", "shop", "../../up", "d1", KEPT)
    assert [p.name for p in folder.root.rglob("*.gz")] == ["..%2F..%2Fup.jsonl.gz"]
    assert folder.read("gate", "shop", "../../up", "d1") == KEPT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    """It costs time, and no run."""
    tmp_path.chmod(0o500)
    CorpusFolder(tmp_path / "corpus").write("gate", "shop", "open", "d1", KEPT)


def test_a_file_where_the_folder_should_be(tmp_path):
    """It costs time, and no run."""
    (tmp_path / "corpus").write_text("a file")
    folder = CorpusFolder(tmp_path / "corpus")
    folder.write("gate", "shop", "open", "d1", KEPT)
    folder.keep_found("shop", [found(1)])
    assert folder.read("gate", "shop", "open", "d1") is None
    assert folder.found("shop") == ()


def found(number, steps=2):
    return Found(f"{number:012x}", "shop/open/status/201", "2026-01-01T00:00:00Z", (CASE,) * steps)


def test_what_was_found_stays(folder):
    """Each way of failing once, with its shortest history, the newest first."""
    folder.keep_found("shop", [found(1), found(2)])
    folder.keep_found("shop", [found(3), found(1, steps=1)])
    assert [(one.fingerprint[-1], len(one.cases)) for one in folder.found("shop")] == [
        ("1", 1),
        ("3", 2),
        ("2", 2),
    ]
    folder.keep_found("shop", [found(1, steps=5)])
    assert len(folder.found("shop")[0].cases) == 1


def test_what_was_found_is_bounded(folder):
    """The oldest go."""
    folder.keep_found("shop", [found(number) for number in range(MOST_FOUND + 50)])
    kept = folder.found("shop")
    assert len(kept) == MOST_FOUND
    assert kept[0] == found(MOST_FOUND + 49)
