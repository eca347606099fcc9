"""Which lifecycles are inferred, from what, and where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from assay.ingest.imported import Imported
from assay.ingest.openapi import read_document
from unit.ingest.test_import_anything import errors
from unit.ingest.test_import_openapi import document, value

_THING = {"type": "object", "properties": {"id": {"type": "string"}, "status": {"type": "string"}}}

_SENT = {"content": {"application/json": {"schema": {**_THING, "required": ["id"]}}}}


def answer(schema: Any = None, description: str = "Fine.") -> dict[str, Any]:
    """A Response Object."""
    return {"description": description, "content": {"application/json": {"schema": schema or _THING}}}


def operation(name: str, *statuses: str, **more: Any) -> dict[str, Any]:
    """An Operation Object with those answers."""
    told = {s: answer() if s[0] == "2" else answer({"type": "object"}, "Not found.") for s in statuses}
    return {"operationId": name, "responses": told, **more}


def sessions(**more: Any) -> dict[str, Any]:
    """Start, status, end."""
    return document(paths={
        "/sessions/start": {"post": operation("startSession", "201")},
        "/sessions/{token}/status": {"get": operation("getSessionStatus", "200", "404")},
        "/sessions/{token}/end": {"post": operation("endSession", "200", "404", **more)},
    })  # fmt: skip


def tables(given: dict[str, Any]) -> tuple[Imported, dict[str, Any]]:
    """The lifecycles by name, in sound contracts."""
    imported = read_document(given, name="x")
    assert errors(imported) == []
    found = [value(imported, path) for path in imported.files if path.startswith("lifecycles/")]
    return imported, {table["lifecycle"]: table for table in found}


def test_start_status_end_make_a_table() -> None:
    """The states are called by the verbs; an id nobody issued is a documented 404; the rest is silent and asked."""
    imported, found = tables(sessions())
    table = found["session"]
    assert table["strength"] == "exemplified"
    assert table["instance"] == {
        "created-by": "startSession", "id": "$response.body#/id", "carried-in": {"token": "path"}
    }  # fmt: skip
    assert table["states"] == {"absent": {}, "running": {}, "ended": {"final": True}}
    assert table["cells"] == {
        "startSession": {"absent": {"status": 201, "to": "running"}},
        "getSessionStatus": {
            "absent": {"status": 404}, "running": {"status": 200}, "ended": {"silent": {"mock": {"status": 200}}},
        },
        "endSession": {
            "absent": {"status": 404}, "running": {"status": 200, "to": "ended"},
            "ended": {"silent": {"mock": {"status": 200}}},
        },
    }  # fmt: skip
    assert (
        "# guessed: this names the session, because it is called id"
        in imported.files["lifecycles/session.yaml"]
    )
    assert any("when it is ended, to getSessionStatus, endSession" in text for text in imported.questions)


def test_null_if_already_ended_is_documented() -> None:
    """Prose that says null of what is over, and of what was never there, is taken at its word."""
    _, found = tables(sessions(summary="Ends it. Returns null if already ended or session was not found."))
    row = found["session"]["cells"]["endSession"]
    for state in ("absent", "ended"):
        assert row[state]["body"] == "nothing"
        assert row[state]["strength"] == "documented"
    assert row["running"]["body"] == {"not": {"type": "null"}}


def test_statuses_that_prose_names_are_cells() -> None:
    """«409 if it has already ended» and «404 when there is no such session», where both are among the responses."""
    told = (
        "Ends it. 409 if it was already ended. Answers 404 when there is no such session; 418 if already tea."
    )
    given = sessions(description=told)
    end = given["paths"]["/sessions/{token}/end"]["post"]
    end["responses"]["409"] = answer({"type": "object"}, "Conflict")
    _, found = tables(given)
    row = found["session"]["cells"]["endSession"]
    source = "openapi#/paths/~1sessions~1{token}~1end/post"
    assert row["ended"] == {"status": 409, "source": source}
    assert row["absent"] == {"status": 404, "source": source}
    assert row["running"] == {"status": 200, "to": "ended"}


def test_a_conflict_that_says_already_answers_the_second_time() -> None:
    """A 409 whose description says «already» is what the operation answers where it was done before."""
    given = sessions()
    end = given["paths"]["/sessions/{token}/end"]["post"]
    end["responses"]["409"] = answer({"type": "object"}, "The session has already ended.")
    _, found = tables(given)
    assert found["session"]["cells"]["endSession"]["ended"] == {"status": 409}


def test_create_read_update_delete() -> None:
    """A collection and its items; a deleted one is silent, for nobody says what comes then."""
    _, found = tables(document(paths={
        "/items": {"get": operation("listItems", "200"), "post": operation("createItem", "201")},
        "/items/{id}": {"get": operation("getItem", "200", "404"), "put": operation("updateItem", "200", "404"),
                        "delete": operation("deleteItem", "204", "404")},
    }))  # fmt: skip
    table = found["item"]
    assert list(table["cells"]) == ["createItem", "getItem", "updateItem", "deleteItem"]
    assert table["cells"]["deleteItem"]["present"] == {"status": 204, "to": "deleted"}
    assert table["cells"]["getItem"]["deleted"] == {"silent": {"mock": {"status": 404}}}


def test_states_are_called_as_the_documentation_calls_them() -> None:
    """Values of a status that mean a state name it."""
    given = sessions()
    thing = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "status": {"type": "string", "enum": ["active", "closed"]}},
    }
    given["paths"]["/sessions/{token}/status"]["get"]["responses"]["200"] = answer(thing)
    _, found = tables(given)
    assert list(found["session"]["states"]) == ["absent", "active", "closed"]
    assert found["session"]["cells"]["getSessionStatus"]["closed"] == {
        "silent": {"mock": {"status": 200, "body": {"status": "closed"}}}
    }


def test_verbs_that_take_each_other_back_end_nothing() -> None:
    """A stopped job can be started again: no state is final but the deleted one."""
    _, found = tables(document(paths={
        "/jobs": {"post": operation("createJob", "201")},
        "/jobs/{id}": {"get": operation("getJob", "200", "404"), "delete": operation("deleteJob", "200", "404")},
        "/jobs/{id}/start": {"post": operation("startJob", "200")},
        "/jobs/{id}/stop": {"post": operation("stopJob", "200")},
    }))  # fmt: skip
    table = found["job"]
    assert table["states"] == {
        "absent": {}, "present": {}, "deleted": {"final": True}, "running": {}, "stopped": {}
    }  # fmt: skip
    assert table["cells"]["startJob"]["stopped"] == {"status": 200, "to": "running"}
    assert table["cells"]["stopJob"]["running"] == {"status": 200, "to": "stopped"}


def test_links_are_the_wiring() -> None:
    """A Link says which id is meant, whatever it is called: nothing is guessed, and the table says it from now on."""
    given = document(paths={
        "/tickets": {"post": operation("open", "201")},
        "/tickets/{number}": {"get": operation("show", "200", "404")},
    })  # fmt: skip
    created = given["paths"]["/tickets"]["post"]["responses"]["201"]
    created["content"]["application/json"]["schema"] = {
        "properties": {"handle": {"type": "string"}, "id": {"type": "string"}}
    }
    created["links"] = {"show": {"operationId": "show", "parameters": {"number": "$response.body#/handle"}}}
    imported, found = tables(given)
    assert found["ticket"]["instance"]["id"] == "$response.body#/handle"
    assert "names the ticket" not in imported.files["lifecycles/ticket.yaml"]
    assert "links" not in value(imported, "open.yaml")["responses"]["201"]


@pytest.mark.parametrize(
    ("change", "question"),
    [
        (lambda paths: paths.pop("/sessions/start"), "Which operation creates a session?"),
        (lambda paths: paths["/sessions/start"]["post"].update(responses={"201": answer({"type": "object"})}),
         "Where does the answer of startSession name the session"),
        (lambda paths: paths["/sessions/start"]["post"].update(responses={}), "What does startSession answer"),
        (lambda paths: paths["/sessions/start"]["post"].update(requestBody=_SENT), "Who chooses the id of a session?"),
    ],
)  # fmt: skip
def test_without_evidence_there_is_a_question(change: Any, question: str) -> None:
    """No creator, no id, no documented success, an id of the client's: no table, and a question instead."""
    given = sessions()
    change(given["paths"])
    imported, found = tables(given)
    assert found == {}
    assert any(text.startswith(question) for text in imported.questions)


def test_what_a_name_does_not_tell_is_left_out() -> None:
    """An operation that may do anything to an instance is no column, for it would make every state possible."""
    given = sessions()
    given["paths"]["/sessions/{token}/frobnicate"] = {"post": operation("frobnicate", "200")}
    imported, found = tables(given)
    assert "frobnicate" not in found["session"]["cells"]
    assert any(text.startswith("What does frobnicate do to a session?") for text in imported.questions)
