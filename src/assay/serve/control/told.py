"""What the control endpoint tells: the world and the exchanges as JSON, with the secrets taken out.

Nobody else can ask, and yet what is shown here ends up in screenshots and pasted messages.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from assay.evidence.redact import Policy, redact, redact_text
from assay.mock.credentials import cookies
from assay.mock.explain import HEADER
from assay.mock.refusal import phrase
from assay.mock.world import MockRequest
from assay.model.case import Credentials, Exchange, WireRequest, WireResponse
from assay.model.contract import ContractSet
from assay.model.terms import Json
from assay.serve.record import MOST_BODY, Kept

_NOTHING = Policy(())


def written(value: Json) -> bytes:
    """The value as JSON text in which nothing stands whose name says that it is a secret."""
    return redact_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), _NOTHING).encode(
        "utf-8", "replace"
    )


def exchange(kept: Kept, contracts: ContractSet) -> Json:
    """One exchange, redacted."""
    request, reply = kept.request, kept.reply
    path = f"{request.path}?{request.query}" if request.query else request.path
    sent = WireRequest(request.method, path, request.headers, request.body or None, Credentials.VALID)
    heard = WireResponse(reply.status, reply.headers, reply.body, phrase(reply.status))
    policy = Policy(tuple(_credentials(request, contracts)), MOST_BODY)
    url = f"http://{request.header('host') or 'localhost'}{path}"
    shown = redact(Exchange(sent, url, request.headers, heard, None, request.now, kept.took), policy)
    return {
        "number": kept.number,
        "at": shown.started,
        "took": round(kept.took * 1000, 3),
        "method": shown.method,
        "url": shown.url,
        "status": shown.status,
        "reason": shown.reason,
        "cell": next((value for name, value in shown.response_headers if name == HEADER), ""),
        "request": {"headers": shown.request_headers, "body": shown.request_body, "size": kept.sizes[0]},
        "response": {"headers": shown.response_headers, "body": shown.response_body, "size": kept.sizes[1]},
        "curl": shown.curl,
    }


def _credentials(request: MockRequest, contracts: ContractSet) -> set[str]:
    """What the request shows where the contracts expect credentials."""
    found = set((request.header("authorization") or "").partition(" ")[2:])
    for api in contracts.apis:
        for scheme in api.security_schemes.values():
            if scheme.get("type") != "apiKey":
                continue
            name = str(scheme.get("name", ""))
            match scheme.get("in"):
                case "query":
                    found |= {value for key, value in parse_qsl(request.query) if key == name}
                case "cookie":
                    found.add(cookies(request).get(name, ""))
                case _:
                    found.add(request.header(name.lower()) or "")
    return {value.strip() for value in found if value.strip()}
