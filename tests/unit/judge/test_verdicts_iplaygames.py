"""Single exchanges with the iPlayGames API as a table: (request, state, answer) -> what does not hold."""

from __future__ import annotations

import pytest

from assay.model.case import BodyKind, Credentials, Failure, FailureKind, Payload, SubjectKind
from fakes.contracts import example
from fakes.judging import bench, faults, kept, told
from fakes.send import reply

API = bench("iplaygames")
START, STATUS, END = "startAMultiSession", "getMultiSessionStatus", "endMultiSession"
FAILED = {"success": False, "message": "Invalid request parameters"}
UNKNOWN = {"success": False, "message": "Multi-session not found"}
HTML = b"<html><body>404</body></html>"
SECRET = {"success": False, "message": "Unauthorized"}


def good(operation, status):
    return example(API.api, operation, status)


def started(**changes):
    value = good(START, 201)
    value["data"].update(changes)
    return value


def case(operation, kind="valid"):
    """A request in one word."""
    usual = API.case(operation)
    body = usual.body.value
    match kind:
        case "valid":
            return usual
        case "missing" | "invalid":
            return API.case(operation, credentials=Credentials(kind))
        case "unknown":
            return API.case(operation, SubjectKind.NEVER_ISSUED)
        case "odd id":
            return API.case(operation, SubjectKind.ARBITRARY)
        case "unknown, missing":
            return API.case(operation, SubjectKind.NEVER_ISSUED, credentials=Credentials.MISSING)
        case "broken":
            return API.case(
                operation, body=Payload(BodyKind.JSON, {k: v for k, v in body.items() if k != "currency"})
            )
        case "broken, missing":
            wrong = Payload(BodyKind.JSON, {**body, "currency": 5})
            return API.case(operation, body=wrong, credentials=Credentials.MISSING)
        case "twice broken":
            return API.case(operation, body=Payload(BodyKind.JSON, {**body, "currency": 5, "locale": 5}))
        case "empty":
            return API.case(operation, body=Payload())
        case "not JSON":
            return API.case(operation, body=Payload(BodyKind.RAW, raw=b"{", media_type="application/json"))
        case "unstated":
            return API.case(operation, body=Payload(BodyKind.JSON, {**body, "currency": "XXX"}))
        case "text":
            return API.case(operation, body=Payload(BodyKind.JSON, body, media_type="text/plain"))
    raise AssertionError(kind)


OBSERVED, VIOLATED, UNSURE = "observed", "violated", "inconclusive"
CELL = "lifecycle/multi-session"
#: the law is silent in this contract, so every start that names an id is noted
LAW = {f"{CELL}/law/unique-ids": OBSERVED}


def stray(operation, state):
    """A status nobody documents breaks two promises: the table's, and that no other status is answered."""
    return {f"{operation}/documented-statuses": VIOLATED, f"{CELL}/{state}/{operation}": VIOLATED}


