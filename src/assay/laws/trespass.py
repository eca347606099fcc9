"""What came of asking for what is another principal's: the judge's part of `laws.strangers`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote, unquote

from assay.laws.reading import difference, ignored, in_body, sight
from assay.laws.strangers import LIST, READ, alike, aspect, part, statuses
from assay.laws.terms import Finding, Seen, Told, broken, holds, untold
from assay.machine.expression import UNRESOLVED, point
from assay.model.copied import replace
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json, Strength

_TOO_MANY = 429
_BOTH = "the id may have been issued to both: the lifecycle does not promise unique-ids"


def judge(told: Told) -> Sequence[Finding]:
    """What the newest step says of what is between principals."""
    tell = _TELL.get(told.last.role)
    about = _part(told)
    if tell is None or about is None:
        return ()
    why = _unfit(told) or no_answer(told.last)
    found = untold(why) if why else tell(told)
    return () if found is None else (replace(found, aspect=aspect(about)),)


def no_answer(seen: Seen) -> str:
    """Why its status says nothing of what was asked; empty when it does."""
    if seen.status is None or seen.status >= 500 or seen.status == _TOO_MANY:
        return f"{seen.operation} was answered {seen.status or 'nothing'}"
    return ""


def contradiction(told: Told, before: Seen, after: Seen) -> tuple[str, str] | None:
    """How a reading is not as the documentation says any more: place and words; None when it is."""
    broke = [clause for clause in after.broken if "/lifecycle/" in clause or "/promise/" in clause]
    if not broke:
        return None
    name = broke[0].rpartition("/")[2]
    return sight(before, after, ignored(told.cycle, told.law, after.operation)) or (name, f"it breaks {name}")


def _part(told: Told) -> str | None:
    """Which of the things that another cannot do the drill is about."""
    stranger = told.at("stranger")
    if stranger is None:
        return LIST if told.at("other-list") is not None else None
    return (
        READ if stranger.operation == told.law.parameters.get("read") else part(told.api, stranger.operation)
    )


def _unfit(told: Told) -> str:
    """Why the drill cannot tell; empty when it can: he can make his own, and all else went as documented."""
    proof, owned = told.at("proof"), told.at("owned")
    if proof is None or owned is None:
        return "there is no second instance"
    if not proof.succeeded:
        return f"{proof.case.principal} could not make an instance of his own: {proof.status or 'no answer'}"
    if proof.id is None or proof.id == owned.id:
        return "both principals were issued the same id"
    for seen in told.steps[:-1]:
        if seen.role != "stranger" and not seen.clean:
            got = seen.status or "no answer"
            return f"{seen.operation} ({seen.case.title}) did not go as documented: {got}"
    return ""


# -- his answer -----------------------------------------------------------------------------------------------------


def _answered(told: Told) -> Finding | None:
    last, said = told.last, statuses(told.law)
    what = f"{last.operation} of another's by {last.case.principal}"
    facet = f"{last.operation} {last.status}"
    if said and last.status not in said:
        return broken(f"{what}: expected {' or '.join(map(str, said))}, got {last.status}", facet)
    if alike(told.law):
        if (odd := _unlike(told)) is not None:
            place, words = odd
            told_as = f"{what}: expected the answer of an unknown id, but {words}"
            return broken(told_as, f"{last.operation} {place}", in_body(place))
    elif last.succeeded and not said:
        if unique(told.cycle) or _shows_owners(told):
            return broken(f"{what}: expected a refusal, got {last.status}", facet)
        # whether it was his own that he changed, the owner's next reading tells
        return untold(_BOTH) if _part(told) == READ else None
    return holds() if _part(told) == READ else None


def unique(cycle: Lifecycle) -> bool:
    """True when the lifecycle promises that no id is issued twice, so that an id says whose it is."""
    return any(law.name == "unique-ids" and law.strength is not Strength.SILENT for law in cycle.laws)


def _shows_owners(told: Told) -> bool:
    """True when the stranger's answer shows what the owner's reading did."""
    seen, last = told.at("seen"), told.last
    if seen is None or seen.operation != last.operation:
        return False
    return difference(seen.body, last.body, ignored(told.cycle, told.law, last.operation)) is None


# -- what is left of it ---------------------------------------------------------------------------------------------


def _kept(told: Told) -> Finding | None:
    stranger, seen, last = told.at("stranger"), told.at("seen"), told.last
    if stranger is None or seen is None:
        return None
    found = contradiction(told, seen, last)
    if found is None:
        return None
    place, words = found
    return broken(
        f"{_though(stranger)}: {last.operation}: {words}", f"{stranger.operation} took effect {place}"
    )


def _owner(told: Told) -> Finding | None:
    stranger, last = told.at("stranger"), told.last
    if stranger is None:
        return None
    if told.at("sample") is not None and any("/lifecycle/" in clause for clause in last.broken):
        what = f"{_though(stranger)}: its owner is answered {last.status}, not as the table says"
        return broken(what, f"{stranger.operation} took effect")
    if not (last.clean and last.succeeded and last.before):
        return untold(f"its owner does not succeed with {last.operation} either: {last.status}")
    open_success = stranger.succeeded and not alike(told.law) and not statuses(told.law)
    return untold(_BOTH) if open_success else holds()


def _though(stranger: Seen) -> str:
    who = stranger.case.principal
    return f"{stranger.operation} of another's by {who} was answered {stranger.status} and took effect"


# -- lists ----------------------------------------------------------------------------------------------------------


def _listed(told: Told) -> Finding | None:
    before, own, owned, last = told.at("other-list"), told.at("own-list"), told.at("owned"), told.last
    if before is None or own is None or owned is None:
        return None
    mine, his = _items(told.law, own), _items(told.law, last)
    if not (last.succeeded and mine and his is not None):
        return untold(f"{last.operation} does not show what it lists")
    known = {owned.id: None, **mine}
    sure = unique(told.cycle)
    shared = [one for one, item in known.items() if one in his and (sure or item == his[one])]
    if shared:
        who = last.case.principal
        what = (
            f"{last.operation} of {who} shows {len(shared)} of {len(his)} that another principal's shows too"
        )
        return broken(what, f"{last.operation} items")
    if (found := _total(told, before)) is not None:
        return broken(found, f"{last.operation} total")
    return holds()


def _total(told: Told, before: Seen) -> str | None:
    """How the total changed by what another made; None when it did not, or cannot tell.

    It can where the list has caught up with what he made himself.
    """
    pointer, proof, last = told.law.parameters["list"].get("total"), told.at("proof"), told.last
    if pointer is None or proof is None or proof.id not in (_items(told.law, before) or {}):
        return None
    one, other = (point(seen.body, pointer.removeprefix("#")) for seen in (before, last))
    if not isinstance(one, int) or not isinstance(other, int) or one == other:
        return None
    who = last.case.principal
    return f"{last.operation} of {who}: the total was {one} and is {other} after another principal made one"


def _items(law: Law, seen: Seen) -> Mapping[str | None, Json] | None:
    """What the answer lists, by id; None when it is not of that form."""
    at = law.parameters["list"]
    found = point(seen.body, at["items"].removeprefix("#"))
    if not isinstance(found, list):
        return None
    named = ((point(item, at["id"].removeprefix("#")), item) for item in found)
    return {str(one): item for one, item in named if one is not UNRESOLVED and one is not None}


_TELL: Mapping[str, Callable[[Told], Finding | None]] = MappingProxyType(
    {"stranger": _answered, "kept": _kept, "owner": _owner, "list": _listed}
)


# -- the answer for an unknown id -----------------------------------------------------------------------------------


def _unlike(told: Told) -> tuple[str, str] | None:
    """How the answer differs from the one for an unknown id; None when it does not, as far as can be told."""
    last, unknown, again = told.last, told.at("unknown"), told.at("unknown-again")
    if unknown is None:
        return None
    if last.status != unknown.status:
        return "status", f"it is {last.status} instead of {unknown.status}"
    here = _nameless(last.body, last.id or "")
    there = _nameless(unknown.body, _nobodys(unknown, last))
    if again is None:
        # a single answer does not show what of it is chance: only its form counts
        return difference(_form(there), _form(here))
    chance = frozenset(_places(there, _nameless(again.body, _nobodys(again, last))))
    return difference(there, here, chance)


def _places(one: Json, other: Json) -> Iterator[str]:
    """Every place in which two values differ."""
    found: set[str] = set()
    while (different := difference(one, other, frozenset(found))) is not None:
        found.add(different[0])
        yield different[0]


def _nobodys(unknown: Seen, last: Seen) -> str:
    """The id that nobody was issued, as it was asked for: what stands in its URL where the other's id stands."""
    head, found, tail = last.url.rpartition(quote(last.id or "", safe=""))
    fits = last.id and found and unknown.url.startswith(head) and unknown.url.endswith(tail)
    return unquote(unknown.url[len(head) : len(unknown.url) - len(tail)]) if fits else ""


def _nameless(body: Json, name: str) -> Json:
    """The body with that id taken out of its texts."""
    if isinstance(body, str):
        return body.replace(name, "{id}") if name else body
    if isinstance(body, Mapping):
        return {key: _nameless(value, name) for key, value in body.items()}
    if isinstance(body, list):
        return [_nameless(value, name) for value in body]
    return body


def _form(body: Json) -> Json:
    """The kinds and names of a value, without its texts and numbers."""
    if isinstance(body, Mapping):
        return {key: _form(value) for key, value in body.items()}
    return "null" if body is None else "list" if isinstance(body, list) else type(body).__name__
