"""An import undoes a bundle: bundled, imported and bundled again, contracts say what they said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from assay.contractfile.parse import parse
from assay.files.contracts import read_tree
from assay.ingest.imported import Imported
from assay.ingest.openapi import read_document
from assay.model.contract import Api
from assay.openapi.bundle import bundle
from unit.ingest.documents import documents
from unit.ingest.test_import_anything import errors

_ROOT = Path(__file__).parents[3]


def api_of(imported: Imported) -> Api:
    """The contracts as the parser understands them."""
    parsed = parse({f"{imported.api}/{path}": text for path, text in imported.files.items()})
    assert parsed.contracts is not None, parsed.problems
    (api,) = parsed.contracts.apis
    return api


def bundled_again(document: dict[str, Any], name: str) -> dict[str, Any]:
    """What the document is once it was imported and bundled."""
    return bundle(api_of(read_document(document, name=name)))


def folders() -> list[Api]:
    """The contracts of this repository."""
    found: list[Api] = []
    for root in ("contracts", "examples/orders/contracts"):
        if (_ROOT / root).is_dir():
            contracts = parse(read_tree(_ROOT / root)).contracts
            assert contracts is not None
            found += contracts.apis
    return found


@pytest.mark.parametrize("api", folders(), ids=lambda api: api.name)
def test_our_contracts_come_back(api: Api) -> None:
    """Paths, components, promises, sources: all that the bundle says is there again."""
    once = bundle(api)
    assert errors(read_document(once, name=api.name)) == []
    again = bundled_again(once, api.name)
    assert comparable(again["paths"]) == comparable(once["paths"])
    for key in once.keys() - {"paths", "x-assay-sources"}:
        assert again[key] == once[key], key
    assert once.get("x-assay-sources", {}).items() <= again["x-assay-sources"].items()


@given(documents())
@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_what_was_imported_comes_back(document: dict[str, Any]) -> None:
    """Whatever a document held: once it is contracts, a bundle of them is imported without a loss."""
    once = bundle(api_of(read_document(document, name="shop")))
    again = bundled_again(once, "shop")
    for key in once.keys() - {"x-assay-sources"}:
        assert again[key] == once[key], key


def comparable(value: Any) -> Any:
    """The same without what is a lifecycle's matter: Link Objects, and promises about what it remembers."""
    if isinstance(value, dict):
        made = {key: comparable(member) for key, member in value.items() if key != "links"}
        told = [p for p in made.pop("x-assay-promises", []) if "instance." not in str(p)]
        return {**made, "x-assay-promises": told} if told else made
    return [comparable(item) for item in value] if isinstance(value, list) else value
