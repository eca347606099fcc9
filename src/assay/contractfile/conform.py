"""Files against the published JSON Schemas, and the library's findings in a contract author's words.

The schemas choose between forms with `if`/`then`/`else`, never with `anyOf`, so that a mistake yields the one
error that explains it and not one for each form that was not meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

import jsonschema_rs

from assay.contractfile.positions import Document
from assay.contractfile.suggest import choose, nearest
from assay.model.contract import Json
from assay.model.pointer import escape, tokens
from assay.model.problem import Problem

_NAME_FORM: Final = "has other characters than letters, digits, `.`, `_` and `-`, or does not begin with one"
#: what the patterns of the schemas mean
_FORMS: Final = {
    "^[A-Za-z0-9][A-Za-z0-9._-]*$": _NAME_FORM,
    "^/[^?#\\s]*$": "does not begin with `/`, or holds `?`, `#` or a space",
    "^[1-5]([0-9][0-9]|XX)$": "is no HTTP status and no class of them",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "is no day written as YYYY-MM-DD",
    "^[0-9a-f]{6,64}$": "is no fingerprint",
    "^[^#\\s]+$": "holds `#` or a space",
    "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$": "is no number with a unit of time behind it (ms, s, m, h or d)",
}

#: the kinds of contract files; each has `schemas/<kind>.schema.json`
KINDS: Final = ("contract", "api", "lifecycle", "waivers")

_CELL: Final = re.compile(r"/cells/[^/]+/[^/]+")
_TYPES: Final = {
    "object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "null",
}  # fmt: skip


@cache
def schema_of(kind: str) -> Json:
    """The published JSON Schema of that kind of file."""
    folder = resources.files("assay.contractfile") / "schemas"
    return json.loads((folder / f"{kind}.schema.json").read_text(encoding="utf-8"))


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema_of(kind))


class Conformance(NamedTuple):
    """What comparing a document with its schema yields."""

    problems: tuple[Problem, ...]
    #: True when the rest of the checks can go on: nothing is wrong, or there only are keys too many
    usable: bool


def conform(kind: str, document: Document) -> Conformance:
    """Everything in which the document differs from the schema of its kind; one problem for each cause."""
    errors = list(_validator(kind).iter_errors(document.value))
    if not errors:
        return Conformance((), usable=True)
    found = [problem for error in errors for problem in _tell(error, schema_of(kind), document)]
    usable = all(error.kind.name == "additionalProperties" for error in errors)
    return Conformance(tuple(dict.fromkeys(_without_echoes(found))), usable)


def _without_echoes(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Drops «X is missing» where an unknown key beside it is X misspelled: one cause, one problem."""
    misspelled = {
        (p.place.pointer.rpartition("/")[0], p.fix.split("'")[1])
        for p in problems
        if p.rule == "unknown-key" and p.fix.startswith("Did you mean")
    }
    for problem in problems:
        if (
            problem.rule == "missing-key"
            and (problem.place.pointer, problem.message.split("'")[1]) in misspelled
        ):
            continue
        yield problem


def _tell(error: jsonschema_rs.ValidationError, schema: Json, document: Document) -> Iterator[Problem]:
    # jsonschema-rs leaves empty member names out of its paths, and makes `404` a number
    pointer = document.existing(error.instance_path)
    path = list(error.schema_path)
    parent = _at(schema, path[:-1])
    kind: Any = error.kind
    match kind.name:
        case "additionalProperties":
            yield from _unknown_keys(kind.unexpected, parent, pointer, document)
        case "required":
            yield _missing(kind.property, parent, pointer, document)
        case "propertyNames" | "falseSchema":
            yield _refused_key(error, pointer, document)
        case _:
            yield _wrong_value(error, parent, pointer, document)


def _at(schema: Json, path: Sequence[str | int]) -> dict[str, Json]:
    node = schema
    for part in path:
        node = node[part]
    return node if isinstance(node, dict) else {}


