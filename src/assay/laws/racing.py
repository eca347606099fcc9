"""What a race is: which operations are asked at once, of what, in which state; and how it is written in a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assay.laws.reading import carries, reader, writers
from assay.laws.terms import Ground
from assay.laws.writing import bodies, with_body
from assay.model.case import BodyKind, Case, Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Cell, Law, Lifecycle
from assay.model.terms import Json, Schema

#: role of the step that the race builds on: of it a `refs` may speak as `$steps.before.…`
BEFORE = "before"
#: role of the requests that are sent at once, with the number of their race behind it
RACER = "racer"
#: role of what is asked once all of them are back
AFTERWARDS = "afterwards"
#: role of the look at what the racers share, before anything else
AT_FIRST = "at-first"
#: requests that one history has at most, where the contract asks for no more
_HISTORY = 6
_CLIENTS = 4
_MOST = 8

_OPERATION: Schema = {"type": "string", "x-names": "operation"}
_RACE: Mapping[str, Schema] = {
    "operation": {**_OPERATION, "description": "What is asked by several clients at once."},
    "with": {
        "type": "array",
        "items": _OPERATION,
        "description": "Operations that are asked beside, each by one of the clients.",
    },
    "states": {
        "type": "array",
        "items": {"type": "string", "x-names": "state"},
        "minItems": 1,
        "description": "States to race in. By default every one that can be reached and in which the table says that "
        "the operation changes the state or a remembered value.",
    },
    "clients": {
        "type": "integer",
        "minimum": 2,
        "maximum": _MOST,
        "description": "Requests sent at once. By default 4, or so many that a history has six requests.",
    },
    "bodies": {
        "type": "array",
        "minItems": 1,
        "description": "JSON bodies of `operation`, one for each client in turn. By default its documented examples "
        "and others that are surely valid; single members where one of them is a valid body, as in a merge patch.",
    },
    "refs": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "What each request of `operation` carries besides: a place (`header.If-Match`) -> an "
        "expression, such as `$steps.before.response.header.ETag` of the step that led into the state, or "
        "`$fresh.uuid.key`, which is one and the same for all of them.",
    },
    "once": {
        "type": "boolean",
        "description": "Of all the requests of `operation` at most one may succeed, whatever the table says: they "
        "carry the same `If-Match`, for one. A success that changed nothing, so that its `ETag` is the one sent, "
        "counts for none.",
    },
    "same": {
        "type": "boolean",
        "description": "For a creator whose requests carry one idempotency key: all that succeed name one instance.",
    },
    "refused": {
        "type": "array",
        "items": {"type": "integer", "minimum": 400, "maximum": 499},
        "description": "Statuses that refuse a request for the sake of another one, beside those of the table: 412.",
    },
    "shared": {
        "type": "object",
        "description": "Each client has an instance of its own, and all take from one thing that counts down: what is "
        "left afterwards is what was there less what was taken, and never below zero. Nobody else may take from it "
        "meanwhile.",
        "properties": {
            "read": {**_OPERATION, "description": "Shows what is left."},
            "path": {"type": "object", "description": "Path parameters of `read`."},
            "at": {"type": "string", "description": "JSON Pointer to the number in the answer of `read`."},
            "takes": {"type": "string", "description": "JSON Pointer in the answer of `operation` to what it took."},
            "create": {"type": "object", "description": "Members of the creator's body, laid over the usual one."},
            "undo": {**_OPERATION, "description": "Gives back what was taken, so that the race can be run again."},
        },
        "required": ["read", "at", "takes"],
        "additionalProperties": False,
    },
}  # fmt: skip

PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        **_RACE,
        "read": {
            **_OPERATION,
            "description": "Shows the instance afterwards. By default the first safe operation of the table that "
            "carries it, else `operation` once more.",
        },
        "races": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": dict(_RACE),
                "required": ["operation"],
                "additionalProperties": False,
            },
            "description": "Several races, each with the parameters above. By default every operation that changes "
            "something, against itself.",
        },
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Race:
    """One kind of race."""

    operation: str
    beside: tuple[str, ...] = ()
    #: None: wherever the operation changes something
    states: tuple[str, ...] | None = None
    #: None: as many as fit
    clients: int | None = None
    bodies: tuple[Json, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    same: bool = False
    refused: frozenset[int] = frozenset()
    shared: Mapping[str, Json] | None = None


def races(api: Api, cycle: Lifecycle, law: Law) -> tuple[Race, ...]:
    """The kinds of race that the law asks for, in order."""
    told = law.parameters
    written = [*([told] if "operation" in told else []), *told.get("races", ())]
    if written:
        return tuple(map(_race, written))
    return tuple(Race(operation) for operation in writers(api, cycle) if where(cycle, operation))


def race_of(api: Api, cycle: Lifecycle, law: Law, role: str) -> Race | None:
    """The race in which a step plays that part; None when it is no racer."""
    name, _, number = role.partition("-")
    found = races(api, cycle, law)
    return found[int(number)] if name == RACER and number.isdigit() and int(number) < len(found) else None


def where(cycle: Lifecycle, operation: str) -> tuple[str, ...]:
    """The states in which the table says that the operation changes something, so that its order can be told."""
    row = cycle.cells.get(operation, {})
    return tuple(state for state, cell in row.items() if state != ABSENT and _changes(cell))


def tells(cycle: Lifecycle, race: Race, state: str, probe: str) -> bool:
    """True when some answer would contradict the table: after one of the racers, another's cell is documented."""
    names = {race.operation, *race.beside, probe}
    ends = {
        way.to or state
        for name in (race.operation, *race.beside)
        if (cell := cycle.cell(state, name)) is not None
        for way in cell.transitions
    }
    cells = (cycle.cell(end, name) for end in ends for name in names)
    return any(cell is not None and not cell.silent for cell in cells)


