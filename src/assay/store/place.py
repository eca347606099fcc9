"""Where runs are kept: a file of our own, or a PostgreSQL server that several machines share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assay.store.errors import StoreError

#: what URLs of PostgreSQL begin with, and how SQLAlchemy is told of the driver that we bring
_SERVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_FILE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two."""

    file: Path | None = None
    #: with credentials: never to be shown
    url: str = ""

    def __str__(self) -> str:
        """As it may be shown: without a password."""
        if self.file is not None:
            return str(self.file)
        parts = urlsplit(self.url)
        return f"{parts.scheme.partition('+')[0]}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def place(told: str) -> Place:
    """The place that a path or URL names. Raises `StoreError` for a database that we do not know."""
    if told.startswith(_FILE):
        return Place(file=Path(told.removeprefix(_FILE)))
    scheme, colon, rest = told.partition("://")
    if not colon:
        return Place(file=Path(told))
    if scheme not in _SERVERS:
        raise StoreError(
            f"Cannot keep history in {scheme}://…: because only files and PostgreSQL are known. "
            "Name a file, or a URL that begins with postgresql://."
        )
    return Place(url=f"{_SERVERS[scheme]}://{rest}")
