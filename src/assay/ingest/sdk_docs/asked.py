"""What the pages leave open: questions to who knows the API, and what was put in the place of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from assay.ingest.imported import Doubt

#: things named in one question
_SHOWN: Final = 40


@dataclass(slots=True)
class Asked:
    """Collects questions and doubts, in the order in which they arise; alike ones come together."""

    questions: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    #: (question with `{}` for what it is about, file) -> first place and what it is about
    _alike: dict[tuple[str, str], tuple[str, list[str]]] = field(default_factory=dict)

    def ask(self, at: str, question: str) -> None:
        """Asks that."""
        told = f"{at}: {question}"
        if told not in self.questions:
            self.questions.append(told)

    def ask_of(self, at: str, question: str, about: str, *, whole: bool = False) -> None:
        """Asks the same of several things of a page at once, or of the `whole` source; `{}` is where they are named."""
        key = question, "" if whole else at.rsplit(":", 1)[0]
        if key not in self._alike:
            self._alike[key] = at, []
            self.questions.append("")  # its place in the order
            self._alike[key][1].append(str(len(self.questions) - 1))
        if about not in self._alike[key][1][1:]:
            self._alike[key][1].append(about)

    def doubt(self, at: str, cannot: str, because: str, guess: str = "", file: str = "") -> None:
        """Tells what could not be taken over."""
        self.doubts.append(Doubt(at, f"Cannot {cannot}: because {because}.", guess, file))

    def complete(self) -> tuple[str, ...]:
        """All questions."""
        for (question, _), (at, (index, *about)) in self._alike.items():
            self.questions[int(index)] = f"{at}: {question.replace('{}', listed(about), 1)}"
        return tuple(self.questions)


def listed(names: Iterable[str], most: int = _SHOWN) -> str:
    """Names in a line, cut where they are many."""
    known = [*names]
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more
