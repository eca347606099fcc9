"""A small project as a dict of files, and real pytest run on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

#: one operation that creates notes and one that reads them back: the smallest API with a lifecycle
NOTES: Mapping[str, str] = {
    "contracts/notes/api.yaml": """
        title: Notes
        version: "1"
        servers: [{url: "https://notes.example"}]
        security: [{bearer: []}]
        sources: {docs: {title: The manual, url: "https://notes.example/docs"}}
        components:
          securitySchemes: {bearer: {type: http, scheme: bearer}}
    """,
    "contracts/notes/write-note.yaml": """
        operation: writeNote
        method: post
        path: /notes
        summary: Write a note
        source: docs#write
        requestBody:
          required: true
          content:
            application/json:
              schema:
                type: object
                required: [text]
                properties: {text: {type: string, x-known-good: {maxLength: 20}}}
        responses:
          "201":
            description: written
            content:
              application/json:
                schema: {type: object, required: [id], properties: {id: {type: string}, text: {type: string}}}
          "400": {description: refused}
          "401": {description: no credentials}
        promises:
          - {id: echoes, on: 201, body: {properties: {text: {const: $request.body#/text}}}}
    """,
    "contracts/notes/read-note.yaml": """
        operation: readNote
        method: get
        path: /notes/{id}
        summary: Read a note
        source: docs#read
        parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        responses:
          "200":
            description: the note
            content:
              application/json:
                schema: {type: object, required: [id], properties: {id: {type: string}}}
          "401": {description: no credentials}
          "404": {description: no such note}
        promises:
          - id: reads-aloud
            on: 200
            body: {required: [aloud], properties: {aloud: {type: boolean}}}
            strength: exemplified
    """,
    "contracts/notes/lifecycles/note.yaml": """
        lifecycle: note
        source: docs#life
        instance: {created-by: writeNote, id: $response.body#/id, carried-in: {id: path}}
        states: {absent: {}, written: {}}
        cells:
          writeNote: {absent: {status: 201, to: written}}
          readNote: {absent: {status: 404}, written: {status: 200}}
        laws: [unique-ids]
    """,
    # an unrelated operation: a unit of its own, so that there is something to distribute
    "contracts/notes/health.yaml": """
        operation: health
        method: get
        path: /health
        summary: Is it up
        source: docs#health
        security: []
        responses: {"200": {description: it is up}}
    """,
}

#: how many clauses that contract has
CLAUSES = 33
SUITE = "from assay.pytest_plugin import suite\n"
#: every clause in one module
ALL = {"test_all.py": f"{SUITE}test_all = suite()\n"}


class Project(Protocol):
    """A project on disk and the pytest runs made in it."""

    def __call__(self, *files: Mapping[str, str]) -> pytest.Pytester:
        """Writes the files; later ones win."""
        ...


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Runs pytest as a user would, in a process of its own, within a few minutes."""
    return project.runpytest_subprocess("--assay-seed=7", *arguments, timeout=180)


def latest(project: pytest.Pytester) -> dict[str, Any]:
    """The report of the last run."""
    text = (project.path / "reports" / "latest" / "report.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def results(folder: Path) -> dict[str, dict[str, object]]:
    """Allure's results by full name."""
    found = (json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*-result.json"))
    return {result["fullName"]: result for result in found}
