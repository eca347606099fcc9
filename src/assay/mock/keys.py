"""Keys that make a request safe to repeat (`idempotency-key`): the first answer is remembered and given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.laws import idempotency_key
from assay.laws.reading import difference
from assay.machine.expression import MISSING, RequestFacts
from assay.mock.refusal import Refusal
from assay.mock.world import AnswerKey, MockReply, World
from assay.model.lifecycle import Lifecycle

_REUSED = 422


@dataclass(frozen=True, slots=True)
class Keys:
    """How one operation treats its keys."""

    api: str
    operation: str
    #: the header with the key, in lower case
    header: str
    #: the answer to a key that was used with another body
    reused: int

    def of(self, facts: RequestFacts, who: str | None) -> AnswerKey | None:
        """What the answer to this request is remembered by; None when it carries no key."""
        key = facts.headers.get(self.header)
        return None if key is None else (self.api, self.operation, who or "", key)

    def again(self, world: World, key: AnswerKey, facts: RequestFacts) -> MockReply | Refusal | None:
        """The answer that the key got before, a refusal where that was to another body, None for a new key."""
        known = world.answers.get(key)
        if known is None:
            return None
        sent, reply = known
        alike = facts.body is sent if MISSING in (sent, facts.body) else difference(sent, facts.body) is None
        if alike:
            return reply
        return Refusal(
            self.reused, f"This {self.header} was used with another body.", documented=(self.reused,)
        )


def keys(cycle: Lifecycle) -> Mapping[str, Keys]:
    """The operations of the lifecycle that take keys."""
    found = {}
    for law in cycle.laws:
        if law.name == idempotency_key.NAME:
            operation = str(law.parameters.get("operation", cycle.created_by))
            header = str(law.parameters.get("header", "Idempotency-Key")).lower()
            found[operation] = Keys(cycle.api, operation, header, law.parameters.get("reused", _REUSED))
    return found
