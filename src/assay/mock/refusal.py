"""Why a request is not served, before any lifecycle is asked."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from assay.model.terms import Json


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 4xx and its reason."""

    status: int
    #: one sentence
    why: str
    headers: tuple[tuple[str, str], ...] = ()
    #: statuses whose documented reply may be given instead, best first
    documented: tuple[int, ...] = ()

    @property
    def problem(self) -> Json:
        """The body where the documentation offers none (RFC 9457)."""
        return {
            "type": "about:blank",
            "title": phrase(self.status),
            "status": self.status,
            "detail": self.why,
        }


def phrase(status: int) -> str:
    """The reason phrase of a status, or something like it for codes nobody registered."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
