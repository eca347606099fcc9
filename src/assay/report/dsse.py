"""DSSE, the Dead Simple Signing Envelope 1.0: what exactly is signed, and the JSON that carries it.

Signed is never the JSON itself but the *pre-authentication encoding* of payload type and payload, so nothing has to be
put into a canonical form, and a payload cannot be passed off as one of another type. Whose signature it is, is for the
caller to find out: key ids are hints (DSSE protocol, «KEYID») and no reason to believe anything.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass

from assay.model.contract import Json

#: a signature of those bytes
Sign = Callable[[bytes], bytes]
#: (signed bytes, signature) -> whether it is one by the key in question
Verify = Callable[[bytes, bytes], bool]

_URL_SAFE = str.maketrans("-_", "+/")


class EnvelopeError(ValueError):
    """This is no envelope. The message says in which part of it that shows."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature, and a hint at whose it is."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and who signed both. Nothing in it is to be believed before a signature is verified."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """The bytes that every signature is about."""
        return pae(self.payload_type, self.payload)

    def signed_by(self, verify: Verify) -> bool:
        """True when one of the signatures is by that key, whatever its key id says."""
        return any(verify(self.signed, signature.sig) for signature in self.signatures)


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: `DSSEv1`, then type and payload, each after its length in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload_type: str, payload: bytes, keyid: str, sign: Sign) -> Envelope:
    """The payload with one signature."""
    return Envelope(payload_type, payload, (Signature(keyid, sign(pae(payload_type, payload))),))


def dump(envelope: Envelope) -> bytes:
    """The envelope as a JSON file."""
    document = {
        "payload": base64.b64encode(envelope.payload).decode("ascii"),
        "payloadType": envelope.payload_type,
        "signatures": [
            {"keyid": one.keyid, "sig": base64.b64encode(one.sig).decode("ascii")}
            for one in envelope.signatures
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def load(content: bytes) -> Envelope:
    """The envelope of a JSON file. Raises `EnvelopeError`."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise EnvelopeError("it is not JSON") from None
    if not isinstance(document, dict):
        raise EnvelopeError("it is no JSON object")
    signatures = document.get("signatures")
    if not isinstance(signatures, list) or not signatures:
        raise EnvelopeError("it has no `signatures`")
    if not isinstance(kind := document.get("payloadType"), str):
        raise EnvelopeError("it has no `payloadType`")
    payload = _bytes(document.get("payload"), "payload")
    return Envelope(kind, payload, tuple(map(_signature, signatures)))


def _signature(value: Json) -> Signature:
    if not isinstance(value, dict):
        raise EnvelopeError("one of its `signatures` is no JSON object")
    keyid = value.get("keyid", "")
    return Signature(keyid if isinstance(keyid, str) else "", _bytes(value.get("sig"), "sig"))


def _bytes(value: Json, name: str) -> bytes:
    """Either alphabet of base64 is right (DSSE protocol)."""
    if not isinstance(value, str):
        raise EnvelopeError(f"it has no `{name}`")
    try:
        return base64.b64decode(value.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        raise EnvelopeError(f"its `{name}` is not base64") from None
