"""Finding secrets lazily finds exactly what looking for everything found."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence import secrets as finding
from assay.evidence.marks import TOKEN, mark, shown
from assay.evidence.names import surely_plain, text_marked
from assay.evidence.redact import Policy, _Redaction, redact, redact_verdicts
from assay.evidence.secrets import Secrets
from assay.model.case import Credentials, Exchange, WireRequest, WireResponse
from assay.model.verdict import Verdict, VerdictKind

THOROUGH = settings(max_examples=80, deadline=None)
MARK = mark(TOKEN)


class Everything:
    """The finder as it was at first: every pattern of every secret compiled, and every half a pattern of its own."""

    def __init__(self, values: tuple[str, ...]) -> None:
        wanted = sorted({v for v in values if v}, key=lambda v: (-len(v), v))
        spelled, half = finding._spelled, finding._HALF
        self._plain = tuple((value, re.compile(spelled(value))) for value in wanted)
        self._halves = tuple(
            re.compile(pattern)
            for value in wanted
            for pattern in (
                rf"(?:{'|'.join(spelled(value[:n]) for n in range(len(value) - 1, half - 1, -1))})(?= ?…)",
                rf"(?:(?<=…)|(?<=… ))(?:{'|'.join(spelled(value[n:]) for n in range(1, len(value) - half + 1))})",
            )
            if len(value) > half
        )
        cores = dict.fromkeys(core for value in wanted for core in finding._cores(value))
        self._encoded = tuple(
            (max(finding._RUN.findall(core), key=len), re.compile(finding._encoded(core))) for core in cores
        )

    def marked(self, text: str) -> str:
        for _ in range(2):
            before, text = text, self._once(text)
            if text == before:
                break
        return finding._JWT.sub(MARK, text) if "eyJ" in text else text

    def unhalved(self, text: str) -> str:
        if "…" in text:
            for pattern in self._halves:
                text = pattern.sub(MARK, text)
        return text

    def _once(self, text: str) -> str:
        escapes = re.search(r"[%\\&+]", text) is not None
        for value, pattern in self._plain:
            if escapes or value in text:
                text = pattern.sub(MARK, text)
        for run, pattern in self._encoded:
            if run in text:
                text = pattern.sub(MARK, text)
        return text


class Thorough(_Redaction):
    """Redaction that believes no glance and remembers nothing: each text is looked through by itself."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy.secrets, policy.body_limit)

    def nothing_in(self, text: str) -> bool:
        return False

    def header(self, name: str, value: str) -> str:
        self._marked.clear()
        return super().header(name, value)


#: short and long ones, with blanks, with what is escaped, one the beginning of another
_values = st.one_of(
    st.text("ab1+/=% &\"\\'é", min_size=1, max_size=12),
    st.text("abcdef0123456789-_.", min_size=8, max_size=150),
    st.sampled_from(["s3cr3t/tok+en==", "ab", "abc", "two words", "TOKEN", "pass%41word", "a&amp;b"]),
)
_secrets = st.lists(_values, min_size=1, max_size=4).map(tuple)


@st.composite
def _texts(draw, secrets):
    """Texts in which secrets stand whole, in part, and in whatever spelling."""
    pieces = []
    for _ in range(draw(st.integers(0, 4))):
        secret = draw(st.sampled_from(secrets))
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(secret))] * 2)))
        part = draw(st.sampled_from([secret, secret[:end], secret[start:], secret[start:end]]))
        spell = draw(
            st.sampled_from(
                [
                    str,
                    quote,
                    lambda text: quote(text, safe=""),
                    lambda text: json.dumps(text)[1:-1],
                    lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
                    lambda text: "".join(f"&#{ord(c)};" for c in text),
                    lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
                ]
            )
        )
        between = draw(st.sampled_from(["", " ", "…", " … ", "… ", " …", "x", "+", "&", "eyJ", "\ufdd0"]))
        pieces += [spell(part), between]
    return "".join(pieces)