def script(ground: Ground, law: Law, race: Race, number: int, state: str) -> Script:
    """The race in that state. Raises `LookupError` when no documented way leads there."""
    lead = ground.lead(state)
    probe = probe_of(ground.api, ground.cycle, law, race)
    count = race.clients or max(2, min(_CLIENTS, _HISTORY - len(lead) - 1))
    racers = _asks(ground, race, number, max(count, len(race.beside) + 1))
    return Script(
        f"{race.operation} at once on {state}",
        (
            *lead[:-1],
            replace(lead[-1], role=BEFORE),
            *racers,
            replace(ground.ask(probe, "i1"), role=AFTERWARDS),
        ),
    )


def probe_of(api: Api, cycle: Lifecycle, law: Law, race: Race) -> str:
    """What is asked once all are back."""
    return reader(api, cycle, law) or race.operation


def twins(ground: Ground, race: Race, number: int) -> Script:
    """Several creators with the same key at once."""
    asks = [
        replace(_marked(ground.ask(race.operation, f"i{index}"), race, number), refs=dict(race.refs))
        for index in range(1, (race.clients or _CLIENTS) + 1)
    ]
    if race.bodies:
        asks = [with_body(case, race.bodies[0]) for case in asks]
    return Script(f"{race.operation} at once with one key", tuple(asks))


def rivals(ground: Ground, law: Law, race: Race, number: int, shared: Mapping[str, Json]) -> Script:
    """Several instances, each of which takes from one thing at once. Raises `LookupError` as `script` does."""
    states = race.states or where(ground.cycle, race.operation)
    look = replace(ground.ask(shared["read"]), path=dict(shared.get("path", {})))
    symbols = [f"i{index}" for index in range(1, (race.clients or 2) + 1)]
    leads: list[Case] = []
    for symbol in symbols:
        for case in ground.lead(states[0], symbol):
            laid = case.operation == ground.cycle.created_by and case.body.kind is BodyKind.JSON
            leads.append(with_body(case, {**case.body.value, **shared.get("create", {})}) if laid else case)
    asks = [_marked(ground.ask(race.operation, symbol), race, number) for symbol in symbols]
    undone = [ground.ask(shared["undo"], symbol) for symbol in symbols] if "undo" in shared else []
    title = f"{race.operation} of several at once"
    steps = (replace(look, role=AT_FIRST), *leads, *asks, replace(look, role=AFTERWARDS), *undone)
    return Script(title, steps)


def _race(told: Mapping[str, Json]) -> Race:
    return Race(
        operation=told["operation"],
        beside=tuple(told.get("with", ())),
        states=tuple(told["states"]) if "states" in told else None,
        clients=told.get("clients"),
        bodies=tuple(told.get("bodies", ())),
        refs=dict(told.get("refs", {})),
        once=bool(told.get("once", False)),
        same=bool(told.get("same", False)),
        refused=frozenset(told.get("refused", ())),
        shared=told.get("shared"),
    )


def _changes(cell: Cell) -> bool:
    return any(way.to not in {None, cell.state} or bool(way.set) for way in cell.transitions)


def _marked(case: Case, race: Race, number: int) -> Case:
    return replace(case, role=f"{RACER}-{number}", together="race", title="at once")


def _asks(ground: Ground, race: Race, number: int, count: int) -> Iterator[Case]:
    alike = count - len(race.beside)
    for case in _variants(ground, race, alike):
        yield replace(_marked(case, race, number), refs={**case.refs, **race.refs})
    for operation in race.beside:
        symbol = "i1" if carries(ground.api, ground.cycle, operation) else None
        yield _marked(ground.ask(operation, symbol), race, number)


def _variants(ground: Ground, race: Race, count: int) -> Sequence[Case]:
    """So many requests of the operation, with different bodies where it has one."""
    usual = ground.ask(race.operation, "i1")
    made = race.bodies or _members(ground, usual) or tuple(bodies(ground, race.operation))
    if usual.body.kind is not BodyKind.JSON or not made:
        return [usual] * count
    return [with_body(usual, made[index % len(made)]) for index in range(count)]


def _members(ground: Ground, usual: Case) -> tuple[Json, ...]:
    """Bodies of one member each, every one another, where that is a valid body: two of them are of different minds."""
    if usual.body.kind is not BodyKind.JSON:
        return ()
    found: dict[str, Json] = {}
    for body in bodies(ground, usual.operation):
        for name, value in body.items():
            if name not in found and ground.valid(with_body(usual, {name: value})):
                found[name] = {name: value}
    return tuple(found.values()) if len(found) > 1 else ()