TABLE = [
    # 1. no complete response
    (START, "valid", "", Failure(FailureKind.TIMEOUT, "10 s"), {f"{START}/answers": VIOLATED}),
    (STATUS, "valid", "active", Failure(FailureKind.MALFORMED, "not HTTP"), {f"{STATUS}/answers": VIOLATED}),
    (
        START,
        "valid",
        "",
        Failure(FailureKind.REFUSED, "no", alive=False),
        {f"{START}/answers": UNSURE, f"{CELL}/absent/{START}": UNSURE},
    ),
    (
        END,
        "valid",
        "active",
        Failure(FailureKind.RESET, "crash", alive=False),
        {f"{END}/answers": UNSURE, f"{CELL}/active/{END}": UNSURE},
    ),
    # 2. an undocumented 5xx, whatever was asked
    (START, "valid", "", reply(500), {f"{START}/no-server-error": VIOLATED}),
    (START, "broken", "", reply(500, HTML, "text/html"), {f"{START}/no-server-error": VIOLATED}),
    (START, "unstated", "", reply(503), {f"{START}/no-server-error": VIOLATED}),
    (END, "missing", "active", reply(502), {f"{END}/no-server-error": VIOLATED}),
    (END, "odd id", "", reply(500), {f"{END}/no-server-error": VIOLATED}),
    (STATUS, "valid", "ended", reply(599), {f"{STATUS}/no-server-error": VIOLATED}),
    # 3. who asked
    (START, "missing", "", reply(201, started()), {f"{START}/authorization": VIOLATED}),
    (END, "invalid", "active", reply(200, {}), {f"{END}/authorization": VIOLATED}),
    (STATUS, "missing", "active", reply(204), {f"{STATUS}/authorization": VIOLATED}),
    (START, "missing", "", reply(401, SECRET), {}),
    (START, "invalid", "", reply(403, SECRET), {f"{START}/documented-statuses": VIOLATED}),
    (START, "missing", "", reply(400, FAILED), {f"{START}/status/401": VIOLATED}),
    (START, "broken, missing", "", reply(400, FAILED), {}),
    (START, "broken, missing", "", reply(401, SECRET), {}),
    (START, "missing", "", reply(302), {f"{START}/documented-statuses": VIOLATED}),
    (STATUS, "missing", "active", reply(401, SECRET), {f"{STATUS}/authorization": OBSERVED}),
    (STATUS, "missing", "active", reply(418, SECRET), {f"{STATUS}/authorization": OBSERVED}),
    (END, "unknown, missing", "", reply(404, UNKNOWN), {}),
    (END, "missing", "active", reply(404, UNKNOWN), {f"{END}/status/401": VIOLATED}),
    # what an ended multi-session answers is not documented, so neither is what comes first
    (END, "missing", "ended", reply(401, SECRET), {}),
    (END, "missing", "ended", reply(404, UNKNOWN), {f"{END}/documented-statuses": OBSERVED}),
    (END, "missing", "ended", reply(410), {f"{END}/documented-statuses": OBSERVED}),
    (END, "missing", "ended", reply(200, {}), {f"{END}/authorization": VIOLATED}),
    # 4. and 5. what was asked, and the status
    (START, "valid", "", reply(201, started()), LAW),
    (START, "valid", "", reply(200, started()), stray(START, "absent") | LAW),
    (START, "valid", "", reply(302), stray(START, "absent")),
    (START, "valid", "", reply(422, FAILED), stray(START, "absent")),
    (START, "valid", "", reply(400, FAILED), {f"{CELL}/absent/{START}": VIOLATED}),
    (START, "broken", "", reply(400, FAILED), {}),
    (START, "broken", "", reply(422, FAILED), {f"{START}/documented-statuses": VIOLATED}),
    (START, "broken", "", reply(401, SECRET), {f"{START}/status/400": VIOLATED}),
    (START, "broken", "", reply(201, started()), {f"{START}/rejects/body/currency/required": VIOLATED}),
    (
        START,
        "twice broken",
        "",
        reply(201, started()),
        {f"{START}/rejects/body/currency/type": VIOLATED, f"{START}/rejects/body/locale/type": VIOLATED},
    ),
    (START, "twice broken", "", reply(400, FAILED), {}),
    (START, "empty", "", reply(201, started()), {f"{START}/rejects/body/required": VIOLATED}),
    (START, "not JSON", "", reply(201, started()), {f"{START}/rejects/body/well-formed": VIOLATED}),
    (START, "not JSON", "", reply(400, FAILED), {}),
    (START, "unstated", "", reply(400, FAILED), {f"{START}/documented-statuses": OBSERVED}),
    (START, "unstated", "", reply(422, FAILED), {f"{START}/documented-statuses": OBSERVED}),
    (START, "unstated", "", reply(301), {f"{START}/documented-statuses": OBSERVED}),
    (START, "unstated", "", reply(201, started()), LAW),
    (START, "text", "", reply(415), {f"{START}/documented-statuses": OBSERVED}),
    (STATUS, "valid", "active", reply(200, good(STATUS, 200)), {}),
    (STATUS, "valid", "active", reply(404, UNKNOWN), {f"{CELL}/active/{STATUS}": VIOLATED}),
    (STATUS, "valid", "active", reply(403), stray(STATUS, "active")),
    (STATUS, "unknown", "", reply(404, UNKNOWN), {}),
    (STATUS, "unknown", "", reply(200, good(STATUS, 200)), {f"{CELL}/absent/{STATUS}": VIOLATED}),
    (STATUS, "odd id", "", reply(404, UNKNOWN), {f"{STATUS}/documented-statuses": OBSERVED}),
    (STATUS, "odd id", "", reply(414), {f"{STATUS}/documented-statuses": OBSERVED}),
    (STATUS, "odd id", "", reply(200, good(STATUS, 200)), {f"{STATUS}/documented-statuses": OBSERVED}),
    # silent cells: anything goes, and promises are silent with them
    (STATUS, "valid", "ended", reply(200, {"success": False}), {f"{CELL}/ended/{STATUS}": OBSERVED}),
    (STATUS, "valid", "ended", reply(410), {f"{CELL}/ended/{STATUS}": OBSERVED}),
    (END, "valid", "ended", reply(409), {f"{CELL}/ended/{END}": OBSERVED}),
    # two worlds
    (STATUS, "valid", "active absent", reply(200, good(STATUS, 200)), {}),
    (STATUS, "valid", "active absent", reply(404, UNKNOWN), {}),
    (STATUS, "valid", "active absent", reply(403), stray(STATUS, "absent")),
    (STATUS, "valid", "active ended", reply(404, UNKNOWN), {f"{CELL}/ended/{STATUS}": OBSERVED}),
    # out of step with the table
    (STATUS, "valid", "", reply(404, UNKNOWN), {f"{STATUS}/documented-statuses": OBSERVED}),
    (STATUS, "valid", "", reply(200, {"success": False}), {f"{STATUS}/documented-statuses": OBSERVED}),
    (
        STATUS,
        "valid",
        "",
        reply(200, []),
        {f"{STATUS}/documented-statuses": OBSERVED, f"{STATUS}/shape/200": VIOLATED},
    ),
    # the circumstances' fault
    (START, "valid", "", reply(429), {f"{START}/documented-statuses": UNSURE}),
    (START, "missing", "", reply(429), {f"{START}/documented-statuses": UNSURE}),
    # 6. the response
    (START, "valid", "", reply(201, started(), "text/html"), {f"{START}/content-type/201": VIOLATED} | LAW),
    (START, "valid", "", reply(201, started(), None), {f"{START}/content-type/201": VIOLATED} | LAW),
    (START, "valid", "", reply(201, started(), "APPLICATION/json ; charset=utf-8"), LAW),
    (STATUS, "unknown", "", reply(404, HTML, "text/html"), {f"{STATUS}/content-type/404": VIOLATED}),
    (STATUS, "unknown", "", reply(404, HTML), {f"{STATUS}/shape/404": VIOLATED}),
    (STATUS, "unknown", "", reply(404, b""), {f"{STATUS}/shape/404": VIOLATED}),
    (STATUS, "unknown", "", reply(404, None), {f"{STATUS}/shape/404": VIOLATED}),
    (
        STATUS,
        "unknown",
        "",
        reply(404, {}),
        {
            f"{STATUS}/promise/not-found-says-failure": VIOLATED,
            f"{STATUS}/promise/not-found-message": VIOLATED,
        },
    ),
    (
        START,
        "valid",
        "",
        reply(201, {}),
        {
            f"{START}/promise/says-success": VIOLATED,
            f"{START}/promise/carries-every-key": VIOLATED,
        },
    ),
    (START, "valid", "", reply(201, started(total_games="8")), {f"{START}/shape/201": VIOLATED}),
    (
        START,
        "valid",
        "",
        reply(201, started(swipe_url="https://x.test/other")),
        {f"{START}/promise/swipe-url-ends-with-the-id": VIOLATED} | LAW,
    ),
    (
        START,
        "broken",
        "",
        reply(400, {"success": True, "message": "?"}),
        {f"{START}/promise/refusal-says-failure": VIOLATED, f"{START}/promise/refusal-message": OBSERVED},
    ),
]
#: silent promises that hold are noted as well: not what these rows are about
NOTED = {f"{START}/promise/refusal-message": OBSERVED}


