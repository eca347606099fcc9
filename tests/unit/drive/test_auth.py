"""`Auth` and `Secrets`: credentials travel as the contract says, and nowhere else."""

from __future__ import annotations

import base64

import pytest

from assay.drive.auth import Auth, CredentialError, Secrets
from assay.model.case import Credentials

SCHEMES = {
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {"type": "oauth2", "flows": {}},
    "tls": {"type": "mutualTLS"},
}
ENCODED = base64.b64encode(b"ada:love lace").decode()


@pytest.mark.parametrize(
    ("scheme", "headers", "query", "cookies"),
    [
        ("bearer", (("Authorization", "Bearer ada:love lace"),), (), ()),
        ("oauth", (("Authorization", "Bearer ada:love lace"),), (), ()),
        ("basic", (("Authorization", f"Basic {ENCODED}"),), (), ()),
        ("header", (("X-Key", "ada:love lace"),), (), ()),
        ("query", (), (("key", "ada:love lace"),), ()),
        ("cookie", (), (), (("sid", "ada:love lace"),)),
    ],
)
def test_each_scheme_carries_its_secret_in_its_place(
    scheme: str,
    headers: tuple[tuple[str, str], ...],
    query: tuple[tuple[str, str], ...],
    cookies: tuple[tuple[str, str], ...],
) -> None:
    """OpenAPI 3.1 §4.8.27, RFC 6750 §2.1, RFC 7617 §2."""
    carried = Auth(SCHEMES, Secrets({"*": "ada:love lace"})).carried(Credentials.VALID, (scheme,))
    assert (carried.headers, carried.query, carried.cookies) == (headers, query, cookies)


def test_missing_means_nothing_at_all() -> None:
    """Even when the secret is known."""
    carried = Auth(SCHEMES, Secrets({"*": "s"})).carried(Credentials.MISSING, ("bearer", "query"))
    assert (carried.headers, carried.query, carried.cookies) == ((), (), ())


def test_invalid_is_well_formed_wrong_and_the_same_in_every_run() -> None:
    """A server that refuses it refuses the credential, not its form; and nobody's secret is needed for it."""
    first, again = (Auth(SCHEMES).carried(Credentials.INVALID, ("bearer",)) for _ in range(2))
    assert first == again
    scheme, _, token = first.headers[0][1].partition(" ")
    assert scheme == "Bearer"
    assert token.startswith("invalid-")
    assert len(token) == len("invalid-") + 16
    assert int(token.removeprefix("invalid-"), 16) > 0


def test_schemes_named_together_are_all_carried() -> None:
    """A Security Requirement Object with two names wants both (§4.8.30)."""
    secrets = Secrets({"header": "one", "query": "two"})
    carried = Auth(SCHEMES, secrets).carried(Credentials.VALID, ("header", "query"))
    assert (carried.headers, carried.query) == ((("X-Key", "one"),), (("key", "two"),))


@pytest.mark.parametrize("scheme", ["tls", "unknown"])
def test_a_scheme_we_cannot_serve_is_said_to_be_one(scheme: str) -> None:
    """Better than sending nothing in silence."""
    with pytest.raises(CredentialError, match="is of an unknown kind"):
        Auth(SCHEMES, Secrets({"*": "s"})).carried(Credentials.VALID, (scheme,))


@pytest.mark.parametrize(
    "value", ["", "  ", "s3\ncret", "s3cret\n", " s3cret", "s3\0cret", "s3€cret", "s3\x7fcret"]
)
def test_a_token_no_header_can_carry_is_refused_without_showing_it(value: str) -> None:
    """The commonest mistake is a line break at the end of a file."""
    with pytest.raises(CredentialError, match=r"^Cannot use the credential of .*: because it .*\. ") as told:
        Secrets.from_environment({"*": "TOKEN"}, {"TOKEN": value})
    assert "TOKEN" in str(told.value)
    assert not value.strip() or value.strip() not in str(told.value)


def test_a_variable_that_is_not_set_is_named() -> None:
    """So that one can set it."""
    with pytest.raises(CredentialError, match="environment variable API_TOKEN is not set"):
        Secrets.from_environment({"*": "API_TOKEN"}, {})


def test_secrets_do_not_show_themselves() -> None:
    """Neither do they in the repr of what holds them."""
    secrets = Secrets({"bearer": "s3cret"})
    assert "s3cret" not in repr(secrets) + str(secrets) + repr(Auth(SCHEMES, secrets))
    assert "bearer" in repr(secrets)


def test_every_form_of_a_secret_is_listed_for_redaction() -> None:
    """As it is, percent-encoded, as basic credentials, and the password alone."""
    listed = Auth(SCHEMES, Secrets({"basic": "ada:love lace"})).secrets
    assert {"ada:love lace", "ada%3Alove%20lace", ENCODED, "love lace", "love%20lace"} <= set(listed)
    assert list(listed) == sorted(listed, key=lambda form: -len(form))
    assert "" not in listed
