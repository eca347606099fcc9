"""Other principals, for `isolation`: what one of them may not do with what is another's, and how that is tried.

The roles of the drills: `proof` (he creates his own, so his credentials work), `owned` (the owner's is made), `seen`
(the owner reads it), `unknown` and `unknown-again` (what he gets for ids never issued), `stranger` (he asks for the
owner's), `kept` (the owner reads it again), `owner` (the owner asks the same with success), `sample` (the owner asks it
of one that nothing happened to, where nothing can be read); in drills about lists `other-list`, `own-list`, `list`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from assay.laws.comparing import AT
from assay.laws.reading import SAFE, reader, writers
from assay.laws.steps import ALONE
from assay.laws.table import home
from assay.laws.telling import telling
from assay.laws.terms import Ground, Missing
from assay.model.case import Case, Script, Subject, SubjectKind
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Schema

READ, CHANGE, DELETE, LIST = "read", "change", "delete", "list"
_ASPECTS: Mapping[str, str] = MappingProxyType(
    {
        READ: "another principal cannot read an instance",
        CHANGE: "another principal cannot change an instance",
        DELETE: "another principal cannot delete an instance",
        LIST: "a list holds nothing of another principal",
    }
)
PARAMETERS: Mapping[str, Schema] = {
    "principals": {
        "anyOf": [
            {"const": True},
            {"type": "array", "items": {"enum": [*_ASPECTS]}, "minItems": 1, "uniqueItems": True},
        ],
        "description": "What another principal cannot do with an instance, of `read`, `change`, `delete` and `list`; "
        "`true` is all of it. Each has a clause of its own.",
    },
    "stranger": {
        "type": "object",
        "properties": {
            "status": {
                "anyOf": [
                    {"type": "integer"},
                    {"type": "array", "items": {"type": "integer"}, "minItems": 1},
                ],
                "description": "The status, or one of the statuses.",
            },
            "like-unknown": {
                "type": "boolean",
                "description": "True: the answer is the one that an id gets which was never issued.",
            },
        },
        "minProperties": 1,
        "additionalProperties": False,
        "description": "What another principal is answered; by default anything but a success.",
    },
    "list": {
        "type": "object",
        "properties": {
            "operation": {
                "type": "string",
                "x-names": "operation",
                "description": "The operation that lists.",
            },
            "query": {"type": "object", "description": "Its query parameters: ask for long pages."},
            "items": {**AT, "description": "JSON Pointer to the items in its answer."},
            "id": {**AT, "description": "JSON Pointer to the id in an item."},
            "total": {**AT, "description": "JSON Pointer to the number of all items, where it is answered."},
        },
        "required": ["operation", "items", "id"],
        "additionalProperties": False,
        "description": "The list that `principals: [list]` is about.",
    },
}


def aspects(law: Law) -> Mapping[str, str]:
    """`principals-…` for each thing that the law says another principal cannot do."""
    return {aspect(name): _ASPECTS[name] for name in asked(law)}


def part(api: Api, operation: str) -> str:
    """Which of the things that another cannot do that operation is."""
    method = api.operation(operation).method.lower()
    return READ if method in SAFE else DELETE if method == "delete" else CHANGE


def statuses(law: Law) -> tuple[int, ...]:
    """The statuses that the law says another principal is answered; none where it does not say."""
    said = law.parameters.get("stranger", {}).get("status", ())
    return (said,) if isinstance(said, int) else tuple(said)


def alike(law: Law) -> bool:
    """True when the law says that another principal is answered as for an unknown id."""
    return law.parameters.get("stranger", {}).get("like-unknown") is True


def asked(law: Law) -> tuple[str, ...]:
    """What the law says another principal cannot do."""
    said = law.parameters.get("principals", ())
    return tuple(name for name in _ASPECTS if said is True or name in said)


def aspect(name: str) -> str:
    """What the law's clause about it is called."""
    return f"principals-{name}"


