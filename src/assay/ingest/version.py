"""Which version a document is of, or why it is no such document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from assay.ingest.notes import show
from assay.model.terms import Json

_THREE: Final = re.compile(r"3\.([0-9]+)(\..*)?")


class NoDocument(Exception):
    """What was handed in is no OpenAPI document. The text follows «Cannot X: because Y. Do Z.»"""


class Version(NamedTuple):
    """A version of the specification."""

    #: as people say it
    said: str
    #: Swagger 2.0
    old: bool
    #: schemas are JSON Schema 2020-12: OpenAPI 3.1 and later
    modern: bool


def version_of(document: Json) -> Version:
    """The version of that document. Raises `NoDocument`."""
    if not isinstance(document, Mapping):
        raise NoDocument(f"Cannot import this: because it is {show(document)} instead of an OpenAPI document. "
                         "Name a document that begins with `openapi:` or `swagger:`.")  # fmt: skip
    said = document.get("openapi", document.get("swagger"))
    if said is None:
        raise NoDocument("Cannot import this: because it has neither `openapi:` nor `swagger:`. "
                         "Name an OpenAPI document, 2.0 to 3.2.")  # fmt: skip
    told = str(said)
    if "openapi" not in document and told in {"2.0", "2"}:
        return Version("Swagger 2.0", old=True, modern=False)
    found = _THREE.fullmatch(told)
    if found is None:
        raise NoDocument(f"Cannot import this: because its version is {show(said)}, and 2.0 to 3.2 are known. "
                         "Convert it with a tool of that version first.")  # fmt: skip
    return Version(f"OpenAPI {told}", old=False, modern=int(found[1]) >= 1)
