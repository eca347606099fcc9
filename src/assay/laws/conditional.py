"""`conditional`: an ETag names one version, and what is asked of a version is answered so (RFC 9110 §8.8.3, §13.1).

Tried, on what `read` shows: the ETag before and after each operation that succeeds, and twice in a row;
`If-None-Match` with the current ETag, a list that has it, its weak form and `*`; with another ETag, and with one that a
change made stale. On each of `writes`: `If-Match` with another ETag and a stale one, each between two readings; with
the current ETag, a list that has it, and `*`. With `at-once`: two different writes with one `If-Match` at the same
moment.

Told: an ETag that is missing or none (with `strong`, a weak one); one that stays while what is read changes, or changes
while it stays (unless `stays` is false); a reading that names the current version and is not answered 304 with that
ETag, or names none and is; a write that names the current version and gets 412, or another and gets through; a refused
write after which something is different.

Left open: weak ETags may stay through changes, and match no `If-Match` (§8.8.3.2): little is told of them; which of
two refusals comes first; what `read` shows of `volatile` fields. Where the contract's parameter for the header calls
every ETag good, stale ones are not tried: draw the line with `x-known-good`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws import preconditions as to
from assay.laws.comparing import IGNORE, READ, readable
from assay.laws.reading import difference, ignored, reader, safe, shows, sight, success, writers
from assay.laws.steps import other, rich, step
from assay.laws.table import watchable
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, apart, broken, holds, untold
from assay.model.case import Case, Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Schema

NAME = "conditional"
TITLE = "an ETag names one version of what is read"
PARAMETERS: Schema = {
    "type": "object",
    "properties": {
        "read": READ,
        "writes": {
            "type": "array",
            "items": {"type": "string", "x-names": "operation"},
            "description": "Operations that heed `If-Match`; by default those that document 412.",
        },
        "strong": {"type": "boolean", "description": "ETags are strong; true by default."},
        "stays": {
            "type": "boolean",
            "description": "An ETag stays while what is read stays; true by default (RFC 9110 §8.8.1 leaves it open).",
        },
        "at-once": {
            "type": "boolean",
            "description": "Of several writes with one `If-Match` at the same moment one goes through.",
        },
        "ignore": IGNORE,
    },
    "additionalProperties": False,
}
#: answers that speak of the circumstances, not of the version
_NOT_DRAWN = "{} has no parameter If-Match with `x-known-good`: to the contract any ETag gets through"
_NO_OTHER = "{} allows no {} that is an ETag and could be made up: nothing names another version for sure"
_READS, _WRITES, _RACE = "if-none-match", "if-match", "at-once"


def aspects(law: Law) -> Mapping[str, str]:
    """What is said of either precondition."""
    told = {
        _READS: "a reading that names the current version is answered 304, any other as ever (RFC 9110 §13.1.2)",
        _WRITES: "a write for the current version goes through, any other is refused and changes nothing (§13.1.1)",
    }
    if law.parameters.get("at-once"):
        told[_RACE] = "of two writes for one version at the same moment one goes through"
    return told


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Preconditions that are to fail first: they are forgotten most."""
    read = reader(ground.api, ground.cycle, law)
    if read is None:
        yield Missing("no operation shows an instance: `read` can name one")
        return
    state = next((s for s, o in watchable(ground, (read,), read) if o == read), None)
    if state is None:
        yield Missing(f"no reachable state lets {read} succeed")
        return
    writes = _writes(ground.api, ground.cycle, law)
    homes = {o: s for s, o in reversed(tuple(watchable(ground, writes, read)))}
    for operation in writes:
        if operation in homes:
            yield from _refusals(ground, read, homes[operation], operation)
    yield from _readings(ground, read, state)
    yield from _versions(ground, law, read, homes)
    for operation in writes:
        if operation in homes:
            yield from _passes(ground, read, homes[operation], operation)
    if not law.parameters.get("strong", True):
        yield Missing("every ETag was weak, and a weak one may stay through changes (RFC 9110 §8.8.1)")
    if not homes:
        yield Missing("no operation documents 412, or none of them succeeds in a reachable state", _WRITES)
    if law.parameters.get("at-once") and homes:
        operation = next(o for o in writes if o in homes)
        yield from _race(ground, read, homes[operation], operation)


