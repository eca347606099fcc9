"""One run, written by hand, in which everything happens that a report has to tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assay.evidence.redact import Policy, redact
from assay.model.case import (
    BodyKind,
    Case,
    Credentials,
    Exchange,
    Failure,
    FailureKind,
    Payload,
    Subject,
    SubjectKind,
    WireRequest,
    WireResponse,
)
from assay.model.contract import Strength
from assay.model.event import (
    CleanedUp,
    Event,
    Noted,
    RunFinished,
    RunStarted,
    Step,
    StepJudged,
    ViolationFound,
)
from assay.model.ledger import Leftover
from assay.model.problem import Place
from assay.model.verdict import Clause, ClauseKind, Verdict, VerdictKind

SECRET = "tok_live_5f2c9d7e41"
SCRIPT = "<script>alert(1)</script>"
RTL = "\u202egnp.exe\u202c \u200f"
LONG = "long " * 2048
POLICY = Policy((SECRET,))
MOMENT = datetime(2026, 11, 20, 22, 0, 1, tzinfo=UTC)
PLACE = "contracts/{api}/{file}.yaml"


def exchange(
    method: str,
    path: str,
    status: int | None,
    body: bytes = b"",
    *,
    sent: bytes | None = None,
    failure: Failure | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),),
    credentials: Credentials = Credentials.VALID,
) -> Exchange:
    """One exchange of the story."""
    out: list[tuple[str, str]] = [("Accept", "*/*")]
    if credentials is Credentials.VALID:
        out.append(("Authorization", f"Bearer {SECRET}"))
    if credentials is Credentials.INVALID:
        out.append(("Authorization", "Bearer not-a-token"))
    if sent is not None:
        out.append(("Content-Type", "application/json"))
    return Exchange(
        request=WireRequest(method, path, (), sent, credentials),
        url=f"https://staging.example{path}",
        sent_headers=tuple(out),
        response=None
        if status is None
        else WireResponse(status, headers, body, "OK" if status == 200 else ""),
        failure=failure,
        started=MOMENT,
        elapsed=0.0123,
    )


def step(
    api: str,
    operation: str,
    title: str,
    made: Exchange,
    state: str = "",
    after: str = "",
    instance: str = "",
    principal: str = "",
) -> Step:
    """One step of the story; the case says just enough to be sent again."""
    subject = Subject(SubjectKind.KNOWN, "session1") if "#" in instance else None
    if "start" in operation.lower():
        subject = Subject(SubjectKind.NEW, "session1")
    elif instance and subject is None:
        subject = Subject(SubjectKind.NEVER_ISSUED, "n1")
    body = Payload(BodyKind.RAW, raw=made.request.body) if made.request.body is not None else Payload()
    case = Case(
        api, operation, title, "witness", made.request.credentials, subject, body=body, principal=principal
    )
    return Step(case, redact(made, POLICY), state, after, instance)


def _clause(
    api: str,
    part: str,
    kind: ClauseKind,
    title: str,
    *,
    strength: Strength = Strength.DOCUMENTED,
    operation: str | None = None,
    state: str | None = None,
    status: str | None = None,
    line: int = 1,
    unreachable: str | None = None,
) -> Clause:
    lifecycle = part.split("/")[1] if part.startswith("lifecycle/") else None
    file = f"lifecycles/{lifecycle}" if lifecycle else (operation or "api").lower()
    return Clause(
        id=f"{api}/{part}",
        api=api,
        kind=kind,
        strength=strength,
        source=f"sdk-docs#{operation or lifecycle}",
        title=title,
        operation=operation,
        lifecycle=lifecycle,
        state=state,
        status=status,
        place=Place(PLACE.format(api=api, file=file), line, 3),
        unreachable=unreachable,
    )


K = ClauseKind
END, START, STATUS = "endMultiSession", "startAMultiSession", "getMultiSessionStatus"
STOP = "sessionPassesControllerStopV3"
GAMES, EQUOS = "iplaygames", "equos"

CLAUSES = (
    _clause(GAMES, f"{START}/answers", K.ANSWERS, f"{START} answers every request", operation=START),
    _clause(GAMES, f"{START}/authorization", K.AUTHORIZATION,
            f"{START} never succeeds without valid credentials", operation=START),
    _clause(GAMES, f"{START}/status/201", K.STATUS, f"{START} answers 201 where it is documented",
            operation=START, status="201", line=12),
    _clause(GAMES, f"{START}/shape/201", K.SHAPE, f"the body of {START} 201 has the documented shape",
            operation=START, status="201", line=13),
    _clause(GAMES, f"{START}/status/400", K.STATUS, f"{START} answers 400 where it is documented",
            operation=START, status="400", line=15),
    _clause(GAMES, f"{START}/rejects/body/player_id/required", K.REJECTS,
            f"{START} refuses a request that breaks body/player_id/required", operation=START, status="400"),
    _clause(GAMES, f"{START}/promise/example-keys", K.PROMISE, f"{START} 201: every key of the example",
            operation=START, status="201", strength=Strength.EXEMPLIFIED, line=30),
    _clause(GAMES, f"{STATUS}/status/200", K.STATUS, f"{STATUS} answers 200 where it is documented",
            operation=STATUS, status="200"),
    _clause(GAMES, f"{STATUS}/no-server-error", K.SERVER_ERROR,
            f"{STATUS} never answers with an undocumented 5xx", operation=STATUS),
    _clause(GAMES, f"{STATUS}/status/503", K.STATUS, f"{STATUS} answers 503 where it is documented",
            operation=STATUS, status="503", unreachable="only a broken upstream brings it about"),
    _clause(GAMES, f"{END}/status/200", K.STATUS, f"{END} answers 200 where it is documented",
            operation=END, status="200"),
    _clause(GAMES, f"{END}/status/401", K.STATUS, f"{END} answers 401 where it is documented",
            operation=END, status="401"),
    _clause(GAMES, f"{END}/status/404", K.STATUS, f"{END} answers 404 where it is documented",
            operation=END, status="404"),
    _clause(GAMES, f"lifecycle/multi-session/absent/{START}", K.CELL, f"{START} on absent: 201, then active",
            operation=START, state="absent"),
    _clause(GAMES, f"lifecycle/multi-session/active/{END}", K.CELL, f"{END} on active: 200, then ended",
            operation=END, state="active", line=22),
    _clause(GAMES, f"lifecycle/multi-session/ended/{END}", K.CELL,
            f"{END} on ended: the documentation does not say", operation=END, state="ended",
            strength=Strength.SILENT),
    _clause(GAMES, f"lifecycle/multi-session/ended/{STATUS}", K.CELL,
            f"{STATUS} on ended: the documentation does not say", operation=STATUS, state="ended",
            strength=Strength.SILENT),
    _clause(GAMES, "lifecycle/multi-session/law/unique-ids", K.LAW, "multi-session: unique-ids"),
    _clause(EQUOS, f"{STOP}/status/200", K.STATUS, f"{STOP} answers 200 where it is documented",
            operation=STOP, status="200"),
    _clause(EQUOS, f"{STOP}/answers", K.ANSWERS, f"{STOP} answers every request {SCRIPT}", operation=STOP),
    _clause(EQUOS, f"lifecycle/session-pass/stopped/{STOP}", K.CELL,
            f"{STOP} on stopped: 200 with nothing", operation=STOP, state="stopped", line=31),
)  # fmt: skip

TABLES = (
    {
        "api": GAMES,
        "name": "multi-session",
        "states": [
            {"name": "absent", "final": False, "description": "an id that was never issued"},
            {"name": "active", "final": False, "description": ""},
            {"name": "ended", "final": True, "description": ""},
        ],
        "operations": [START, STATUS, END],
        "cells": [
            {
                "state": "absent",
                "operation": START,
                "expected": "201 → active",
                "ways": [{"status": 201, "to": "active", "nothing": False, "when": ""}],
            },
            {
                "state": "active",
                "operation": END,
                "expected": "200 → ended",
                "ways": [{"status": 200, "to": "ended", "nothing": False, "when": ""}],
            },
            {"state": "ended", "operation": END, "expected": ""},
            {"state": "ended", "operation": STATUS, "expected": ""},
        ],
    },
)

HEADER = RunStarted(
    run="20261120-220000-8f3a",
    started="2026-11-20T22:00:00Z",
    seed=20261120,
    profile="nightly",
    target="https://staging.example",
    digest="9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
    version="0.1.0",
    clauses=CLAUSES,
    tables=TABLES,
    operations=(
        {"api": GAMES, "id": START, "method": "POST", "path": "/api/v1/multi-sessions/start",
         "summary": "Start a multi-session", "statuses": ["201", "400"],
         "slo": {"p50": 50.0, "p99": 10.0}, "replies": {
             "201": {"media": ["application/json"], "fields": {
                 "/success": {"type": "boolean"}, "/data": {"type": "object"},
                 "/data/multi_session_id": {"type": "string"}, "/data/currency": {"enum": ["EUR", "USD"]},
                 "/data/games": {"type": "array"}, "/data/games/*/id": {"type": "string"}}},
             "400": {"media": ["application/json", "application/problem+json"], "fields": {}}}},
        {"api": GAMES, "id": STATUS, "method": "GET", "path": "/api/v1/multi-sessions/{token}/status",
         "summary": "Get multi-session status", "statuses": ["200", "503"]},
        {"api": GAMES, "id": END, "method": "POST", "path": "/api/v1/multi-sessions/{token}/end",
         "summary": "End a multi-session", "statuses": ["200", "401", "404"]},
        {"api": EQUOS, "id": STOP, "method": "PATCH", "path": "/v3/session-passes/{id}/stop",
         "summary": "Stop a session", "statuses": ["200"], "replies": {
             "200": {"media": ["text/plain"], "fields": {}}}},
    ),
    apis=(
        {"name": GAMES, "title": "iPlayGames multi-sessions", "version": "1.0.0", "sources": {
            "sdk-docs": {"title": "MultiSessionsApi.md", "url": "https://docs.example/multi?a=1&b=<2>"}}},
        {"name": EQUOS, "title": f"Equos session passes {RTL}", "version": "3.0", "sources": {
            "sdk-docs": {"title": "SessionPassesApi.md", "url": "javascript:alert(1)", "note": None}}},
    ),
    waivers=(
        {"matches": f"{GAMES}/{START}/promise/example-keys", "reason": "the example is wrong; vendor told",
         "owner": "qa@example", "until": "2026-12-31", "place": "contracts/iplaygames/waivers.yaml:3:5"},
        {"matches": f"{GAMES}/{END}/status/404", "reason": "was broken in spring", "owner": "qa@example",
         "until": "2026-06-30", "place": ""},
        {"matches": "0123456789ab", "reason": f"nobody knows {SCRIPT}", "owner": "someone",
         "until": "2027-01-01", "place": ""},
    ),
)  # fmt: skip


def _holds(clause: str) -> Verdict:
    return Verdict(f"{GAMES}/{clause}", VerdictKind.HOLDS)


def _broken(clause: str, message: str, facet: str = "status", *, transient: bool = False) -> Verdict:
    return Verdict(clause, VerdictKind.VIOLATED, message, facet=facet, transient=transient)


def _observed(clause: str, outcome: str) -> Verdict:
    return Verdict(clause, VerdictKind.OBSERVED, outcome=outcome)


ACTIVE = b'{"success":true,"data":{"multi_session_id":"550e8400-e29b","total_games":8,"games":[]}}'
STARTED = step(GAMES, START, "the documented example", exchange(
    "POST", "/api/v1/multi-sessions/start", 201, ACTIVE,
    sent=b'{"player_id":"player_456","currency":"USD","country_code":"US","ip_address":"192.168.1.1"}'),
    "absent", "active", "multi-session#1")  # fmt: skip
ENDED = step(GAMES, END, "end it", exchange(
    "POST", "/api/v1/multi-sessions/550e8400-e29b/end", 200, b'{"success":true}'), "active", "ended",
    "multi-session#1")  # fmt: skip
GONE = step(GAMES, END, "end it once more", exchange(
    "POST", "/api/v1/multi-sessions/550e8400-e29b/end", 500,
    f'{{"error":"{SCRIPT}","token":"{SECRET}","bidi":"{RTL}"}}'.encode()),
    "active/ended", "", "multi-session#1", "bob")  # fmt: skip
BAD = step(GAMES, START, "without player_id", exchange(
    "POST", "/api/v1/multi-sessions/start", 422, LONG.encode(), sent=b'{"currency":"USD"}\n'),
    "absent")  # fmt: skip
RESET = step(EQUOS, STOP, "stop it", exchange(
    "PATCH", "/v3/session-passes/p1/stop", None,
    failure=Failure(FailureKind.RESET, "connection reset by peer")), "absent", "", "session-pass")  # fmt: skip
TEAPOT = step(EQUOS, STOP, "without credentials", exchange(
    "PATCH", "/v3/session-passes/p1/stop", 418, b"\xff\x00short and stout",
    headers=(("Content-Type", "image/teapot"), ("X-Note", f"{SCRIPT}\" onmouseover=\"alert(1)")),
    credentials=Credentials.INVALID))  # fmt: skip
NULL = step(EQUOS, STOP, "stop it twice", exchange("PATCH", "/v3/session-passes/p1/stop", 200, b"null"),
    "stopped", "stopped", "session-pass#4")  # fmt: skip

EXAMPLE_KEYS = _broken(f"{GAMES}/{START}/promise/example-keys", "the body has no swipe_url", "body/swipe_url")
CELL = _broken(
    f"{GAMES}/lifecycle/multi-session/active/{END}",
    f"ending in active: expected 200, got 500 saying {SCRIPT} {RTL}",
)
REFUSAL = replace(
    _broken(f"{GAMES}/{START}/status/400", f"expected 400, got 422 with {LONG}"), pointer="/errors/0/~1path"
)
FLAKY = _broken(f"{EQUOS}/{STOP}/answers", "the connection was reset", "reset", transient=True)
UNDECIDED = Verdict(
    f"{GAMES}/{STATUS}/status/200", VerdictKind.INCONCLUSIVE, "the target went down while it was asked"
)


def events() -> tuple[Event, ...]:
    """The whole log."""
    silent = f"{GAMES}/lifecycle/multi-session/ended/{END}"
    told = [
        (STARTED, (_holds(f"{START}/status/201"), _holds(f"{START}/shape/201"), _holds(f"{START}/answers"),
                   _holds(f"lifecycle/multi-session/absent/{START}"), EXAMPLE_KEYS), False),
        (ENDED, (_holds(f"{END}/status/200"), _holds(f"lifecycle/multi-session/active/{END}")), False),
        (GONE, (CELL,), True),
        (GONE, (_observed(silent, "500"),), True),
        (ENDED, (_observed(silent, "200"),), False),
        (ENDED, (_observed(silent, "200"),), False),
        (BAD, (REFUSAL, _observed(f"{GAMES}/{START}/rejects/body/player_id/required", "422")), True),
        (RESET, (FLAKY,), False),
        (TEAPOT, (), True),
        (TEAPOT, (UNDECIDED,), True),
        (NULL, (Verdict(f"{EQUOS}/lifecycle/session-pass/stopped/{STOP}", VerdictKind.HOLDS),
                Verdict(f"{EQUOS}/{STOP}/status/200", VerdictKind.HOLDS)), False),
    ]  # fmt: skip
    judged = [StepJudged(number, *rest) for number, rest in enumerate(told, 1)]
    return (
        HEADER,
        *judged[:3],
        ViolationFound("a1a1a1a1a1a1", CELL, (STARTED, ENDED, STARTED, GONE), (2, 2)),
        ViolationFound("a1a1a1a1a1a1", CELL, (STARTED, ENDED, GONE)),
        ViolationFound("e5e5e5e5e5e5", EXAMPLE_KEYS, (STARTED,), (2, 2)),
        *judged[3:],
        ViolationFound("b2b2b2b2b2b2", REFUSAL, (BAD,), (1, 2)),
        ViolationFound("c3c3c3c3c3c3", FLAKY, (RESET,), (0, 2)),
        Noted("credentials", "no second principal was given", (f"{GAMES}/{END}/status/401",)),
        Noted("early-stop", f"{STATUS} left 3 requests unanswered and is not asked again {SCRIPT}"),
        CleanedUp(
            made={f"{GAMES}/multi-session": 5, "equos/session-pass": 1},
            ended={f"{GAMES}/multi-session": 2},
            left=(
                Leftover(GAMES, "multi-session", 2, ("ms-7", f"ms-8 {RTL}"), f"{END} answered 500 {SCRIPT}"),
                Leftover("equos", "session-pass", 1, (), "its id never came"),
            ),
            requests=6,
        ),
        RunFinished(
            "2026-11-20T22:04:07Z",
            True,
            requests={"witness": 8, "lifecycle": 3, "confirm": 4, "clean-up": 6},
            trouble=0,
        ),
    )
