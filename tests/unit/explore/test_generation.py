"""`generate`: requests as values, the same for the same seed, never more than asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import configuration
from hypothesis.internal.conjecture import providers

from assay.explore.hypothesis_ground import cache_folder, ground
from assay.explore.properties import Generated, Generation, GenerationError, generate
from assay.model.case import BodyKind
from assay.model.contract import Json, Operation

THING = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 20}, "size": {"type": "integer"}},
    "additionalProperties": False,
}


def operation(method: str = "post", path: str = "/things") -> Operation:
    return Operation(
        id="op",
        api="things",
        method=method,
        path=path,
        summary="",
        parameters=(),
        body=None,
        replies=(),
        security=(),
        promises=(),
        provoke={},
        source="",
        deprecated=False,
        document={},
    )


def document(method: str = "post", path: str = "/things", **parts: Json) -> Json:
    responses = {"200": {"description": "fine"}}
    item = {method: {"operationId": "op", "responses": responses, **parts}}
    return {"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": {path: item}}


def body(schema: Json, media_type: str = "application/json") -> Json:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def made(
    raw: Json, one: Operation | None = None, *, seed: int = 1, valid: int = 15, invalid: int = 15
) -> Generation:
    return generate(raw, one or operation(), seed=seed, valid=valid, invalid=invalid)


def of_intent(generation: Generation, intent: str) -> list[Generated]:
    return [case for case in generation.cases if case.intent == intent]


def identity(case: Generated) -> str:
    return repr((case.path, case.query, case.headers, case.cookies, case.body))


def test_budgets_are_filled_and_never_exceeded() -> None:
    """Fifteen and ten were asked for, fifteen and ten came, no two equal; no shortfall is told."""
    generation = made(document(requestBody=body(THING)), valid=15, invalid=10)
    assert (len(of_intent(generation, "valid")), len(of_intent(generation, "invalid"))) == (15, 10)
    assert len({identity(case) for case in generation.cases}) == 25
    assert generation.shortfall is None


@pytest.mark.parametrize(("valid", "invalid"), [(0, 0), (3, 0), (0, 3), (1, 1)])
def test_a_budget_of_nothing_makes_nothing(valid: int, invalid: int) -> None:
    """Small budgets are budgets too."""
    generation = made(document(requestBody=body(THING)), valid=valid, invalid=invalid)
    assert (len(of_intent(generation, "valid")), len(of_intent(generation, "invalid"))) == (valid, invalid)


def test_a_long_enumeration_leaves_room_for_chance_and_the_seed_chooses() -> None:
    """Of 12 at least 3 are random; another seed takes other enumerated ones."""
    raw = document(requestBody=body(THING))
    first, second = (of_intent(made(raw, seed=seed, valid=0, invalid=12), "invalid") for seed in (1, 2))
    assert sum(case.phase == "random" for case in first) == 3
    assert {identity(c) for c in first if c.phase == "coverage"} != {
        identity(c) for c in second if c.phase == "coverage"
    }


def test_too_few_is_said_with_the_reason() -> None:
    """Two values are all there are; asking for ten is answered by two and a sentence."""
    generation = made(document(requestBody=body({"enum": [1, 2]})), valid=10, invalid=0)
    assert [case.body.value for case in generation.cases] == [1, 2]
    assert generation.shortfall is not None
    assert generation.shortfall.startswith("2 of 10 valid requests for op: ")


def test_nothing_to_vary_is_a_shortfall_and_no_error() -> None:
    """An operation without inputs has one request."""
    generation = made(document("get"), operation("get"), invalid=0)
    assert len(generation.cases) == 1
    assert generation.shortfall is not None


@pytest.mark.parametrize(
    "raw",
    [document(requestBody=body({"type": "strin"})), document(path="/elsewhere"), {"openapi": "3.1.0"}, {}],
)
def test_what_the_engine_refuses_is_told_in_our_words(raw: Json) -> None:
    """One kind of error, the operation named, the engine's reason in it."""
    with pytest.raises(GenerationError, match=r"^Cannot generate requests for op: because \w+: .+") as told:
        made(raw)
    assert told.value.operation == "op"


def test_every_request_is_of_the_operations_own_method() -> None:
    """Requests of undeclared methods belong to another operation, or to none."""
    raw = document(requestBody=body(THING))
    titles = [case.title for case in made(raw, valid=0, invalid=200).cases if case.phase == "coverage"]
    assert len(titles) > 20
    assert not any("HTTP method" in title for title in titles)


def test_bodies_are_plain_json_values_where_the_media_type_is_json() -> None:
    """Strictly serialisable: no NaN, no lone surrogate, no type of the engine."""
    generation = made(document(requestBody=body(True)), valid=80, invalid=0)
    values = [case.body.value for case in generation.cases if case.body.kind is BodyKind.JSON]
    assert len(values) > 40
    assert json.loads(json.dumps(values, allow_nan=False, ensure_ascii=False).encode("utf-8")) == values


