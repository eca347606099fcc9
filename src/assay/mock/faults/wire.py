"""Faults below HTTP: what was asked is done, and the answer does not come as it should."""

from __future__ import annotations

from dataclasses import replace

from assay.mock.faults.terms import ONCE, Aim, Kind, Outcome, Site, Turn
from assay.mock.world import Manner

#: seconds
_SLOW = 2.0


def _always(_: Site) -> tuple[Aim, ...]:
    return ONCE


def _cut(turn: Turn) -> Outcome:
    if len(turn.reply.body) < 2:
        return None
    return turn.after, replace(turn.reply, manner=Manner(cut=len(turn.reply.body) // 2))


TRUNCATED = Kind("truncated", "Ends the connection in the middle of the body.", _cut, _always)


def _reset(turn: Turn) -> Outcome:
    return turn.after, replace(turn.reply, manner=Manner(reset=True))


CONNECTION_RESET = Kind("connection-reset", "Resets the connection instead of answering.", _reset, _always)


def _hang(turn: Turn) -> Outcome:
    return turn.after, replace(turn.reply, manner=Manner(hang=True))


HANG = Kind("hang", "Never answers, and keeps the connection open.", _hang, _always)


def _slow(turn: Turn) -> Outcome:
    return turn.after, replace(turn.reply, manner=Manner(delay=turn.fault.seconds or _SLOW))


SLOW = Kind("slow", "Answers two seconds late.", _slow, _always, frozenset({"seconds"}))
