"""Rules: what people want masked is masked, where they say and wherever else the same exchange has it."""

from __future__ import annotations

import json
import re
from dataclasses import astuple, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence.redact import Policy, redact, redact_case, redact_text, redact_verdicts
from assay.evidence.rules import NO_RULES, Rules, path_of
from assay.evidence.spans import spans
from assay.evidence.written import written
from assay.model.case import BodyKind, Case, Credentials, Exchange, Payload, WireRequest, WireResponse
from assay.model.event import Noted
from assay.model.verdict import Verdict, VerdictKind

MAIL = "alice.o'hara@example.com"


def _rules(**given: Any) -> Rules:
    given["patterns"] = tuple(given.get("patterns", ()))
    for name in ("pointers", "personal"):
        given[name] = tuple(map(path_of, given.get(name, ())))
    for name in ("headers", "parameters"):
        given[name] = frozenset(given.get(name, ()))
    return Rules(key=b"k" * 32, **given)


def _policy(**given: Any) -> Policy:
    return Policy(("s3cret-of-the-run",), rules=_rules(**given))


def _exchange(
    *,
    url: str = "https://api.example/players",
    sent: Any = None,
    heard: Any = None,
    headers: tuple[tuple[str, str], ...] = (),
    reason: str = "OK",
) -> Exchange:
    asked = None if sent is None else json.dumps(sent).encode()
    told = heard if isinstance(heard, bytes) else json.dumps(heard).encode()
    request = WireRequest("POST", "/players", (), asked, Credentials.VALID)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    sent_headers = (("X-Session-Id", "abc-session"), ("Accept", "*/*"))
    return Exchange(request, url, sent_headers, WireResponse(200, headers, told, reason), None, moment, 0.001)


def _all(evidence: Any) -> str:
    return "\n".join(str(part) for part in astuple(evidence))


def test_a_value_at_a_pointer_is_masked_and_the_text_around_it_stays() -> None:
    """Of bodies in both directions; what was not named is as it was sent."""
    policy = _policy(pointers=["/player/email", "/items/*/phone"])
    heard = b'{"player" :{"email": "a@b.example",  "age": 7},"items":[{"phone":123456789},{"phone":null},{}]}'
    evidence = redact(_exchange(sent={"player": {"email": MAIL}}, heard=heard), policy)
    assert evidence.request_body == '{"player": {"email": "***"}}'
    assert (
        evidence.response_body
        == '{"player" :{"email": "***",  "age": 7},"items":[{"phone":"***"},{"phone":null},{}]}'
    )


@pytest.mark.parametrize("where", ["pointers", "personal"])
def test_the_value_is_found_wherever_else_it_stands(where: str) -> None:
    """URL, header fields, reason, the other body, the shell line; as it is or escaped."""
    policy = _policy(**{where: ["/player/email"]})
    encoded = "alice.o%27hara%40example.com"
    evidence = redact(
        _exchange(
            url=f"https://api.example/players/{MAIL}?mail={encoded}",
            sent={"player": {"email": MAIL}},
            heard={"hello": f"dear {MAIL}", MAIL: 1},
            headers=(("Location", f"/players/{encoded}"), ("X-Who", MAIL)),
            reason=f"Welcome {MAIL}",
        ),
        policy,
    )
    told = _all(evidence)
    assert MAIL not in told
    assert encoded not in told
    assert "alice" not in told


def test_pseudonyms_are_stable_within_a_run_and_lead_nowhere() -> None:
    """Equal values have equal ones, others have others, and another run has others again."""
    policy = _policy(personal=["/email", "/**/owner"])
    first = redact(_exchange(sent={"email": MAIL}, heard={"a": [{"owner": MAIL}]}), policy)
    found = json.loads(first.request_body or "")["email"]
    assert re.fullmatch(r"email-[0-9a-f]{12}", found)
    assert (
        json.loads(first.response_body or "")["a"][0]["owner"].rpartition("-")[2] == found.rpartition("-")[2]
    )
    again = redact(_exchange(heard={"email": MAIL}), policy)
    assert json.loads(again.response_body or "")["email"] == found
    other = redact(_exchange(heard={"email": "bob@example.com"}), policy)
    assert json.loads(other.response_body or "")["email"] != found
    rules = replace(policy.rules, key=b"another" * 5)
    elsewhere = redact(_exchange(heard={"email": MAIL}), Policy((), rules=rules))
    assert json.loads(elsewhere.response_body or "")["email"] != found
    assert "k" * 32 not in repr(policy)


def test_a_verdict_does_not_quote_what_a_body_held() -> None:
    """Whole or cut off; also of an earlier exchange of the same history."""
    policy = _policy(personal=["/email"])
    redact(_exchange(heard={"email": MAIL}), policy)
    redact(_exchange(heard={"email": "bob@example.com"}), policy)
    message = f"expected {MAIL!r}, got “{MAIL[:12]}…” and …{MAIL[-9:]}, {json.dumps(MAIL)}"
    (told,) = redact_verdicts([Verdict("a/b", VerdictKind.VIOLATED, message, f"200 {MAIL}")], policy)
    for part in ("alice", "hara", "example.com", MAIL):
        assert part not in told.message
        assert part not in told.outcome
    assert "alice" not in redact_text(f"gone: {MAIL}", policy)
    noted = written(Noted("target-down", f"at {MAIL} with s3cret-of-the-run"), policy)
    assert noted == Noted("target-down", redact_text(f"at {MAIL} with ***", policy))


