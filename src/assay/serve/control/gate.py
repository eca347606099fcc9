"""Who may use the control endpoint: programs of this machine, and pages that it serves.

It is only there where the mock listens to this machine alone. That keeps other machines out, but not the pages in the
user's own browser, which may come from anywhere: so a request has to name this machine in its `Host`, because a page of
another site whose name was made to lead here (DNS rebinding) names that site; and where a browser says which page asks,
it has to be one of this machine (cross-site request forgery). Forwarded requests come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from assay.mock.refusal import Refusal
from assay.serve.cors import is_local
from assay.serve.loopback import is_loopback

#: the paths that are its own
PREFIX = "/__assay__"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class NotAlone(OSError):
    """The address is within the reach of others: the caller's fault."""


def barred(headers: Mapping[str, str]) -> Refusal | None:
    """Why a request with these headers (names in lower case) is not let in; None where it is."""
    if not is_loopback(_name(headers.get("host", ""))):
        return Refusal(
            421, "The control endpoint answers to the names of this machine alone, such as localhost."
        )
    if any(name in headers for name in _FORWARDED):
        return Refusal(403, "The control endpoint is for this machine alone, and this request was forwarded.")
    origin = headers.get("origin")
    if origin is not None and not is_local(origin):
        return Refusal(403, "The control endpoint is for pages of this machine alone.")
    if origin is None and headers.get("sec-fetch-site") == "cross-site" and not _is_visit(headers):
        return Refusal(403, "The control endpoint is for pages of this machine alone.")
    return None


def _is_visit(headers: Mapping[str, str]) -> bool:
    """True for a link that a person follows: it shows the page, to him."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
