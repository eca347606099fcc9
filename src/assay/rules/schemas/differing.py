"""What differs between two shapes, and where: the smallest places that a person would name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from assay.model.terms import Json
from assay.rules.schemas.making import Step
from assay.rules.schemas.reading import CUT, Side
from assay.rules.schemas.shape import ANY, KINDS, NOTHING, Branch, Shape, applicable, element, text
from assay.rules.schemas.telling import kinds_told, told
from assay.rules.schemas.within import inside, within


class Aspect(StrEnum):
    """What of the values is different."""

    VALUES = "values"
    TYPE = "type"
    NULL = "null"
    BOUND = "bound"
    PATTERN = "pattern"
    FORMAT = "format"
    CONTENT = "content"
    REQUIRED = "required"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    OPENNESS = "openness"
    ALTERNATIVE = "alternative"
    CONDITION = "condition"
    ACCESS = "access"
    #: one side does not say what stands there
    CUT = "cut"
    DEFAULT = "default"
    DEPRECATED = "deprecated"
    SUNSET = "sunset"
    DISCRIMINATOR = "discriminator"
    EXTENSIBLE = "extensible"
    #: not one of these: found as a whole
    OTHER = "other"


#: what nobody can see from values
REMARKS: Final = frozenset(
    {Aspect.DEFAULT, Aspect.DEPRECATED, Aspect.SUNSET, Aspect.DISCRIMINATOR, Aspect.EXTENSIBLE}
)
_NOTED: Final = {
    "default": Aspect.DEFAULT, "deprecated": Aspect.DEPRECATED, "x-sunset": Aspect.SUNSET,
    "discriminator": Aspect.DISCRIMINATOR, "x-extensible-enum": Aspect.EXTENSIBLE,
}  # fmt: skip
#: words that are looked at one by one
_SINGLE: Final = {
    "low": Aspect.BOUND, "high": Aspect.BOUND, "multiples": Aspect.BOUND, "shortest": Aspect.BOUND,
    "longest": Aspect.BOUND, "fewest": Aspect.BOUND, "most": Aspect.BOUND, "unique": Aspect.BOUND,
    "patterns": Aspect.PATTERN, "formats": Aspect.FORMAT, "content": Aspect.CONTENT, "whole": Aspect.TYPE,
    "conditions": Aspect.CONDITION, "nots": Aspect.CONDITION, "contains": Aspect.CONDITION,
    "names": Aspect.CONDITION, "depend": Aspect.CONDITION, "dependent": Aspect.CONDITION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs at one place."""

    aspect: Aspect
    steps: tuple[Step, ...]
    #: the values there, before and now
    old: Shape
    new: Shape
    #: what was said and what is said, for people; empty: nothing
    before: str = ""
    after: str = ""
    #: of a property: its name
    name: str = ""
    #: of a property that came or went: is it required where it is?
    required: bool = False
    #: the word of the normal form, where it is about one
    word: str = ""
    #: may values have been lost or gained by this alone? False where surely not
    may_lose: bool = True
    may_gain: bool = True

    @property
    def path(self) -> tuple[str, ...]:
        """The place inside the value: names, places, `*` for any element or member."""
        return tuple(
            str(step.at)
            if step.way in {"member", "element"}
            else "*"
            if step.way != "pattern"
            else f"({step.at})"
            for step in self.steps
            if step.way != "branch"
        )


