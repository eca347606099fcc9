"""Contracts to test with: the shipped ones, and small ones written on the spot."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from pathlib import Path

import yaml

from assay.contractfile.parse import parse
from assay.files.contracts import read_tree
from assay.inputs.known_good import Supply
from assay.model.contract import Api, ContractSet, Json

ROOT = Path(__file__).parents[2] / "contracts"

_API = {
    "title": "Made for a test",
    "version": "1",
    "servers": [{"url": "http://fake.test"}],
    "security": [],
    "sources": {"doc": {"title": "The documentation"}},
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
}


@lru_cache(maxsize=1)
def shipped() -> ContractSet:
    """The contracts of this repository."""
    parsed = parse(read_tree(str(ROOT)))
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


def made(*documents: str, **api: Json) -> Api:
    """The API `made` of endpoint and lifecycle documents in YAML; `api` holds keys of its `api.yaml`."""
    files = {"contracts/made/api.yaml": yaml.safe_dump({**_API, **api})}
    for document in documents:
        named = re.search(r"^(operation|lifecycle): (\S+)$", document, re.MULTILINE)
        assert named is not None, document
        folder = "lifecycles/" if named[1] == "lifecycle" else ""
        source = "" if re.search(r"^source:", document, re.MULTILINE) else "\nsource: doc\n"
        files[f"contracts/made/{folder}{named[2].lower()}.yaml"] = document + source
    parsed = parse(files)
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts.api("made")


def supply(api: Api) -> Supply:
    """What a target that holds every documented example supplies."""
    return Supply(dict(api.supplies))


def example(api: Api, operation: str, status: int) -> Json:
    """The documented example body of a reply, yours to change."""
    found = api.operation(operation).reply_for(status)
    assert found is not None
    return copy.deepcopy(next(iter(found.content[0].examples.values())))
