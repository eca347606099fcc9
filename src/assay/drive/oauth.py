"""OAuth 2.0: tokens by the client credentials grant and by a refresh token (RFC 6749 §4.4, §6)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode, urlsplit

from assay.drive.asking import Ask, answer, json_of, request
from assay.drive.carried import check
from assay.drive.keeper import Issued, IssueError
from assay.model.case import WireRequest, WireResponse

#: RFC 6749 §5.2: the characters of an error code; longer ones are no codes
_ERROR = re.compile(r"[ !#-\[\]-~]{1,60}")
_REFRESH = "refresh_token"


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """What is shown to a token endpoint. It never shows it by accident."""

    #: absolute, http or https
    url: str
    #: whose it is, for people
    who: str
    #: empty: a public client that names nobody
    client: str = ""
    secret: str = ""
    #: the first one; later ones are had from answers (RFC 6749 §6). Empty: the client's own credentials are shown
    refresh: str = ""
    scope: str = ""
    #: the client's credentials go into the body, not into a header (RFC 6749 §2.3.1)
    in_body: bool = False
    #: further parameters, as `audience`
    more: Mapping[str, str] = field(default_factory=dict)


class TokenEndpoint:
    """Has tokens issued. Implements `Issue`."""

    def __init__(self, grant: Grant, ask: Ask) -> None:
        """`ask` sends to the origin of the grant's URL and follows nothing."""
        self._grant, self._ask = grant, ask
        self._whom = f"the token endpoint {urlsplit(grant.url).netloc}"

    def __call__(self, left: Mapping[str, str]) -> Issued:
        """A new token. `left` may hold the refresh token that came with the last. Raises `IssueError`."""
        grant = self._grant
        refresh = left.get(_REFRESH, grant.refresh) if grant.refresh else ""
        told = answer(self._ask, self._request(refresh), grant.who, self._whom)
        if told.status != 200:
            raise IssueError(self._refused(told))
        found = self._read(told)
        token = found.get("access_token")
        if not isinstance(token, str):
            raise IssueError(self._cannot("its answer has no access_token", "Ask whoever runs it"))
        kind = found.get("token_type", "Bearer")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise IssueError(
                self._cannot("its tokens are of a type other than bearer", "Sign requests with a python hook")
            )
        check(token, self._whom)
        fresh = found.get(_REFRESH)
        more = {_REFRESH: fresh if isinstance(fresh, str) and fresh else refresh}
        return Issued(token, more={name: value for name, value in more.items() if value})

    def _request(self, refresh: str) -> WireRequest:
        grant = self._grant
        fields = {"grant_type": "refresh_token" if refresh else "client_credentials"}
        if refresh:
            fields[_REFRESH] = refresh
        if grant.scope:
            fields["scope"] = grant.scope
        fields |= grant.more
        headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if grant.client and grant.secret and not grant.in_body:
            # both are encoded first (RFC 6749 §2.3.1)
            pair = f"{quote_plus(grant.client)}:{quote_plus(grant.secret)}"
            headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"))
        elif grant.client:
            fields["client_id"] = grant.client
            if grant.secret:
                fields["client_secret"] = grant.secret
        return request("POST", grant.url, tuple(headers), urlencode(fields).encode("ascii"))

    def _read(self, told: WireResponse) -> Mapping[str, object]:
        try:
            found = json_of(told)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise IssueError(self._cannot("its answer is no JSON object", "Mend `token-url`"))
        return found

    def _refused(self, told: WireResponse) -> str:
        """Why there is no token, by the status and the code of RFC 6749 §5.2; nothing else is quoted."""
        try:
            found = json_of(told)
        except ValueError:
            found = None
        code = found.get("error") if isinstance(found, dict) else None
        word = (
            f" {code}" if isinstance(code, str) and _ERROR.fullmatch(code) and not self._quotes(code) else ""
        )
        if 300 <= told.status < 400:
            return self._cannot(
                f"it answered {told.status}, and redirects are not followed",
                "Write the URL that it leads to as `token-url`, if that is yours",
            )
        mend = {
            " invalid_client": "Check `client-id`, `client-secret` and `client-auth`",
            " invalid_grant": "The refresh token ran out or was used before: have a new one issued",
            " invalid_scope": "Check `scope`",
            " unsupported_grant_type": "Give a `refresh-token`, or take it out",
        }.get(word, "Check `token-url` and what is shown to it")
        return self._cannot(f"it answered {told.status}{word}", mend)

    def _quotes(self, code: str) -> bool:
        return any(value and value in code for value in (self._grant.secret, self._grant.refresh))

    def _cannot(self, why: str, fix: str) -> str:
        return (
            f"Cannot authenticate as {self._grant.who}: because {self._whom} issued no token: {why}. {fix}."
        )
