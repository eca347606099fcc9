"""What a change is, before anybody asks whom it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assay.model.problem import NOWHERE, Place
from assay.model.terms import Strength
from assay.rules.schemas.comparing import Judged
from assay.rules.schemas.reading import Side


class Kind(StrEnum):
    """What happened. Each pair of kinds, or a kind alone, reads the other way round when old and new are swapped."""

    API_ADDED = "api-added"
    API_REMOVED = "api-removed"
    VERSION = "version"
    SERVER_ADDED = "server-added"
    SERVER_REMOVED = "server-removed"
    SCHEME_ADDED = "scheme-added"
    SCHEME_REMOVED = "scheme-removed"
    SCHEME_CHANGED = "scheme-changed"
    FLOW_CHANGED = "flow-changed"
    OPERATION_ADDED = "operation-added"
    OPERATION_REMOVED = "operation-removed"
    OPERATION_MOVED = "operation-moved"
    OPERATION_RENAMED = "operation-renamed"
    DEPRECATED = "deprecated"
    UNDEPRECATED = "undeprecated"
    SUNSET = "sunset"
    TAGS = "tags"
    #: a way in that was enough is not any more; one that was not is
    ACCESS_LOST = "access-lost"
    ACCESS_GAINED = "access-gained"
    PARAMETER_ADDED = "parameter-added"
    PARAMETER_REMOVED = "parameter-removed"
    PARAMETER_MOVED = "parameter-moved"
    PARAMETER_RENAMED = "parameter-renamed"
    PARAMETER_REQUIRED = "parameter-required"
    PARAMETER_OPTIONAL = "parameter-optional"
    PARAMETER_STYLE = "parameter-style"
    BODY_ADDED = "body-added"
    BODY_REMOVED = "body-removed"
    BODY_REQUIRED = "body-required"
    BODY_OPTIONAL = "body-optional"
    MEDIA_TYPE_ADDED = "media-type-added"
    MEDIA_TYPE_REMOVED = "media-type-removed"
    STATUS_ADDED = "status-added"
    STATUS_REMOVED = "status-removed"
    HEADER_ADDED = "header-added"
    HEADER_REMOVED = "header-removed"
    HEADER_REQUIRED = "header-required"
    HEADER_OPTIONAL = "header-optional"
    #: what of the values; see `Change.judged`
    SCHEMA = "schema"
    PROMISE_ADDED = "promise-added"
    PROMISE_REMOVED = "promise-removed"
    PROMISE_RULE = "promise-rule"
    STRENGTH = "strength"
    LIFECYCLE_ADDED = "lifecycle-added"
    LIFECYCLE_REMOVED = "lifecycle-removed"
    IDENTITY = "identity"
    STATE_ADDED = "state-added"
    STATE_REMOVED = "state-removed"
    STATE_UNREACHABLE = "state-unreachable"
    STATE_REACHABLE = "state-reachable"
    STATE_FINAL = "state-final"
    ACTION_ADDED = "action-added"
    ACTION_REMOVED = "action-removed"
    CELL_STATUS = "cell-status"
    CELL_NEXT_STATE = "cell-next-state"
    CELL_SILENT = "cell-silent"
    CELL_DOCUMENTED = "cell-documented"
    CELL_GUARD = "cell-guard"
    CELL_TIMING = "cell-timing"
    FIELD_ADDED = "field-added"
    FIELD_REMOVED = "field-removed"
    FIELD_CHANGED = "field-changed"
    LAW_ADDED = "law-added"
    LAW_REMOVED = "law-removed"
    LAW_CHANGED = "law-changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was. It says nothing of whom that breaks."""

    kind: Kind
    api: str
    #: id of the operation, or `lifecycle/NAME`; empty: the api as a whole
    subject: str = ""
    #: where in it, for people: `query parameter 'limit'`, `response 200`, `state 'running'`
    at: str = ""
    #: what it is about: a name, a status, a place inside a value
    name: str = ""
    #: what was said, and what is said now; empty: nothing
    before: str = ""
    after: str = ""
    old: Place = NOWHERE
    new: Place = NOWHERE
    #: how firmly the documentation stood, or stands, behind it
    strength: Strength = Strength.DOCUMENTED
    #: further facts that a rule may ask for, e.g. `required`, `success`, `deprecated`
    facts: frozenset[str] = field(default_factory=frozenset)
    #: of schemas: who sends the values, and what became of them
    side: Side | None = None
    judged: Judged | None = None
