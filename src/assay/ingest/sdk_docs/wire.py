"""What names are on the wire, which languages rename: told by evidence, answered by a person, or asked.

Evidence is another place of the same source where the name stands as it is: a path template, JSON in a fence, a page of
a language that would not have spelt it so. Without evidence and without an answer a name stays as the pages spell it,
and nothing that depends on it is held against anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assay.ingest.sdk_docs.dialects import Dialect, folded, renamed, several, unreserved, usual
from assay.ingest.sdk_docs.pages import ApiPage, ModelPage
from assay.ingest.words import camel, words

VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")


class Names(StrEnum):
    """How names of several words are spelt on the wire, where somebody has said so."""

    AS_WRITTEN = "as-written"
    CAMEL = "camelCase"
    SNAKE = "snake_case"


@dataclass(slots=True)
class Wire:
    """Finds names of the wire, and remembers what it could not find out."""

    #: what a person answered
    answer: Names | None = None
    #: folded name -> the name as it is, and where it stands
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: do the TypeScript models keep the names of the wire?
    kept: bool = False
    #: names that stay open: name -> its language and the first place
    open: dict[str, tuple[Dialect, str]] = field(default_factory=dict)
    #: names that evidence told: name -> name of the wire, where it is told, where it was renamed
    cited: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def gather(
        self, apis: Iterable[ApiPage], models: Iterable[ModelPage], shown: Iterable[tuple[str, str]]
    ) -> None:
        """Takes what the source tells of names as they are; what is told in two ways is told in none."""
        told: list[tuple[str, str]] = [*shown]
        for api in apis:
            for method in api.methods:
                told.extend((name, method.at) for name in VARIABLE.findall(method.path))
        for model in models:
            for member in model.members or ():
                if several(member.name) and not renamed(member.name, model.dialect):
                    told.append((member.name, member.at))
                    self.kept = self.kept or model.dialect is Dialect.TYPESCRIPT
        torn: set[str] = set()
        for name, at in told:
            key = folded(name)
            if self.evidence.setdefault(key, (name, at))[0] != name:
                torn.add(key)
        for key in torn:
            del self.evidence[key]

    def name(self, name: str, dialect: Dialect, at: str, *, model: bool) -> tuple[str, bool]:
        """The name on the wire, and whether that is sure."""
        if not renamed(name, dialect) or (model and self.kept and dialect is Dialect.TYPESCRIPT):
            return usual(name, dialect), True
        if found := self.evidence.get(folded(unreserved(name, dialect))):
            if found[0] != name:
                self.cited.setdefault(name, (*found, at))
            return found[0], True
        if self.answer is Names.AS_WRITTEN:
            return name, True
        if self.answer is Names.SNAKE:
            return "_".join(words(usual(name, dialect))), True
        if self.answer is Names.CAMEL:
            told = usual(name, dialect)
            return camel(words(told)) if "_" in told else told, True
        self.open.setdefault(name, (dialect, at))
        return usual(name, dialect), False
