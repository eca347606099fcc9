"""`redact`: no secret reaches paper, and nothing a target sends breaks it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import astuple, replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence.redact import Policy, redact, redact_text, redact_verdicts
from assay.model.case import Credentials, Exchange, Failure, FailureKind, WireRequest, WireResponse
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict, VerdictKind

SECRET = "s3cr3t/tok+en=="
POLICY = Policy((SECRET,))


def _exchange(
    *,
    url: str = "https://api.example/things?limit=1",
    sent: bytes | None = None,
    sent_headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    reason: str = "",
    failure: Failure | None = None,
    credentials: Credentials = Credentials.VALID,
) -> Exchange:
    response = None if failure else WireResponse(200, headers, body, reason)
    request = WireRequest("POST", "/things", (), sent, credentials)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Exchange(request, url, sent_headers, response, failure, moment, 0.0015)


def _rendered(evidence: Evidence) -> str:
    return "\n".join(str(part) for part in astuple(evidence))


#: long enough not to be part of the fixed words of an evidence by chance
_secrets = st.text(st.characters(exclude_characters="*\ufdd0\ufdd1"), min_size=10, max_size=40).filter(
    lambda secret: secret.strip() == secret and len(set(secret)) > 4
)


def _spellings(secret: str) -> list[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = json.dumps(secret)[1:-1]
    return [
        secret,
        quote(raw, safe=""),
        re.sub("%..", lambda m: m[0].lower(), quote(raw, safe="")),
        quote(raw),
        "".join(f"%{byte:02X}" for byte in raw),
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(escaped)[1:-1],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        base64.b64encode(b"user:" + raw).decode(),
    ]


@settings(deadline=None, max_examples=60)
@given(_secrets, st.data())
def test_no_known_secret_occurs_in_any_rendered_byte(secret: str, data: st.DataObject) -> None:
    """Whatever the spelling and wherever it stands, a secret does not come out again in that spelling."""
    spelling = data.draw(st.sampled_from(_spellings(secret)))
    around = data.draw(st.text(max_size=20))
    text = f"{around}{spelling}{around}"
    raw = text.encode("utf-8", "surrogatepass")
    evidence = redact(
        _exchange(
            url=f"https://api.example/{spelling}?q={spelling}",
            sent=raw,
            sent_headers=(("Authorization", f"Bearer {secret}"), ("X-Echo", text)),
            body=b"\xff" + raw,
            headers=(("X-Echo", text), (text, "1")),
            reason=text,
        ),
        Policy((secret,)),
    )
    rendered = _rendered(evidence)
    assert secret not in rendered
    if spelling not in around:
        assert spelling not in rendered


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.text(st.characters(), max_size=50), st.integers(0, 60))
def test_nothing_a_target_sends_breaks_redaction(body: bytes, text: str, limit: int) -> None:
    """Any bytes and any text, NUL and lone surrogates included, become evidence that can be encoded."""
    evidence = redact(
        _exchange(url=f"https://h/{text}", sent=body, body=body, headers=((text, text),), reason=text),
        Policy((SECRET,), body_limit=limit),
    )
    assert _rendered(evidence).encode("utf-8")


@pytest.mark.parametrize(
    "name", ["Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-API-Key", "X-Auth-Token"]
)
def test_headers_whose_names_give_a_secret_away_are_masked(name: str) -> None:
    """Their values never show, known or not, sent or received."""
    evidence = redact(_exchange(sent_headers=((name, "Qm9ndXM"),), headers=((name, "Qm9ndXM"),)), Policy(()))
    assert "Qm9ndXM" not in _rendered(evidence)
    assert evidence.request_headers == ((name, "***"),)


def test_the_authentication_scheme_stays_legible() -> None:
    """A reader has to see that it was Bearer and not Basic."""
    evidence = redact(_exchange(sent_headers=(("Authorization", "Bearer abc"),)), Policy(()))
    assert evidence.request_headers == (("Authorization", "Bearer ***"),)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"accessToken": "abc", "n": 1}', '{"accessToken": "***", "n": 1}'),
        ('{"consumerAccessToken":{"a":["b"]},"n":1}', '{"consumerAccessToken":"***","n":1}'),
        ('{"refresh_token":null,"password":""}', '{"refresh_token":null,"password":""}'),
        ('{"api\\u004bey":12.5}', '{"api\\u004bey":"***"}'),
        ('{"password":"cut in the mid', '{"password":"***"'),
        ('{"secret":[1,[2', '{"secret":"***"'),
        ('{"token":"550e8400"}', '{"token":"550e8400"}'),
        ("grant=x&client_secret=abc&n=1", "grant=x&client_secret=***&n=1"),
        ("see https://me:pw@host/", "see https://***@host/"),
    ],
)
def test_values_under_secret_names_are_masked_in_bodies(body: str, shown: str) -> None:
    """Only names that are surely secrets: `token` may be an instance's id. Broken JSON is masked too."""
    assert redact(_exchange(body=body.encode()), Policy(())).response_body == shown


