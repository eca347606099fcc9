"""iPlayGames multi-sessions, honestly."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniatures.wire import Reply, Request

if TYPE_CHECKING:
    from miniatures.readings import Readings

_TITLES = ("Book of Dead", "Sweet Bonanza", "Gates of Olympus", "Starburst")
_REQUIRED = ("player_id", "currency", "country_code", "ip_address")
_NULLABLE = ("locale", "device")


@dataclass
class MultiSession:
    """One instance."""

    id: str
    games: list[str]
    expires: datetime
    ended: bool = False
    #: how often it was looked at
    reads: int = 0


class MultiSessions:
    """The three operations; every answer is a method of its own."""

    if TYPE_CHECKING:
        readings: Readings

        def authorized(self, request: Request) -> bool: ...
        def new_id(self) -> str: ...
        def is_id(self, text: str) -> bool: ...
        def time(self, moment: datetime) -> str: ...
        def json(self, status: int, document: Any) -> Reply: ...
        def document(self, request: Request) -> Any: ...

    def __init__(self) -> None:
        super().__init__()
        self.multi_sessions: dict[str, MultiSession] = {}

    # Operations

    def multi_start(self, request: Request) -> Reply:
        """`POST /api/v1/multi-sessions/start`."""
        if not self.multi_authorized("start", request):
            return self.multi_unauthorized("start")
        document = self.document(request)
        if problems := self.multi_problems(document):
            return self.multi_refused(problems)
        session = self.multi_open(document)
        return self.multi_started(session)

    def multi_status(self, request: Request, token: str) -> Reply:
        """`GET /api/v1/multi-sessions/{token}/status`."""
        if not self.multi_authorized("status", request):
            return self.multi_unauthorized("status")
        session = self.multi_sessions.get(token)
        if session is None:
            return self.multi_status_unknown(token)
        session.reads += 1
        return self.multi_status_ended(session) if session.ended else self.multi_status_active(session)

    def multi_end(self, request: Request, token: str) -> Reply:
        """`POST /api/v1/multi-sessions/{token}/end`; a body is ignored."""
        if not self.multi_authorized("end", request):
            return self.multi_unauthorized("end")
        session = self.multi_sessions.get(token)
        if session is None:
            return self.multi_end_unknown(token)
        was_ended, session.ended = session.ended, True
        return self.multi_end_ended(session) if was_ended else self.multi_end_active(session)

    # Decisions

    def multi_authorized(self, operation: str, request: Request) -> bool:
        """Tell whether this operation (`start`, `status`, `end`) may go on."""
        return self.authorized(request)

    def multi_problems(self, document: Any) -> list[str]:
        """List the constraints a start request breaks, as `body/field/keyword`."""
        if not isinstance(document, str | int | float | list | dict | None):
            return ["body/required or body/well-formed"]
        if not isinstance(document, dict):
            return ["body/type"]
        found = [f"body/{name}/required" for name in _REQUIRED if name not in document]
        for name in (*_REQUIRED, *_NULLABLE):
            value = document.get(name, "")
            if not isinstance(value, str) and not (value is None and name in _NULLABLE):
                found.append(f"body/{name}/type")
        found += self._game_id_problems(document.get("game_ids", []))
        if self.readings.strict_fields:
            found += [
                f"body/{name}/unknown"
                for name in document
                if name not in {*_REQUIRED, *_NULLABLE, "game_ids"}
            ]
        if self.readings.strict_values and not found:
            found += _unlikely(document)
        return found

    def _game_id_problems(self, games: Any) -> list[str]:
        if not isinstance(games, list):
            return ["body/game_ids/type"]
        integers = self.readings.integer_game_ids
        fine = [isinstance(g, str) or (integers and type(g) is int) for g in games]
        return [] if all(fine) else ["body/game_ids/*/type"]

    def multi_open(self, document: dict[str, Any]) -> MultiSession:
        """Create and remember an instance."""
        games = [f"Game {game}" for game in document["game_ids"]] if "game_ids" in document else list(_TITLES)
        expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
        session = MultiSession(self.new_id(), games, expires)
        self.multi_sessions[session.id] = session
        return session

    # Answers

    def multi_started(self, session: MultiSession) -> Reply:
        """201."""
        return self.json(201, self.multi_started_body(session))

    def multi_started_body(self, session: MultiSession) -> dict[str, Any]:
        """Say what a new session is."""
        games = [
            {"position": n, "game_name": name, "game_image": f"https://img.example.test/{n}.png"}
            for n, name in enumerate(session.games)
        ]
        data = {
            "multi_session_id": session.id,
            "swipe_url": f"https://play.example.test/play/{session.id}",
            "total_games": len(games),
            "games": games,
            "expires_at": self.time(session.expires),
        }
        return {"success": True, "data": data}

    def multi_status_active(self, session: MultiSession) -> Reply:
        """200 with what is running."""
        return self.json(200, self.multi_status_body(session))

    def multi_status_body(self, session: MultiSession) -> dict[str, Any]:
        """Say how a session is."""
        running = "closed" if session.ended else "pending"
        games = [
            {"position": n, "game_name": name, "status": "ready" if n == 0 and not session.ended else running}
            for n, name in enumerate(session.games)
        ]
        data = {
            "status": "ended" if session.ended else "active",
            "total_games": len(games),
            "active_sessions": 0 if session.ended else min(1, len(games)),
            "current_index": 0,
            "games": games,
            "expires_at": self.time(session.expires),
        }
        return {"success": True, "data": data}

    def multi_status_ended(self, session: MultiSession) -> Reply:
        """Say what the documentation does not: 200 or 404."""
        if self.readings.status_after_end == 404:
            return self.multi_status_unknown(session.id)
        return self.json(200, self.multi_status_body(session))

    def multi_status_unknown(self, token: str) -> Reply:
        """404."""
        return self.multi_not_found(token)

    def multi_end_active(self, session: MultiSession) -> Reply:
        """200."""
        return self.json(200, {"success": True, "message": "Multi-session ended successfully"})

    def multi_end_ended(self, session: MultiSession) -> Reply:
        """Say what the documentation does not: 200, 404 or 409."""
        match self.readings.second_end:
            case 200:
                return self.multi_end_active(session)
            case 404:
                return self.multi_not_found(session.id)
            case status:
                return self.multi_error(status, "Multi-session already ended")

    def multi_end_unknown(self, token: str) -> Reply:
        """404."""
        return self.multi_not_found(token)

    def multi_not_found(self, token: str) -> Reply:
        """404; a malformed id may get a 400."""
        if self.readings.malformed_id == 400 and not self.is_id(token):
            return self.multi_error(400, "Invalid request parameters")
        return self.multi_error(404, "Multi-session not found")

    def multi_refused(self, problems: list[str]) -> Reply:
        """400."""
        return self.multi_error(400, "Invalid request parameters")

    def multi_unauthorized(self, operation: str) -> Reply:
        """401, in either of the two documented forms."""
        headers = (("WWW-Authenticate", "Bearer"),) if self.readings.challenge else ()
        if self.readings.unauthorized_body == "middleware":
            body = {"error": "Unauthorized", "message": "Invalid or inactive API key", "code": 401}
            return replace(self.json(401, body), headers=headers)
        return replace(self.multi_error(401, "Unauthorized"), headers=headers)

    def multi_error(self, status: int, message: str) -> Reply:
        """Spell an error."""
        return self.json(status, {"success": False, "message": message})


def _unlikely(document: dict[str, Any]) -> list[str]:
    """Refuse what prose describes and no schema constrains."""
    found = []
    if not 1 <= len(document["player_id"]) <= 255:
        found.append("body/player_id/length")
    if not re.fullmatch("[A-Z]{3}", document["currency"]):
        found.append("body/currency/iso-4217")
    if not re.fullmatch("[A-Z]{2}", document["country_code"]):
        found.append("body/country_code/iso-3166")
    if not re.fullmatch("[a-z]{2}", document.get("locale") or "en"):
        found.append("body/locale/iso-639")
    if document.get("device") not in {None, "desktop", "mobile", "tablet"}:
        found.append("body/device/enum")
    if document.get("game_ids") == [] or len(document.get("game_ids", [])) > 50:
        found.append("body/game_ids/length")
    try:
        ipaddress.ip_address(document["ip_address"])
    except ValueError:
        found.append("body/ip_address/ip")
    return found