def test_other_media_types_travel_as_bytes() -> None:
    """A form as a form, multipart with a boundary that follows from the content."""
    form = made(document(requestBody=body(THING, "application/x-www-form-urlencoded")), valid=10, invalid=0)
    assert {case.body.kind for case in form.cases} == {BodyKind.RAW}
    assert any(b"name=" in case.body.raw for case in form.cases)
    assert {case.body.media_type for case in form.cases} == {"application/x-www-form-urlencoded"}
    multipart = document(requestBody=body(THING, "multipart/form-data"))
    once, again = made(multipart, valid=10, invalid=0), made(multipart, valid=10, invalid=0)
    assert once == again
    for case in once.cases:
        boundary = (case.body.media_type or "").partition("boundary=")[2].encode()
        assert case.body.raw.startswith(b"--" + boundary)


def test_path_values_are_not_encoded_and_never_lead_to_another_route() -> None:
    """Empty ones, dot segments and slashes address something else (RFC 3986 §5.2.4)."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    raw = document("get", "/things/{id}", parameters=[parameter])
    cases = made(raw, operation("get", "/things/{id}"), valid=150, invalid=0).cases
    values = [case.path["id"] for case in cases]
    assert not any(value in ("", ".", "..") or "/" in value for value in values)
    assert any(not value.isascii() for value in values)
    assert not any("%25" in value for value in values)


def test_headers_and_cookies_are_what_http_can_carry() -> None:
    """A line break in a header tests our client, not the API."""
    parameters = [
        {"name": "X-Tag", "in": "header", "required": True, "schema": {"type": "string", "minLength": 2}},
        {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
    ]
    cases = made(document("get", parameters=parameters), operation("get"), valid=60, invalid=60).cases
    for case in cases:
        for value in (*case.headers.values(), *case.cookies.values()):
            assert value == value.strip()
            assert not any(ord(c) < 0x20 and c != "\t" for c in value)
            value.encode("latin-1")
    assert any(case.headers.get("X-Tag") for case in cases)
    assert any("sid" in case.cookies for case in cases)


def test_titles_are_one_line() -> None:
    """They are printed in lists."""
    cases = made(document(requestBody=body(THING)), invalid=60).cases
    assert all(case.title and "\n" not in case.title for case in cases)


PROBE = """
import sys; sys.path.insert(0, sys.argv[1])
from test_generation import THING, body, document, made
print(made(document(requestBody=body(THING)), valid=30, invalid=30))
"""


@pytest.mark.parametrize("hash_seed", ["0", "1234"])
def test_the_same_seed_makes_the_same_requests_in_another_process(hash_seed: str, tmp_path: Path) -> None:
    """Whatever the hash seed, the working directory and the cache, and whatever was generated before here."""
    made(document("get"), operation("get"))
    here = made(document(requestBody=body(THING)), valid=30, invalid=30)
    (tmp_path / "work").mkdir()
    there = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", PROBE, str(Path(__file__).parent)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=tmp_path / "work",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert there.stdout.strip() == repr(here)
    assert there.stderr == ""
    assert list((tmp_path / "work").iterdir()) == []


def test_another_seed_makes_other_requests() -> None:
    """Otherwise the seed would be decoration."""
    raw = document(requestBody=body(THING))
    assert made(raw, seed=1) != made(raw, seed=2)


# the ground


def test_unicode_tables_are_put_where_the_engine_looks_and_it_takes_them(tmp_path: Path) -> None:
    """A cold cache costs no 2 s and 180 MB: the engine writes a table of its own when it cannot use ours."""
    code = (
        "import sys; from pathlib import Path; from assay.explore.hypothesis_ground import ground\n"
        # not ru_maxrss: that counts what the parent held when it forked
        "status = Path('/proc/self/status')\n"
        "def peak(): return next((l.split()[1] for l in status.read_text().splitlines() if l.startswith('VmHWM')), 0)\n"
        "with ground(Path(sys.argv[1])):\n"
        "    from hypothesis.internal import charmap\n"
        "    for codec in ('utf-8', 'ascii', 'iso8859-1'):\n"
        "        print(*charmap.intervals_from_codec(codec)[0].intervals, peak() if status.exists() else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=60, check=True
    )
    utf8, ascii_, latin = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert utf8[0] == f"(0, {0xD7FF}) ({0xE000}, {sys.maxunicode})"
    assert (ascii_[0], latin[0]) == ("(0, 127)", "(0, 255)")
    assert int(latin[1]) < 150 * 1024
    assert sorted(path.name for path in tmp_path.rglob("*.gz")) == [
        "codec-v2-ascii.json.gz",
        "codec-v2-iso8859-1.json.gz",
        "codec-v2-utf-8.json.gz",
    ]


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    """Read-only home folders are common in CI."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with ground(blocked):
        entered = True
    assert entered
    assert blocked.read_text() == "in the way"


def test_the_users_own_hypothesis_is_as_before() -> None:
    """Storage, constants and warnings are put back, also after an error."""
    before = (
        configuration.storage_directory("examples").path,
        providers._get_local_constants,
        warnings.filters[:],
    )
    with pytest.raises(GenerationError):
        made({})
    after = (
        configuration.storage_directory("examples").path,
        providers._get_local_constants,
        warnings.filters[:],
    )
    assert after == before


def test_constants_of_local_modules_are_kept_out() -> None:
    """They would make the same seed differ between the command line and a test run."""
    with ground():
        assert len(providers._get_local_constants()) == 0


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_CACHE_HOME counts when it is absolute (XDG Base Directory Specification)."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "assay" / "hypothesis"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "assay" / "hypothesis"