def _readings(ground: Ground, read: str, state: str) -> Iterator[Script | Missing]:
    lead, look = rich(ground, state), step(ground, read, "look")
    if all(reply.status != "304" for reply in ground.api.operation(read).replies):
        yield Missing(f"{read} documents no 304", _READS)
        return
    beside = to.another(ground.api, read, to.IF_NONE_MATCH) or to.OTHER
    named = (to.CURRENT, f"{beside}, {{{to.CURRENT}}}", f"W/{{{to.CURRENT}}}", "*")
    asked = (to.conditional(look, "reading", to.IF_NONE_MATCH, tag, provokes="304") for tag in named)
    yield Script("readings that name the current version", (*lead, look, *asked))
    other_one = to.another(ground.api, read, to.IF_NONE_MATCH)
    if other_one is None:
        yield Missing(_NO_OTHER.format(read, to.IF_NONE_MATCH), _READS)
        return
    another = to.conditional(look, "reading", to.IF_NONE_MATCH, other_one)
    stale = to.conditional(look, "reading", to.IF_NONE_MATCH, to.FIRST)
    change = next(
        (o for s, o in watchable(ground, writers(ground.api, ground.cycle), read) if s == state), None
    )
    if change is None or _open(ground, look, to.IF_NONE_MATCH):
        yield Script("a reading that names another version", (*lead, look, another))
        return
    first = replace(look, role="first")
    steps = (first, step(ground, change, "change"), look, stale, another)
    yield Script("readings that name another version", (*lead, *steps))


def _versions(ground: Ground, law: Law, read: str, homes: Mapping[str, str]) -> Iterator[Script]:
    look = step(ground, read, "look")
    state = next(s for s, _ in watchable(ground, (read,), read))
    if law.parameters.get("stays", True):
        yield Script("two readings in a row", (*rich(ground, state), look, look))
    for where, operation in watchable(ground, writers(ground.api, ground.cycle), read):
        if homes.get(operation) != where:  # elsewhere the refusals look before and after a change
            change = step(ground, operation, "change")
            yield Script(
                f"{operation} on {where}, between two readings", (*rich(ground, where), look, change, look)
            )


def _refusals(ground: Ground, read: str, state: str, operation: str) -> Iterator[Script | Missing]:
    look, write = step(ground, read, "look"), other(ground, step(ground, operation, "write"), "refused")
    other_one = to.another(ground.api, operation, to.IF_MATCH)
    if other_one is None:
        yield Missing(_NO_OTHER.format(operation, to.IF_MATCH), _WRITES)
    else:
        refused = to.conditional(write, "write", to.IF_MATCH, other_one, provokes="412")
        yield Script(f"{operation} for another version", (*rich(ground, state), look, refused, look))
    if _open(ground, write, to.IF_MATCH):
        yield Missing(_NOT_DRAWN.format(operation), _WRITES)
        return
    first, change = replace(look, role="first"), step(ground, operation, "change")
    stale = to.conditional(write, "write", to.IF_MATCH, to.FIRST)
    yield Script(f"{operation} for a stale version", (*rich(ground, state), first, change, look, stale, look))


def _passes(ground: Ground, read: str, state: str, operation: str) -> Iterator[Script]:
    look, lead = step(ground, read, "look"), rich(ground, state)
    usual = step(ground, operation, "write")
    beside = to.another(ground.api, operation, to.IF_MATCH) or to.OTHER
    current, listed, any_version = (
        to.conditional(usual, "write", to.IF_MATCH, named)
        for named in (to.CURRENT, f"{beside}, {{{to.CURRENT}}}", "*")
    )
    yield Script(f"{operation} for the current version", (*lead, look, current, any_version))
    yield Script(f"{operation} for one of two versions", (*lead, look, listed))


