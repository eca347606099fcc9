"""Laws that Assay does not know: nobody would check them."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.laws.library import LAWS
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "unknown-law"


def check(look: Look) -> Iterator[Problem]:
    """A law by a name that means nothing here."""
    for lifecycle in look.api.lifecycles:
        for law in lifecycle.laws:
            if law.name not in LAWS:
                message = f"Cannot check the law '{law.name}': because there is no such law."
                yield Problem(law.place, RULE, message, choose(law.name, LAWS))
