"""Findings that a person does not want to be told any more, said in a comment of the file that they are about.

`# assay-lint: ignore RULE: why` on a line of its own silences that rule in that file; several rules are separated by
commas. The reason is not optional. An error cannot be silenced: it would come back in the run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from assay.contractfile.suggest import nearest
from assay.model.problem import Place, Problem, Severity, Silenced
from assay.rules.lint.look import advice, warning

#: what a comment about silence can do wrong; each has its entry among what `assay explain` knows
UNKNOWN: Final = "unknown-ignore"
UNEXPLAINED: Final = "unexplained-ignore"
IDLE: Final = "idle-ignore"
RULES: Final = (UNKNOWN, UNEXPLAINED, IDLE)

_MARK: Final = re.compile(r"^(?P<before>\s*)#\s*assay-lint\s*:(?P<rest>.*)$")
_WISH: Final = re.compile(
    r"\s*ignore\s+(?P<rules>[A-Za-z0-9_-]+(?:\s*,\s*[A-Za-z0-9_-]+)*)\s*(?P<colon>:\s*(?P<reason>.*))?"
)
_HOW: Final = "Write `# assay-lint: ignore RULE: the reason`."


@dataclass(frozen=True, slots=True)
class Ignore:
    """One decision: that rule is not told of in those files."""

    rule: str
    reason: str
    #: where the decision is written
    place: Place
    #: the file it is about; empty: all of them
    file: str = ""
    #: shell pattern of the files it is about; empty: all of them
    matches: str = ""

    def covers(self, problem: Problem) -> bool:
        """True when it is about that finding. Never about an error."""
        if problem.severity is Severity.ERROR or problem.rule in RULES:
            return False
        if problem.rule != self.rule or self.file not in {"", problem.place.file}:
            return False
        return not self.matches or fnmatchcase(problem.place.file, self.matches)


def comments(
    files: Mapping[str, str], known: Collection[str], errors: Collection[str]
) -> tuple[tuple[Ignore, ...], tuple[Problem, ...]]:
    """The decisions in the files' comments, and what is wrong with how they are written.

    `known` are the rules that can be silenced, `errors` those that never can.
    """
    decided: list[Ignore] = []
    wrong: list[Problem] = []
    for file, text in files.items():
        for place, rest in _marked(file, text):
            wish = _WISH.fullmatch(rest.rstrip())
            if wish is None:
                message = "Cannot follow this comment: because it does not say which rule to ignore."
                wrong.append(warning(place, UNKNOWN, message, _HOW))
                continue
            reason = (wish["reason"] or "").strip()
            for name in re.split(r"\s*,\s*", wish["rules"]):
                if name not in known:
                    wrong.append(warning(place, UNKNOWN, *unknown(name, known, errors)))
                elif not reason:
                    message = f"'{name}' is not ignored: because no reason is given."
                    wrong.append(warning(place, UNEXPLAINED, message, _HOW))
                else:
                    decided.append(Ignore(name, reason, place, file))
    return tuple(decided), tuple(wrong)


def _marked(file: str, text: str) -> Iterator[tuple[Place, str]]:
    if "assay-lint" not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        found = _MARK.match(line)
        if found is not None:
            yield Place(file, number, len(found["before"]) + 1), found["rest"]


def unknown(name: str, known: Collection[str], errors: Collection[str]) -> tuple[str, str]:
    """Why that rule cannot be ignored, and what to do about it."""
    if name in errors:
        return (
            f"Cannot ignore '{name}': because what it finds is an error, which stops every run.",
            "Mend what it finds.",
        )
    near = nearest(name, known)
    hint = f"Did you mean '{near}'?" if near else "`assay explain rules` lists the rules."
    return f"Cannot ignore '{name}': because there is no such rule.", hint


def silenced(
    problems: Iterable[Problem], decided: Iterable[Ignore]
) -> tuple[tuple[Problem, ...], tuple[Silenced, ...], tuple[Ignore, ...]]:
    """What is still told, what is not, and the decisions that there was nothing to decide about."""
    decisions = tuple(decided)
    by_rule: dict[str, list[Ignore]] = {}
    for decision in decisions:
        by_rule.setdefault(decision.rule, []).append(decision)
    told: list[Problem] = []
    hidden: list[Silenced] = []
    used: set[Ignore] = set()
    for problem in problems:
        about = [one for one in by_rule.get(problem.rule, ()) if one.covers(problem)]
        if about:
            used.update(about)
            hidden.append(Silenced(problem, about[0].reason, about[0].place))
        else:
            told.append(problem)
    return tuple(told), tuple(hidden), tuple(one for one in decisions if one not in used)


def idle(decisions: Iterable[Ignore]) -> Iterator[Problem]:
    """Decisions about nothing: what they were about is mended."""
    for one in decisions:
        message = f"There is nothing to ignore of '{one.rule}' here."
        yield advice(one.place, IDLE, message, "Delete it, so that the next finding is told.")