@pytest.mark.parametrize(("operation", "kind", "states", "answer", "expected"), TABLE)
def test_what_does_not_hold(operation, kind, states, answer, expected):
    """An exchange is judged to break exactly what the table says, and nothing else."""
    judgement = API.ask(case(operation, kind), answer, states)
    found = faults(judgement)
    if NOTED.keys() <= found.keys() and not NOTED.keys() <= expected.keys():
        found = {clause: kind for clause, kind in found.items() if clause not in NOTED}
    assert found == expected, [v.message for v in judgement.verdicts if v.kind != "holds"]


@pytest.mark.parametrize(
    ("operation", "kind", "states", "answer", "clauses"),
    [
        (
            START,
            "valid",
            "",
            reply(201, started()),
            {
                f"{START}/status/201",
                f"{START}/content-type/201",
                f"{START}/shape/201",
                f"{CELL}/absent/{START}",
            },
        ),
        (
            START,
            "broken",
            "",
            reply(400, FAILED),
            {f"{START}/rejects/body/currency/required", f"{START}/status/400"},
        ),
        (START, "missing", "", reply(401, SECRET), {f"{START}/authorization", f"{START}/status/401"}),
        (STATUS, "missing", "active", reply(401, SECRET), {f"{STATUS}/authorization"}),
        (STATUS, "unknown", "", reply(404, UNKNOWN), {f"{STATUS}/status/404", f"{CELL}/absent/{STATUS}"}),
        (
            END,
            "valid",
            "active",
            reply(200, good(END, 200)),
            {f"{CELL}/active/{END}", f"{END}/documented-statuses"},
        ),
    ],
)
def test_what_holds(operation, kind, states, answer, clauses):
    """An honest answer confirms the clauses it shows."""
    assert clauses <= kept(API.ask(case(operation, kind), answer, states))


