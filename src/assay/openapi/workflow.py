"""Witnesses as values that every format of a runner can be written from: workflows of requests and what is expected.

Before a request is sent only a part of it is known: a token is not, nor an id that an earlier answer names. What is not
is a `Given`; it may stand anywhere in a JSON value, or as a piece of a text (`Mixed`). Formats spell it each their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from assay.machine.scope import MISSING, Absence
from assay.model.contract import Api, Operation
from assay.model.lifecycle import Eventually
from assay.model.terms import Json

#: a JSON value in which `Given` and `Mixed` may stand
Value = Json


class CannotSay(Exception):
    """A witness that cannot be written down, or not in that format; the message says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """Stands for a value that is known only when the request is sent."""

    #: of the input, or of the output of the step
    name: str
    #: the earlier step of the same workflow that brings it; empty: an input
    step: str = ""
    #: a value of its kind
    like: Json = None


@dataclass(frozen=True, slots=True)
class Mixed:
    """A text of which some pieces are given."""

    parts: tuple[str | Given, ...]


class Shape(Enum):
    """What may be known of a member without its value."""

    #: it is there, and not null
    PRESENT = "present"
    #: it is there; its value may be null
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Fact:
    """What the documentation surely says of one member of an answer's body."""

    #: the names that lead to it
    path: tuple[str, ...]
    #: what it is equal to (a text, number, boolean, null or `Given`), or of what shape it is
    value: Value | Shape


@dataclass(frozen=True, slots=True)
class Expected:
    """What is documented of an answer."""

    #: any of these
    statuses: tuple[int, ...]
    #: the body is JSON null or of no length
    nothing: bool = False
    facts: tuple[Fact, ...] = ()
    #: names of fields that its header has
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    operation: Operation
    path: Mapping[str, Value] = field(default_factory=dict)
    query: Mapping[str, Value] = field(default_factory=dict)
    headers: Mapping[str, Value] = field(default_factory=dict)
    cookies: Mapping[str, Value] = field(default_factory=dict)
    #: JSON; MISSING: no body
    body: Value | Absence = MISSING
    media_type: str = ""

    @property
    def values(self) -> Iterator[Value]:
        """All that it is made of."""
        for part in (self.path, self.query, self.headers, self.cookies):
            yield from part.values()
        if self.body is not MISSING:
            yield self.body


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a workflow."""

    #: letters, digits, `_` and `-`; unique in its workflow
    id: str
    #: in words: what for
    says: str
    #: the clause it shows, or relies on
    clause: str
    ask: Ask
    expected: Expected
    #: name -> the runtime expression that finds it in the answer
    outputs: Mapping[str, str] = field(default_factory=dict)
    #: seconds to let pass before
    wait: float = 0.0
    #: what is expected may take its time; None: it holds at once
    eventually: Eventually | None = None
    #: the facts that show that what is waited for has come; none: that there is no body; None: the status is enough
    telling: tuple[Fact, ...] | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """The shortest history that shows one clause: its last step does, the others lead up to it."""

    #: letters, digits, `_` and `-`; unique in the book
    id: str
    clause: str
    summary: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that whoever runs the workflows brings."""

    #: letters, digits, `_` and `-`
    name: str
    description: str
    #: what stands for it where nobody brings one; MISSING: it has to be brought
    default: Json | Absence = MISSING


@dataclass(frozen=True, slots=True)
class Book:
    """All witnesses of one API, and why others are missing."""

    api: Api
    inputs: Mapping[str, Input]
    workflows: tuple[Workflow, ...]
    #: clause -> why there is no workflow for it
    omitted: Mapping[str, str]


def givens(value: Value) -> Iterator[Given]:
    """Every `Given` in a value, in its order."""
    if isinstance(value, Given):
        yield value
    elif isinstance(value, Mixed):
        yield from (part for part in value.parts if isinstance(part, Given))
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from givens(member)
    elif isinstance(value, list | tuple):
        for element in value:
            yield from givens(element)


def needed(inputs: Mapping[str, Input], workflow: Workflow) -> list[Input]:
    """The inputs that a workflow needs, in the order in which it needs them."""
    values = [value for step in workflow.steps for value in step.ask.values]
    values += [fact.value for step in workflow.steps for fact in step.expected.facts]
    names = dict.fromkeys(one.name for value in values for one in givens(value) if not one.step)
    return [inputs[name] for name in names]


def rendered(value: Value, spell: Callable[[Given | Mixed], Json], text: Callable[[str], str] = str) -> Json:
    """The JSON value with each given part spelled as the format does, and each other text through `text`."""
    if isinstance(value, Given | Mixed):
        return spell(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {key: rendered(member, spell, text) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [rendered(element, spell, text) for element in value]
    return value


def plain(value: Value) -> Json:
    """The value with something of its kind where a part is only given: to reckon with, not to send."""
    return rendered(
        value,
        lambda part: (
            part.like
            if isinstance(part, Given)
            else "".join(str(p.like) if isinstance(p, Given) else p for p in part.parts)
        ),
    )
