"""Redaction by rules, on top of what is masked anyway.

A value that a rule finds in a body is somebody's, wherever else it stands in the same exchange: in the URL, in a header
field, in the other body. So the bodies are looked through first, and what was found there is looked for in everything.
What a verdict quotes may come from any exchange of its history: the latest values are remembered for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, quote_plus

from assay.evidence.cases import rewritten
from assay.evidence.learned import Learned
from assay.evidence.marks import SECRET, mark, shown, unmarked
from assay.evidence.names import text_marked
from assay.evidence.redaction import Redaction
from assay.evidence.rules import Rules
from assay.evidence.spans import Span, spans
from assay.model.case import BodyKind, Case, Exchange
from assay.model.copied import replace
from assay.model.evidence import Evidence
from assay.model.terms import Json
from assay.model.verdict import Verdict

#: what may be a signature in a header field
_PIECE = re.compile(r"[A-Za-z0-9+/_=.-]{12,}")
#: shorter values are masked where they stand, and looked for nowhere else: every text has a «no» in it
_SHORTEST = 4
#: values that are remembered for verdicts
_REMEMBERED = 4096
#: characters of a value or match that may lie across the cut of a long body
_WIDEST = 1024


class Ruled(Redaction):
    """Makes the evidence of a policy with rules."""

    __slots__ = ("_learned", "_rules")

    def __init__(self, secrets: tuple[str, ...], body_limit: int, rules: Rules) -> None:
        super().__init__(secrets, body_limit)
        self._rules = rules
        self._learned = Learned(_REMEMBERED)

    def inherit(self, other: Redaction) -> None:
        """Values that were learned stay masked in what verdicts quote."""
        if isinstance(other, Ruled):
            self._learned = other._learned

    def of(self, exchange: Exchange) -> Evidence:
        """The evidence."""
        found = self._found(exchange)
        one = _OfOne(self, found)
        self._learned.add(found)
        return one.made(exchange)

    def _found(self, exchange: Exchange) -> dict[str, str]:
        """What its bodies hold at the places of the rules, and what is to stand for it."""
        response = exchange.response
        found: dict[str, str] = {}
        for name, text in exchange.sent_headers:
            if name.lower() in self._rules.made:
                # a signature is of no use elsewhere, and nobody has to see it there either
                found |= {piece: mark(SECRET) for piece in _PIECE.findall(text)}
        for raw in (exchange.request.body, response.body if response else None):
            if raw and self._rules.places:
                for span in spans(unmarked(raw.decode("utf-8", "backslashreplace")), self._rules.places):
                    for value in _values(span.value):
                        found.setdefault(value, self._instead(span, value))
        return dict(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))

    def _instead(self, span: Span, value: str) -> str:
        return self._rules.pseudonym(span.name, value) if span.personal else mark(SECRET)

    def nothing_in(self, text: str) -> bool:  # noqa: ARG002 - the quick look is for those without rules
        """Never sure."""
        return False

    def header(self, name: str, value: str) -> str:
        """The value of a header field, marked also where a rule names it."""
        if name.lower() in self._rules.headers and value.strip():
            return mark(SECRET)
        return super().header(name, value)

    def text(self, text: str) -> str:
        """The text with secrets, and what the rules say of texts, marked."""
        return self._dressed(self._elsewhere(unmarked(text)))

    def body_text(self, text: str) -> str:
        """The text of a body, in which places have values."""
        out: list[str] = []
        done = 0
        text = unmarked(text)
        for span in spans(text, self._rules.places) if self._rules.places else ():
            if span.value != "":
                told = span.value if isinstance(span.value, str) else json.dumps(span.value, sort_keys=True)
                out += [self._elsewhere(text[done : span.start]), f'"{self._instead(span, told)}"']
                done = span.end
        return self._dressed("".join([*out, self._elsewhere(text[done:])]))

    def _dressed(self, text: str) -> str:
        return text_marked(self._rules.patterned(self._finder.marked(text)))

    def _elsewhere(self, text: str) -> str:
        """The text without what was learned of the exchange it belongs to."""
        return text

    def verdicts(self, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """The verdicts as a reader may see them."""
        return tuple(map(self._sworn, verdicts))

    def _sworn(self, verdict: Verdict) -> Verdict:
        message, outcome = map(self._unquoted, (verdict.message, verdict.outcome))
        if (message, outcome) != (verdict.message, verdict.outcome):
            verdict = replace(verdict, message=message, outcome=outcome)
        return super().verdicts((verdict,))[0]

    def sentence(self, text: str) -> str:
        """A sentence as a reader may see it."""
        return super().sentence(self._unquoted(text))

    def _unquoted(self, text: str) -> str:
        """A sentence without values that were learned, whole or cut off at an ellipsis."""
        if not text:
            return text
        for value, instead in self._learned.items():
            text = _replaced(text, value, shown(instead))
            if "…" in text:
                text = _unhalved(text, value, shown(instead))
        return text

    def case(self, case: Case) -> Case:
        """A planned request without what is known to be secret, and without what the rules say."""
        rules = self._rules
        changed = rewritten(case, self.planned)
        named = replace(
            changed,
            query=_without(changed.query, rules.parameters),
            cookies=_without(changed.cookies, rules.parameters),
            headers=_without(changed.headers, rules.headers),
            body=replace(changed.body, value=self._value(changed.body.value))
            if changed.body.kind is BodyKind.JSON and rules.places
            else changed.body,
        )
        return changed if named == changed else replace(named, masked=True)

    def known(self, text: str) -> str:
        """The text with known secrets, learned values and what patterns match marked."""
        return self._rules.patterned(self._finder.replaced(self._unquoted(text)))

    @property
    def reach(self) -> int:
        """Nobody knows how much a pattern matches; no more than this is looked at beyond a cut."""
        return max(self._finder.reach, _WIDEST)

    def _value(self, value: Json) -> Json:
        """A JSON value without what stands at the places of the rules."""
        text = json.dumps(value)
        out, done = [], 0
        for span in spans(text, self._rules.places):
            told = span.value if isinstance(span.value, str) else json.dumps(span.value, sort_keys=True)
            out += [text[done : span.start], json.dumps(shown(self._instead(span, told)))]
            done = span.end
        return json.loads("".join([*out, text[done:]])) if out else value


class _OfOne(Ruled):
    """The same for one exchange, in whose texts the values of its bodies stand for nothing else."""

    __slots__ = ("_values",)

    def __init__(self, of: Ruled, values: dict[str, str]) -> None:
        super().__init__((), of._limit, of._rules)
        self._finder = of._finder
        self._values = values

    def made(self, exchange: Exchange) -> Evidence:
        """The evidence."""
        return Redaction.of(self, exchange)

    def _elsewhere(self, text: str) -> str:
        for value, instead in self._values.items():
            text = _replaced(text, value, instead)
        return text


def _values(value: Json) -> Iterator[str]:
    """The texts and longer numbers in a value: worth looking for elsewhere."""
    if isinstance(value, str):
        if len(value) >= _SHORTEST:
            yield value
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        if len(str(value)) >= _SHORTEST:
            yield str(value)
    elif isinstance(value, dict):
        for member in value.values():
            yield from _values(member)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item)


def _replaced(text: str, value: str, instead: str) -> str:
    """The text without a value, in the ways in which values are usually written."""
    if value in text:
        text = text.replace(value, instead)
    if "%" in text or "+" in text or "\\" in text or "&" in text:
        for way in _ways(value):
            if way in text:
                text = text.replace(way, instead)
    return text


def _ways(value: str) -> set[str]:
    try:
        encoded = {quote(value, safe=""), quote(value), quote_plus(value)}
    except UnicodeEncodeError:
        encoded = set()
    quoted = json.dumps(value)[1:-1]
    return {*encoded, *map(str.lower, encoded), quoted, json.dumps(quoted)[1:-1], quoted.replace("/", "\\/"),
            escape(value)} - {value}  # fmt: skip


def _unhalved(text: str, value: str, instead: str) -> str:
    """The text without the beginning or end of a value that is left beside an ellipsis."""
    at = text.find("…")
    while at >= 0:
        before, after = text[:at], text[at + 1 :]
        for length in range(len(value) - 1, _SHORTEST - 1, -1):
            if before.rstrip().endswith(value[:length]):
                before = before.rstrip()[:-length] + instead
                break
        for length in range(len(value) - 1, _SHORTEST - 1, -1):
            if after.lstrip().startswith(value[-length:]):
                after = instead + after.lstrip()[length:]
                break
        text = f"{before}…{after}"
        at = text.find("…", len(before) + 1)
    return text


def _without(values: Json, names: frozenset[str]) -> Json:
    lowered = {name.lower() for name in names}
    return {name: shown(mark(SECRET)) if name.lower() in lowered else value for name, value in values.items()}
