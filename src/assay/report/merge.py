"""Shards of one run, merged into the log the run would have written alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assay.model.event import Event, RunFinished, RunStarted, StepJudged
from assay.model.verdict import Clause
from assay.report.exits import Exit
from assay.report.skim import Skimmed

#: what shards of one run have in common, and how a person would call it
_SAME = {
    "digest": "digest of contracts",
    "seed": "seed",
    "profile": "profile",
    "target": "target",
    "version": "version of Assay",
    "strict": "--strict",
    "flaky": "--flaky",
    # last: it differs where something above does, and where other clauses were chosen
    "plan": "plan digest",
}

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
    #: the file it was read from; empty where nobody said
    file: str

    @property
    def number(self) -> str:
        return f"{self.index}/{self.of}"

    @property
    def name(self) -> str:
        """How a message calls it."""
        return f"shard {self.number} ({self.file})" if self.file else f"shard {self.number}"


def merge(
    logs: Iterable[Iterable[Event | Skimmed]], *, names: Sequence[str] = (), whole: bool = False
) -> Iterator[Event | Skimmed]:
    """The events of all shards as one log, in the shards' order whatever the order they are given in.

    `names` says where each log comes from, for messages. A missing shard, or a shard without a footer, makes the merged
    run incomplete and the footer says so; where a `whole` run is wanted, it is refused.

    Raises `MergeError` for logs of different runs and for a shard that is there twice, before the first event is
    yielded; for a missing footer where it should be.
    """
    told = [*names]
    shards = [_open(log, told[at] if at < len(told) else "") for at, log in enumerate(logs)]
    if not shards:
        raise MergeError("Cannot merge: because no log was given. Do name at least one.")
    shards.sort(key=lambda shard: (shard.index, shard.file))
    _check(shards)
    if whole and (missing := _missing(shards)):
        raise MergeError(
            f"Cannot merge: because {' and '.join(missing)}. Do name the log of every shard of the run."
        )
    return _merged(shards, whole=whole)


def _open(log: Iterable[Event | Skimmed], file: str) -> _Shard:
    events = iter(log)
    header = next(events, None)
    of_file = f" {file}" if file else ""
    if not isinstance(header, RunStarted):
        raise MergeError(
            f"Cannot merge{of_file}: because a log does not begin with a header. Do give whole logs."
        )
    index, _, of = header.shard.partition("/")
    if not (index.isdigit() and of.isdigit() and 1 <= int(index) <= int(of)):
        raise MergeError(
            f"Cannot merge{of_file}: because {header.shard!r} is no shard. Do write it as i/n, counting from 1."
        )
    return _Shard(int(index), int(of), header, events, file)


def _check(shards: list[_Shard]) -> None:
    first = shards[0]
    for other in shards[1:]:
        for field, called in _SAME.items():
            ours, theirs = getattr(first.header, field), getattr(other.header, field)
            if ours != theirs:
                raise MergeError(
                    f"Cannot merge {first.name} and {other.name}: because their {called} differs "
                    f"({ours!r} and {theirs!r}). Do merge only shards of one run."
                )
        if first.of != other.of:
            raise MergeError(
                f"Cannot merge {first.name} and {other.name}: because one run has one number of "
                "shards. Do merge only shards of one run."
            )
    for one, next_one in pairwise(shards):
        if one.index == next_one.index:
            also = f": {one.file} and {next_one.file}" if one.file else ""
            raise MergeError(
                f"Cannot merge: because shard {one.number} is there twice{also}. Do give each shard once."
            )


def _merged(shards: list[_Shard], *, whole: bool) -> Iterator[Event | Skimmed]:
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
        if footer is not None:
            footers.append(footer)
        elif whole:
            raise MergeError(
                f"Cannot merge: because {shard.name} has no footer: its run never came to an end. "
                "Do run that shard again, or let `assay report` merge what there is."
            )
        else:
            faults.append(f"shard {shard.number} has no footer")
    yield _footer(footers, faults)


def _header(shards: list[_Shard]) -> RunStarted:
    clauses: dict[str, Clause] = {}
    for shard in shards:
        for clause in shard.header.clauses:
            clauses.setdefault(clause.id, clause)
    # each shard has the waivers of its own clauses
    waivers = {tuple(sorted(waiver.items())): waiver for shard in shards for waiver in shard.header.waivers}
    return replace(
        shards[0].header,
        run=min(shard.header.run for shard in shards),
        started=min(shard.header.started for shard in shards),
        clauses=tuple(clauses.values()),
        waivers=tuple(waivers[key] for key in sorted(waivers)),
        pending=_pending(shards),
        shard="1/1",
    )


def _pending(shards: list[_Shard]) -> tuple[Mapping[str, str], ...]:
    """Of each clause what the shards say; one that has held by what one of them knows has held."""
    found: dict[str, Mapping[str, str]] = {}
    for told in (told for shard in shards for told in shard.header.pending):
        clause = told.get("clause", "")
        if clause not in found or (told.get("held") and not found[clause].get("held")):
            found[clause] = told
    return tuple(found[clause] for clause in sorted(found))


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
