"""Looking before and after: what counts of an answer, when two looks tell of a change, and when they tell nothing.

What the law's `equal` names is documented to stay: one look before is enough. What nobody documented may change by
itself (a clock, a signed link), and what is not the instance's own may be changed by others: there is a second look
before, and where those two differ already, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assay.laws.reading import brief, carries, difference, ignored, reader, sight
from assay.laws.terms import Ground, Missing, Seen, Told
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import Case
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json, Schema

CONTROL, BEFORE, AFTER = "control", "before", "after"
BODY = "body"
#: statuses that speak of the circumstances, not of the instance (RFC 9110 §15.5, RFC 6585 §4)
_CIRCUMSTANCES = frozenset({401, 403, 408, 425, 429})
_INSTANCE = "$instance."

READ: Schema = {
    "type": "string",
    "x-names": "operation",
    "description": "The operation that shows an instance; by default the first safe one of the table that carries it.",
}
EQUAL: Schema = {
    "type": "array",
    "items": {"type": "string"},
    "minItems": 1,
    "description": "What of the answers is equal: `body`, and names of response headers. Without it the body counts, "
    "as far as two looks in a row show the same.",
}  # fmt: skip
IGNORE: Schema = {
    "type": "array",
    "items": {"type": "string", "pattern": "^/"},
    "description": "JSON Pointers into the body that are never compared, besides `volatile` fields.",
}
WITH: Schema = {
    "type": "object",
    "additionalProperties": True,
    "description": "Values of path and query parameters of the read, by name: a literal, or `$instance.FIELD` for what "
    "the lifecycle remembers of the instance.",
}  # fmt: skip
AT: Schema = {
    "type": "string",
    "pattern": "^#?(/.*)?$",
    "description": "JSON Pointer into the answer, as in `#/available`.",
}
WATCH: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "read": {"type": "string", "x-names": "operation", "description": "The operation to look with."},
            "with": WITH,
            "at": AT,
            "operations": {
                "type": "array",
                "items": {"type": "string", "x-names": "operation"},
                "description": "Around these operations only; by default around all of the law.",
            },
        },
        "required": ["read", "at"],
        "additionalProperties": False,
    },
    "description": "Values elsewhere that must stay as well. Whoever else uses the target meanwhile may change them: "
    "they are looked at twice before.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """One way to look: at the instance itself, or at a value elsewhere."""

    #: what its roles end in; empty for the instance itself
    mark: str
    case: Case
    #: True when what is compared is documented to stay
    steady: bool
    #: the operations around which it is of interest; None: all
    operations: frozenset[str] | None = None

    @property
    def before(self) -> tuple[Case, ...]:
        """The look or looks before."""
        one = replace(self.case, role=BEFORE + self.mark)
        return (one,) if self.steady else (replace(self.case, role=CONTROL + self.mark), one)

    @property
    def twice_before(self) -> tuple[Case, ...]:
        """Two looks before, whether or not what is compared is documented to stay."""
        return replace(self, steady=False).before

    @property
    def after(self) -> Case:
        """The look after."""
        return replace(self.case, role=AFTER + self.mark)

    @property
    def alone(self) -> bool:
        """True when it can be had without an instance."""
        return self.case.subject is None and not self.case.refs

    def around(self, operation: str) -> bool:
        """True when it is of interest around that operation."""
        return self.operations is None or operation in self.operations

    def room(self, lead: tuple[Case, ...], most: int = 6) -> int:
        """How many requests fit between the looks; at least one."""
        return max(1, most - len(lead) - len(self.before) - 1)


def own(ground: Ground, law: Law) -> View | None:
    """The look at the instance itself; None when no operation shows it."""
    read = reader(ground.api, ground.cycle, law)
    return None if read is None else View("", ask(ground, read, "looks at it"), "equal" in law.parameters)


def watched(ground: Ground, law: Law) -> Iterator[View | Missing]:
    """The looks at values elsewhere, which the law's `watch` names."""
    for number, raw in enumerate(law.parameters.get("watch", ()), start=1):
        case = placed(ground, raw["read"], raw.get("with", {}))
        if case is None:
            yield Missing(f"«with» names a parameter that {raw['read']} does not have")
            continue
        around = raw.get("operations")
        yield View(f"-{number}", case, steady=False, operations=None if around is None else frozenset(around))


