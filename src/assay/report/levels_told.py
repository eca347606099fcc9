"""Coverage levels in words and as JSON: made once, for every renderer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.model.contract import Json
from assay.report.result import Criterion, Levels, Report, StatusUse

#: the highest there is
HIGHEST = 7
#: as a reader of Specmatic's reports knows them
COVERED, NOT_COVERED, MISSING_IN_SPEC = "covered", "not covered", "missing in spec"
_NOTHING = "the documentation has none"


def title(report: Report, levels: Levels) -> str:
    """Of what the levels are."""
    return report.title(levels.api) if levels.api else "all APIs"


def headline(levels: Levels) -> str:
    """`level 4 of 7; for 5: parameter values 3 of 4, statuses 5 of 7`."""
    lacking = [one for one in levels.criteria if one.level == levels.level + 1 and short(one)]
    words = ", ".join(f"{one.name} {extent(one)}" for one in lacking)
    return f"level {levels.level} of {HIGHEST}" + (f"; for {levels.level + 1}: {words}" if words else "")


def short(criterion: Criterion) -> bool:
    """True when something is missing of it, or nobody knows, or there is nothing of it at all."""
    return not criterion.told or criterion.covered < criterion.of or not criterion.of


def extent(criterion: Criterion) -> str:
    """`3 of 4`; unknown where the log is of a version that does not say what there is."""
    if not criterion.told:
        return "unknown"
    return f"{criterion.covered} of {criterion.of}" if criterion.of else f"0 of 0 ({_NOTHING})"


def statuses(levels: Levels) -> str:
    """`10 of 12 documented statuses exercised (83 %), 3 missing in spec`."""
    covered, all_of_them = len(levels.covered), len(levels.covered) + len(levels.uncovered)
    share = f" ({100 * covered // all_of_them} %)" if all_of_them else ""
    strange = f", {len(levels.strange)} {MISSING_IN_SPEC}" if levels.strange else ""
    return f"{covered} of {all_of_them} documented statuses {COVERED}{share}{strange}"


def word(use: StatusUse) -> str:
    """`covered`, `not covered` or `missing in spec`."""
    if not use.documented:
        return MISSING_IN_SPEC
    return COVERED if use.count else NOT_COVERED


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion, for a table."""

    level: int
    name: str
    extent: str
    met: bool
    #: `operation: element`
    missing: tuple[str, ...]
    #: how many more there are than are told here
    more: int


def rows(levels: Levels, most: int = 40) -> Iterator[Row]:
    """The criteria one after another, each with some of what is missing."""
    for one in levels.criteria:
        told = tuple(": ".join(filter(None, (m.operation, m.element))) for m in one.missing[:most])
        met = one.told and one.covered == one.of
        yield Row(one.level, one.name, extent(one), met, told, max(one.of - one.covered - len(told), 0))


def document(report: Report) -> Json:
    """The part `levels` of `report.json`."""
    return [_levels(one) for one in report.levels]


def _levels(one: Levels) -> Json:
    return {
        "api": one.api or None,
        "level": one.level,
        "criteria": [
            {
                "criterion": criterion.name,
                "level": criterion.level,
                "covered": criterion.covered if criterion.told else None,
                "of": criterion.of if criterion.told else None,
                "missing": [{"operation": m.operation, "element": m.element} for m in criterion.missing],
            }
            for criterion in one.criteria
        ],
        "statuses": {
            "documented": len(one.covered) + len(one.uncovered),
            "covered": len(one.covered),
            "missing_in_spec": len(one.strange),
            # those of all APIs stand with each of them
            "pairs": [_use(use) for use in one.statuses] if one.api else [],
        },
    }


def _use(use: StatusUse) -> Json:
    return {
        "operation": use.operation,
        "method": use.method,
        "path": use.path,
        "status": use.status,
        "coverage": word(use),
        "count": use.count,
    }