def differences(old: Shape, new: Shape, side: Side) -> list[Difference]:
    """All that differs, outer places first; what several alternatives share is told once."""
    found: dict[tuple[object, ...], Difference] = {}
    for one in _Walk("readOnly" if side is Side.REQUEST else "writeOnly").shapes(old, new, ()):
        found.setdefault((one.aspect, one.path, one.name, one.word, one.before, one.after), one)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Walk:
    unsent: str

    def shapes(self, old: Shape, new: Shape, steps: tuple[Step, ...]) -> Iterator[Difference]:
        if old.noted == new.noted:
            return
        if (CUT in old.notes) != (CUT in new.notes):
            words = [
                f"{shape.notes[CUT]}, not written out" if CUT in shape.notes else told(shape)
                for shape in (old, new)
            ]
            yield Difference(Aspect.CUT, steps, old, new, words[0], words[1])
            return
        yield from _notes(old, new, steps)
        if old.notes.get("if") != new.notes.get("if"):
            before, after = ("if … then … else" if "if" in shape.notes else "" for shape in (old, new))
            lost, gained = not within(old, new), not within(new, old)
            yield Difference(Aspect.CONDITION, steps, old, new, before, after, may_lose=lost, may_gain=gained)
            return
        changed = list(_kinds(old, new, steps))
        yield from changed
        for kind in KINDS:
            there, here = old.of(kind), new.of(kind)
            if there and here:
                for one in self._branches(there, here, old, new, steps):
                    if not (changed and one.word == "whole" and one.path == changed[0].path):
                        yield one

    def _branches(
        self, there: Sequence[Branch], here: Sequence[Branch], old: Shape, new: Shape, steps: tuple[Step, ...]
    ) -> Iterator[Difference]:
        if len(there) == len(here) == 1:
            yield from self._branch(there[0], here[0], steps)
            return
        pairs = _paired(there, here)
        for left, right in pairs:
            yield from self._branch(left, right, (*steps, Step("branch", (left, right))))
        gone = [one for one in there if all(one is not left for left, _ in pairs)]
        come = [one for one in here if all(one is not right for _, right in pairs)]
        for one in gone:
            shape = Shape((one,))
            if not within(shape, new):
                lone = (*steps, Step("branch", (one, None)))
                yield Difference(Aspect.ALTERNATIVE, lone, shape, new, told(shape), "", may_gain=False)
        for one in come:
            shape = Shape((one,))
            if not within(shape, old):
                lone = (*steps, Step("branch", (None, one)))
                yield Difference(Aspect.ALTERNATIVE, lone, old, shape, "", told(shape), may_lose=False)

    def _branch(self, old: Branch, new: Branch, steps: tuple[Step, ...]) -> Iterator[Difference]:
        if old.noted == new.noted:
            return
        before, after = Shape((old,)), Shape((new,))
        if old.finite or new.finite:
            if old.get("values") != new.get("values"):
                yield _listed(old, new, steps)
            if old.finite != new.finite:
                return
        for word, aspect in _SINGLE.items():
            mine, theirs = old.get(word), new.get(word)
            if mine != theirs:
                left, right = only(old, word), only(new, word)
                yield Difference(
                    aspect, steps, before, after, told(left), told(right), word=word,
                    may_lose=word == "content" or not inside(left, right),
                    may_gain=word == "content" or not inside(right, left),
                )  # fmt: skip
        if old.kind == "object":
            yield from self._members(old, new, steps)
        elif old.kind == "array":
            yield from self._elements(old, new, steps)

    def _elements(self, old: Branch, new: Branch, steps: tuple[Step, ...]) -> Iterator[Difference]:
        length = max(len(old.get("prefix", ())), len(new.get("prefix", ())))
        most = min(old.get("most", length), new.get("most", length))
        for at in range(min(length, most)):
            yield from self.shapes(element(old, at), element(new, at), (*steps, Step("element", at)))
        if old.get("most", length + 1) > length and new.get("most", length + 1) > length:
            yield from self.shapes(old.get("items", ANY), new.get("items", ANY), (*steps, Step("items")))

    def _members(self, old: Branch, new: Branch, steps: tuple[Step, ...]) -> Iterator[Difference]:
        mine, theirs = old.get("properties", {}), new.get("properties", {})
        before, after = Shape((old,)), Shape((new,))
        must, now = old.get("required", frozenset()), new.get("required", frozenset())
        for name in dict.fromkeys((*mine, *theirs, *sorted(must ^ now))):
            left, right = _spoken_of(old, name), _spoken_of(new, name)
            if left is not None and right is not None:
                inner = (*steps, Step("member", name))
                was, became = (one.notes.get(self.unsent) is True for one in (left, right))
                if was is not became:
                    yield Difference(
                        Aspect.ACCESS, inner, left, right, "" if became else self.unsent,
                        self.unsent if became else "", name=name, required=name in must | now,
                    )  # fmt: skip
                    continue
                yield from self.shapes(left, right, inner)
            elif name in mine or name in theirs:
                yield from self._come_or_gone(old, new, steps, name)
                continue
            if (name in must) != (name in now):
                yield Difference(
                    Aspect.REQUIRED, steps, before, after, "required" if name in must else "optional",
                    "required" if name in now else "optional", name=name,
                    may_lose=name in now, may_gain=name in must,
                )  # fmt: skip
        yield from self._others(old, new, steps)

    def _come_or_gone(
        self, old: Branch, new: Branch, steps: tuple[Step, ...], name: str
    ) -> Iterator[Difference]:
        """A property that only one side speaks of."""
        gone = name in old.get("properties", {})
        shape: Shape = (old if gone else new).get("properties")[name]
        if shape.notes.get(self.unsent) is True:
            return  # this side does not send it
        others = applicable(new if gone else old, name)
        required = name in (old if gone else new).get("required", frozenset())
        lone, spoken = "refused" if NOTHING in others else "", told(shape)
        # values that have it as it is here and are not allowed there, and the other way round
        out, back = not _all_within(shape, others), required or not all(within(one, shape) for one in others)
        yield Difference(
            Aspect.WITHDRAWN if gone else Aspect.ADDED, steps, Shape((old,)), Shape((new,)),
            spoken if gone else lone, lone if gone else spoken, name=name, required=required,
            may_lose=out if gone else back, may_gain=back if gone else out,
        )  # fmt: skip

    def _others(self, old: Branch, new: Branch, steps: tuple[Step, ...]) -> Iterator[Difference]:
        """Members without a name of their own."""
        mine, theirs = old.get("patterned", {}), new.get("patterned", {})
        rest, outer = old.get("rest", ANY), new.get("rest", ANY)
        before, after = Shape((old,)), Shape((new,))
        for pattern in dict.fromkeys((*mine, *theirs)):
            if pattern in mine and pattern in theirs:
                yield from self.shapes(mine[pattern], theirs[pattern], (*steps, Step("pattern", pattern)))
            else:
                left, right = mine.get(pattern, rest), theirs.get(pattern, outer)
                yield Difference(
                    Aspect.CONDITION, steps, before, after,
                    f"patternProperties {pattern}" if pattern in mine else "",
                    f"patternProperties {pattern}" if pattern in theirs else "",
                    name=pattern, word="patterned", may_lose=not within(left, right), may_gain=not within(right, left),
                )  # fmt: skip
        if rest == outer:
            if rest.noted != outer.noted:
                yield from self.shapes(rest, outer, (*steps, Step("rest")))
        elif NOTHING in {rest, outer} or ANY in {rest, outer}:
            yield Difference(
                Aspect.OPENNESS, steps, before, after, _rest_told(rest), _rest_told(outer), word="rest",
                may_lose=not within(rest, outer), may_gain=not within(outer, rest),
            )  # fmt: skip
        else:
            yield from self.shapes(rest, outer, (*steps, Step("rest")))