def placed(ground: Ground, read: str, given: Mapping[str, Json], symbol: str = "i1") -> Case | None:
    """A read with these values for its parameters; None when it has no such parameter."""
    case = ask(ground, read, "looks at it", symbol)
    where = {parameter.name: parameter.location for parameter in ground.api.operation(read).parameters}
    for name, value in given.items():
        place = where.get(name)
        if place not in {"path", "query"}:
            return None
        if isinstance(value, str) and value.startswith(_INSTANCE):
            reference = f"$instances.{symbol}.{value.removeprefix(_INSTANCE)}"
            case = replace(case, refs={**case.refs, f"{place}.{name}": reference})
        elif place == "path":
            case = replace(case, path={**case.path, name: value})
        else:
            case = replace(case, query={**case.query, name: value})
    return case


def ask(ground: Ground, operation: str, title: str, symbol: str = "i1") -> Case:
    """A valid request, about the instance where the operation carries one."""
    about = carries(ground.api, ground.cycle, operation) or operation == ground.cycle.created_by
    return replace(ground.ask(operation, symbol if about else None), title=title)


def headers(law: Law) -> tuple[str, ...]:
    """The response headers that count."""
    return tuple(name for name in law.parameters.get("equal", ()) if name != BODY)


def answers_differ(told: Told, one: Seen, other: Seen) -> tuple[str, str] | None:
    """How the answers of two steps differ in what counts of a success (not in the status): place and words."""
    if BODY in told.law.parameters.get("equal", (BODY,)):
        but = ignored(told.cycle, told.law, one.operation) | ignored(told.cycle, told.law, other.operation)
        if (found := difference(one.body, other.body, but)) is not None:
            return found
    return sight(replace(one, status=other.status, body=None), replace(other, body=None), frozenset(),
                 headers(told.law))  # fmt: skip


def differ(told: Told, one: Seen, other: Seen) -> tuple[str, str] | None:
    """How two looks differ. Of two that find nothing, the wording does not count."""
    if one.succeeded != other.succeeded:
        return "status", f"{other.operation} answered {one.status} before and answers {other.status} now"
    if not other.succeeded:
        return None
    at = pointer(told.law, other.role)
    if at is None:
        return answers_differ(told, one, other)
    before, after = point(one.body, at), point(other.body, at)
    if before is UNRESOLVED or after is UNRESOLVED or difference(before, after) is None:
        return None
    return at, f"{other.operation} {at} was {brief(before)} and is {brief(after)} now"


def pointer(law: Law, role: str) -> str | None:
    """Where the watched value stands that this look is for; None for a look at the instance itself."""
    _, dash, number = role.partition("-")
    return law.parameters["watch"][int(number) - 1]["at"].removeprefix("#") if dash else None


def elsewhere(told: Told) -> bool:
    """True when the last look is at a value elsewhere, which others may move as well."""
    return pointer(told.law, told.last.role) is not None


def looked(told: Told, part: str) -> Seen | None:
    """The newest look of that part (`BEFORE`, `CONTROL`) that belongs to the last one."""
    _, dash, number = told.last.role.partition("-")
    return told.at(f"{part}{dash}{number}")


def doubt(told: Told) -> str:
    """Why nothing can be told of the drill up to its last step, a look; empty when something can."""
    if (bad := next((seen for seen in told.steps[:-1] if not seen.clean), None)) is not None:
        return f"{bad.operation} before it did not go as documented"
    if not readable(told.last):
        return f"{told.last.operation} was answered {told.last.status or 'nothing'}"
    before, control = looked(told, BEFORE), looked(told, CONTROL)
    if before is None:
        return "nobody looked before"
    if control is not None and (moving := differ(told, control, before)) is not None:
        return f"it changes by itself: {moving[1]}"
    at = pointer(told.law, told.last.role)
    if at is not None and point(told.last.body, at) is UNRESOLVED:
        return f"{told.last.operation} shows nothing at {at}"
    return ""


def readable(seen: Seen) -> bool:
    """True when the answer is about the instance, and not about the circumstances."""
    return seen.status is not None and seen.status < 500 and seen.status not in _CIRCUMSTANCES


__all__ = [
    "AFTER",
    "AT",
    "BEFORE",
    "BODY",
    "CONTROL",
    "EQUAL",
    "IGNORE",
    "READ",
    "WATCH",
    "WITH",
    "View",
    "answers_differ",
    "ask",
    "differ",
    "doubt",
    "elsewhere",
    "headers",
    "looked",
    "own",
    "placed",
    "pointer",
    "readable",
    "watched",
]
