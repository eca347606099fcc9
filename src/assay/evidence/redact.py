"""Redaction: the one maker of evidence. What it lets through may be printed, logged, attached and mailed.

What a policy masks stands in `redaction`, what people add to it in `ruled`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from assay.evidence.redaction import Redaction
from assay.evidence.ruled import Ruled
from assay.evidence.rules import NO_RULES, Rules
from assay.model.case import Case, Exchange
from assay.model.evidence import Evidence
from assay.model.verdict import Verdict


@dataclass(slots=True)
class Policy:
    """What must not be written down, and how much of a body may. It grows; any number of threads may use it."""

    #: every secret value the run knows; never shown, not even by `repr`
    secrets: tuple[str, ...] = field(repr=False)
    #: bytes of each body that are kept
    body_limit: int = 16384
    #: what people want masked besides
    rules: Rules = NO_RULES
    #: does the work; what it remembers, with secrets in it, is gone when the policy is
    redaction: Redaction = field(init=False, repr=False, compare=False)
    _growing: Lock = field(init=False, repr=False, compare=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self.redaction = self._made()

    def learn(self, secrets: Iterable[str] = (), rules: Rules = NO_RULES) -> None:
        """From now on these must not be written down either: nothing that was remembered as harmless still counts."""
        with self._growing:
            fresh = [value for value in dict.fromkeys(secrets) if value not in self.secrets]
            grown = self.rules.also(rules)
            if not fresh and grown == self.rules:
                return
            self.secrets, self.rules = (*self.secrets, *fresh), grown
            made = self._made()
            made.inherit(self.redaction)
            # put there whole: whoever redacts meanwhile does so as before
            self.redaction = made

    def _made(self) -> Redaction:
        if self.rules:
            return Ruled(self.secrets, self.body_limit, self.rules)
        return Redaction(self.secrets, self.body_limit)


def redact(exchange: Exchange, policy: Policy) -> Evidence:
    """The exchange as it may be written down. Never raises for anything a target sends.

    No secret of the policy stands in any field, however it is spelled; values of header fields, JSON keys and
    query parameters whose names give a secret away are `***`, and so is what its rules say. Bodies and heads end at a
    limit, with a note of their full size.
    """
    return policy.redaction.of(exchange)


def redact_text(text: str, policy: Policy) -> str:
    """Any sentence that may quote a target, with the secrets taken out."""
    return policy.redaction.sentence(text)


def redact_verdicts(verdicts: Iterable[Verdict], policy: Policy) -> tuple[Verdict, ...]:
    """The verdicts with the secrets taken out of what they quote."""
    return policy.redaction.verdicts(tuple(verdicts))


def redact_case(case: Case, policy: Policy) -> Case:
    """A planned request without known secrets and without what the rules mask; itself where there is nothing to mask.

    A case from which something was taken says so: it can never be sent again as it was.
    """
    return policy.redaction.case(case)
