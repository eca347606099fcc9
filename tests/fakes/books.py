"""The witnesses of APIs to test with, written down in each format."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

from assay.app.load import load
from assay.explore.ids import never_issued
from assay.machine.scope import MISSING
from assay.model.contract import Api
from assay.openapi.witness import book
from assay.openapi.workflow import Book

ROOT = Path(__file__).parents[2]
#: folder of each API
FOLDERS = {
    "iplaygames": ROOT / "contracts",
    "equos": ROOT / "contracts",
    "orders": ROOT / "examples" / "orders" / "contracts",
    "studio": ROOT / "tests" / "studio" / "contracts",
    "zoo": ROOT / "tests" / "zoo" / "contracts",
}
APIS = {name: load(str(folder), date(2026, 1, 1), (name,)).apis[0] for name, folder in FOLDERS.items()}


def secrets(book: Book, token: str = "sesame") -> dict[str, str]:
    """What lets somebody with that token in, by input."""
    basic = base64.b64encode(f"somebody:{token}".encode()).decode()
    wanted = [one for one in book.inputs.values() if one.default is MISSING]
    return {one.name: basic if "Base64" in one.description else token for one in wanted}


def written(api: Api, seed: int = 0) -> Book:
    """The book of an API, as `assay bundle` makes it."""
    return book(api, lambda salt, like: never_issued(salt, like, frozenset()), seed)