def _spoken_of(one: Branch, name: str) -> Shape | None:
    """What a branch of objects says of a member that it names, requires, or means by `additionalProperties`."""
    shapes = applicable(one, name)
    named = name in one.get("properties", {}) or name in one.get("required", ())
    return shapes[0] if named or (len(shapes) == 1 and shapes[0] not in {ANY, NOTHING}) else None


def only(one: Branch, word: str) -> Branch:
    """The branch with that word alone."""
    words = {word: one.words[word]} if word in one.words else {}
    if word == "low" and one.get("whole"):
        words = {**words, "whole": True} if words else {"whole": True}
    return Branch(one.kind, words)


def _all_within(shape: Shape, others: Sequence[Shape]) -> bool:
    return all(within(shape, other) for other in others)


def _rest_told(rest: Shape) -> str:
    return "no others" if rest == NOTHING else "any others" if rest == ANY else f"others: {told(rest)}"


def _notes(old: Shape, new: Shape, steps: tuple[Step, ...]) -> Iterator[Difference]:
    for key, aspect in _NOTED.items():
        mine, theirs = old.notes.get(key), new.notes.get(key)
        missing = (key in old.notes) != (key in new.notes) and aspect is not Aspect.DEPRECATED
        if missing or text(mine or False) != text(theirs or False):
            yield Difference(
                aspect,
                steps,
                old,
                new,
                _noted(key, old.notes),
                _noted(key, new.notes),
                may_lose=False,
                may_gain=False,
            )


