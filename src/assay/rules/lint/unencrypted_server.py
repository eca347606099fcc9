"""Servers to which credentials would go in the clear: `http:` on another machine (RFC 9110 §17.16, RFC 6750 §5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "unencrypted-server"


def check(look: Look) -> Iterator[Problem]:
    """A server without TLS, of an API that asks for credentials."""
    if not any(operation.secured for operation in look.api.operations):
        return
    for index, url in enumerate(look.api.servers):
        if _in_the_clear(url):
            message = f"Credentials for {url} can be read on their way: because it is not https."
            place = look.at(look.api.place, f"/servers/{index}/url")
            yield advice(place, RULE, message, "Name the https address, if there is one.")


def _in_the_clear(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme.lower() != "http" or not host or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return "{" not in host
