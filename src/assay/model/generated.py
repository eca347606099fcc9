"""A request that a generator made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.model.case import Payload
from assay.model.contract import Json


@dataclass(frozen=True, slots=True)
class Generated:
    """One made-up request, credentials and lifecycle ids left open."""

    #: what makes it special, in words
    title: str
    #: parameter values by name, not percent-encoded
    path: Mapping[str, Json]
    query: Mapping[str, Json]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: Payload
    #: what the generator meant, `valid` or `invalid`; what the contract says of the request is for `inputs.classify`
    intent: str
    #: `coverage` (enumerated) or `random`
    phase: str