def _noted(key: str, notes: Any) -> str:  # noqa: ANN401 - JSON by name
    return text(notes[key]) if key in notes and notes[key] is not False else ""


def _kinds(old: Shape, new: Shape, steps: tuple[Step, ...]) -> Iterator[Difference]:
    gone = [one for one in old.branches if not new.of(one.kind)]
    come = [one for one in new.branches if not old.of(one.kind)]
    if not (gone or come) or not (old.kinds and new.kinds):
        if gone or come:
            yield Difference(Aspect.TYPE, steps, old, new, kinds_told(old), kinds_told(new), word="kinds",
                             may_lose=bool(gone), may_gain=bool(come))  # fmt: skip
        return
    null = all(one.kind == "null" for one in (*gone, *come))
    whole = [_fractions(old) and not _fractions(new), _fractions(new) and not _fractions(old)]
    yield Difference(
        Aspect.NULL if null else Aspect.TYPE, steps, old, new, kinds_told(old), kinds_told(new), word="kinds",
        may_lose=bool(gone) or whole[0], may_gain=bool(come) or whole[1],
    )  # fmt: skip


def _fractions(shape: Shape) -> bool:
    return any(not one.get("whole") for one in shape.of("number"))


def _listed(old: Branch, new: Branch, steps: tuple[Step, ...]) -> Difference:
    before, after = Shape((old,)), Shape((new,))
    return Difference(
        Aspect.VALUES, steps, before, after, told(before), told(after), word="values",
        may_lose=not inside(old, new), may_gain=not inside(new, old),
    )  # fmt: skip


def _paired(there: Sequence[Branch], here: Sequence[Branch]) -> list[tuple[Branch, Branch]]:
    """Alternatives that are most probably the same one, changed."""
    pairs: list[tuple[Branch, Branch]] = []
    left, right = list(there), list(here)
    for one in there:
        twin = next((other for other in right if other.key == one.key), None)
        if twin is not None:
            pairs.append((one, twin))
            left.remove(one)
            right.remove(twin)
    # what one lies within the other is no other alternative: it grew or shrank
    ranked = sorted(
        ((_likeness(one, other), at, to) for at, one in enumerate(left) for to, other in enumerate(right)),
        key=lambda entry: -entry[0],
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    for likeness, at, to in ranked:
        if at not in taken[0] and to not in taken[1] and (likeness >= _ALIKE or len(left) == len(right) == 1):
            pairs.append((left[at], right[to]))
            taken[0].add(at)
            taken[1].add(to)
    return pairs


#: from this share of common words on, two alternatives are taken for one
_ALIKE: Final = 0.5


def _likeness(one: Branch, other: Branch) -> float:
    if one.finite and other.finite:
        return 1.0
    tags, others = _tags(one), _tags(other)
    for name in tags.keys() & others.keys():
        return 1.0 if tags[name] == others[name] else 0.0
    mine = {
        *one.get("properties", ()),
        *(word for word in one.words if word not in {"properties", "required"}),
    }
    theirs = {
        *other.get("properties", ()),
        *(word for word in other.words if word not in {"properties", "required"}),
    }
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def _tags(one: Branch) -> dict[str, Json]:
    """Required members of one value: what alternatives are told apart by."""
    found = {}
    for name in sorted(one.get("required", ())):
        shape: Shape = one.get("properties", {}).get(name, ANY)
        if (
            len(shape.branches) == 1
            and shape.branches[0].finite
            and len(shape.branches[0].get("values")) == 1
        ):
            found[name] = shape.branches[0].get("values")[0]
    return found
