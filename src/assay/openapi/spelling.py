"""What formats that write `{{name}}` for a variable have in common: names of variables, URLs, places in answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from assay.inputs.classify import text
from assay.model.pointer import tokens
from assay.openapi.request import unique
from assay.openapi.workflow import Ask, Book, CannotSay, Given, Mixed, Value, Workflow

_VARIABLE = re.compile(r"\{([^}]*)\}")
_FOUND = re.compile(r"\$response\.(?:header\.(?P<header>.+)|body(?:#(?P<pointer>.*))?)", re.DOTALL)


class Names:
    """The variables of a book: inputs by their names, outputs by workflow and step, and the target's base URL."""

    def __init__(self, book: Book, base: str) -> None:
        self.base = unique(base, book.inputs)
        taken: dict[str, None] = dict.fromkeys([*book.inputs, self.base])
        self._inputs = {}
        for name in book.inputs:
            # a variable begins with a letter
            self._inputs[name] = name if name[0].isalpha() else unique(f"v-{name}", taken)
        self._outputs: dict[tuple[str, str, str], str] = {}
        for number, workflow in enumerate(book.workflows, 1):
            for step in workflow.steps:
                for output in step.outputs:
                    name = unique(f"w{number}-{step.id}-{output}", taken)
                    taken[name] = None
                    self._outputs[workflow.id, step.id, output] = name

    def input(self, name: str) -> str:
        """The variable of an input."""
        return self._inputs[name]

    def output(self, workflow: Workflow, step: str, name: str) -> str:
        """The variable of what a step makes known."""
        return self._outputs[workflow.id, step, name]

    def of(self, workflow: Workflow, given: Given) -> str:
        """The variable of a given part."""
        return self.output(workflow, given.step, given.name) if given.step else self.input(given.name)

    def spelt(self, workflow: Workflow, part: Given | Mixed) -> str:
        """The part as it stands in a text."""
        if isinstance(part, Given):
            return f"{{{{{self.of(workflow, part)}}}}}"
        return "".join(literal(p) if isinstance(p, str) else self.spelt(workflow, p) for p in part.parts)

    def text(self, workflow: Workflow, value: Value) -> str:
        """A value as it stands in a header field."""
        return self.spelt(workflow, value) if isinstance(value, Given | Mixed) else literal(text(value))

    def path(self, workflow: Workflow, ask: Ask) -> str:
        """The path, percent-encoded but for its variables."""
        template = _VARIABLE.split(ask.operation.path)
        return "".join(
            self._encoded(workflow, ask.path[part]) if index % 2 else part
            for index, part in enumerate(template)
        )

    def pairs(self, workflow: Workflow, ask: Ask) -> Iterator[tuple[str, str]]:
        """The query, percent-encoded but for its variables; lists exploded (OpenAPI 3.1 §4.8.12.2)."""
        for name, value in ask.query.items():
            for item in value if isinstance(value, list) else [value]:
                yield quote(name, safe=""), self._encoded(workflow, item)

    def body(self, workflow: Workflow, value: Value, indent: str = "") -> str:
        """The JSON text of a body with variables in it: texts in quotes, others without."""
        inner = f"{indent}  "
        if isinstance(value, Given):
            spelt = self.spelt(workflow, value)
            return f'"{spelt}"' if value.like is None or isinstance(value.like, str) else spelt
        if isinstance(value, Mixed):
            return '"' + "".join(
                json.dumps(literal(p), ensure_ascii=False)[1:-1] if isinstance(p, str) else self.spelt(workflow, p)
                for p in value.parts
            ) + '"'  # fmt: skip
        if isinstance(value, Mapping) and value:
            members = (
                f"{inner}{json.dumps(literal(key), ensure_ascii=False)}: {self.body(workflow, member, inner)}"
                for key, member in value.items()
            )
            return "{\n" + ",\n".join(members) + f"\n{indent}}}"
        if isinstance(value, list) and value:
            elements = (f"{inner}{self.body(workflow, element, inner)}" for element in value)
            return "[\n" + ",\n".join(elements) + f"\n{indent}]"
        if isinstance(value, str):
            literal(value)
        return json.dumps(value, ensure_ascii=False)

    def _encoded(self, workflow: Workflow, value: Value) -> str:
        if isinstance(value, Given):
            return self.spelt(workflow, value)
        if isinstance(value, Mixed):
            return "".join(
                quote(p, safe="") if isinstance(p, str) else self.spelt(workflow, p) for p in value.parts
            )
        return quote(json.dumps(value) if isinstance(value, Mapping) else text(value), safe="")


def literal(value: str) -> str:
    """The text, if nobody will take a part of it for a variable."""
    if "{{" in value or "}}" in value:
        raise CannotSay(f"a part of the text {value!r} would be taken for a variable")
    return value


def place(expression: str) -> tuple[str, tuple[str, ...]]:
    """Where a runtime expression looks in an answer: a header field, or the names that lead through the body."""
    found = _FOUND.fullmatch(expression)
    if found is None:
        raise CannotSay(f"{expression} is not in the answer")
    return found["header"] or "", tuple(tokens(found["pointer"] or ""))