@THOROUGH
@given(st.data())
def test_the_lazy_finder_marks_what_looking_for_everything_marked(data: st.DataObject) -> None:
    """Whole secrets and halves at an ellipsis, in any spelling: the same text comes out."""
    values = data.draw(_secrets)
    text = data.draw(_texts(values))
    lazy, everything = Secrets(values), Everything(values)
    assert lazy.marked(text) == everything.marked(text)
    assert lazy.unhalved(text) == everything.unhalved(text)


@THOROUGH
@given(st.data())
def test_a_quick_look_is_never_wrong(data: st.DataObject) -> None:
    """Where a quick look says that there is nothing, looking through changes nothing."""
    values = data.draw(_secrets)
    text = data.draw(_texts(values) | st.text(max_size=30))
    if Secrets(values).surely_none(text):
        assert Everything(values).marked(text) == text
    if surely_plain(text):
        assert text_marked(text) == text


_names = st.sampled_from(["Authorization", "X-Api-Key", "Set-Cookie", "Content-Type", "X-Echo", "cookie", ""])


@THOROUGH
@given(st.data())
def test_a_glance_makes_the_same_evidence(data: st.DataObject) -> None:
    """What is not looked for again, because a glance at all texts saw nothing of it, is not there."""
    values = data.draw(_secrets)
    text = _texts(values) | st.sampled_from(
        ["", '{"name":"Ada"}', '{"password":"x"}', "Bearer abc", "a@b", "http://x@y/"]
    )
    fields = st.lists(st.tuples(_names, text), max_size=3).map(tuple)
    raw = text.map(lambda written: written.encode("utf-8", "surrogatepass")) | st.binary(max_size=5)
    request = WireRequest(
        "POST", "/", (), data.draw(st.none() | raw), data.draw(st.sampled_from(Credentials)),
        principal=data.draw(st.sampled_from(["", "bob"])),
    )  # fmt: skip
    response = WireResponse(200, data.draw(fields), data.draw(raw), data.draw(text))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    url = f"http://h/{data.draw(text)}"
    exchange = Exchange(request, url, data.draw(fields), response, None, moment, 0.001)
    policy = Policy(values, body_limit=data.draw(st.sampled_from([16384, 4])))
    assert redact(exchange, policy) == Thorough(policy).of(exchange)
    # and again, when it is known
    assert redact(exchange, policy) == Thorough(policy).of(exchange)


@THOROUGH
@given(st.data())
def test_verdicts_together_say_what_each_says_alone(data: st.DataObject) -> None:
    """Verdicts are looked at together first; that changes nothing of what is told of each."""
    values = data.draw(_secrets)
    policy = Policy(values)
    texts = data.draw(st.lists(st.tuples(_texts(values), _texts(values)), max_size=3))
    verdicts = [Verdict("a/b", VerdictKind.OBSERVED, message, outcome) for message, outcome in texts]
    alone = Thorough(policy)
    for told, made in zip(redact_verdicts(verdicts, policy), verdicts, strict=True):
        whole = Everything(values).unhalved(alone.line(made.message))
        assert told.message == shown(whole)
        assert told.outcome == shown(alone.line(made.outcome))


@pytest.mark.parametrize("length", [200, 600])
def test_long_secrets_are_halved_like_short_ones(length: int) -> None:
    """However long a secret is, what a shortened text leaves of it is found: from a few characters to all but one."""
    secret = "".join(chr(ord("a") + n * n % 26) + str(n % 10) for n in range(length // 2))
    lazy = Secrets((secret,))
    for kept in (3, 4, 63, 64, 67, 68, 131, 132, length - 1):
        assert lazy.unhalved(f"got {secret[:kept]} … rest") == f"got {MARK} … rest"
        assert lazy.unhalved(f"got rest …{secret[-kept:]}.") == f"got rest …{MARK}."