def test_query_parameters_named_so_are_masked() -> None:
    """A secret in a URL is still one."""
    evidence = redact(_exchange(url="https://h/x?api_key=abc&token=instance"), Policy(()))
    assert evidence.url == "https://h/x?api_key=***&token=instance"


def test_a_head_without_measure_is_cut() -> None:
    """A hundred fields of 60 KB are legal for the driver; a log of them fills disk and memory."""
    value = "<&y" * 20_000
    evidence = redact(
        _exchange(headers=tuple((f"X-{n}", value) for n in range(90)), reason="r" * 60_000), POLICY
    )
    assert sum(len(name) + len(value) for name, value in evidence.response_headers) < 40_000
    assert evidence.response_headers[0][1].endswith("[cut: the first 4096 of 60000 characters]")
    assert evidence.response_headers[-1] == ("[cut]", "the first 4 of 90 header fields")
    assert len(evidence.reason) < 5_000


@pytest.mark.parametrize("before", [0, 4080, 4090, 4095, 4096, 4200])
def test_a_cut_line_never_leaves_half_a_secret(before: int) -> None:
    """Header fields, reason phrases, failures and verdicts alike."""
    line = "x" * before + SECRET * 3 + "y" * 5_000
    failure = Failure(FailureKind.MALFORMED, line)
    verdict = Verdict("a/b", VerdictKind.VIOLATED, line, line, "facet")
    for text in (
        _rendered(redact(_exchange(headers=(("X-A", line), (line, "v")), reason=line), POLICY)),
        _rendered(redact(_exchange(failure=failure), POLICY)),
        str(redact_verdicts([verdict], POLICY)),
    ):
        assert SECRET[:3] not in text
        assert len(text) < 20_000


@pytest.mark.parametrize("cut", range(3, len(SECRET) - 2))
def test_a_verdict_that_quotes_in_brief_shows_no_half_of_a_secret(cut: int) -> None:
    """The judge shortens what it quotes in the middle, before anybody looks for secrets."""
    message = f"got {{'token': '{SECRET[:cut]} … {SECRET[cut:]}'}} …{SECRET[cut:]} {SECRET[:cut]}…"
    shown = redact_verdicts([Verdict("a/b", VerdictKind.VIOLATED, message, "", "facet")], POLICY)[0].message
    assert shown == "got {'token': '*** … ***'} …*** ***…"


def test_a_long_body_is_cut_with_a_note_of_its_size() -> None:
    """The limit counts bytes; a character is never cut in two; the size is the whole body's."""
    evidence = redact(_exchange(body="é".encode() * 50), Policy((), body_limit=15))
    assert evidence.response_body == "é" * 7 + "\n[cut: the first 15 of 100 bytes]"
    assert evidence.response_size == 100


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 60), st.integers(0, 40), st.integers(1, 8))
def test_a_cut_never_leaves_half_a_secret(limit: int, before: int, times: int) -> None:
    """However the cut falls, no piece of a secret that could be guessed from remains."""
    body = b"x" * before + SECRET.encode() * times + b"y" * 2000
    shown = redact(_exchange(body=body), Policy((SECRET,), body_limit=limit)).response_body or ""
    assert not any(SECRET[:length] in shown for length in range(3, len(SECRET)))


