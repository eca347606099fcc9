"""The mock's values: the world it keeps, the request it is asked, the reply it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from rpds import HashTrieMap, Queue

from assay.machine.scope import MISSING, Absence
from assay.model.terms import Json


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource that lives through a lifecycle."""

    #: as the creating reply named it: text, or a number
    id: Json
    state: str
    #: remembered fields by name
    values: Mapping[str, Json]
    created: datetime
    #: who made it, by the name that `credentials.Door` gives; None: nobody knows
    owner: str | None = None
    #: when it came into its state; None: when it was created
    since: datetime | None = None
    #: how many were made before it
    number: int = 0
    #: what reading it shows; MISSING while nothing wrote it: it is composed when somebody looks
    document: Json | Absence = MISSING
    #: the state it was in when `document` was made
    pictured: str = ""


#: api, lifecycle, the id as text
Key = tuple[str, str, str]
#: api, operation, principal, the key as it was sent
AnswerKey = tuple[str, str, str, str]


_Queued = TypeVar("_Queued")


class Unsettled(NamedTuple):
    """What faults remember in a world (`mock.faults`); nothing where there are none."""

    #: requests that were answered while there was a fault
    turns: int = 0
    #: writes that have not come to pass yet: when they do, and the instances that they leave, by key
    waiting: tuple[tuple[datetime, Key, Instance], ...] = ()


#: where nothing is unsettled
SETTLED = Unsettled()

#: changes that a world remembers
_REMEMBERED = 64
#: instances in a final state, and answers to be given again, that a world remembers; the oldest are forgotten first
MOST_FINISHED, MOST_ANSWERS = 10_000, 10_000


@dataclass(frozen=True, slots=True)
class World:
    """Everything the mock remembers. Immutable: an old one is a snapshot, and starting over costs nothing.

    What is alive stays. Of what has come to its end only the latest are remembered, so that a mock that runs for days
    does not grow; an older one is as an id that was never issued.
    """

    instances: HashTrieMap[Key, Instance] = field(default_factory=HashTrieMap)
    #: how many instances were ever created; new ids derive from it
    created: int = 0
    #: how many answers were made anew because somebody preferred that; what they show derives from it
    drawn: int = 0
    #: answers to be given again, each with the body it answered
    answers: HashTrieMap[AnswerKey, tuple[Json | Absence, MockReply]] = field(default_factory=HashTrieMap)
    #: the last changes, oldest first: the instances before each, and whose it was
    lately: tuple[tuple[HashTrieMap[Key, Instance], Key], ...] = field(default=(), compare=False, repr=False)
    #: instances that have come to a final state, and the keys of `answers`, in the order in which they did
    finished: Queue[Key] = field(default_factory=Queue, compare=False, repr=False)
    answered: Queue[AnswerKey] = field(default_factory=Queue, compare=False, repr=False)
    unsettled: Unsettled = field(default=SETTLED, compare=False, repr=False)

    def instance(self, key: Key) -> Instance | None:
        """The instance of that key, or None when it was never issued."""
        return self.instances.get(key)

    def with_new(self, key: Key, instance: Instance) -> World:
        """The world in which `instance` was just created."""
        return self._with(self.instances.insert(key, instance), self.created + 1, key)

    def with_changed(self, key: Key, instance: Instance) -> World:
        """The world in which that instance is as given."""
        return self._with(self.instances.insert(key, instance), self.created, key)

    def _with(self, instances: HashTrieMap[Key, Instance], created: int, key: Key) -> World:
        lately = (*self.lately[1 - _REMEMBERED :], (self.instances, key))
        return World(
            instances, created, self.drawn, self.answers, lately, self.finished, self.answered, self.unsettled
        )

    def with_finished(self, key: Key) -> World:
        """The world in which the instance of that key has just come to its end."""
        finished = self.finished.enqueue(key)
        world = self
        if len(finished) > MOST_FINISHED:
            oldest, finished = _first(finished)
            world = self._with(self.instances.discard(oldest), self.created, oldest)
        return replace(world, finished=finished)

    def with_answer(self, key: AnswerKey, sent: Json | Absence, reply: MockReply) -> World:
        """The world in which `reply` is given again whenever that key comes with that body."""
        answers, answered = self.answers.insert(key, (sent, reply)), self.answered.enqueue(key)
        if len(answered) > MOST_ANSWERS:
            oldest, answered = _first(answered)
            answers = answers.discard(oldest)
        return replace(self, answers=answers, answered=answered)


def _first(queue: Queue[_Queued]) -> tuple[_Queued, Queue[_Queued]]:
    """What is at the head of a queue, and the rest."""
    return next(iter(queue)), queue.dequeue()  # type: ignore[call-arg]  # the stub asks for a value


@dataclass(frozen=True, slots=True)
class MockRequest:
    """One request as it came over the wire."""

    #: as sent: methods are case-sensitive (RFC 9110 §9.1)
    method: str
    #: percent-encoded, without the query
    path: str
    #: what follows `?`, percent-encoded
    query: str
    #: in wire order, names as sent, values decoded as Latin-1 (RFC 9110 §5.5)
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: when it came, timezone-aware
    now: datetime
    #: header names in lower case -> values, joined by commas when one is repeated (RFC 9110 §5.2)
    named: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, str] = {}
        for key, value in self.headers:
            name = key.lower()
            named[name] = f"{named[name]}, {value}" if name in named else value
        object.__setattr__(self, "named", named)

    def header(self, name: str) -> str | None:
        """That header's values (the name in lower case), or None."""
        return self.named.get(name)


class Manner(NamedTuple):
    """How a reply goes over the wire where that is not as it should be."""

    #: seconds that pass first
    delay: float = 0.0
    #: bytes of the body after which the connection ends; None: all of it comes
    cut: int | None = None
    #: the connection is reset and nothing is sent
    reset: bool = False
    #: nothing is ever sent
    hang: bool = False


@dataclass(frozen=True, slots=True)
class MockReply:
    """One reply, ready for the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    #: which clause of which file answered, and why: one line of ASCII, also sent as `X-Assay-Cell`
    explanation: str
    #: None: as it should
    manner: Manner | None = None

    def header(self, name: str) -> str | None:
        """The first value of that header, names compared without case, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class MockOptions:
    """What a user chooses about the mock."""

    #: ids and made-up values derive from it
    seed: int | str = 0
    #: the one accepted credential; None accepts any that does not begin with `invalid`
    token: str | None = None
    #: further principals by name, each with the one credential that is his; only beside a `token`
    others: Mapping[str, str] = field(default_factory=dict)
    #: where the contract says `nothing`, send no byte and no content type (as NestJS does) instead of `null`
    null_as_empty: bool = False
    #: who shows no acceptable credentials is taken for the usual principal
    unlocked: bool = False
    #: whoever asks about an instance is answered as its owner
    unowned: bool = False
