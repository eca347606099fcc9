"""`assay attest` and `assay verify-attestation`: what was signed is found as it was, or refused by name."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay import __version__
from assay.files.keys import signer
from assay.report.dsse import Envelope, Signature, dump, load, seal
from unit.cli.conftest import Assay, Said
from unit.cli.test_cli_run import TOKEN, _serve
from unit.files.test_signing_keys import pair

FILES = ("log.jsonl", "report.html", "report.json")


@pytest.fixture
def run(project: Path, assay: Assay) -> Path:
    """The folder of a run, signed with `ours.pem`."""
    assert assay("run", "--seed", "7", "--quiet").code == 0
    pair(project, "ours", "ed25519")
    pair(project, "theirs", "p256")
    said = assay("attest", "--key", "ours.pem")
    assert (said.code, said.err) == (0, "")
    folder = (project / "reports/latest").resolve()
    assert said.out.startswith(
        f"{folder / 'attestation.json'}: PASSED, about log.jsonl, report.html, report.json"
    )
    return folder


def _statement(folder: Path) -> Any:
    return json.loads(load((folder / "attestation.json").read_bytes()).payload)


def _check(assay: Assay, folder: Path, *words: str) -> Said:
    return assay("verify-attestation", str(folder), "--key", "ours.pub", *words)


def test_the_statement_is_an_in_toto_test_result(run: Path) -> None:
    """The names are those of the specifications; what is ours stands beside them."""
    statement = _statement(run)
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert set(statement) == {"_type", "subject", "predicateType", "predicate"}
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert [s["name"] for s in statement["subject"]] == list(FILES)
    predicate = statement["predicate"]
    stand = {c["id"]: c["standing"] for c in report["clauses"]}
    assert predicate["passedTests"] == [i for i, word in stand.items() if word == "verified"]
    assert predicate["warnedTests"] == [
        i for i, word in stand.items() if word in {"unwitnessed", "inconclusive"}
    ]
    assert predicate["failedTests"] == []
    assert predicate["result"] == ("WARNED" if predicate["warnedTests"] else "PASSED")
    assert predicate["configuration"] == [
        {"name": "contracts", "digest": {"sha256": report["run"]["digest"]}},
        {"name": "assay", "uri": f"pkg:pypi/assay-contracts@{__version__}"},
    ]
    assert predicate["assay_standings"] == stand
    told = predicate["assay_run"]
    assert (told["seed"], told["target"], told["profile"], told["exit_code"]) == (7, "mock", "gate", 0)


def test_the_envelope_is_dsse(run: Path) -> None:
    """With the payload type that in-toto says."""
    document = json.loads((run / "attestation.json").read_bytes())
    assert set(document) == {"payload", "payloadType", "signatures"}
    assert document["payloadType"] == "application/vnd.in-toto+json"
    assert [set(one) for one in document["signatures"]] == [{"keyid", "sig"}]
    assert len(base64.b64decode(document["signatures"][0]["sig"])) == 64


def test_what_was_signed_is_accepted(run: Path, assay: Assay, tmp_path: Path) -> None:
    """Beside its files, and anywhere else when told where they are."""
    said = _check(assay, run)
    assert said.code == 0, said.out
    assert "Accepted" in said.out
    for name in (*FILES, "contracts"):
        assert name in said.out
    handed = tmp_path / "handed"
    handed.mkdir()
    shutil.move(run / "attestation.json", handed / "theirs.json")
    assert _check(assay, handed / "theirs.json", "--reports", str(run)).code == 0
    assert _check(assay, handed / "theirs.json").code == 1


def _change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def _envelope(folder: Path, change: Callable[[Envelope], Envelope]) -> None:
    path = folder / "attestation.json"
    path.write_bytes(dump(change(load(path.read_bytes()))))


def _restated(envelope: Envelope) -> Envelope:
    payload = envelope.payload.replace(b'"PASSED"', b'"WARNED"').replace(b'"seed":7', b'"seed":8')
    assert payload != envelope.payload
    return Envelope(envelope.payload_type, payload, envelope.signatures)


def _cut(envelope: Envelope) -> Envelope:
    one = envelope.signatures[0]
    return Envelope(
        envelope.payload_type,
        envelope.payload,
        (Signature(one.keyid, one.sig[:-1] + bytes([one.sig[-1] ^ 1])),),
    )


TAMPERED: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "report.json": (
        lambda run: _change(run / "report.json", b'"standing": "verified"', b'"standing": "violated"'),
        ("report.json: its sha256 is", "is verified in the statement and violated in report.json"),
    ),
    "report.html": (
        lambda run: _change(run / "report.html", b"</html>", b"<!-- --></html>"),
        ("report.html: its sha256 is",),
    ),
    "log.jsonl": (
        lambda run: _change(run / "log.jsonl", b'"kind":"holds"', b'"kind":"violated"'),
        ("log.jsonl: its sha256 is", "is verified in the statement and violated in log.jsonl"),
    ),
    "log.jsonl, its seed": (
        lambda run: _change(run / "log.jsonl", b'"seed":7', b'"seed":8'),
        ("log.jsonl: its sha256 is", "seed is 7 in the statement and 8 in log.jsonl"),
    ),
    "log.jsonl, no log any more": (
        lambda run: (run / "log.jsonl").write_bytes(b"{}\n"),
        ("log.jsonl: its sha256 is", "Cannot read"),
    ),
    "log.jsonl, gone": (lambda run: (run / "log.jsonl").unlink(), ("log.jsonl: it is attested and not in",)),
    "statement": (lambda run: _envelope(run, _restated), ("signature: the key did not sign this",)),
    "signature": (lambda run: _envelope(run, _cut), ("signature: the key did not sign this",)),
    "payload type": (
        lambda run: _envelope(run, lambda e: Envelope("text/plain", e.payload, e.signatures)),
        ("signature: the key did not sign this: the statement, its type",),
    ),
    "envelope": (
        lambda run: (run / "attestation.json").write_bytes(b"{"),
        ("envelope: it is not JSON",),
    ),
    "contracts": (
        lambda run: _change(Path("contracts/tickets/open.yaml"), b"Opened.", b"Open."),
        ("contracts in contracts: their digest is",),
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_refused_by_name(run: Path, assay: Assay, what: str) -> None:
    """Exit code 1, and everything else that is wrong in the same breath."""
    change, told = TAMPERED[what]
    change(run)
    said = _check(assay, run)
    assert said.code == 1, said.out
    for part in told:
        assert part in said.out
    assert "Refused: " in said.out
    assert told[0].partition(":")[0] in said.out.splitlines()[-1]
    assert "Accepted" not in said.out


def test_another_key_is_refused(run: Path, assay: Assay) -> None:
    """Both keys are named; a forged key id helps nobody."""
    said = assay("verify-attestation", str(run), "--key", "theirs.pub")
    assert said.code == 1
    assert "key: it says to be signed by" in said.out
    _envelope(
        run, lambda e: seal(e.payload_type, e.payload, signer("ours.pem").keyid, signer("theirs.pem").sign)
    )
    said = _check(assay, run)
    assert said.code == 1
    assert "signature: the key did not sign this" in said.out
    assert assay("verify-attestation", str(run), "--key", "theirs.pub").code == 0


def _signed(
    folder: Path, change: Callable[[Any], object], kind: str = "application/vnd.in-toto+json"
) -> None:
    """Signs another statement with our key, as somebody who has it can."""
    statement = _statement(folder)
    change(statement)
    by = signer("ours.pem")
    envelope = seal(kind, json.dumps(statement).encode(), by.keyid, by.sign)
    (folder / "attestation.json").write_bytes(dump(envelope))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda s: s.update(_type="https://in-toto.io/Statement/v0.1"),
            "statement: it is no https://in-toto.io/",
        ),
        (lambda s: s.update(predicateType="https://slsa.dev/provenance/v1"), "statement: its predicate is"),
        (lambda s: s.pop("predicate"), "statement: it has no predicate"),
        (lambda s: s["predicate"].pop("assay_run"), "statement: it tells of no run"),
        (lambda s: s["subject"][0].update(name="../../key"), "which is no file of a run"),
        (lambda s: s["subject"][0].pop("digest"), "has no name, or no sha256"),
        (lambda s: s.update(subject=[]), "log.jsonl: the statement is not about it"),
        (
            lambda s: s["predicate"].update(result="WARNED"),
            "the result is WARNED in the statement and PASSED in",
        ),
        (lambda s: s["predicate"]["assay_standings"].popitem(), "is not in the statement and"),
        (lambda s: s["predicate"]["assay_run"].update(target="https://live"), "target is https://live in"),
    ],
)
def test_a_signed_lie_is_refused_too(
    run: Path, assay: Assay, change: Callable[[Any], object], told: str
) -> None:
    """The signature tells who says it; whether it follows, the log tells."""
    _signed(run, change)
    said = _check(assay, run)
    assert said.code == 1, said.out
    assert told in said.out


def test_another_payload_type_is_refused_although_it_is_signed(run: Path, assay: Assay) -> None:
    """DSSE: reject a type that is not supported."""
    _signed(run, lambda _: None, "application/json")
    said = _check(assay, run)
    assert said.code == 1
    assert "payload type: it is 'application/json'" in said.out


def test_a_report_that_does_not_follow_from_its_log_is_not_signed(run: Path, assay: Assay) -> None:
    """Nor what is no run."""
    _change(run / "report.json", b'"standing": "verified"', b'"standing": "violated"')
    said = assay("attest", str(run), "--key", "ours.pem", "-o", "other.json")
    assert said.code == 2
    assert "report.json does not tell what log.jsonl tells" in said.err
    assert not Path("other.json").exists()
    assert assay("attest", "contracts", "--key", "ours.pem").code == 2
    assert assay("attest", str(run), "--key", "ours.pub").code == 2


def test_the_key_is_written_nowhere_and_an_open_one_is_told(run: Path, assay: Assay, project: Path) -> None:
    """A warning, no refusal."""
    key = Path("theirs.pem")
    key.chmod(0o604)
    said = assay("attest", str(run / "log.jsonl"), "--key", str(key), "-o", "other.json")
    assert said.code == 0
    assert "warning: theirs.pem may be read or changed by everybody" in said.err
    body = b"".join(key.read_bytes().split(b"\n")[1:-2])
    for file in project.rglob("*"):
        if file.is_file() and file.name != key.name:
            assert body[:40] not in file.read_bytes().replace(b"\n", b"")
    assert body[:40].decode() not in said.out + said.err


def test_a_run_is_made_again(run: Path, assay: Assay) -> None:
    """From its seed, against its target; what differs is named."""
    said = _check(assay, run, "--rerun", "--rerun-reports", "again")
    assert said.code == 0, said.out + said.err
    assert "the run made again: 38 clauses with the same standings" in said.out
    assert json.loads(Path("again/latest/report.json").read_text())["run"]["seed"] == 7


def test_a_target_that_changed_is_told_clause_by_clause(
    run: Path, assay: Assay, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against another server than the one that was attested."""
    wrong = project / "wrong"
    shutil.copytree(project / "contracts", wrong)
    lifecycle = wrong / "tickets/lifecycles/ticket.yaml"
    lifecycle.write_text(lifecycle.read_text().replace("closed: {status: 409}", "closed: {status: 200}"))
    monkeypatch.setenv("TICKETS", TOKEN)
    with _serve(wrong) as server:
        said = _check(assay, run, "--rerun", "--target", server.url, "--auth-env", "TICKETS")
    assert said.code == 1
    cell = "tickets/lifecycle/ticket/closed/closeTicket"
    assert f"{cell} is verified in the statement and violated in the run made again" in said.out
    assert "Refused: " in said.out.splitlines()[-1]


def test_what_is_not_there_is_the_users_to_mend(run: Path, assay: Assay) -> None:
    """Exit code 2: nothing was checked."""
    for words in (
        ("nowhere.json", "--key", "ours.pub"),
        (str(run), "--key", "nowhere.pub"),
        (str(run), "--key", "ours.pem"),
        (str(run), "--key", "ours.pub", "--contracts", "nowhere"),
    ):
        assert assay("verify-attestation", *words).code == 2
    shutil.rmtree("contracts")
    said = _check(assay, run)
    assert (said.code, "not checked, contracts" in said.out) == (0, True)
    assert _check(assay, run, "--rerun").code == 2
