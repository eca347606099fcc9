"""What a request carries to be let in, and how it is told that there is nothing to carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assay.ports import CannotSend

#: method, URL, header fields and body as they are about to go out -> URL and header fields as they shall go out
Sign = Callable[
    [str, str, tuple[tuple[str, str], ...], bytes | None], tuple[str, tuple[tuple[str, str], ...]]
]


class CredentialError(CannotSend):
    """A credential is missing, malformed, or of a kind that cannot be sent: the user's to mend.

    Met in the middle of a run (one scheme has a secret, another none) it leaves out that request, not the run.
    """


@dataclass(frozen=True, slots=True)
class Carried:
    """What a request carries to be let in."""

    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    #: what looks at the whole request before it goes out, in order
    signs: tuple[Sign, ...] = ()


def together(parts: list[Carried]) -> Carried:
    """All that these carry, each thing once."""
    return Carried(
        headers=tuple(dict.fromkeys(pair for part in parts for pair in part.headers)),
        query=tuple(dict.fromkeys(pair for part in parts for pair in part.query)),
        cookies=tuple(dict.fromkeys(pair for part in parts for pair in part.cookies)),
        signs=tuple(dict.fromkeys(sign for part in parts for sign in part.signs)),
    )


def check(value: str, what: str) -> None:
    """Raises `CredentialError` for a value that no header can carry (RFC 9110 §5.5); it never shows the value."""
    if not value.strip():
        reason = "it is empty"
    elif value != value.strip() or any(ord(c) < 0x20 or ord(c) == 0x7F for c in value):
        reason = "it has a line break, a control character or a space at its end"
    elif any(ord(c) > 0xFF for c in value):
        reason = "it has a character that HTTP headers cannot carry (latin-1 only)"
    else:
        return
    raise CredentialError(
        f"Cannot use the credential of {what}: because {reason}. Set it to the token alone, as it was issued."
    )
