"""A small project, and the command line inside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from assay.__main__ import main

API = """\
title: Tickets
version: "1"
servers: [{url: "https://tickets.example"}]
security: [{key: []}]
sources: {manual: {title: The manual, url: "https://tickets.example/manual"}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas:
    Ticket: {type: object, required: [id], properties: {id: {type: string}}}
"""
OPEN = """\
operation: openTicket
method: post
path: /tickets
source: manual#open
requestBody:
  required: true
  content:
    application/json:
      schema: {type: object, required: [title], properties: {title: {type: string}}}
      example: {title: Leaking tap}
responses:
  "201":
    description: Opened.
    content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}
  "400": {description: Not a ticket., content: {application/json: {schema: {type: object}}}}
  "401": {description: Who are you?, content: {application/json: {schema: {type: object}}}}
"""
CLOSE = """\
operation: closeTicket
method: post
path: /tickets/{id}/close
source: manual#close
parameters:
  - {name: id, in: path, required: true, schema: {type: string}}
responses:
  "200": {description: Closed., content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
  "401": {description: Who are you?, content: {application/json: {schema: {type: object}}}}
  "404": {description: No such ticket., content: {application/json: {schema: {type: object}}}}
  "409": {description: Closed before., content: {application/json: {schema: {type: object}}}}
"""
LIFECYCLE = """\
lifecycle: ticket
source: manual
instance: {created-by: openTicket, id: $response.body#/id, carried-in: {id: path}}
states: {absent: {}, open: {}, closed: {final: true}}
cells:
  openTicket: {absent: {status: 201, to: open}}
  closeTicket:
    absent: {status: 404}
    open: {status: 200, to: closed}
    closed: {status: 409}
"""


class Said(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


Assay = Callable[..., Said]


def write_contracts(folder: Path) -> None:
    """The small project's contracts."""
    files = {"api.yaml": API, "open.yaml": OPEN, "close.yaml": CLOSE, "lifecycles/ticket.yaml": LIFECYCLE}
    for name, text in files.items():
        path = folder / "tickets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `contracts/`, and the place where one is."""
    write_contracts(tmp_path / "contracts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def assay(capfd: pytest.CaptureFixture[str]) -> Assay:
    """Runs `assay WORDS…` in this process."""

    def run(*words: str) -> Said:
        capfd.readouterr()
        code = main(list(words))
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture
def environment() -> dict[str, str]:
    """An environment for child processes, without colours and completion."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_", "_ASSAY"))}
    return {**kept, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
