"""How a target is reached: whom TLS trusts and shows, which proxy leads there, which hosts may be asked at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assay.files.credentials import Source
from assay.files.errors import ConfigError
from assay.files.ways import secret


def verify(where: str, value: Mapping[str, Any]) -> bool | str:
    """Whether TLS certificates are checked, or with which CA bundle. Raises `ConfigError`."""
    found = value.get("verify", True)
    if isinstance(found, bool):
        return found
    if not isinstance(found, str):
        raise ConfigError(
            f"Cannot use {where}: because `verify` is neither true nor false nor a path. Give one of them."
        )
    if not Path(found).exists():
        raise ConfigError(
            f"Cannot use {where}: because the CA bundle {found} is not there. Mend the path in `verify`."
        )
    return found


def certificate(where: str, value: Mapping[str, Any]) -> tuple[str, str] | None:
    """What TLS shows for us, and its key, as paths. Raises `ConfigError`."""
    given = value.get("client-certificate")
    if given is None:
        return None
    pair = (given, given) if isinstance(given, str) else given
    if isinstance(pair, dict) and pair.keys() == {"certificate", "key"}:
        pair = (pair["certificate"], pair["key"])
    if not (isinstance(pair, tuple) and all(isinstance(path, str) for path in pair)):
        raise ConfigError(
            f"Cannot use {where}: because `client-certificate` is neither a path nor a table of certificate and key. "
            "Give one of them, in PEM."
        )
    for path in pair:
        if not Path(path).is_file():
            raise ConfigError(
                f"Cannot use {where}: because {path} of `client-certificate` is not there. Mend the path."
            )
    return pair


def proxy(where: str, value: Mapping[str, Any]) -> str | Source | None:
    """The URL of a proxy, or where it comes from. Raises `ConfigError`, which quotes nothing of it."""
    found = value.get("proxy")
    if found is None:
        return None
    if isinstance(found, dict):
        return secret(where, "proxy", found)
    if not isinstance(found, str) or urlsplit(found).scheme != "http":
        raise ConfigError(
            f"Cannot use {where}: because `proxy` is no http URL. "
            'Write it as http://HOST:PORT, or as { env = "VAR" } where it holds a password.'
        )
    return found


def allowed(where: str, value: Mapping[str, Any], urls: Iterable[str]) -> frozenset[str]:
    """The hosts that may be asked: those listed, which the target's have to be among; else the target's own.

    Raises `ConfigError`.
    """
    theirs = {(urlsplit(url).hostname or "").lower(): url for url in urls}
    listed = value.get("allowed-hosts")
    if listed is None:
        return frozenset(theirs)
    if not isinstance(listed, list) or not all(isinstance(host, str) and host for host in listed):
        raise ConfigError(
            f"Cannot use {where}: because `allowed-hosts` is not a list of names. "
            'Write it as ["staging.example.com"].'
        )
    hosts = frozenset(host.lower() for host in listed)
    for host, url in theirs.items():
        if host not in hosts:
            raise ConfigError(
                f"Cannot use {where}: because its URL leads to {host or url}, which is not among its `allowed-hosts`. "
                "Correct the URL, or add the host."
            )
    return hosts


def only_allowed(where: str, hosts: frozenset[str], named: Iterable[tuple[str, str]]) -> None:
    """Raises `ConfigError` where a way in leads to a host that nobody typed out: secrets go there."""
    for key, host in named:
        if host.lower() not in hosts:
            wanted = ", ".join(f'"{one}"' for one in sorted({*hosts, host}))
            raise ConfigError(
                f"Cannot use {where}: because `{key}` leads to {host}, which is not among its `allowed-hosts`. "
                f"Correct it, or write allowed-hosts = [{wanted}]."
            )
