"""What operations are called for what they do, and what is said of answers in prose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from assay.ingest.words import singular, words

#: verbs that bring something into being -> the state it is in then
CREATE: Final = {
    "create": "present", "add": "present", "new": "present", "make": "present", "insert": "present",
    "start": "running", "launch": "running", "begin": "running", "run": "running", "spawn": "running",
    "open": "open", "register": "registered", "issue": "issued", "generate": "issued", "mint": "issued",
    "submit": "submitted", "enqueue": "queued", "schedule": "scheduled", "book": "booked", "reserve": "reserved",
    "upload": "present", "import": "present", "place": "placed", "subscribe": "subscribed", "invite": "invited",
}  # fmt: skip
#: verbs that bring an instance somewhere -> the state
CHANGE: Final = {
    "stop": "stopped", "end": "ended", "close": "closed", "cancel": "cancelled", "terminate": "terminated",
    "finish": "finished", "complete": "completed", "abort": "aborted", "kill": "killed", "expire": "expired",
    "revoke": "revoked", "archive": "archived", "deactivate": "deactivated", "disable": "disabled",
    "destroy": "destroyed", "shutdown": "stopped", "release": "released", "reject": "rejected", "withdraw": "withdrawn",
    "start": "running", "resume": "running", "unpause": "running", "pause": "paused", "suspend": "suspended",
    "activate": "active", "enable": "enabled", "publish": "published", "unpublish": "unpublished", "lock": "locked",
    "unlock": "unlocked", "reopen": "open", "open": "open", "unarchive": "restored", "restore": "restored",
    "delete": "deleted", "remove": "removed", "unregister": "unregistered", "approve": "approved",
}  # fmt: skip
#: verbs that take each other back
_PAIRS: Final = (
    {"start", "stop"}, {"start", "kill"}, {"pause", "resume"}, {"pause", "unpause"}, {"suspend", "resume"},
    {"activate", "deactivate"}, {"enable", "disable"}, {"publish", "unpublish"}, {"lock", "unlock"},
    {"close", "reopen"}, {"open", "close"}, {"archive", "unarchive"}, {"archive", "restore"}, {"delete", "restore"},
)  # fmt: skip
#: verbs of a DELETE that say more than that
DELETE: Final = ("remove", "revoke", "cancel", "archive", "deactivate", "terminate", "destroy", "unregister", "stop",
                 "end", "close", "kill", "disable", "delete")  # fmt: skip
#: words behind which a name speaks of something else: add games TO a pool
_BEHIND: Final = frozenset({"to", "from", "for", "of", "in", "by", "with", "on", "at"})
#: verbs that leave an instance in its state
KEEP: Final = frozenset({"update", "edit", "set", "rename", "replace", "patch", "put", "change", "modify", "configure",
                         "regenerate", "refresh", "touch"})  # fmt: skip
#: states that a status may have a word for -> other words for them
_ALIKE: Final = {
    "stopped": ("stopped", "ended", "terminated", "exited", "inactive"),
    "ended": ("ended", "closed", "finished", "completed", "terminated", "inactive"),
    "closed": ("closed", "ended", "resolved", "done"), "cancelled": ("cancelled", "canceled"),
    "deleted": ("deleted", "removed"), "completed": ("completed", "complete", "done", "finished"),
    "running": ("running", "active", "started", "starting", "open", "in_progress"),
    "present": ("active", "created", "new", "open", "draft", "pending"),
    "open": ("open", "opened", "active"), "paused": ("paused",), "archived": ("archived",),
    "revoked": ("revoked", "inactive"), "expired": ("expired",),
}  # fmt: skip

_NULL: Final = re.compile(
    r"(?:return|answer|respond|respons|give|yield)\w*\s+(?:with\s+)?(?:`?null`?|nothing|an? empty)\b(?P<when>[^.;\n]*)",
    re.I,
)
_NULL_BEFORE: Final = re.compile(
    r"\b(?:null|nothing)\s+(?:is returned\s+)?(?P<when>(?:if|when)[^.;\n]*)", re.I
)
_UNKNOWN: Final = re.compile(r"not (?:be )?found|unknown|does(?: not|n't) exist|no such|non-?exist", re.I)
_ALREADY: Final = re.compile(
    r"already|no longer|not (?:running|active|open)|\bhas (?:been )?(?:ended|stopped|closed)", re.I
)
_IDEMPOTENT: Final = re.compile(r"\bidempotent\b", re.I)


def verb(names: Iterable[str], known: Iterable[str]) -> str | None:
    """The first of those names' words that is one of the known verbs."""
    wanted = set(known)
    for name in names:
        for word in words(name):
            if word in wanted:
                return word
    return None


def creates(name: str, noun: str) -> bool:
    """True for a name such as `createStandaloneFreespin`, where the noun is `freespin`."""
    told = words(name)
    told = told[: next((i for i, word in enumerate(told) if word in _BEHIND), len(told))]
    return len(told) > 1 and told[0] in CREATE and set(words(noun)) <= {singular(word) for word in told[1:]}


def opposite(one: str, other: str) -> bool:
    """True for verbs that take each other back."""
    return {one, other} in _PAIRS


def null_when(text: str) -> tuple[bool, bool]:
    """Whether the prose says that null is answered for what was never there, and for what is over already."""
    unknown = already = False
    for found in (*_NULL.finditer(text), *_NULL_BEFORE.finditer(text)):
        unknown = unknown or _UNKNOWN.search(found["when"]) is not None
        already = already or _ALREADY.search(found["when"]) is not None
    return unknown, already


def status_already(text: str) -> list[str]:
    """The statuses of sentences that speak of what is so already: «409 if it was already started»."""
    return _statuses(text, _ALREADY)


def status_unknown(text: str) -> list[str]:
    """The statuses of sentences that speak of what there is not: «404 if there is no such session»."""
    return _statuses(text, _UNKNOWN)


def _statuses(text: str, wanted: re.Pattern[str]) -> list[str]:
    return [
        status
        for sentence in re.split(r"[.;\n]", text)
        if wanted.search(sentence)
        for status in re.findall(r"\b[2-5][0-9]{2}\b", sentence)
    ]


def says_already(text: str) -> bool:
    """True where the prose of an answer says that what was asked for is so already."""
    return _ALREADY.search(text) is not None


def says_unknown(text: str) -> bool:
    """True where the prose of an answer says that there is no such thing."""
    return _UNKNOWN.search(text) is not None


def says_idempotent(text: str) -> bool:
    """True where asking twice is promised to be the same as asking once."""
    return _IDEMPOTENT.search(text) is not None


def word_for(state: str, values: Iterable[str]) -> str | None:
    """The value of a documented status that means that state."""
    known = {value.lower(): value for value in values}
    for word in (state, *_ALIKE.get(state, ())):
        if word in known:
            return known[word]
    return None