def test_bytes_that_are_not_utf8_are_shown_escaped() -> None:
    """Binary bodies stay legible."""
    assert redact(_exchange(body=b"\x89PNG\xff"), POLICY).response_body == "\\x89PNG\\xff"


def test_short_secrets_are_found_where_they_stand_alone() -> None:
    """A two-letter secret would otherwise blot out half of every word."""
    assert redact_text("ab cab ab1 (ab)", Policy(("ab",))) == "*** cab ab1 (***)"


def test_a_missing_response_is_told_without_secrets() -> None:
    """Failure messages of HTTP clients like to quote URLs."""
    failure = Failure(FailureKind.RESET, f"https://h/?k={SECRET} was reset")
    evidence = redact(_exchange(failure=failure), POLICY)
    assert (evidence.status, evidence.failure) == (None, "reset: https://h/?k=*** was reset")


def test_verdicts_quote_without_secrets() -> None:
    """A judge quotes bodies; the log must not."""
    verdict = Verdict(
        "a/b/c", VerdictKind.VIOLATED, f'got {{"password": "x", "y": "{SECRET}"}}', outcome=SECRET
    )
    clean = redact_verdicts([verdict], POLICY)[0]
    assert clean.message == 'got {"password": "***", "y": "***"}'
    assert clean.outcome == "***"


def test_invalid_credentials_get_a_variable_of_their_own() -> None:
    """A line pasted with a good token would show something else."""
    made = _exchange(sent_headers=(("Authorization", "Bearer wrong"),), credentials=Credentials.INVALID)
    assert '"$INVALID_TOKEN"' in redact(made, POLICY).curl


@pytest.mark.parametrize(
    ("principal", "variable"), [("", "TOKEN"), ("bob", "TOKEN_BOB"), ("old.hand-2", "TOKEN_OLD_HAND_2")]
)
def test_each_principal_has_variables_of_his_own(principal: str, variable: str) -> None:
    """A line that somebody else asked is pasted with his token, wherever it travels, and no other."""
    made = _exchange(
        url=f"https://api.example/things?key={quote(SECRET, safe='')}",
        sent_headers=(("Authorization", f"Bearer {SECRET}"), ("Cookie", "key=abc")),
    )
    made = replace(made, request=replace(made.request, principal=principal))
    evidence = redact(made, POLICY)
    found = re.findall(r'"\$([A-Z0-9_]+)"', evidence.curl)
    assert sorted(found) == sorted([variable, variable, variable.replace("TOKEN", "COOKIE")])
    assert SECRET not in _rendered(evidence)
    assert evidence.request_headers[0] == ("Authorization", "Bearer ***")


def test_wrong_credentials_of_another_are_wrong_ones() -> None:
    """Whoever asks with a credential that nobody issued: the line says that it is none."""
    made = _exchange(sent_headers=(("Authorization", "Bearer wrong"),), credentials=Credentials.INVALID)
    made = replace(made, request=replace(made.request, principal="bob"))
    assert '"$INVALID_TOKEN"' in redact(made, POLICY).curl


def test_moments_are_utc_and_durations_milliseconds() -> None:
    """Units are the evidence's, not the exchange's."""
    evidence = redact(_exchange(), POLICY)
    assert (evidence.started, evidence.elapsed_ms) == ("2026-01-01T00:00:00.000Z", 1.5)


def test_a_policy_does_not_tell_its_secrets() -> None:
    """A policy in a traceback or log is harmless."""
    assert SECRET not in repr(POLICY)


def test_a_secret_that_is_a_word_of_ours_leaves_nothing_odd() -> None:
    """The name of a shell variable may be somebody's password."""
    assert redact_text("TOKEN and other/secret", Policy(("TOKEN", "other/secret"))) == "*** and ***"