def _race(ground: Ground, read: str, state: str, operation: str) -> Iterator[Script | Missing]:
    look, one = step(ground, read, "look"), step(ground, operation, "racer")
    two = other(ground, one, "racer")
    if _open(ground, one, to.IF_MATCH):
        yield Missing(_NOT_DRAWN.format(operation), _RACE)
    elif one.body == two.body:
        yield Missing(f"{operation} has no second valid body", _RACE)
    else:
        racers = (
            replace(to.conditional(c, "racer", to.IF_MATCH, to.CURRENT), together="version")
            for c in (one, two)
        )
        yield Script(f"{operation} twice at once for one version", (*rich(ground, state), look, *racers))


def _open(ground: Ground, case: Case, header: str) -> bool:
    """True when the contract calls every value of that header valid, and so leaves no room for a stale one.

    Whether a change really made it stale, or somebody was faster, is known only once it has been sent.
    """
    other_one = to.another(ground.api, case.operation, header) or to.OTHER
    return ground.valid(replace(case, headers={**case.headers, header: other_one}))


def judge(told: Told) -> Sequence[Finding]:
    """What the newest step says of the ETag or of its precondition."""
    match told.last.role:
        case "look" | "first":
            return _looked(told)
        case "reading":
            return _read(told)
        case "write":
            return _wrote(told)
        case "racer":
            return _raced(told)
    return ()


def _looked(told: Told) -> Sequence[Finding]:
    last = told.last
    if not shows(last):
        return (untold(f"{last.operation} did not answer as documented"),)
    strong = told.law.parameters.get("strong", True)
    tag = last.headers.get("etag")
    if tag is None or not to.well_formed(tag, strong=strong):
        wanted = "a strong ETag" if strong else "an ETag"
        return (broken(f"expected {wanted}, got {tag or 'none'}", "missing" if tag is None else "form"),)
    before = next((s for s in reversed(told.steps[:-1]) if s.role in {"look", "first"}), None)
    if before is None or not shows(before):
        return ()
    return (*_compared(told, before), *_after_refusal(told, before))


def _compared(told: Told, before: Seen) -> Sequence[Finding]:
    last = told.last
    was, now = before.headers.get("etag", ""), last.headers.get("etag", "")
    if to.weak(was) or to.weak(now):
        return ()
    by = next((s.operation for s in reversed(told.steps[:-1]) if not safe(told.api, s.operation)), "")
    change = difference(before.body, last.body, ignored(told.cycle, told.law, last.operation))
    if change is not None and was == now:
        return (broken(f"the ETag {now} stayed after {by}, but {change[1]}", f"stays after {by}"),)
    same = difference(before.body, last.body) is None
    if same and was != now and told.law.parameters.get("stays", True):
        return (broken(f"the ETag was {was} and is {now}, and nothing else changed", "changes by itself"),)
    return (holds(),) if change is not None or same else ()


def _after_refusal(told: Told, before: Seen) -> Sequence[Finding]:
    """Nothing is different after a write that was refused between the two looks."""
    write, last = told.steps[-2], told.last
    if write.role != "write" or write.status != to.FAILED:
        return ()
    but = ignored(told.cycle, told.law, last.operation)
    if (found := sight(before, last, but)) is not None:
        message = f"{write.operation} was refused with 412, but {found[1]}"
        return (broken(message, f"{write.operation} took effect", aspect=_WRITES),)
    return (holds(_WRITES),)


def _read(told: Told) -> Sequence[Finding]:
    last, current = told.last, to.current(told)
    sent = last.case.headers.get(to.IF_NONE_MATCH, "")
    if last.status not in {200, to.NOT_MODIFIED} or (current is None and sent != "*"):
        return (untold(f"{last.operation} was answered {last.status or 'nothing'}", _READS),)
    wanted = to.NOT_MODIFIED if to.matches_weakly(sent, current or "") else 200
    how, facet = _how(last, to.IF_NONE_MATCH, current), to.kind(sent, current or "")
    if last.status != wanted and wanted == to.NOT_MODIFIED and _moved_on(told, sent):
        return (untold(f"{how}: got {last.status}, and an ETag need not stay", _READS),)
    if last.status != wanted:
        return (broken(f"{how}: expected {wanted}, got {last.status}", facet, aspect=_READS),)
    tag = last.headers.get("etag")
    told_already = current is None or any("/header/" in clause for clause in last.broken)
    steady = told.law.parameters.get("stays", True)
    if wanted == to.NOT_MODIFIED and steady and tag != current and not told_already:
        return (broken(f"{how}: the 304 has the ETag {tag or 'missing'}", f"{facet} etag", aspect=_READS),)
    return (holds(_READS),)


