"""What an import comes to: files, what could not be taken over as it stands, and what only a person can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """One thing of the source that could not be taken over as it stands."""

    #: JSON Pointer (RFC 6901) into the source document; `FILE#POINTER` in one that it refers to; `FILE:LINE` in pages;
    #: empty for all of it
    pointer: str
    #: *Cannot X: because Y.*
    message: str
    #: what the contract says instead; empty when nothing stands there now
    guess: str = ""
    #: the contract file that says it, in the api's folder; empty when it is not one file's matter
    file: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document was made of that nobody wrote as a document."""

    #: the key of `sources` that stands for it
    key: str
    #: what it is, as people say it
    said: str
    #: pointers of the document -> places in what it was made of, which hold for all below; `""` for all of it
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """The folder of one api, as texts."""

    #: the folder's name
    api: str
    #: text by path inside that folder, with `/`: `api.yaml`, `start-a-session.yaml`, `lifecycles/session.yaml`
    files: Mapping[str, str]
    #: in the order in which they were met
    doubts: tuple[Doubt, ...] = ()
    #: what a person who knows the API should answer, each a sentence
    questions: tuple[str, ...] = field(default=())
