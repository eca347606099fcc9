"""`model.copied`: the copies are those that `dataclasses.replace` makes."""

from __future__ import annotations

import dataclasses

import pytest

from assay.model.case import Case, Script
from assay.model.copied import replace


@dataclasses.dataclass(frozen=True)
class Open:
    """A value without slots."""

    name: str
    size: int = 0


@dataclasses.dataclass(slots=True)
class Careful:
    """A value that looks at what it is made of."""

    size: int

    def __post_init__(self) -> None:
        """Refuses what is too small."""
        if self.size < 0:
            raise ValueError("too small")


@dataclasses.dataclass(frozen=True, slots=True)
class Keeping:
    """A value that keeps what was worked out, which is not copied."""

    value: str
    kept: list[str] = dataclasses.field(init=False, default_factory=list)


CASE = Case("shop", "order", "a valid request", "witness", headers={"A": "b"})


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        (CASE, {}),
        (CASE, {"title": "another", "wait": 2.0}),
        (CASE, {field.name: "x" for field in dataclasses.fields(Case)}),
        (Script("one", (CASE,)), {"steps": ()}),
        (Open("a"), {"size": 3}),
        (Careful(1), {"size": 2}),
        (Keeping("a"), {"value": "b"}),
    ],
)
def test_a_copy_is_what_dataclasses_would_have_made(value: object, changes: dict[str, object]) -> None:
    """Whatever the class looks like, the copy equals theirs, and the original stays as it was."""
    before = repr(value)
    assert replace(value, **changes) == dataclasses.replace(value, **changes)  # type: ignore[type-var]
    assert repr(value) == before


def test_a_class_that_checks_itself_still_does() -> None:
    """What `__post_init__` refuses is refused of copies, too."""
    with pytest.raises(ValueError, match="too small"):
        replace(Careful(1), size=-1)


def test_an_unknown_field_is_refused() -> None:
    """A misspelt name is an error, not another value."""
    with pytest.raises(TypeError):
        replace(CASE, titel="x")
