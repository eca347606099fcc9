"""A ticket server whose tokens run out: they are had by logging in, or from a token endpoint (RFC 6749)."""

from __future__ import annotations

import base64
import json
import secrets
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote_plus

from fakes.tickets import Tickets, answering
from miniatures.wire import Reply, Request


@dataclass
class Gate(Tickets):
    """Lets in with a token that it issued, for so many requests each."""

    #: requests that one token is good for
    lasts: int = 1_000_000
    #: user -> password; client -> secret
    users: dict[str, str] = field(default_factory=lambda: {"alice": "pa55word-of-alice"})
    #: refresh tokens that may be used, each once
    refresh: set[str] = field(default_factory=set)
    #: token -> requests it is still good for
    issued: dict[str, int] = field(default_factory=dict)
    #: every token and refresh token that it ever issued
    every: list[str] = field(default_factory=list)
    #: how often tokens were had, by way
    had: Counter[str] = field(default_factory=Counter)
    #: what the token endpoint was shown
    shown: list[dict[str, str]] = field(default_factory=list)
    #: how a request shows its token
    carried: str = "bearer"

    def token_of(self, request: Request) -> str:
        """The token that a request shows."""
        cookies = dict(p.strip().partition("=")[::2] for p in request.headers.get("cookie", "").split(";"))
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        return {
            "bearer": request.headers.get("authorization", "").removeprefix("Bearer "),
            "cookie": cookies.get("sid", ""),
            "query": query.get("key", ""),
            "header": request.headers.get("x-key", ""),
        }[self.carried]

    def _honest(self, request: Request) -> Reply:
        if request.path == "/login":
            return self._login(request)
        if request.path == "/oauth/token":
            return self._token(request)
        left = self.issued.get(self.token_of(request), 0)
        if left <= 0:
            return answering(401)
        self.issued[self.token_of(request)] = left - 1
        inside = {**request.headers, "authorization": f"Bearer {self.token}"}
        return super()._honest(Request(request.method, request.path, "", inside, request.body))

    def issue(self, way: str) -> str:
        """A new token."""
        token = f"tok-{secrets.token_hex(12)}"
        self.issued[token] = self.lasts
        self.every.append(token)
        self.had[way] += 1
        return token

    def _login(self, request: Request) -> Reply:
        if request.headers.get("content-type", "").startswith("application/x-www"):
            asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        else:
            try:
                asked = json.loads(request.body)
            except ValueError:
                return answering(400)
        if not isinstance(asked, dict) or self.users.get(str(asked.get("user"))) != asked.get("password"):
            return answering(403)
        token = self.issue("login")
        return Reply(
            200,
            json.dumps({"session": {"token": token}}).encode(),
            headers=(("Set-Cookie", f"sid={token}; Path=/; HttpOnly"), ("X-Session", token)),
        )

    def _token(self, request: Request) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        if basic:
            user, _, password = base64.b64decode(basic).decode().partition(":")
            asked |= {"client_id": unquote_plus(user), "client_secret": unquote_plus(password), "by": "basic"}
        self.shown.append(asked)
        if asked.get("grant_type") == "refresh_token":
            if asked.get("refresh_token") not in self.refresh:
                return answering(400, {"error": "invalid_grant"})
            self.refresh.discard(asked["refresh_token"])
            fresh = f"ref-{secrets.token_hex(12)}"
            self.refresh.add(fresh)
            self.every.append(fresh)
            return answering(
                200, {"access_token": self.issue("refresh"), "token_type": "bearer", "refresh_token": fresh}
            )
        if self.users.get(asked.get("client_id", "")) != asked.get("client_secret"):
            return answering(
                401, {"error": "invalid_client", "error_description": asked.get("client_secret")}
            )
        return answering(
            200, {"access_token": self.issue("client"), "token_type": "Bearer", "expires_in": 60}
        )
