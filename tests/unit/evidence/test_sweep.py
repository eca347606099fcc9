"""`Sweep`: a secret that got onto paper is found there, in every spelling and wherever the paper is cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence.secrets import Secrets
from assay.evidence.sweep import NOTHING, Sweep
from fakes.echo import SPELLINGS

SECRET = "s3cr3t/tok+en==\"<&>'\\ x"

_secrets = st.text("abcdefXYZ0123456789-_.~/+=%&\"'<>\\ é", min_size=8, max_size=40).filter(
    lambda text: text == text.strip() and len(set(text)) > 4
)


@settings(deadline=None, max_examples=150)
@given(_secrets, st.sampled_from(list(SPELLINGS)), st.data())
def test_every_spelling_is_found_wherever_the_bytes_are_cut(
    secret: str, spelling: str, data: st.DataObject
) -> None:
    """In a body, in a JSON text of it, in a log line of that."""
    text = f"before {SPELLINGS[spelling](secret)} after"
    for _ in range(data.draw(st.integers(0, 2))):
        text = json.dumps({"text": text}, ensure_ascii=data.draw(st.booleans()))
    content = (data.draw(st.sampled_from(["", "x" * 5000])) + text).encode()
    size = data.draw(st.integers(1, 200))
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    assert Sweep((secret, "another-one")).finds_in(chunks)
    assert not Sweep(("another-one",)).finds_in(chunks)


@settings(deadline=None, max_examples=200)
@given(st.lists(_secrets, min_size=1, max_size=3), st.data())
def test_the_quick_look_finds_what_a_thorough_one_does(secrets: list[str], data: st.DataObject) -> None:
    """Of texts that are made of pieces of secrets, in all spellings: neither more nor less."""
    pieces = []
    for _ in range(data.draw(st.integers(0, 5))):
        secret = data.draw(st.sampled_from(secrets))
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(secret))] * 2)))
        part = data.draw(st.sampled_from([secret, secret[start:end], secret[:end]]))
        pieces.append(data.draw(st.sampled_from(list(SPELLINGS.values())))(part))
        pieces.append(data.draw(st.sampled_from(["", " ", "%", "\\", "&", "%25", "x"])))
    text = "".join(pieces)
    assert Sweep(secrets).finds(text) == Secrets(tuple(secrets)).holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "%2561-secret-token",
        "%252561-secret-token",
        "a%26%23x2D%3Bsecret-token",
        "a%2526%2523x2D%253Bsecret-token",
        "a&amp;#x2d;secret-token",
        "\\u0061-secret-token",
        "a%5Cu002dsecret-token",
    ],
)
def test_escapes_of_escapes_are_found(text: str) -> None:
    """As an id that a target has escaped and that becomes part of a URL."""
    assert Sweep(("a-secret-token",)).finds(f"before {text} after")


def test_words_are_not_taken_for_secrets() -> None:
    """What is shorter than eight characters cannot be told from words, and is masked only where it is sent."""
    assert not Sweep(("token", "1234567"))
    assert Sweep(("token", "12345678")).values == ("12345678",)
    assert not NOTHING.finds_in([b"12345678"])


def test_what_is_public_is_no_secret() -> None:
    """A credential that stands in the contracts is looked for no more; the others are."""
    sweep = Sweep((SECRET, "documented-token")).without("Use documented-token to try it out.")
    assert sweep.values == (SECRET,)
    assert sweep.without("nothing") is sweep


def test_a_sweep_never_shows_what_it_looks_for() -> None:
    """Not even by `repr`."""
    assert SECRET not in repr(Sweep((SECRET,)))
