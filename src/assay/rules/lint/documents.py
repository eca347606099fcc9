"""The OpenAPI parts of an api's files, as rules walk them."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.walk import Part, parts_of_api, parts_of_contract
from assay.rules.lint.look import Look


def parts(look: Look) -> Iterator[tuple[str, Part]]:
    """Every OpenAPI object of the api with the file it stands in, promises and lifecycles left out."""
    for part in parts_of_api({"components": look.api.components}):
        yield look.api.place.file, part
    for operation in look.api.operations:
        for part in parts_of_contract(operation.document):
            yield operation.place.file, part
