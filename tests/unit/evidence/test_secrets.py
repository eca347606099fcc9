"""Finding secrets lazily finds exactly what looking for everything found."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.evidence import names
from assay.evidence import secrets as finding
from assay.evidence.marks import TOKEN, mark, shown
from assay.evidence.names import surely_plain
from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.evidence.redaction import Redaction
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


class Thorough(Redaction):
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


def _escaped(name: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in name)


#: names that give a secret away and such that only look like it, in all their spellings, and what stands behind them
_telling = st.builds(
    "{0}{1}{2}{3}".format,
    st.sampled_from(["", "x", '"', '{"', "?", "&", '\\"', "://a@"]),
    st.builds(
        lambda name, spell: spell(name),
        st.sampled_from(
            ["apiKey", "api_key", "-secret.", "to\u212aen", "id-to\u212aen", "key", "tokens", "PassWord"]
        ),
        st.sampled_from([str, str.upper, _escaped, lambda name: name[:-1] + _escaped(name[-1]), json.dumps]),
    ),
    st.sampled_from(['"', "", "_", '\\"', '-"']),
    st.sampled_from([': "v"', ":1", "=v", " = v", ': {"a": 1}', "\n:[1", ": null", ",", ""]),
)


@THOROUGH
@given(st.data())
def test_a_quick_look_is_never_wrong(data: st.DataObject) -> None:
    """Where a quick look says that there is nothing, looking through changes nothing."""
    values = data.draw(_secrets)
    text = data.draw(_texts(values) | st.text(max_size=30) | st.lists(_telling, max_size=3).map("".join))
    if Secrets(values).surely_none(text):
        assert Everything(values).marked(text) == text
    if surely_plain(text):
        assert names.text_marked(text) == text
        assert _every_name_marked(text) == text


def _every_name_marked(text: str) -> str:
    return names._PAIR.sub(names._pair, names._keys_marked(text))


@THOROUGH
@given(st.lists(_telling, max_size=4).map("".join) | st.text('"\\:{}a1 \n', max_size=40))
def test_stretches_are_found_as_character_by_character(text: str) -> None:
    """The quick patterns of JSON keys and texts match what the plain ones match."""
    plain = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*')
    assert [m.span() for m in names._KEY.finditer(text)] == [m.span() for m in plain.finditer(text)]
    string = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
    assert names._STRING.findall(text) == string.findall(text)


_names = st.sampled_from(["Authorization", "X-Api-Key", "Set-Cookie", "Content-Type", "X-Echo", "cookie", ""])


@st.composite
def _exchanges(draw, values):
    """Exchanges that have much in common: what they are made of is drawn once."""
    text = _texts(values) | _telling | st.sampled_from(
        ["", '{"name":"Ada"}', '{"password":"x"}', "Bearer abc", "a@b", "http://x@y/", "?a=1&b=%20"]
    )  # fmt: skip
    texts = st.sampled_from(draw(st.lists(text, min_size=1, max_size=5)))
    fields = st.lists(st.tuples(_names | texts, texts), max_size=3).map(tuple)
    heads = st.sampled_from(draw(st.lists(fields, min_size=1, max_size=3)))
    raw = texts.map(lambda written: written.encode("utf-8", "surrogatepass")) | st.binary(max_size=5)
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def one() -> Exchange:
        request = WireRequest(
            "POST", "/", (), draw(st.none() | raw), draw(st.sampled_from(Credentials)),
            principal=draw(st.sampled_from(["", "bob"])),
        )  # fmt: skip
        response = draw(st.none() | st.builds(WireResponse, st.just(200), heads, raw, texts))
        return Exchange(request, f"http://h/{draw(texts)}", draw(heads), response, None, moment, 0.001)

    return [one() for _ in range(draw(st.integers(1, 5)))]


@THOROUGH
@given(st.data())
def test_glances_and_memory_make_the_same_evidence(data: st.DataObject) -> None:
    """What is not looked for, because a glance at all texts saw nothing of it or it is known, is not there."""
    values = data.draw(_secrets)
    policy = Policy(values, body_limit=data.draw(st.sampled_from([16384, 4])))
    for exchange in data.draw(_exchanges(values)):
        assert redact(exchange, policy) == Thorough(policy).of(exchange)


@pytest.mark.parametrize("key", [r"id-to\u212aen", r"p\u0061ssword", r"P\u0041SSWORD", "id-to\u212aen"])
def test_a_key_may_be_written_with_escapes(key: str) -> None:
    """In a body that holds nothing else that is suspicious."""
    request = WireRequest("POST", "/", (), f'{{"{key}": "xyzzy"}}'.encode(), Credentials.VALID)
    exchange = Exchange(request, "http://h/", (), None, None, datetime(2026, 1, 1, tzinfo=UTC), 0.0)
    told = redact(exchange, Policy(()))
    assert "xyzzy" not in f"{told.request_body}{told.curl}"


def test_memory_is_bounded_and_never_shown() -> None:
    """However many heads and sentences come by, some are kept; `repr` of a policy shows neither them nor secrets."""
    policy = Policy(("s3cr3t-t0ken",))
    request = WireRequest("GET", "/", (), None, Credentials.VALID)
    for number in range(2000):
        head = (
            ("Authorization", "Bearer s3cr3t-t0ken"),
            ("X-Request-Id", str(number)),
            ("X-Long", "x" * 5000),
        )
        response = WireResponse(200, head[:2], b"")
        redact(
            Exchange(request, "http://h/", head, response, None, datetime(2026, 1, 1, tzinfo=UTC), 0.0),
            policy,
        )
        redact_verdicts([Verdict("a/b", VerdictKind.OBSERVED, f"got {number}", str(number))], policy)
    done = policy.redaction
    assert max(map(len, (done._marked, done._sent, done._heard, done._harmless))) <= 512
    assert "s3cr3t" not in repr(policy)
    assert policy == Policy(("s3cr3t-t0ken",))


@THOROUGH
@given(st.data())
def test_verdicts_together_say_what_each_says_alone(data: st.DataObject) -> None:
    """Verdicts are looked at together first; that changes nothing of what is told of each."""
    values = data.draw(_secrets)
    policy = Policy(values)
    texts = data.draw(st.lists(st.tuples(_texts(values), _texts(values)), max_size=3))
    verdicts = [Verdict("a/b", VerdictKind.OBSERVED, message, outcome) for message, outcome in texts]
    alone = Thorough(policy)
    redact_verdicts(verdicts[::-1], policy)  # what it remembers of these changes nothing
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
