"""From a folder to contracts that may be used, or to everything that is wrong with them."""

from __future__ import annotations

from datetime import date

from assay.app.errors import ContractError, UsageError
from assay.app.spared import spared
from assay.contractfile.parse import Parsed
from assay.contractfile.suggest import choose
from assay.files.contracts import TreeError, read_tree
from assay.model.contract import ContractSet
from assay.model.copied import replace
from assay.model.problem import Problem, Severity
from assay.rules import lint


def examine(path: str, today: date, *, advice: bool = True) -> tuple[ContractSet | None, tuple[Problem, ...]]:
    """The contracts under `path` (None when they cannot be used) and all findings, sorted by place.

    Without `advice` not every warning is among them.
    """
    parsed = examined(path, today, advice=advice)
    return parsed.contracts, parsed.problems


def examined(path: str, today: date, *, advice: bool = True) -> Parsed:
    """The same, with what comments silenced."""
    with spared():
        try:
            tree = read_tree(path)
        except TreeError as unreadable:
            if not unreadable.texts:
                return Parsed(None, tuple(sorted(set(unreadable.problems))))
            # what can be read has its problems told in the same breath
            parsed = lint.examine(unreadable.texts, root=path, today=today, advice=advice)
            found = tuple(sorted({*unreadable.problems, *parsed.problems}))
            return Parsed(None, found, silenced=parsed.silenced)
        return lint.examine(tree, root=path, today=today, advice=advice)


def load(path: str, today: date, apis: tuple[str, ...] = ()) -> ContractSet:
    """The contracts under `path`, narrowed to the named APIs.

    Raises `ContractError` with all errors at once, `UsageError` for an API that is not there.
    """
    contracts, problems = examine(path, today, advice=False)
    if contracts is None:
        raise ContractError(tuple(p for p in problems if p.severity is Severity.ERROR))
    if not apis:
        return contracts
    known = {api.name for api in contracts.apis}
    for name in apis:
        if name not in known:
            raise UsageError(
                f"Cannot test the API '{name}': because {path} has no such folder. {choose(name, known)}"
            )
    return replace(contracts, apis=tuple(api for api in contracts.apis if api.name in apis))
