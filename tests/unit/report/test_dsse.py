"""DSSE envelopes: what is signed is what the specification says, to the byte."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.report.dsse import Envelope, EnvelopeError, Signature, dump, load, pae, seal

#: the example of the DSSE protocol, «Test Vectors»: payload, its type, encoding and envelope
HELLO = b"hello world"
HELLO_TYPE = "http://example.com/HelloWorld"
HELLO_PAE = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
HELLO_SIG = "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
HELLO_ENVELOPE = json.dumps(
    {
        "payload": "aGVsbG8gd29ybGQ=",
        "payloadType": HELLO_TYPE,
        "signatures": [{"sig": HELLO_SIG}],
    }
)


def test_the_encoding_is_that_of_the_specification() -> None:
    """Its own example."""
    assert pae(HELLO_TYPE, HELLO) == HELLO_PAE


@pytest.mark.parametrize(
    ("kind", "body", "encoded"),
    [
        ("", b"", b"DSSEv1 0  0 "),
        ("a", b"", b"DSSEv1 1 a 0 "),
        ("ä", b" ", "DSSEv1 2 ä 1  ".encode()),
        ("a/b", b"\x00\xff\n", b"DSSEv1 3 a/b 3 \x00\xff\n"),
        ("a", b"1 a 0 ", b"DSSEv1 1 a 6 1 a 0 "),
    ],
)
def test_lengths_are_those_in_bytes(kind: str, body: bytes, encoded: bytes) -> None:
    """Of the type as UTF-8, without leading zeros; nothing is escaped."""
    assert pae(kind, body) == encoded


@given(st.text(), st.binary(), st.text(), st.binary())
def test_two_payloads_never_have_one_encoding(a: str, x: bytes, b: str, y: bytes) -> None:
    """So a signature never speaks for another type or payload."""
    try:
        alike = pae(a, x) == pae(b, y)
    except UnicodeEncodeError:  # no text that UTF-8 knows
        return
    assert alike == ((a, x) == (b, y))


def test_the_envelope_of_the_specification_is_read() -> None:
    """Without a key id, which may be left out."""
    read = load(HELLO_ENVELOPE.encode())
    assert read == Envelope(HELLO_TYPE, HELLO, (Signature("", base64.b64decode(HELLO_SIG)),))
    assert read.signed == HELLO_PAE


def test_either_alphabet_of_base64_is_read() -> None:
    """DSSE: verifiers must accept both."""
    document = {"payload": "-_-_Pj8=", "payloadType": "t", "signatures": [{"keyid": "k", "sig": "__8="}]}
    assert load(json.dumps(document).encode()) == Envelope(
        "t", b"\xfb\xff\xbf\x3e\x3f", (Signature("k", b"\xff\xff"),)
    )


@given(st.binary(), st.text(st.characters(codec="utf-8")), st.binary(), st.text(st.characters(codec="utf-8")))
def test_what_was_written_is_read(payload: bytes, kind: str, sig: bytes, keyid: str) -> None:
    """Whatever is in it."""
    sealed = seal(kind, payload, keyid, lambda data: sig + data[:1])
    assert load(dump(sealed)) == sealed
    assert sealed.signed_by(lambda data, mark: data == pae(kind, payload) and mark == sig + data[:1])
    assert not sealed.signed_by(lambda _data, _mark: False)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "no JSON object"),
        (b'{"payload": "", "payloadType": "t"}', "`signatures`"),
        (b'{"payload": "", "payloadType": "t", "signatures": []}', "`signatures`"),
        (b'{"payload": "", "payloadType": 1, "signatures": [{"sig": ""}]}', "`payloadType`"),
        (b'{"payload": "a", "payloadType": "t", "signatures": [{"sig": ""}]}', "`payload` is not base64"),
        (
            b'{"payload": "\xc3\xa4", "payloadType": "t", "signatures": [{"sig": ""}]}',
            "`payload` is not base64",
        ),
        (b'{"payload": "", "payloadType": "t", "signatures": [{"keyid": ""}]}', "no `sig`"),
        (b'{"payload": "", "payloadType": "t", "signatures": [1]}', "no JSON object"),
    ],
)
def test_what_is_no_envelope_is_refused(content: bytes, why: str) -> None:
    """By the part that shows it."""
    with pytest.raises(EnvelopeError, match=why):
        load(content)