def _wrote(told: Told) -> Sequence[Finding]:
    last, current = told.last, to.current(told)
    sent = last.case.headers.get(to.IF_MATCH, "")
    if current is None and sent != "*":
        return (untold("the version before is not known", _WRITES),)
    how, kind = _how(last, to.IF_MATCH, current), to.kind(sent, current or "")
    facet = f"{last.operation} {kind}"
    if to.matches_strongly(sent, current or ""):
        if last.status == to.FAILED and _moved_on(told, sent):
            return (untold(f"{how}: got 412, and an ETag need not stay", _WRITES),)
        if last.status == to.FAILED:
            return (broken(f"{how} is to go through, but got 412", facet, aspect=_WRITES),)
        return (holds(_WRITES),) if shows(last) else (untold(f"{how}: got {last.status}", _WRITES),)
    if kind != "other":
        return ()  # a weak tag: no version is named by it, but servers that go by the look of it are no danger
    if last.status == to.FAILED:
        return ()  # whether nothing happened, the next look tells
    of_its_form = not last.succeeded and not to.allowed(told.api, last.operation, to.IF_MATCH, sent)
    if not of_its_form and (last.succeeded or _would_succeed(told)):
        return (broken(f"{how}: expected 412, got {last.status}", facet, aspect=_WRITES),)
    return (untold(f"{how}: got {last.status}", _WRITES),)


def _moved_on(told: Told, sent: str) -> bool:
    """True when the version may be another one by now although nobody wrote: where ETags need not stay."""
    return sent != "*" and told.law.parameters.get("stays", True) is False


def _would_succeed(told: Told) -> bool:
    """True when nothing but its precondition can be why the last request was refused (RFC 9110 §13.1.1, §13.2.2)."""
    last = told.last
    if last.status is None or last.status < 400 or not readable(last) or not last.before:
        return False
    cells = [told.cycle.cell(state, last.operation) for state in last.before]
    return all(
        c is not None and c.transitions and all(success(t.status) for t in c.transitions) for c in cells
    )


def _how(seen: Seen, header: str, current: str | None) -> str:
    version = "" if current is None else f" on the version {current}"
    return f"{seen.operation} with {header}: {seen.case.headers.get(header)}{version}"


def _raced(told: Told) -> Sequence[Finding]:
    racers, look = told.all("racer"), told.at("look")
    if len(racers) < 2 or look is None:
        return ()
    one, two = racers
    if not shows(look) or one.status is None or two.status is None:
        return (untold("one of the two got no answer", _RACE),)
    overlapped = two.overlap >= 2
    if not (one.succeeded and two.succeeded):
        return (holds(_RACE),) if overlapped else (apart("the two writes did not overlap", _RACE),)
    # whichever came first made another version of it, unless it changed nothing
    but = ignored(told.cycle, told.law, look.operation)
    if any(difference(look.body, racer.body, but) is None for racer in racers):
        return (untold("one of the two changed nothing", _RACE),)
    sent = one.case.headers.get(to.IF_MATCH)
    message = f"two different {one.operation} with If-Match: {sent} at the same moment both got through"
    return (broken(message, one.operation, aspect=_RACE),)


def _writes(api: Api, cycle: Lifecycle, law: Law) -> tuple[str, ...]:
    """The operations that heed If-Match."""
    named = law.parameters.get("writes")
    if named is not None:
        return tuple(named)
    documented = {o.id for o in api.operations if any(reply.status == "412" for reply in o.replies)}
    return tuple(o for o in writers(api, cycle) if o in documented)
