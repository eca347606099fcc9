"""Effects: what a step does to the values that are remembered of an instance, and what follows from them.

Judge and mock apply the same ones. A value that cannot be told is forgotten, never guessed: the next answer that shows
it is then the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache

from assay.machine.expression import UNRESOLVED, InstanceFacts, RuleError, Scope, compile_rule, substitute
from assay.model.lifecycle import Field, FieldKind
from assay.model.terms import Json

#: the only key of a value that a rule works out
_RULE = "rule"
_MENTION = re.compile(r"""\binstance\b(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(['"])(.+?)\2\s*\])?""")


def rule_in(value: Json) -> str | None:
    """The CEL text of a value written as `{rule: CEL}`; None when it is written otherwise."""
    rule = value.get(_RULE) if isinstance(value, Mapping) and len(value) == 1 else None
    return rule if isinstance(rule, str) else None


def mentioned(rule: str) -> frozenset[str]:
    """The fields of `instance` that a rule looks at by name (`instance.total`); `id` is none."""
    return _looks(rule)[0]


@lru_cache(maxsize=1024)
def _looks(rule: str) -> tuple[frozenset[str], bool]:
    """The fields that a rule looks at by name, and whether it looks at the instance as a whole. Read once."""
    found = [(match[1], match[3]) for match in _MENTION.finditer(rule)]
    named = {plain or quoted for plain, quoted in found}
    whole = any(plain is None and quoted is None for plain, quoted in found)
    return frozenset(name for name in named if name not in (None, "id")), whole


def looks_at(rule: str, names: Set[str]) -> bool:
    """True when the rule may depend on one of these fields: also where it looks at the instance as a whole."""
    if not names:
        return False
    named, whole = _looks(rule)
    return whole or not named.isdisjoint(names)


def applied(effects: Mapping[str, Json], values: Mapping[str, Json], scope: Scope) -> dict[str, Json]:
    """`values` after a cell's `set`, whose rules and expressions look at `scope`: the step as it was asked."""
    after = {name: value for name, value in values.items() if name not in effects}
    for name, written in effects.items():
        rule = rule_in(written)
        try:
            found = substitute(written, scope) if rule is None else compile_rule(rule).value(scope)
        except RuleError:
            continue
        if found is not UNRESOLVED:
            after[name] = found
    return after


def derived(fields: Iterable[Field], values: Mapping[str, Json], subject: Json | None) -> dict[str, Json]:
    """`values` with every `derived` field worked out anew from the others; without those that cannot be told."""
    fields = tuple(field for field in fields if field.kind is FieldKind.DERIVED)
    if not fields:
        return dict(values)
    names = {field.name for field in fields}
    known = {name: value for name, value in values.items() if name not in names}
    scope = Scope(instance=InstanceFacts(subject, known))
    after = dict(known)
    for field in fields:
        try:
            after[field.name] = compile_rule(field.rule or "").value(scope)
        except RuleError:
            continue
    return after
