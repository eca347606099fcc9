"""Strings for a schema: formats, patterns, lengths. Readable, and the same for the same seed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from uuid import UUID

from assay.inputs.pattern import PatternError, matching
from assay.model.terms import Json

#: longer strings are not made
LONGEST = 1_000_000


def digest(*parts: str | int) -> int:
    """A large number that depends on every part and on nothing else: the randomness of pure rooms."""
    return int.from_bytes(
        hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    )


def uuid4(*parts: str | int) -> str:
    """An identifier of the form of RFC 9562 §5.4 (version 4), derived from `parts`."""
    return str(UUID(int=digest("uuid", *parts) % 2**128, version=4))


def _tag(seed: str) -> str:
    return f"{digest(seed) % 16**6:06x}"


#: JSON Schema 2020-12 validation §7.3, and OpenAPI's own. Addresses and names are those reserved for examples
#: (RFC 2606, RFC 5737, RFC 3849).
FORMATS: Mapping[str, Callable[[str], str]] = {
    "date-time": lambda seed: f"2024-01-{digest(seed) % 28 + 1:02}T12:00:00Z",
    "date": lambda seed: f"2024-01-{digest(seed) % 28 + 1:02}",
    "time": lambda seed: f"12:{digest(seed) % 60:02}:00Z",
    "duration": lambda seed: f"PT{digest(seed) % 59 + 1}M",
    "uuid": uuid4,
    "uri": lambda seed: f"https://example.com/{_tag(seed)}",
    "uri-reference": lambda seed: f"https://example.com/{_tag(seed)}",
    "iri": lambda seed: f"https://example.com/{_tag(seed)}",
    "iri-reference": lambda seed: f"https://example.com/{_tag(seed)}",
    "uri-template": lambda seed: f"https://example.com/{_tag(seed)}/{{id}}",
    "url": lambda seed: f"https://example.com/{_tag(seed)}",
    "email": lambda seed: f"user-{_tag(seed)}@example.com",
    "idn-email": lambda seed: f"user-{_tag(seed)}@example.com",
    "hostname": lambda seed: f"host-{_tag(seed)}.example.com",
    "idn-hostname": lambda seed: f"host-{_tag(seed)}.example.com",
    "ipv4": lambda seed: f"192.0.2.{digest(seed) % 254 + 1}",
    "ipv6": lambda seed: f"2001:db8::{digest(seed) % 65535 + 1:x}",
    "regex": lambda seed: f"^{_tag(seed)}$",
    "json-pointer": lambda seed: f"/{_tag(seed)}",
    "relative-json-pointer": lambda seed: f"0/{_tag(seed)}",
    "byte": lambda seed: f"{digest(seed) % 16**8:08x}",
    "base64": lambda seed: f"{digest(seed) % 16**8:08x}",
}


def texts(schema: Mapping[str, Json], hint: str, seed: str, formats: Mapping[str, Json]) -> Iterator[str]:
    """Strings worth trying for `schema`, best first; not all of them need fit.

    `hint` (a property's name) makes them readable; `formats` gives values that a format prefers.
    """
    least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", LONGEST))
    if least > LONGEST:
        return
    wanted = str(schema.get("format", ""))
    if wanted in formats:
        yield formats[wanted]
    if wanted in FORMATS:
        yield FORMATS[wanted](seed)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        with suppress(PatternError):
            yield matching(pattern, _picker(seed), least, most)
    if wanted not in FORMATS or pattern is not None:
        yield _word(hint, seed, least, most)


def _word(hint: str, seed: str, least: int, most: int) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", hint).strip("-")
    tag = _tag(seed)
    word = f"{plain or 'text'}-{tag}"
    if len(word) > most:
        word = tag[:most]  # what differs between seeds stays
    return word.ljust(least, "x")


def _picker(seed: str) -> Callable[[int], int]:
    count = 0

    def pick(below: int) -> int:
        nonlocal count
        count += 1
        return digest(seed, count) % below

    return pick
