"""The mock over the contracts of this repository: every reply keeps every promise."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema_rs
import pytest

from assay.contractfile.parse import parse
from assay.files.contracts import read_tree
from assay.machine.expression import (
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    Scope,
    compile_rule,
    substitute,
)
from assay.mock.engine import Engine, Instance, MockOptions, MockRequest, World
from assay.model.lifecycle import ABSENT

ROOT = Path(__file__).parents[3] / "contracts"
NOW = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def contracts():
    parsed = parse(read_tree(str(ROOT)))
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


class Client:
    """Sends to the engine and holds each reply against the documentation, written again here from scratch."""

    def __init__(self, contracts, api, **options):
        self.api = contracts.api(api)
        self.engine = Engine(contracts, MockOptions(**{"seed": 3, **options}))
        self.world = World()
        self.now = NOW

    def send(self, operation_id, identifier=None, body=None, headers=(("Authorization", "Bearer any"),)):
        operation = self.api.operation(operation_id)
        path = operation.path
        for parameter in operation.parameters:
            path = path.replace("{" + parameter.name + "}", identifier or "")
        self.now += timedelta(seconds=5)
        raw = b"" if body is None else json.dumps(body).encode()
        sent = (*headers, ("Content-Type", "application/json")) if body is not None else headers
        request = MockRequest(operation.method.upper(), path, "", sent, raw, self.now)
        self.world, reply = self.engine.respond(self.world, request)
        self.conforms(operation, reply, request, body, identifier)
        return reply, (json.loads(reply.body) if reply.body else None)

    def conforms(self, operation, reply, request, sent, identifier):
        documented = operation.reply_for(reply.status)
        if documented is None:
            assert "the documentation does not say" in reply.explanation
            return
        assert "does not satisfy" not in reply.explanation
        value = json.loads(reply.body) if reply.body else None
        if reply.body:
            content = documented.content[0]
            assert reply.header("Content-Type") == content.media_type
            assert self.fits(content.schema, value)
        facts = RequestFacts(request.method, request.path, **({"body": sent} if sent is not None else {}))
        instance = InstanceFacts(identifier) if identifier else None
        scope = Scope(facts, ResponseFacts(reply.status, {}, value), instance, request.now)
        for promise in operation.promises:
            if promise.speaks_of(reply.status):
                assert promise.body is None or self.fits(substitute(promise.body, scope), value), promise.id
                assert promise.rule is None or compile_rule(promise.rule)(scope), promise.id

    def fits(self, schema, value):
        document = {"allOf": [schema], "components": self.api.components}
        return jsonschema_rs.Draft202012Validator(document, validate_formats=True).is_valid(value)


def bodies(contracts, api, operation):
    return list(contracts.api(api).operation(operation).body.content[0].examples.values())


START = "startAMultiSession"
STATUS = "getMultiSessionStatus"
END = "endMultiSession"
START_PASS = "sessionPassesControllerStartV3"
STOP_PASS = "sessionPassesControllerStopV3"


@pytest.mark.parametrize("which", [0, 1])
def test_a_multi_session_lives_as_documented(contracts, which):
    """Start, status, end, end, status: all as documented, and about one and the same session."""
    client = Client(contracts, "iplaygames")
    reply, started = client.send(START, body=bodies(contracts, "iplaygames", START)[which])
    assert reply.status == 201
    token = started["data"]["multi_session_id"]
    assert started["data"]["swipe_url"].endswith(token)
    reply, status = client.send(STATUS, token)
    assert (reply.status, status["data"]["status"]) == (200, "active")
    assert status["data"]["expires_at"] == started["data"]["expires_at"]
    assert status["data"]["total_games"] == started["data"]["total_games"]
    assert client.send(END, token)[0].status == 200
    assert client.send(END, token)[0].status == 200
    reply, status = client.send(STATUS, token)
    assert (reply.status, status["data"]["status"]) == (200, "ended")
    assert client.world.instance(("iplaygames", "multi-session", token)).state == "ended"


def test_unknown_multi_sessions_are_not_found(contracts):
    """A token that was never issued gets the documented 404 from both operations that take one."""
    client = Client(contracts, "iplaygames")
    for operation in (STATUS, END):
        reply, body = client.send(operation, UNKNOWN)
        assert (reply.status, body["success"]) == (404, False)


def test_multi_sessions_want_a_token_and_a_whole_request(contracts):
    """Without a bearer token 401 as documented; without a required field 400 as documented."""
    client = Client(contracts, "iplaygames")
    good = bodies(contracts, "iplaygames", START)[0]
    reply, body = client.send(START, body=good, headers=())
    assert (reply.status, body["success"]) == (401, False)
    assert reply.header("www-authenticate") == "Bearer"
    for name in good:
        reply, body = client.send(START, body={k: v for k, v in good.items() if k != name})
        assert (reply.status, body["success"]) == (400, False)
    assert client.world == World()


@pytest.mark.parametrize("which", [0, 1])
def test_a_session_pass_lives_as_documented(contracts, which):
    """Start, stop, stop: the stopped session is the started one, and the second stop answers null."""
    client = Client(contracts, "equos")
    sent = bodies(contracts, "equos", START_PASS)[which]
    reply, started = client.send(START_PASS, body=sent)
    assert reply.status == 201
    session = started["session"]
    for name in ("name", "client", "maxDuration", "additionalCtx", "templateVars"):
        assert session.get(name) == sent.get(name)
    reply, stopped = client.send(STOP_PASS, session["id"])
    assert reply.status == 200
    same = (
        "id",
        "name",
        "client",
        "maxDuration",
        "templateVars",
        "avatarId",
        "agentId",
        "startedAt",
        "createdAt",
    )
    assert {n: stopped.get(n) for n in same} == {n: session.get(n) for n in same}
    assert stopped["endedAt"] > stopped["startedAt"]
    reply, again = client.send(STOP_PASS, session["id"])
    assert (reply.status, reply.body, again) == (200, b"null", None)


def test_unknown_session_passes_are_null(contracts):
    """An id that was never issued is answered with 200 and null, or with nothing at all when so chosen."""
    reply, _ = Client(contracts, "equos").send(STOP_PASS, UNKNOWN)
    assert (reply.status, reply.body, reply.header("content-type")) == (200, b"null", "application/json")
    reply, _ = Client(contracts, "equos", null_as_empty=True).send(STOP_PASS, UNKNOWN)
    assert (reply.status, reply.body, reply.header("content-type")) == (200, b"", None)


def test_session_passes_echo_awkward_values(contracts):
    """Nulls and objects in optional fields come back as they were sent and never break a reply."""
    client = Client(contracts, "equos")
    sent = bodies(contracts, "equos", START_PASS)[1] | {
        "templateVars": {"a": {"b": None}, "$now": "$request.url"}
    }
    _, started = client.send(START_PASS, body=sent)
    assert started["session"]["templateVars"] == sent["templateVars"]


def test_every_cell_answers_as_the_table_says(contracts):
    """In every state each operation answers with a status the cell allows, and leaves the state it names."""
    for api in contracts.apis:
        for lifecycle in api.lifecycles:
            for operation, row in lifecycle.cells.items():
                for state, cell in row.items():
                    if operation == lifecycle.created_by:
                        continue
                    client = Client(contracts, api.name)
                    key = (api.name, lifecycle.name, UNKNOWN)
                    if state != ABSENT:
                        client.world = client.world.with_new(key, Instance(UNKNOWN, state, {}, NOW))
                    reply, _ = client.send(operation, UNKNOWN)
                    ways = cell.transitions or (cell.mock,)
                    after = client.world.instance(key)
                    seen = (reply.status, after.state if after else ABSENT)
                    assert seen in {(way.status, way.to or state) for way in ways}, cell.place
