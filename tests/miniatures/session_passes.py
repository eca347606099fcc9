"""Equos session passes, honestly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from miniatures.wire import Reply, Request

if TYPE_CHECKING:
    from miniatures.readings import Readings

_ORGANIZATION = "6a1f6a0e-6f7e-4a57-8a54-0d8f6f0f7c11"
_BORN = datetime(2025, 3, 1, 9, 30, 0, 250000, tzinfo=UTC)
_LIMIT = 7200
#: the optional properties of EquosSession that a request can name
_ECHOED = ("client", "maxDuration", "additionalCtx", "templateVars")
_UNSET = ("knowledgeBaseId", "knowledgeBase", "remoteAgentIdentity", "transcript")
_KINDS: dict[str, tuple[type, ...]] = {
    "client": (str,),
    "maxDuration": (int, float),
    "additionalCtx": (str,),
    "templateVars": (dict,),
}


@dataclass
class Pass:
    """One instance."""

    id: str
    asked: Mapping[str, Any]
    started: datetime
    stopped: datetime | None = None
    #: stop requests so far
    stops: int = 0


class SessionPasses:
    """The two operations; every answer is a method of its own."""

    if TYPE_CHECKING:
        readings: Readings

        def authorized(self, request: Request) -> bool: ...
        def new_id(self) -> str: ...
        def time(self, moment: datetime) -> str: ...
        def json(self, status: int, document: Any) -> Reply: ...
        def document(self, request: Request) -> Any: ...

    def __init__(self) -> None:
        super().__init__()
        self.passes: dict[str, Pass] = {}

    # Operations

    def pass_start(self, request: Request) -> Reply:
        """`POST /v3/session-passes`."""
        if not self.pass_authorized("start", request):
            return self.pass_unauthorized("start")
        document = self.document(request)
        problems = self.pass_problems(document)
        if problems and not self._makes_do(problems):
            return self.pass_refused(problems)
        if strangers := self._strangers(document):
            return self.nest(404, "Not Found", [f"{strangers[0]} not found"])
        return self.pass_started(self.pass_open(document))

    def pass_stop(self, request: Request, session_id: str) -> Reply:
        """`PATCH /v3/session-passes/{id}/stop`; a body is ignored."""
        if not self.pass_authorized("stop", request):
            return self.pass_unauthorized("stop")
        found = self.passes.get(session_id)
        if found is None:
            return self.pass_stop_unknown(session_id)
        found.stops += 1
        if found.stopped is not None:
            return self.pass_stop_stopped(found)
        found.stopped = datetime.now(UTC)
        return self.pass_stop_running(found)

    # Decisions

    def pass_authorized(self, operation: str, request: Request) -> bool:
        """Tell whether this operation (`start`, `stop`) may go on."""
        return self.authorized(request)

    def pass_problems(self, document: Any) -> list[str]:
        """List what is wrong with a start request, as `field: words`."""
        if not isinstance(document, dict):
            return ["body: not an object"]
        found = [] if isinstance(document.get("name"), str) else ["name: must be a string"]
        found += _object_problems(document, "avatar", ("id",))
        found += _object_problems(document, "agent", ("id",))
        found += _object_problems(document, "consumerIdentity", ("identity", "name"))
        for name, kinds in _KINDS.items():
            value = document.get(name)
            if name in document and (not isinstance(value, kinds) or isinstance(value, bool)):
                found.append(f"{name}: must be {'set' if value is None else kinds[0].__name__}")
        known = {"name", "avatar", "agent", "consumerIdentity", *_KINDS}
        if self.readings.strict_fields:
            found += [f"{name}: should not exist" for name in document if name not in known]
        if self.readings.strict_values and not found and not 0 < document.get("maxDuration", 1) <= _LIMIT:
            found.append("maxDuration: must be less than the organization limit")
        return found

    def _makes_do(self, problems: list[str]) -> bool:
        """Accept what an answer can do without: an identity nobody sees, an optional null."""
        spared = [p.startswith("consumerIdentity") or p.endswith(": must be set") for p in problems]
        return self.readings.equos_invalid == "accept" and all(spared)

    def _strangers(self, document: dict[str, Any]) -> list[str]:
        known = self.readings.known_references
        return [
            name for name in ("avatar", "agent") if known is not None and document[name]["id"] not in known
        ]

    def pass_open(self, document: dict[str, Any]) -> Pass:
        """Create and remember an instance."""
        created = Pass(self.new_id(), document, datetime.now(UTC))
        self.passes[created.id] = created
        return created

    # Answers

    def pass_started(self, created: Pass) -> Reply:
        """201."""
        return self.json(201, self.pass_started_body(created))

    def pass_started_body(self, created: Pass) -> dict[str, Any]:
        """Wrap the session with what the consumer joins with."""
        return {"session": self.session(created), "consumerAccessToken": f"lk.{created.id}.consumer"}

    def pass_stop_running(self, found: Pass) -> Reply:
        """200 with the session."""
        return self.json(200, self.session(found))

    def pass_stop_stopped(self, found: Pass) -> Reply:
        """Answer 200 and null: «Returns null if already stopped»."""
        return self.nothing()

    def pass_stop_unknown(self, session_id: str) -> Reply:
        """Answer 200 and null: «or session was not found»."""
        return self.nothing()

    def nothing(self) -> Reply:
        """Spell null: the JSON text, or what NestJS sends for it."""
        return Reply(200, content_type=None) if self.readings.null == "empty" else Reply(200, b"null")

    def pass_refused(self, problems: list[str]) -> Reply:
        """Answer as NestJS does; no error is documented."""
        if self.readings.equos_invalid == 422:
            return self.nest(422, "Unprocessable Entity", problems)
        return self.nest(400, "Bad Request", problems)

    def pass_unauthorized(self, operation: str) -> Reply:
        """401 or 403; neither is documented."""
        status = self.readings.equos_unauthorized
        reply = self.nest(status, "Unauthorized" if status == 401 else "Forbidden", "Unauthorized")
        if status == 401 and self.readings.challenge:
            return replace(reply, headers=(("WWW-Authenticate", "Bearer"),))
        return reply

    def nest(self, status: int, error: str, message: object) -> Reply:
        """Spell an error as NestJS's exception filter does."""
        return self.json(status, {"statusCode": status, "error": error, "message": message})

    def session(self, it: Pass) -> dict[str, Any]:
        """Say everything about a session (EquosSession)."""
        view: dict[str, Any] = {
            "id": it.id,
            "organizationId": _ORGANIZATION,
            "freemium": False,
            "name": it.asked["name"],
            "provider": "equos",
            "status": "starting" if it.stopped is None else "stopped",
            "host": {"serverUrl": "wss://livekit.example.test"},
            "avatarId": it.asked["avatar"]["id"],
            "avatar": self._avatar(it.asked["avatar"]["id"]),
            "agentId": it.asked["agent"]["id"],
            "agent": self._agent(it.asked["agent"]["id"]),
            "startedAt": self.time(it.started),
            "createdAt": self.time(it.started),
            "updatedAt": self.time(it.stopped or it.started),
        }
        view |= {name: it.asked[name] for name in _ECHOED if it.asked.get(name) is not None}
        if it.stopped is not None:
            view["endedAt"] = self.time(it.stopped)
        return self._unset(view)

    def _unset(self, view: dict[str, Any]) -> dict[str, Any]:
        match self.readings.optional:
            case "null":
                return dict.fromkeys((*_ECHOED, *_UNSET, "endedAt")) | view
            case "filled":
                base = {"maxDuration": 1800, "knowledgeBaseId": "kb-1", "knowledgeBase": {"id": "kb-1"}}
                return base | {"remoteAgentIdentity": {}, "transcript": {"transcription": []}} | view
            case _:
                return view

    def _avatar(self, avatar_id: str) -> dict[str, Any]:
        return {
            "id": avatar_id,
            "organizationId": _ORGANIZATION,
            "identity": "guide",
            "name": "Guide",
            "description": "A friendly face.",
            "thumbnailUrl": "https://img.example.test/guide.png",
            "createdAt": self.time(_BORN),
            "updatedAt": self.time(_BORN),
        } | ({"client": None} if self.readings.optional == "null" else {})

    def _agent(self, agent_id: str) -> dict[str, Any]:
        view = {
            "id": agent_id,
            "organizationId": _ORGANIZATION,
            "provider": "openai",
            "search": False,
            "emotions": True,
            "memory": False,
            "createdAt": self.time(_BORN),
            "updatedAt": self.time(_BORN),
        }
        match self.readings.optional:
            case "null":
                return view | dict.fromkeys(("name", "client", "instructions", "greetingMsg", "remoteId"))
            case "filled":
                return view | {
                    "name": "Ada",
                    "model": "gpt-realtime",
                    "voice": "marin",
                    "greetingMsg": "Hello",
                }
            case _:
                return view


def _object_problems(document: dict[str, Any], name: str, keys: tuple[str, ...]) -> list[str]:
    value = document.get(name)
    if not isinstance(value, dict):
        return [f"{name}: must be an object"]
    return [f"{name}.{key}: must be a string" for key in keys if not isinstance(value.get(key), str)]
