"""From a case to a request."""

from __future__ import annotations

import pytest

from assay.inputs.wire import build, encode
from assay.model.case import BodyKind, Case, Credentials, Payload, Subject, SubjectKind
from fakes.contracts import made, shipped

EQUOS = shipped().api("equos")
STOP = "sessionPassesControllerStopV3"


def test_an_id_goes_where_the_table_says():
    """The subject's id is the path parameter, percent-encoded so that it cannot leave its segment."""
    case = Case("equos", STOP, "", "", subject=Subject(SubjectKind.KNOWN, "i1"))
    request = build(EQUOS, EQUOS.operation(STOP), case, "a/b?c ü\ud800")
    assert request.path == "/v3/session-passes/a%2Fb%3Fc%20%C3%BC%ED%A0%80/stop"
    assert (request.method, request.body, request.schemes) == ("PATCH", None, ("clientAuth",))


def test_a_missing_path_value_is_our_fault():
    """A path without a value for its variable cannot be asked."""
    with pytest.raises(KeyError):
        build(EQUOS, EQUOS.operation(STOP), Case("equos", STOP, "", ""), None)


def test_query_cookies_and_credentials():
    """Queries are in form style, exploded; cookies and the wish for credentials travel along."""
    api = made("operation: list\nmethod: get\npath: /l\nresponses: {'200': {description: ok}}")
    case = Case(
        "made",
        "list",
        "",
        "",
        credentials=Credentials.MISSING,
        query={"a": [1, True, None], "b c": "&=", "d": {"x": 1}},
        cookies={"k": "v"},
        headers={"X-A": "1"},
    )
    request = build(api, api.operation("list"), case, None)
    assert request.path == "/l?a=1&a=true&a=null&b%20c=%26%3D&d=%7B%22x%22%3A%201%7D"
    assert request.headers == (("X-A", "1"), ("Cookie", "k=v"))
    assert (request.credentials, request.schemes) == (Credentials.MISSING, ())


@pytest.mark.parametrize(
    ("payload", "body", "media_type"),
    [
        (Payload(), None, None),
        (Payload(BodyKind.JSON, None), b"null", "application/json"),
        (Payload(BodyKind.JSON, {"ü": 1}, media_type="text/plain"), '{"ü":1}'.encode(), "text/plain"),
        (Payload(BodyKind.RAW, raw=b"{", media_type=None), b"{", None),
    ],
)
def test_bodies(payload, body, media_type):
    """A body goes out as made, labelled as its payload says, else as documented."""
    operation = EQUOS.operation("sessionPassesControllerStartV3")
    request = build(EQUOS, operation, Case("equos", operation.id, "", "", body=payload), None)
    assert request.body == body
    assert dict(request.headers).get("Content-Type") == media_type


def test_a_header_of_the_case_wins():
    """A media type that the case states itself is not repeated."""
    operation = EQUOS.operation("sessionPassesControllerStartV3")
    case = Case(
        "equos", operation.id, "", "", headers={"content-type": "x/y"}, body=Payload(BodyKind.JSON, 1)
    )
    assert build(EQUOS, operation, case, None).headers == (("content-type", "x/y"),)


def test_lone_surrogates_are_escaped():
    """UTF-8 cannot carry a lone surrogate; JSON can spell it (RFC 8259 §8.2)."""
    assert encode({"a": "\ud800ü"}) == b'{"a":"\\ud800\\u00fc"}'
    assert encode({"a": "ü"}) == '{"a":"ü"}'.encode()


def test_a_list_in_a_table_carries_no_id():
    """Only an operation that declares the parameter is given an id."""
    make = "operation: make\nmethod: post\npath: /t\nresponses: {'201': {description: ok}}"
    listing = "operation: list\nmethod: get\npath: /t\nresponses: {'200': {description: ok}}"
    table = """
lifecycle: thing
instance: {created-by: make, id: $response.body#/id, carried-in: {id: query}}
states: {absent: {}, there: {}}
cells:
  make: {absent: {status: 201, to: there}}
  list: {absent: {status: 200}, there: {status: 200}}
"""
    api = made(make, listing, table)
    assert build(api, api.operation("list"), Case("made", "list", "", ""), "x").path == "/t"


@pytest.mark.parametrize(
    ("offered", "accept"),
    [
        ("{text/plain: {schema: {type: string}}}", "text/plain, */*;q=0.5"),
        ("{text/plain: {schema: {type: string}}, application/json: {schema: {}}}", None),
        ("{application/vnd.x+json: {schema: {}}}", None),
        ("{}", None),
    ],
)
def test_what_is_accepted_is_what_is_documented(offered, accept):
    """A server that negotiates strictly must not be asked for JSON where it documents none."""
    api = made(
        f"operation: show\nmethod: get\npath: /show\nresponses: {{'200': {{description: it, content: {offered}}}}}"
    )
    request = build(api, api.operation("show"), Case(api.name, "show", "", ""), None)
    assert dict(request.headers).get("Accept") == accept
