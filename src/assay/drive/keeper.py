"""Credentials that run out: had from somebody when they are first needed, and had anew when the target refuses them.

The theory of operation:

* Every credential has a *generation*, which grows by one each time it is had anew. Whoever was refused says with which
  generation he asked. When there is a newer one by then, somebody else was quicker, and all there is to do is to ask
  again; else it is had anew, while all others who need it wait. So however many threads are refused together, it is had
  anew once; and however many processes, where they have a shelf in common.
* A credential that is refused right after it was issued was not what the refusal was about. It is not had anew for a
  while then, longer each time: an API that answers 401 where it should say 404 must not be logged in to each time.
* Whatever is issued is told to those who mask, before it is used for anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from threading import Lock, RLock
from types import MappingProxyType
from typing import Protocol

from assay.drive.carried import Carried, CredentialError
from assay.model.terms import Json
from assay.ports import Clock

#: seconds before a credential is had anew that was had anew in vain: twice as long each time, up to the second number
_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
#: answers to others than us whose credentials are looked for everywhere, at most: each costs a little in every text. Of
#: further ones the places are masked where they stand
OVERHEARD = 200


class IssueError(CredentialError):
    """No credential was to be had."""

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        """`unreachable` where nobody answered: the environment's fault."""
        super().__init__(message)
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """What was issued. It never shows it by accident."""

    #: the token; empty where `carried` says all
    value: str = ""
    #: how it travels, where the security scheme does not say
    carried: Carried | None = None
    #: what the next issue needs of this one, as a refresh token: secret, too
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value in it that must never be shown."""
        carried = self.carried or Carried()
        pairs = (*carried.headers, *carried.query, *carried.cookies)
        values = {self.value, *self.more.values()}
        for _, value in pairs:
            # «Bearer abc» is no secret as a whole alone
            values |= {value, value.rpartition(" ")[2]}
        return tuple(sorted(value for value in values if value))

    def to_json(self) -> dict[str, Json]:
        """As plain JSON types, for a shelf."""
        carried = self.carried
        kept = [list(carried.headers), list(carried.query), list(carried.cookies)] if carried else None
        return {"value": self.value, "carried": kept, "more": dict(self.more)}

    @classmethod
    def from_json(cls, found: Mapping[str, Json]) -> Issued:
        """What `to_json` wrote."""
        kept = found["carried"]
        carried = _carried(*kept) if kept else None
        return cls(found["value"], carried, dict(found["more"]))


def _carried(headers: list[Json], query: list[Json], cookies: list[Json]) -> Carried:
    pairs = [tuple((str(name), str(value)) for name, value in found) for found in (headers, query, cookies)]
    return Carried(headers=pairs[0], query=pairs[1], cookies=pairs[2])


#: has a credential issued, given what the last issue left behind; raises `IssueError`
Issue = Callable[[Mapping[str, str]], Issued]

#: name of a credential -> {generation, issued}, and what else was issued under that name before
Kept = dict[str, Json]


class Shelf(Protocol):
    """Where credentials lie: one for all threads of a process, or for several processes."""

    def opened(self) -> AbstractContextManager[Kept]:
        """What lies there, for nobody else until it is closed; what is changed in it stays. Raises `OSError`."""
        ...


class Private:
    """A shelf of one process. Implements `Shelf`."""

    def __init__(self) -> None:
        self._kept: Kept = {}

    def opened(self) -> AbstractContextManager[Kept]:
        """What lies there; that nobody else looks meanwhile is for the keeper to see to."""
        return nullcontext(self._kept)


#: hears of new secrets, of names of header fields and query parameters whose values are secret, and of places in JSON
#: bodies (RFC 6901) where there are some
Listener = Callable[[tuple[str, ...], tuple[str, ...], tuple[str, ...]], None]


class Keyring:
    """What all credentials of a target share: where they lie, and who masks them. For any number of threads."""

    def __init__(self, clock: Clock, shelf: Shelf | None = None) -> None:
        self.clock = clock
        self.shelf: Shelf = shelf or Private()
        self._lock = Lock()
        self._secrets: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._owners: dict[tuple[str, object], str] = {}
        self._notes: list[str] = []
        self._places: dict[str, None] = {}
        self._listeners: list[Listener] = []
        self._overheard = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that was issued or used to have one issued, so far."""
        with self._lock:
            return tuple(self._secrets)

    def listen(self, listener: Listener) -> None:
        """`listener` is told of all that is secret, before it is used; of what is known already at once."""
        with self._lock:
            self._listeners.append(listener)
            listener(tuple(self._secrets), tuple(self._names), tuple(self._places))

    def learn(
        self, secrets: Iterable[str] = (), names: Iterable[str] = (), places: Iterable[str] = ()
    ) -> None:
        """Tells those who mask."""
        with self._lock:
            fresh = tuple(value for value in dict.fromkeys(secrets) if value and value not in self._secrets)
            named = tuple(name for name in dict.fromkeys(names) if name not in self._names)
            there = tuple(place for place in dict.fromkeys(places) if place not in self._places)
            self._secrets.update(dict.fromkeys(fresh))
            self._names.update(dict.fromkeys(named))
            self._places.update(dict.fromkeys(there))
            if fresh or named or there:
                for listener in self._listeners:
                    listener(fresh, named, there)

    def overhear(self, issued: Issued, name: str, place: str) -> None:
        """Tells those who mask of what was issued to a request that is part of the test.

        It stood in the header field `name`, or at that `place` of the body; both are empty where it was cookies.
        """
        if all(value in self._secrets for value in issued.secrets):
            return
        self._overheard += 1
        if self._overheard <= OVERHEARD:
            self.learn(issued.secrets)
        else:
            self.learn(names=[name] if name else (), places=[place] if place else ())

    def claim(self, owner: str, issued: Issued) -> None:
        """Raises `IssueError` where another principal was given the very same: they would be one to the target."""
        with self._lock:
            key = (issued.value, issued.carried)
            other = self._owners.setdefault(key, owner)
        if other != owner:
            raise IssueError(
                f"Cannot use {owner}: because it was given the same credential as {other}. "
                "Give each principal an account of its own."
            )

    def note(self, text: str) -> None:
        """Leaves a remark for the report."""
        with self._lock:
            self._notes.append(text)

    def notes(self) -> list[str]:
        """The remarks so far, each once with how often it was made; asked again, only what is new."""
        with self._lock:
            taken, self._notes = self._notes, []
        counted = {text: taken.count(text) for text in dict.fromkeys(taken)}
        return [text if times == 1 else f"{text} ({times} times)" for text, times in counted.items()]


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """A credential at one moment."""

    value: str
    carried: Carried | None
    #: which one it is, counted from 1
    generation: int