# -- drills -------------------------------------------------------------------------------------------------------


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """What the law asks of a second principal; of the first one only, why not."""
    for name in asked(law):
        if len(ground.principals) < 2:
            yield Missing(ALONE, aspect(name))
            continue
        found = tuple(_of(ground, law, name))
        yield from found or (Missing(_nothing(name), aspect(name)),)


def _nothing(name: str) -> str:
    if name == LIST:
        return "the law does not say which operation lists, and where: it can in `list`"
    return f"no operation of the table is there to {name} an instance that a documented way leads to"


def _of(ground: Ground, law: Law, name: str) -> Iterator[Script]:
    sees = reader(ground.api, ground.cycle, law)
    if name == READ:
        yield from () if sees is None else _reading(ground, law, sees)
    elif name == LIST:
        yield from _lists(ground, law)
    else:
        for operation in writers(ground.api, ground.cycle):
            if part(ground.api, operation) == name:
                yield from _writing(ground, law, sees, operation)


def _reading(ground: Ground, law: Law, sees: str) -> Iterator[Script]:
    state = home(ground, sees)
    if state is None:
        return
    asks = ground.ask(sees, "i1")
    unknown = _unknown(asks, ground.principals[1])
    compared = (unknown, replace(unknown, role="unknown-again")) if alike(law) else ()
    yield Script(
        f"{sees} of another principal's",
        (*_made(ground, state), _seen(ground, sees), *compared, _stranger(asks, ground.principals[1])),
    )


def _writing(ground: Ground, law: Law, sees: str | None, operation: str) -> Iterator[Script]:
    state = home(ground, operation)
    if state is None:
        return
    asks, who = telling(ground, operation, "i1"), ground.principals[1]
    proof, *owned = _made(ground, state)
    if sees is not None:
        before: tuple[Case, ...] = (*owned, _seen(ground, sees))
        after: tuple[Case, ...] = (replace(_seen(ground, sees), role="kept"),)
    else:
        sample = replace(
            telling(ground, operation, "i3"), role="sample", title="its owner asks it of another"
        )
        before, after = (*ground.lead(state, "i3"), sample, *owned), ()
    compared = (_unknown(asks, who),) if alike(law) and not statuses(law) else ()
    owner = replace(asks, role="owner", title="its owner asks the same")
    yield Script(
        f"{operation} of another principal's",
        (proof, *before, *compared, _stranger(asks, who), *after, owner),
    )


def _lists(ground: Ground, law: Law) -> Iterator[Script]:
    told = law.parameters.get("list")
    if told is None or not ground.states:
        return
    asks, who = ground.ask(told["operation"]), ground.principals[1]
    asks = replace(asks, query=dict(told.get("query", asks.query)))
    proof, *owned = _made(ground, ground.states[0])
    before = replace(asks, role="other-list", title=f"{who}'s list", principal=who)
    yield Script(
        f"{asks.operation} of two principals",
        (
            proof,
            before,
            *owned,
            replace(asks, role="own-list", title="the owner's list"),
            replace(before, role="list", title=f"{who}'s list again"),
        ),
    )


def _made(ground: Ground, state: str) -> tuple[Case, ...]:
    """The stranger's own instance, which shows that his credentials work, and the owner's."""
    who = ground.principals[1]
    proof = replace(
        ground.ask(ground.cycle.created_by, "i2"), role="proof", title=f"{who} makes his own", principal=who
    )
    first, *rest = ground.lead(state, "i1")
    return (proof, replace(first, role="owned"), *rest)


def _seen(ground: Ground, sees: str) -> Case:
    return replace(ground.ask(sees, "i1"), role="seen", title="as its owner sees it")


def _unknown(case: Case, who: str) -> Case:
    nobodys = Subject(SubjectKind.NEVER_ISSUED, "n1")
    return replace(case, subject=nobodys, role="unknown", title="an id that nobody was issued", principal=who)


def _stranger(case: Case, who: str) -> Case:
    return replace(case, role="stranger", title=f"{who} asks for another's", principal=who)