@pytest.mark.parametrize(
    "torn",
    [
        b'{"email": "alice@exam',
        b'{"a": 1, "email": "alice@example.com", ',
        b'{"a": [1, 2, "email": "alice@example.com"}',
        b'garbage "email" : "alice@example.com" more',
        b'{"email": {"at": "alice@example.com", ',
    ],
)
def test_what_is_cut_or_malformed_is_masked_by_name(torn: bytes) -> None:
    """Evidence it is, and somebody's address too."""
    evidence = redact(_exchange(heard=torn), _policy(pointers=["/email"]))
    assert "alice" not in (evidence.response_body or "")
    assert "***" in (evidence.response_body or "")


def test_a_body_that_is_cut_for_the_report_tells_no_half_of_it() -> None:
    """Wherever the cut falls."""
    for pad in range(16330, 16390, 3):
        heard = {"pad": "x" * pad, "email": MAIL}
        evidence = redact(_exchange(heard=heard), _policy(pointers=["/email"]))
        assert "alice" not in (evidence.response_body or "")


def test_header_fields_parameters_and_patterns_are_masked() -> None:
    """By name without case, and by what they look like; in the shell line too."""
    policy = _policy(headers=["x-session-id"], parameters=["player"], patterns=[r"\d{3}-\d{2}-\d{4}"])
    evidence = redact(
        _exchange(
            url="https://api.example/p?Player=ann&limit=3&ssn=123-45-6789",
            heard={"note": "her number is 123-45-6789"},
            headers=(("X-SESSION-ID", "xyz-session"), ("Set-It", "player=ann; a=b")),
        ),
        policy,
    )
    told = _all(evidence)
    for part in ("ann", "123-45-6789", "abc-session", "xyz-session"):
        assert part not in told
    for part in ("limit=3", "her number is ***", "a=b"):
        assert part in told


def _case(**given: Any) -> Case:
    return Case("a", "op", "valid", "witness", **given)


def test_a_planned_request_loses_what_is_secret_and_says_so() -> None:
    """Known secrets whatever the rules; itself where there is nothing to mask."""
    for policy in (Policy(("s3cret-of-the-run",)), _policy(pointers=["/email"], parameters=["who"])):
        clean = _case(body=Payload(BodyKind.JSON, {"name": "\ud800 é", "n": [1, "x"]}), path={"id": "o"})
        assert redact_case(clean, policy) is clean
        for case in (
            _case(path={"id": "s3cret-of-the-run"}),
            _case(headers={"X": "a s3cret-of-the-run b"}),
            _case(body=Payload(BodyKind.JSON, {"a": ["s3cret-of-the-run"]})),
            _case(body=Payload(BodyKind.JSON, {"s3cret-of-the-run": 1})),
            _case(body=Payload(BodyKind.RAW, raw=b"\xff s3cret-of-the-run")),
        ):
            told = redact_case(case, policy)
            assert told.masked
            assert "s3cret" not in repr(told)
    policy = _policy(pointers=["/email"], parameters=["who"], patterns=["BIC[0-9]+"])
    told = redact_case(
        _case(body=Payload(BodyKind.JSON, {"email": MAIL, "n": 1}), query={"WHO": "ann", "bank": "BIC77"}),
        policy,
    )
    assert told.masked
    assert told.body.value == {"email": "***", "n": 1}
    assert told.query == {"WHO": "***", "bank": "***"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c/d", "é"]), inner, max_size=3)
    ),
    max_leaves=12,
)
_paths = st.lists(
    st.sampled_from(["a", "b", "c/d", "é", "0", "1", "*", "**"]), min_size=1, max_size=4
).filter(lambda path: path[-1] != "**")


def _there(value: Any, path: tuple[str, ...]) -> list[Any]:
    """The values at a path, by walking the parsed document."""
    if not path:
        return [value]
    members = (
        value.items()
        if isinstance(value, dict)
        else [(str(i), v) for i, v in enumerate(value)]
        if isinstance(value, list)
        else []
    )
    if path[0] == "**":
        return [*_there(value, path[1:]), *(one for _, member in members for one in _there(member, path))]
    return [one for key, member in members if path[0] in {"*", key} for one in _there(member, path[1:])]


@settings(deadline=None)
@given(_json, _paths, st.booleans())
def test_places_in_the_text_are_those_of_the_document(document: Any, path: list[str], wide: bool) -> None:
    """Neither more nor less, but that nothing within a masked value is told again, and null is nobody's."""
    text = json.dumps(document, indent=1 if wide else None, ensure_ascii=wide)
    found = spans(text, [(tuple(path), False)])
    for span in found:
        assert json.loads(text[span.start : span.end]) == span.value
    assert all(one.end <= other.start for one, other in pairwise(found))
    walked = [value for value in _there(document, tuple(path)) if value is not None]
    for span in found:
        assert span.value in walked
    masked = "".join(_outside(text, [(span.start, span.end) for span in found]))
    assert [v for v in _there(json.loads(masked), tuple(path)) if v is not None and v != "***"] == []


def _outside(text: str, taken: list[tuple[int, int]]) -> list[str]:
    out, done = [], 0
    for start, end in taken:
        out += [text[done:start], '"***"']
        done = end
    return [*out, text[done:]]


@pytest.mark.parametrize("pointer", ["", "email", "/a~2", "/a~", "/**"])
def test_what_is_no_pointer_is_refused(pointer: str) -> None:
    """RFC 6901, and our two wildcards."""
    with pytest.raises(ValueError, match=r"JSON Pointer|\*\*"):
        path_of(pointer)


def test_rules_add_up() -> None:
    """What one asks for, no other takes back; without any there is nothing to do."""
    both = _rules(headers=["a"], pointers=["/x"]).also(
        _rules(headers=["b"], pointers=["/x", "/y"], patterns=["z"])
    )
    assert both == _rules(headers=["a", "b"], pointers=["/x", "/y"], patterns=["z"])
    assert not NO_RULES
    assert path_of("/a~1b/~0/*") == ("a/b", "~", "*")