def _unknown_keys(
    keys: Sequence[str], parent: dict[str, Json], pointer: str, document: Document
) -> Iterator[Problem]:
    known = parent.get("properties", {})
    patterns = [p for p in parent.get("patternProperties", {}) if p != "^x-"]
    for key in keys:
        at = f"{pointer}/{escape(key)}"
        if not known and patterns:
            message = f"Cannot use '{key}' here: because it is no HTTP status."
            yield document.problem(
                "unknown-key", at, message, "Use a status such as 200, a class such as 4XX, or default."
            )
            continue
        home = document.name(pointer) if pointer else "this kind of file"
        message = f"Cannot use '{key}' here: because {home} has no such key."
        present = document.at(pointer)
        options = [name for name in known if name not in present]
        fix = choose(key, options, "one of") if options else "Delete it."
        yield document.problem("unknown-key", at, message, fix)


def _missing(key: str, parent: dict[str, Json], pointer: str, document: Document) -> Problem:
    about = parent.get("properties", {}).get(key, {})
    said = about.get("description", "") if isinstance(about, dict) else ""
    message = f"Cannot use {document.name(pointer)} as it is: because '{key}' is missing."
    return document.problem("missing-key", pointer, message, f"Add `{key}:`. {said}".rstrip())


def _refused_key(error: jsonschema_rs.ValidationError, pointer: str, document: Document) -> Problem:
    if error.kind.name == "falseSchema":
        key = pointer.rpartition("/")[2]
        message = f"Cannot use '{key}' here: because another key beside it rules it out."
        return document.problem("unknown-key", pointer, message, "Keep one of the two.")
    refused: Any = error.kind
    key, (because, _) = str(refused.error.instance), explain(refused.error, None)
    message = f"Cannot use '{key}' as a name: because {because}."
    return document.problem("bad-name", f"{pointer}/{escape(key)}", message, "Rename it.")


def _wrong_value(
    error: jsonschema_rs.ValidationError, parent: dict[str, Json], pointer: str, document: Document
) -> Problem:
    said = parent.get("description", "")
    value = error.instance
    if value is None and _CELL.fullmatch(pointer):
        return _blank_cell(pointer, document)
    rule = "wrong-type" if error.kind.name == "type" else "wrong-value"
    because, fix = explain(error, value)
    message = f"Cannot use {show(value)} for {document.name(pointer)}: because {because}."
    return document.problem(rule, pointer, message, f"{fix} {said}".strip(), at_value=True)


def _blank_cell(pointer: str, document: Document) -> Problem:
    """What lint says of a cell that is not there at all, said of one that is there and empty."""
    operation, state = tokens(pointer)[1:]
    message = f"Cannot tell what '{operation}' answers in state '{state}': because the cell is blank."
    fix = f"Write `{state}: {{status: …}}`, or `{state}: silent` when the documentation does not say."
    return document.problem("blank-cell", pointer, message, fix)


def explain(error: jsonschema_rs.ValidationError, value: Json) -> tuple[str, str]:
    """Why a value is refused, and what to do."""
    kind: Any = error.kind
    match kind.name:
        case "type":
            wanted = " or ".join(_TYPES[name] for name in kind.types)
            fix = (
                "Put it in quotes."
                if kind.types == ["string"] and isinstance(value, int | float)
                else f"Write {wanted}."
            )
            return f"it must be {wanted}", fix
        case "enum":
            options = [option for option in kind.options if isinstance(option, str)]
            return "it is none of the words known here", choose(str(value), options)
        case "const":
            wanted = kind.expected_value
            near = nearest(str(value), [str(wanted)])
            return (
                f"the only word known here is '{wanted}'",
                f"Did you mean '{near}'?" if near else f"Write '{wanted}'.",
            )
        case "anyOf":
            options = [
                o for branch in kind.context for e in branch if e.kind.name == "enum" for o in e.kind.options
            ]
            return "it is none of the words known here", choose(str(value), [str(o) for o in options])
        case "pattern":
            return f"it {_FORMS.get(kind.pattern, f'does not have the form {kind.pattern}')}", "Rewrite it."
        case "minLength" | "minItems" | "minProperties":
            return "it is empty", "Fill it, or delete the key."
        case "maxItems" | "maxProperties":
            return "it has too many entries", "Split it."
        case _:
            return str(error.message).splitlines()[0].rstrip("."), "Change the value."


def show(value: Json) -> str:
    """The value, short enough for a line."""
    if isinstance(value, dict | list):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
