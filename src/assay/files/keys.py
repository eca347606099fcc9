"""Key files: a private key that signs, a public key that verifies. No key is ever written, shown or kept.

Keys are PEM files: private ones PKCS #8 or as their tools write them, unencrypted; public ones SubjectPublicKeyInfo
(RFC 5280 §4.1). Ed25519 (RFC 8032) or ECDSA over P-256 with SHA-256 (FIPS 186-5); the latter's signatures are DER (RFC
3279 §2.2.3), and the plain pair of numbers that some tools write is understood. The cryptography is that of the package
of this name, loaded only here.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.report.dsse import Sign, Verify

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

#: bytes of each number of a plain P-256 signature
_HALF = 32
_KINDS = "an Ed25519 or an ECDSA P-256 key in a PEM file"


class KeyFileError(ValueError):
    """A key file cannot be used. The fault of whoever named it."""


class NoCryptography(RuntimeError):
    """The package that does the cryptography is not installed."""

    def __str__(self) -> str:
        return (
            "Cannot sign or verify: because the package cryptography is not installed. "
            "Do install it with pip install 'assay-contracts[attest]'."
        )


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key: what it signs with, and by what its public half is known."""

    keyid: str
    sign: Sign
    #: True where anybody on the machine may read the file
    exposed: bool


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key."""

    keyid: str
    verify: Verify


def signer(path: str) -> Signer:
    """The private key of a file. Raises `KeyFileError` and `NoCryptography`."""
    content = _read(path)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only who signs needs it
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415
    except ImportError:
        raise NoCryptography from None
    if _kind(content) == "public":
        raise KeyFileError(f"Cannot sign with {path}: because it is a public key. Name the private one.")
    try:
        key = serialization.load_pem_private_key(content, None)
    except TypeError:
        raise KeyFileError(
            f"Cannot sign with {path}: because it is encrypted. Name a file without a passphrase, "
            "which only the signer may read."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError(f"Cannot sign with {path}: because it is no private key. Name {_KINDS}.") from None
    exposed = bool(Path(path).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Signer(_keyid(key.public_key()), key.sign, exposed)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return Signer(
            _keyid(key.public_key()), lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())), exposed
        )
    raise KeyFileError(f"Cannot sign with {path}: because it is of another kind. Name {_KINDS}.")


def verifier(path: str) -> Verifier:
    """The public key of a file. Raises `KeyFileError` and `NoCryptography`."""
    content = _read(path)
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only who verifies needs it
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415
    except ImportError:
        raise NoCryptography from None
    if _kind(content) == "private":
        raise KeyFileError(
            f"Cannot verify with {path}: because it is a private key. "
            "Name the public one, and keep this one to yourself."
        )
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError(
            f"Cannot verify with {path}: because it is no public key. Name {_KINDS}."
        ) from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return Verifier(_keyid(key), _by_ed25519(key))
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return Verifier(_keyid(key), _by_p256(key))
    raise KeyFileError(f"Cannot verify with {path}: because it is of another kind. Name {_KINDS}.")


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise KeyFileError(f"Cannot read the key {path}: because {why}. Name {_KINDS}.") from None


def _kind(content: bytes) -> str:
    if b"PRIVATE KEY-----" in content:
        return "private"
    return "public" if b"PUBLIC KEY-----" in content else ""


def _keyid(key: Ed25519PublicKey | EllipticCurvePublicKey) -> str:
    """sha256 of the public key as SubjectPublicKeyInfo in DER: what `openssl pkey -pubout -outform der` writes."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def _by_ed25519(key: Ed25519PublicKey) -> Verify:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    def verify(data: bytes, sig: bytes) -> bool:
        try:
            key.verify(sig, data)
        except InvalidSignature:
            return False
        return True

    return verify


def _by_p256(key: EllipticCurvePublicKey) -> Verify:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, utils  # noqa: PLC0415

    def verify(data: bytes, sig: bytes) -> bool:
        ways = [sig]
        if len(sig) == 2 * _HALF:
            r, s = (int.from_bytes(half, "big") for half in (sig[:_HALF], sig[_HALF:]))
            ways.append(utils.encode_dss_signature(r, s))
        for way in ways:
            try:
                key.verify(way, data, ec.ECDSA(hashes.SHA256()))
            except InvalidSignature:
                continue
            return True
        return False

    return verify