class Living(Protocol):
    """A credential that is not just a text: one that runs out, or looks at the request that it is for."""

    #: how a person calls it: whose it is, and where it comes from
    name: str

    def now(self) -> Held:
        """As it is now. Raises `CredentialError` where it cannot be had."""
        ...

    def wrong(self, value: str) -> Carried:
        """What carries `value` in its stead, where no security scheme says how. Raises `CredentialError`."""
        ...

    def renew(self, seen: int) -> bool:
        """Has it anew, after the one with that generation was refused; False where it stays what it was."""
        ...

    def answered(self, generation: int, *, refused: bool) -> None:
        """Hears what became of a request that was sent again."""
        ...


class Keeper:
    """A credential that runs out. Implements `Living`; any number of threads may ask."""

    def __init__(self, name: str, owner: str, issue: Issue, ring: Keyring) -> None:
        """`name` is how a person calls it, `owner` how he calls whoever it belongs to."""
        self.name, self._owner, self._issue, self._ring = name, owner, issue, ring
        self._lock = RLock()
        self._held: Held | None = None
        #: issues in a row that were for nothing, and the moment before which there is no further one
        self._vain, self._not_before = 0, -math.inf
        self._failed: IssueError | None = None

    def now(self) -> Held:
        """As it is now; had when it is first needed. Raises `IssueError`, the same again for a while."""
        with self._lock:
            if self._held is None:
                if self._failed is not None and self._ring.clock.monotonic() < self._not_before:
                    raise IssueError(str(self._failed), unreachable=self._failed.unreachable)
                self._have(0)
            held = self._held
            if held is None:  # pragma: no cover - what was had is held
                raise IssueError(
                    f"Cannot authenticate as {self._owner}: because nothing was issued. Try again."
                )
            return held

    def prime(self, issued: Issued) -> None:
        """Takes what was had already. Raises `IssueError` where it is somebody else's."""
        with self._lock:
            self._take(issued, 1)

    def wrong(self, value: str) -> Carried:
        """The same way with another value, where it has a way of its own."""
        carried = (self._held.carried if self._held else None) or Carried()
        if not (carried.headers or carried.query or carried.cookies):
            raise CredentialError(
                f"Cannot make a wrong credential in place of {self.name}: because nothing says how one would travel. "
                "Use http bearer, http basic or apiKey as the security scheme."
            )
        return Carried(
            tuple((name, value) for name, _ in carried.headers),
            tuple((name, value) for name, _ in carried.query),
            tuple((name, value) for name, _ in carried.cookies),
        )

    def renew(self, seen: int) -> bool:
        """Has it anew unless somebody did since; False where none is to be had, or the same as before."""
        with self._lock:
            held = self._held
            if held is None or held.generation > seen:
                return held is not None
            if self._ring.clock.monotonic() < self._not_before:
                return False
            try:
                renewed = self._have(seen)
            except IssueError as error:
                self._ring.note(f"{self.name} could not be renewed after a 401: {error}")
                return False
            now = self._held
            if now is None or (now.value, now.carried) == (held.value, held.carried):
                self._in_vain()
                return False
            if renewed:
                self._ring.note(f"{self.name} was renewed after a 401, and what was refused was sent again")
            return True

    def answered(self, generation: int, *, refused: bool) -> None:
        """A credential that is refused as soon as it was issued is not had anew for a while."""
        with self._lock:
            if self._held is None or self._held.generation != generation:
                return
            if refused:
                self._in_vain()
            else:
                self._vain, self._not_before = 0, -math.inf

    def _in_vain(self) -> None:
        self._not_before = self._ring.clock.monotonic() + min(_PAUSE * 2**self._vain, _LONGEST_PAUSE)
        self._vain += 1

    def _have(self, seen: int) -> bool:
        """Takes a newer one from the shelf, or has one issued and puts it there; True in the latter case."""
        try:
            with self._ring.shelf.opened() as kept:
                entry = kept.get(self.name)
                if entry is not None and entry["generation"] > seen:
                    self._take(Issued.from_json(entry["issued"]), entry["generation"])
                    return False
                left = Issued.from_json(entry["issued"]).more if entry is not None else {}
                issued = self._issue(MappingProxyType(dict(left)))
                self._ring.learn(issued.secrets)
                before = entry["all"] if entry is not None else []
                generation = max(seen, entry["generation"] if entry is not None else 0) + 1
                everything = [*before, *(one for one in issued.secrets if one not in before)]
                kept[self.name] = {"generation": generation, "issued": issued.to_json(), "all": everything}
                self._take(issued, generation)
                return True
        except IssueError as error:
            self._failed = error
            self._in_vain()
            raise
        except OSError as error:
            self._failed = IssueError(
                f"Cannot authenticate as {self._owner}: because what the workers share cannot be used "
                f"({error.strerror or error}). Free some room on the disk, or run without workers."
            )
            self._in_vain()
            raise self._failed from None

    def _take(self, issued: Issued, generation: int) -> None:
        self._ring.learn(issued.secrets)
        self._ring.claim(self._owner, issued)
        self._held = Held(issued.value, issued.carried, generation)
        self._failed = None


class Fixed:
    """A credential with a way of its own that never changes. Implements `Living`."""

    def __init__(self, name: str, carried: Carried) -> None:
        self.name, self._held = name, Held("", carried, 1)

    def now(self) -> Held:
        """Always the same."""
        return self._held

    def wrong(self, value: str) -> Carried:
        """The same fields with another value."""
        carried = self._held.carried or Carried()
        return Carried(tuple((name, value) for name, _ in carried.headers))

    def renew(self, seen: int) -> bool:  # noqa: ARG002 - as the protocol has it
        """There is no other."""
        return False

    def answered(self, generation: int, *, refused: bool) -> None:
        """Nothing follows from that."""
