"""What expressions and rules can see: facts about a request, its response and the instance it is about.

Values, never changed once made, and not frozen only because there is one of each for every exchange: a frozen one takes
three times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final

from assay.model.terms import Json


class Absence(Enum):
    """Two ways of being without a value; neither is the JSON value null."""

    #: a request or response without a (JSON) body
    MISSING = "missing"
    #: an expression that finds nothing
    UNRESOLVED = "unresolved"


MISSING: Final = Absence.MISSING
UNRESOLVED: Final = Absence.UNRESOLVED


@dataclass(slots=True)
class RequestFacts:
    """What expressions and rules may ask of a request."""

    #: upper or lower case as sent
    method: str
    #: absolute, or path and query
    url: str
    #: parameter values by name, percent-decoded
    path: Mapping[str, Json] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    #: names in lower case
    headers: Mapping[str, str] = field(default_factory=dict)
    #: JSON value, or MISSING
    body: Json | Absence = MISSING


@dataclass(slots=True)
class ResponseFacts:
    """What expressions and rules may ask of a response."""

    status: int
    #: names in lower case
    headers: Mapping[str, str] = field(default_factory=dict)
    #: JSON value, or MISSING
    body: Json | Absence = MISSING


@dataclass(slots=True)
class InstanceFacts:
    """What expressions and rules may ask of the instance a request is about."""

    #: text or number, as the API names it; None while nobody has named it
    id: Json | None
    #: remembered fields by name
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """All that an expression can see. What is None is not there (yet): expressions over it find nothing."""

    request: RequestFacts | None = None
    response: ResponseFacts | None = None
    instance: InstanceFacts | None = None
    now: datetime | None = None
