"""Key files: two kinds of keys sign and verify, everything else is refused by name, and no key is ever shown."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from assay.files.keys import KeyFileError, NoCryptography, signer, verifier
from assay.report.dsse import load, pae
from unit.report.test_dsse import HELLO_ENVELOPE

PEM = serialization.Encoding.PEM
#: the first test key of RFC 8032 §7.1
RFC_8032 = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#: the public key of the example in the DSSE protocol
DSSE_X = 46950820868899156662930047687818585632848591499744589407958293238635476079160
DSSE_Y = 5640078356564379163099075877009565129882514886557779369047442380624545832820


def private_pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_pem(key: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def pair(folder: Path, name: str, kind: str) -> tuple[str, str]:
    """A fresh pair of key files: private, public."""
    key = (
        ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    )
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(private_pem(key))
    private.chmod(0o600)
    public.write_bytes(public_pem(key.public_key()))
    return str(private), str(public)


@pytest.mark.parametrize("kind", ["ed25519", "p256"])
def test_what_one_half_signs_the_other_verifies(tmp_path: Path, kind: str) -> None:
    """And nothing else: no other bytes, no other signature, no other key. Both know each other by one id."""
    private, public = pair(tmp_path, "ours", kind)
    by, of = signer(private), verifier(public)
    other = verifier(pair(tmp_path, "theirs", kind)[1])
    sig = by.sign(b"what was seen")
    assert by.keyid == of.keyid != other.keyid
    assert of.verify(b"what was seen", sig)
    assert not of.verify(b"what was Seen", sig)
    assert not other.verify(b"what was seen", sig)
    for wrong in (b"", sig[:-1], sig + b"\0", bytes([sig[0] ^ 1]) + sig[1:], b"\0" * 64, b"\xff" * 64):
        assert not of.verify(b"what was seen", wrong)


def test_the_signature_in_the_specification_of_dsse_is_verified(tmp_path: Path) -> None:
    """Its example is ECDSA with r and s one after the other."""
    numbers = ec.EllipticCurvePublicNumbers(DSSE_X, DSSE_Y, ec.SECP256R1())
    public = tmp_path / "dsse.pub"
    public.write_bytes(public_pem(numbers.public_key()))
    verify = verifier(str(public)).verify
    envelope = load(HELLO_ENVELOPE.encode())
    assert envelope.signed_by(verify)
    assert not verify(pae("http://example.com/HelloWorl", b"d hello world"), envelope.signatures[0].sig)


def test_a_known_ed25519_signature_comes_out(tmp_path: Path) -> None:
    """Ed25519 chooses nothing at random: the key of RFC 8032 signs the same everywhere."""
    key = tmp_path / "rfc.pem"
    key.write_bytes(private_pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_8032))))
    # RFC 8032 §7.1, TEST 1: the empty message
    assert signer(str(key)).sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974")


def test_the_key_id_is_that_of_other_tools(tmp_path: Path) -> None:
    """sha256 of `openssl pkey -pubout -outform der`."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_8032))
    public = tmp_path / "rfc.pub"
    public.write_bytes(public_pem(key.public_key()))
    # RFC 8410 §4: the SubjectPublicKeyInfo of an Ed25519 key is these twelve bytes and the key
    raw = bytes.fromhex("302a300506032b6570032100") + key.public_key().public_bytes_raw()
    assert verifier(str(public)).keyid == hashlib.sha256(raw).hexdigest()


def _files(folder: Path) -> dict[str, bytes]:
    key = ed25519.Ed25519PrivateKey.generate()
    big = ec.generate_private_key(ec.SECP384R1())
    old = rsa.generate_private_key(65537, 2048)
    secret = serialization.BestAvailableEncryption(b"pass")
    return {
        "private": private_pem(key),
        "public": public_pem(key.public_key()),
        "encrypted": key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, secret),
        "p384": private_pem(big),
        "p384-public": public_pem(big.public_key()),
        "rsa": private_pem(old),
        "rsa-public": public_pem(old.public_key()),
        "nothing": b"",
        "bytes": b"\x00\xff",
        "torn": private_pem(key)[:40],
        "torn-public": public_pem(key.public_key())[:60],
    }


@pytest.mark.parametrize(
    ("use", "name", "why"),
    [
        (signer, "public", "it is a public key"),
        (signer, "encrypted", "it is encrypted"),
        (signer, "p384", "of another kind"),
        (signer, "rsa", "of another kind"),
        (signer, "nothing", "it is no private key"),
        (signer, "bytes", "it is no private key"),
        (signer, "torn", "it is no private key"),
        (signer, "missing", "No such file"),
        (verifier, "private", "it is a private key"),
        (verifier, "p384-public", "of another kind"),
        (verifier, "rsa-public", "of another kind"),
        (verifier, "nothing", "it is no public key"),
        (verifier, "torn-public", "it is no public key"),
        (verifier, "missing", "No such file"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, use: object, name: str, why: str) -> None:
    """And nothing of what stands in them is told."""
    for file, content in _files(tmp_path).items():
        (tmp_path / file).write_bytes(content)
    with pytest.raises(KeyFileError, match=why) as caught:
        use(str(tmp_path / name))  # type: ignore[operator]
    assert str(tmp_path / name) in str(caught.value)
    assert "-----" not in str(caught.value)


def test_an_open_key_is_noticed(tmp_path: Path) -> None:
    """It signs all the same: whose machine it is, we do not know."""
    private, _ = pair(tmp_path, "ours", "ed25519")
    assert not signer(private).exposed
    Path(private).chmod(0o644)
    assert signer(private).exposed


def test_nothing_is_loaded_before_somebody_signs() -> None:
    """The package is an extra: every other command does without it."""
    code = "import sys, assay.files.keys, assay.app.attest, assay.cli.attest; print('cryptography' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_without_the_package_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    private, public = pair(tmp_path, "ours", "ed25519")
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    for use, file in ((signer, private), (verifier, public)):
        with pytest.raises(NoCryptography) as caught:
            use(file)
        assert "assay-contracts[attest]" in str(caught.value)
