"""A reply on its way: what is to be answered, in view of what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder
from typing import NamedTuple

from assay.inputs.constraints import is_json
from assay.inputs.wire import encode
from assay.machine.expression import MISSING, Absence, Scope
from assay.mock.world import Instance
from assay.model.contract import Operation
from assay.model.lifecycle import Lifecycle, Transition
from assay.model.terms import Json

#: writes as `encode` does, and is made once
_WRITER = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


#: no header is known
_NONE: Mapping[str, str] = {}


class Plan(NamedTuple):  # one is made for each request, and this kind of value is made fastest
    """What is to be answered, and in view of what."""

    operation: Operation
    status: int
    scope: Scope
    #: the cell's way of answering; None where no lifecycle has a say
    transition: Transition | None = None
    lifecycle: Lifecycle | None = None
    #: the instance the reply is about, its id already given when it is new
    instance: Instance | None = None
    #: not empty: the body is made from the schema, and this chooses among all that it could be
    fresh: str = ""
    #: what the body is made from instead of what the documentation shows
    start: Json | Absence = MISSING
    #: the body, where it is known already
    body: Json | Absence = MISSING
    #: values for documented headers, names in lower case; what their schemas refuse is not used
    headers: Mapping[str, str] = _NONE


class Composed(NamedTuple):
    """A reply before it is bytes."""

    status: int
    headers: Mapping[str, str]
    #: MISSING: no byte at all
    body: Json | Absence
    media_type: str | None
    #: what the reply does not satisfy, in words
    unmet: tuple[str, ...] = ()
    #: the body as it goes out, where that is known already
    written: bytes | None = None

    def as_bytes(self) -> bytes:
        """The body as it goes out."""
        if self.written is not None:
            return self.written
        if self.body is MISSING:
            return b""
        if self.media_type is not None and not is_json(self.media_type):
            return str(self.body).encode("utf-8", "replace")
        try:
            return _WRITER.encode(self.body).encode()
        except UnicodeEncodeError:
            return encode(self.body)
