"""The live page: one file that needs nothing from elsewhere, and lets nothing act but its own script."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources


def _policy(html: str) -> str:
    """Only this very script and style sheet apply, and they talk to nobody but this mock (CSP Level 3)."""

    def hashed(tag: str) -> str:
        found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = hashlib.sha256(found[1].encode() if found else b"").digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

    return (
        f"default-src 'none'; script-src {hashed('script')}; style-src {hashed('style')}; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


_HTML = resources.files("assay.serve.control").joinpath("live.html").read_text("utf-8")
BODY = _HTML.encode()
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", _policy(_HTML)),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
