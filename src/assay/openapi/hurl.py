"""The book as a Hurl file: plain text, one entry a request, run by the `hurl` command.

Every value that whoever runs it brings is a variable, and there are no defaults: a variable that a file defines cannot
be set from outside. The comment at the top lists them, each with what stands for it in the contracts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import ceil

from assay.machine.scope import MISSING
from assay.openapi.spelling import Names, place
from assay.openapi.workflow import (
    Book,
    CannotSay,
    Expected,
    Fact,
    Given,
    Mixed,
    Shape,
    Step,
    Value,
    Workflow,
    rendered,
)

_MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDEX = re.compile(r"0|[1-9][0-9]*")
#: what ends a value, or begins something else in it
_ENDING = re.compile(r"[#\\]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


def hurl(book: Book) -> tuple[str, dict[str, str]]:
    """The text of the file, and for clauses that it has nothing of, why."""
    names = Names(book, "base_url")
    omitted = dict(book.omitted)
    written = []
    for workflow in book.workflows:
        try:
            written.append("".join(f"{line}\n" for line in _workflow(names, workflow)))
        except CannotSay as error:
            omitted[workflow.clause] = str(error)
    head = [
        f"# {_line(book.api.title)}: for each documented cell the shortest history that shows it.",
        "# Written by `assay bundle`. Run it with --continue-on-error: each part stands for itself.",
        "#",
        "# Variables:",
        f"#   {names.base}: where the API is, without a slash at the end",
    ]
    for one in book.inputs.values():
        default = "" if one.default is MISSING else f" For example {_line(json.dumps(one.default))}."
        if isinstance(one.default, list | dict):
            default = " Written out below: no variable holds a list or object."
        head.append(f"#   {names.input(one.name)}: {_line(one.description)}{default}")
    if omitted:
        head += ["#", "# Left out:", *(f"#   {clause}: {_line(why)}" for clause, why in omitted.items())]
    return "\n".join(head) + "\n\n" + "\n".join(written), omitted


def _workflow(names: Names, workflow: Workflow) -> Iterator[str]:
    yield f"# {workflow.clause}"
    for number, step in enumerate(workflow.steps):
        if number:
            yield ""
        yield f"# {_line(step.says)}"
        yield from _entry(names, workflow, step)


def _entry(names: Names, workflow: Workflow, step: Step) -> Iterator[str]:
    ask = step.ask
    query = "&".join(f"{name}={value}" for name, value in names.pairs(workflow, ask))
    url = f"{{{{{names.base}}}}}{names.path(workflow, ask)}{'?' if query else ''}{query}"
    yield f"{ask.operation.method.upper()} {url}"
    for name, value in ask.headers.items():
        yield f"{name}: {_value(names.text(workflow, value))}"
    if ask.body is not MISSING:
        yield f"Content-Type: {_value(ask.media_type or 'application/json')}"
    if ask.cookies:
        yield "[Cookies]"
        yield from (f"{name}: {_value(names.text(workflow, value))}" for name, value in ask.cookies.items())
    if options := list(_options(step)):
        yield "[Options]"
        yield from options
    if ask.body is not MISSING:
        yield names.body(workflow, rendered(ask.body, _written_out))
    one = len(step.expected.statuses) == 1
    yield f"HTTP {step.expected.statuses[0] if one else '*'}"
    if step.outputs:
        yield "[Captures]"
        for name, expression in step.outputs.items():
            header, path = place(expression)
            found = f"header {_quoted(header)}" if header else f"jsonpath {_quoted(_jsonpath(path))}"
            yield f"{names.output(workflow, step.id, name)}: {found}"
    if asserts := list(_asserts(names, workflow, step.expected)):
        yield "[Asserts]"
        yield from asserts


def _written_out(part: Given | Mixed) -> Value:
    """The part, or what stands for it where no variable of Hurl could hold it."""
    return part.like if isinstance(part, Given) and isinstance(part.like, list | dict) else part


def _options(step: Step) -> Iterator[str]:
    if step.wait:
        yield f"delay: {ceil(step.wait * 1000)}ms"
    if step.eventually is not None:
        yield f"retry: {ceil(step.eventually.within / step.eventually.every)}"
        yield f"retry-interval: {ceil(step.eventually.every * 1000)}ms"


def _asserts(names: Names, workflow: Workflow, expected: Expected) -> Iterator[str]:
    if len(expected.statuses) > 1:
        yield f"status toString matches /^({'|'.join(map(str, expected.statuses))})$/"
    for header in expected.headers:
        yield f"header {_quoted(header)} exists"
    if expected.nothing:
        yield r"body matches /^\s*(null)?\s*$/"
    for fact in expected.facts:
        yield from _fact(names, workflow, fact)


def _fact(names: Names, workflow: Workflow, fact: Fact) -> Iterator[str]:
    query = f"jsonpath {_quoted(_jsonpath(fact.path))}"
    if isinstance(fact.value, Shape):
        yield f"{query} exists"
        if fact.value is Shape.PRESENT:
            yield f"{query} != null"
    elif isinstance(fact.value, Given):
        spelt = names.spelt(workflow, fact.value)
        # what an answer brought keeps its type; what a person brings is a text
        yield f"{query} == {spelt}" if fact.value.step else f'{query} == "{spelt}"'
    elif isinstance(fact.value, Mixed):
        yield f'{query} == "{names.spelt(workflow, fact.value)}"'
    elif isinstance(fact.value, str):
        yield f"{query} == {_quoted(fact.value)}"
    else:
        yield f"{query} == {json.dumps(fact.value)}"


def _jsonpath(path: tuple[str, ...]) -> str:
    written = "$"
    for name in path:
        if _MEMBER.fullmatch(name):
            written += f".{name}"
        elif _INDEX.fullmatch(name):
            written += f"[{name}]"
        elif "'" in name or "\\" in name:
            raise CannotSay(f"the member {name!r} cannot be named in a path")
        else:
            written += f"['{name}']"
    return written


def _value(value: str) -> str:
    """A text that ends with the line."""
    if _UNSEEN.search(value):
        raise CannotSay(f"the value {value!r} does not fit a line")
    return _ENDING.sub(lambda found: f"\\{found[0]}", value)


def _quoted(value: str) -> str:
    """A text between double quotes."""
    if "{{" in value:
        raise CannotSay(f"a part of the text {value!r} would be taken for a variable")
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSEEN.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", plain) + '"'


def _line(words: str) -> str:
    """Words as a comment: on one line."""
    return " ".join(_UNSEEN.sub(" ", words).split())