@pytest.mark.parametrize(
    ("operation", "kind", "states", "answer", "clause"),
    [
        (STATUS, "valid", "ended", reply(200, good(STATUS, 200)), f"{CELL}/ended/{STATUS}"),
        (STATUS, "valid", "active absent", reply(429), f"{CELL}/active/{STATUS}"),
        (STATUS, "odd id", "", reply(404, UNKNOWN), f"{CELL}/absent/{STATUS}"),
        (START, "twice broken", "", reply(400, FAILED), f"{START}/rejects/body/currency/type"),
        (START, "broken", "", reply(401, SECRET), f"{START}/rejects/body/currency/required"),
        (START, "valid", "", reply(201, {}), f"{CELL}/absent/{START}"),
    ],
)
def test_what_is_not_shown(operation, kind, states, answer, clause):
    """An answer that may have another reason confirms nothing: silence is never a pass."""
    assert clause not in kept(API.ask(case(operation, kind), answer, states))


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_nobody_accepted_yet(status):
    """Until the target has accepted our credentials, a refusal of them accuses nobody."""
    judgement = API.ask(case(START), reply(status, SECRET), proven=False)
    assert told(judgement) == {f"{START}/documented-statuses": UNSURE}


@pytest.mark.parametrize(
    ("status", "expected"), [(401, {f"{CELL}/absent/{START}": VIOLATED}), (403, stray(START, "absent"))]
)
def test_credentials_that_were_accepted(status, expected):
    """Once they were accepted, refusing them is the API's own doing."""
    assert told(API.ask(case(START), reply(status, SECRET))) == expected


@pytest.mark.parametrize(
    ("operation", "kind", "states", "answer", "after"),
    [
        (END, "valid", "active", reply(200, good(END, 200)), "ended"),
        (END, "valid", "active", Failure(FailureKind.TIMEOUT, "10 s"), "active ended"),
        (END, "valid", "active", Failure(FailureKind.RESET, "crash", alive=False), "active ended"),
        (END, "valid", "active", Failure(FailureKind.REFUSED, "no", alive=False), "active"),
        (END, "valid", "active", reply(500), "active ended"),
        (END, "valid", "active", reply(429), "active"),
        (END, "missing", "active", reply(401, SECRET), "active"),
        (END, "missing", "active", reply(200, {}), "active ended"),
        (END, "valid", "active", reply(404, UNKNOWN), ""),
        (END, "valid", "ended", reply(409), "ended"),
        (STATUS, "valid", "ended", reply(200, {}), "active ended"),
        (STATUS, "valid", "active absent", reply(404, UNKNOWN), "absent"),
        (STATUS, "unknown", "", reply(404, UNKNOWN), "absent"),
    ],
)
def test_where_the_instance_is_afterwards(operation, kind, states, answer, after):
    """The model keeps every state the answer leaves possible, and none when it is out of step."""
    assert API.ask(case(operation, kind), answer, states).states == set(after.split())
