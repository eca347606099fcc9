"""From a case to a request."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from assay.inputs.classify import text
from assay.inputs.constraints import is_json, json_content
from assay.inputs.wire import build, encode
from assay.model.case import BodyKind, Case, Credentials, Payload, Subject, SubjectKind, WireRequest
from assay.model.contract import Api, Json, Operation
from assay.plan.witness import Planner
from fakes.asking_the_mock import orders
from fakes.contracts import made, shipped, supply

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
        ("{application/vnd.x+json: {schema: {}}}", "application/vnd.x+json, */*;q=0.5"),
        ("{application/vnd.x+json: {schema: {}}, application/json: {schema: {}}}", None),
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


APIS = (*shipped().apis, *orders().apis)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
@pytest.mark.parametrize("subject", ["5f0c7a52-93b0-4b0e-8a52-d1f2a1f0c001", "a/b?c ü\ud800", "7", None])
def test_every_planned_request_is_spelled_out(api: Api, subject: str | None):
    """What is worked out once for an operation gives, byte by byte, what is worked out for each request."""
    planner = Planner(api, supply(api))
    cases = [
        (operation, case)
        for operation in api.operations
        for script in planner.witness(operation, 60).scripts
        for case in script.steps
        if case.operation == operation.id
    ]
    assert len(cases) > 20
    for operation, case in cases:
        try:
            wanted = _spelled_out(api, operation, case, subject)
        except KeyError:
            with pytest.raises(KeyError):
                build(api, operation, case, subject)
            continue
        assert build(api, operation, case, subject) == wanted


def _spelled_out(api: Api, operation: Operation, case: Case, subject: str | None) -> WireRequest:
    """A request made from nothing but the case and the contract."""
    path, query, headers = dict(case.path), dict(case.query), dict(case.headers)
    cycle = api.lifecycle_of(operation.id)
    if cycle is not None and subject is not None and operation.id != cycle.created_by:
        for parameter in operation.parameters:
            if cycle.carried_in.get(parameter.name) == parameter.location:
                {"path": path, "query": query, "header": headers}[parameter.location][parameter.name] = (
                    subject
                )
    body, media_type = case.body.raw, case.body.media_type
    if case.body.kind is BodyKind.JSON:
        content = json_content(operation)
        body = _json(case.body.value)
        media_type = media_type or (content.media_type if content else "application/json")
    named = {name.lower() for name in headers}
    if case.body.kind is not BodyKind.ABSENT and media_type and "content-type" not in named:
        headers["Content-Type"] = media_type
    offered = [c.media_type for r in operation.replies if r.status[:1] == "2" for c in r.content]
    if offered and not any(map(is_json, offered)) and "accept" not in named:
        headers["Accept"] = ", ".join([*dict.fromkeys(offered), "*/*;q=0.5"])
    if case.cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in case.cookies.items())
    url = operation.path
    for name in [part.split("}")[0] for part in operation.path.split("{")[1:]]:
        url = url.replace("{" + name + "}", _quoted(text(path[name])))
    pairs = [(n, item) for n, v in query.items() for item in (v if isinstance(v, list) else [v])]
    told = [
        f"{quote(n, safe='')}={_quoted(json.dumps(v) if isinstance(v, dict) else text(v))}" for n, v in pairs
    ]
    return WireRequest(
        operation.method.upper(),
        "?".join([url, "&".join(told)]) if told else url,
        tuple(headers.items()),
        None if case.body.kind is BodyKind.ABSENT else body,
        case.credentials,
        operation.security[0] if operation.secured else (),
        patient=case.provokes not in {"429", "503"},
        principal=case.principal,
    )


def _json(value: Json) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _quoted(written: str) -> str:
    return quote(written, safe="", errors="surrogatepass")
