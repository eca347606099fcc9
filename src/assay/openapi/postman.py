"""The book as a Postman collection, format 2.1: a folder a workflow, for Postman, Newman and what else reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import ceil
from typing import Final

from assay.machine.scope import MISSING
from assay.model.terms import Json
from assay.openapi.spelling import Names, literal, place
from assay.openapi.workflow import Book, CannotSay, Fact, Given, Mixed, Shape, Step, Workflow

_SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
#: finds a place in the answer's body, and throws where there is none
_AT: Final = (
    "const at = names => names.reduce((value, name) => { "
    "if (value === null || typeof value !== 'object' || !(name in value)) throw new Error('there is no ' + name); "
    "return value[name]; }, JSON.parse(pm.response.text()));"
)


def postman(book: Book) -> tuple[dict[str, Json], dict[str, str]]:
    """The collection as a JSON value, and for clauses that it has nothing of, why.

    Tokens are variables without a value; other inputs have their defaults.
    """
    names = Names(book, "baseUrl")
    omitted = dict(book.omitted)
    folders = []
    for workflow in book.workflows:
        try:
            folders.append(_folder(names, workflow))
        except CannotSay as error:
            omitted[workflow.clause] = str(error)
    told = [
        "For each documented cell the shortest history that shows it. Written by `assay bundle`.",
        *(["Left out:"] if omitted else []),
        *(f"* {clause}: {why}" for clause, why in omitted.items()),
    ]
    server = book.api.servers[0] if book.api.servers else ""
    variables: list[Json] = [{"key": names.base, "value": server.rstrip("/"), "type": "string"}]
    for one in book.inputs.values():
        default = "" if one.default is MISSING else one.default
        value = default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)
        variables.append(
            {"key": names.input(one.name), "value": value, "type": "string", "description": one.description}
        )
    collection: dict[str, Json] = {
        "info": {
            "name": f"{book.api.title}: witnesses",
            "description": "\n".join(told),
            "version": book.api.version,
            "schema": _SCHEMA,
        },
        "item": folders,
        "variable": variables,
    }
    return collection, omitted


def _folder(names: Names, workflow: Workflow) -> dict[str, Json]:
    return {
        "name": workflow.summary,
        "description": workflow.clause,
        "item": [_item(names, workflow, step) for step in workflow.steps],
    }


def _item(names: Names, workflow: Workflow, step: Step) -> dict[str, Json]:
    if step.eventually is not None:
        raise CannotSay("a collection cannot ask again until something has come")
    ask = step.ask
    headers = [{"key": name, "value": names.text(workflow, value)} for name, value in ask.headers.items()]
    if ask.body is not MISSING:
        headers.append({"key": "Content-Type", "value": ask.media_type or "application/json"})
    if ask.cookies:
        cookies = (f"{name}={names.text(workflow, value)}" for name, value in ask.cookies.items())
        headers.append({"key": "Cookie", "value": "; ".join(cookies)})
    path, pairs = names.path(workflow, ask), list(names.pairs(workflow, ask))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    url: dict[str, Json] = {
        "raw": f"{{{{{names.base}}}}}{path}{'?' if query else ''}{query}",
        "host": [f"{{{{{names.base}}}}}"],
        "path": path.lstrip("/").split("/"),
        **({"query": [{"key": name, "value": value} for name, value in pairs]} if pairs else {}),
    }
    request: dict[str, Json] = {"method": ask.operation.method.upper(), "header": headers, "url": url}
    if ask.body is not MISSING:
        raw = names.body(workflow, ask.body)
        request["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    request["description"] = f"{step.says}\n\n{step.clause}"
    events = [_script("test", list(_tests(names, workflow, step)))]
    if step.wait:
        events.insert(0, _script("prerequest", [f"setTimeout(() => {{}}, {ceil(step.wait * 1000)});"]))
    return {"name": step.id, "event": events, "request": request, "response": []}


def _script(when: str, lines: list[str]) -> dict[str, Json]:
    return {"listen": when, "script": {"type": "text/javascript", "exec": lines}}


def _tests(names: Names, workflow: Workflow, step: Step) -> Iterator[str]:
    expected = step.expected
    statuses = list(expected.statuses)
    yield _test(
        f"status {' or '.join(map(str, statuses))}", f"pm.expect(pm.response.code).to.be.oneOf({statuses})"
    )
    for header in expected.headers:
        yield _test(f"has the header {header}", f"pm.response.to.have.header({json.dumps(header)})")
    if expected.nothing:
        yield _test("answers nothing", r"pm.expect(pm.response.text()).to.match(/^\s*(null)?\s*$/)")
    if expected.facts or step.outputs:
        yield _AT
    for fact in expected.facts:
        yield _fact(names, workflow, fact)
    for name, expression in step.outputs.items():
        header, path = place(expression)
        found = f"pm.response.headers.get({json.dumps(header)})" if header else f"at({json.dumps(path)})"
        variable = json.dumps(names.output(workflow, step.id, name))
        yield _test(f"names its {name}", f"pm.collectionVariables.set({variable}, {found})")


def _fact(names: Names, workflow: Workflow, fact: Fact) -> str:
    name = "/" + "/".join(fact.path)
    found = f"at({json.dumps(fact.path)})"
    if isinstance(fact.value, Shape):
        present = fact.value is Shape.PRESENT
        test = f"pm.expect({found}).to.not.equal(null)" if present else found
        return _test(f"{name} is there", test)
    if isinstance(fact.value, Given | Mixed):
        spelt = names.spelt(workflow, fact.value)
        # variables are texts in some versions
        wanted = f"pm.variables.replaceIn({json.dumps(spelt)})"
        return _test(f"{name} is as known", f"pm.expect(String({found})).to.equal({wanted})")
    if isinstance(fact.value, str):
        literal(fact.value)
    wanted = json.dumps(fact.value)
    return _test(f"{name} is {wanted}", f"pm.expect({found}).to.eql({wanted})")


def _test(name: str, statement: str) -> str:
    return f"pm.test({json.dumps(name)}, () => {{ {statement}; }});"
