"""Shards of one run, merged into the log the run would have written alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from assay.model.event import Event, RunFinished, RunStarted, StepJudged
from assay.model.verdict import Clause
from assay.report.exits import Exit
from assay.report.skim import Skimmed

#: what shards of one run have in common
_SAME = ("digest", "seed", "profile", "target", "version", "strict")

#: the exit code of a run that exercised nothing
_NOTHING = int(Exit.NOTHING_EXERCISED)


class MergeError(ValueError):
    """These logs are not shards of one run. Whose fault: whoever chose them."""


@dataclass(frozen=True, slots=True)
class _Shard:
    index: int
    of: int
    header: RunStarted
    events: Iterator[Event | Skimmed]

    @property
    def name(self) -> str:
        return f"{self.index}/{self.of}"


def merge(logs: Iterable[Iterable[Event | Skimmed]]) -> Iterator[Event | Skimmed]:
    """The events of all shards as one log, in the shards' order whatever the order they are given in.

    A missing shard, or a shard without a footer, makes the merged run incomplete and the footer says so.
    Raises `MergeError` for logs of different runs and for a shard that is there twice, before the first event
    is yielded.
    """
    shards = sorted((_open(log) for log in logs), key=lambda shard: shard.index)
    if not shards:
        raise MergeError("Cannot merge: because no log was given. Do name at least one.")
    _check(shards)
    return _merged(shards)


def _open(log: Iterable[Event | Skimmed]) -> _Shard:
    events = iter(log)
    header = next(events, None)
    if not isinstance(header, RunStarted):
        raise MergeError("Cannot merge: because a log does not begin with a header. Do give whole logs.")
    index, _, of = header.shard.partition("/")
    if not (index.isdigit() and of.isdigit() and 1 <= int(index) <= int(of)):
        raise MergeError(
            f"Cannot merge: because {header.shard!r} is no shard. Do write it as i/n, counting from 1."
        )
    return _Shard(int(index), int(of), header, events)


def _check(shards: list[_Shard]) -> None:
    first = shards[0]
    for other in shards[1:]:
        for name in _SAME:
            ours, theirs = getattr(first.header, name), getattr(other.header, name)
            if ours != theirs:
                raise MergeError(
                    f"Cannot merge shards {first.name} and {other.name}: because their {name} differs "
                    f"({ours!r} and {theirs!r}). Do merge only shards of one run."
                )
        if first.of != other.of:
            raise MergeError(
                f"Cannot merge shards {first.name} and {other.name}: because one run has one number of "
                "shards. Do merge only shards of one run."
            )
    for one, next_one in pairwise(shards):
        if one.index == next_one.index:
            raise MergeError(
                f"Cannot merge: because shard {one.name} is there twice. Do give each shard once."
            )


def _merged(shards: list[_Shard]) -> Iterator[Event | Skimmed]:
    yield _header(shards)
    number = 0
    footers: list[RunFinished] = []
    faults = _missing(shards)
    for shard in shards:
        footer: RunFinished | None = None
        for event in shard.events:
            match event:
                case RunFinished():
                    footer = event
                case Skimmed():
                    number += 1
                    yield event.renumbered(number)
                case StepJudged():
                    number += 1
                    yield replace(event, number=number)
                case _:
                    yield event
        if footer is None:
            faults.append(f"shard {shard.name} has no footer")
        else:
            footers.append(footer)
    yield _footer(footers, faults)


def _header(shards: list[_Shard]) -> RunStarted:
    clauses: dict[str, Clause] = {}
    for shard in shards:
        for clause in shard.header.clauses:
            clauses.setdefault(clause.id, clause)
    return replace(
        shards[0].header,
        run=min(shard.header.run for shard in shards),
        started=min(shard.header.started for shard in shards),
        clauses=tuple(clauses.values()),
        shard="1/1",
    )


def _missing(shards: list[_Shard]) -> list[str]:
    there = {shard.index for shard in shards}
    of = shards[0].of
    return [f"shard {index}/{of} is missing" for index in range(1, of + 1) if index not in there]


def _footer(footers: list[RunFinished], faults: list[str]) -> RunFinished:
    requests: dict[str, int] = {}
    for footer in footers:
        for explorer, count in footer.requests.items():
            requests[explorer] = requests.get(explorer, 0) + count
    trouble = _trouble([footer.trouble for footer in footers])
    # a shard that saw nothing says so; where another one did see something, that is no matter
    told = [footer.reason for footer in footers if footer.reason and (footer.trouble != _NOTHING or trouble)]
    reasons = dict.fromkeys([*faults, *told])
    return RunFinished(
        finished=max((footer.finished for footer in footers), default=""),
        complete=not faults and all(footer.complete for footer in footers),
        reason="; ".join(reasons),
        requests=dict(sorted(requests.items())),
        trouble=trouble,
    )


def _trouble(troubles: list[int]) -> int:
    """A shard that had nothing to do is no trouble while another had."""
    grave = [trouble for trouble in troubles if trouble not in {0, _NOTHING}]
    if grave:
        return max(grave)
    return _NOTHING if troubles and all(trouble == _NOTHING for trouble in troubles) else 0
