"""Rules that say what a value is: `response.body.total == response.body.quantity * 350` makes `total` known.

Of a rule, each conjunct counts that is one equality with a lone path into the answer's body on a side; the other side
is worked out, and put there. Where both sides are lone paths the left one follows the right one. Everything else of a
rule can be checked and not solved: alternatives, inequalities, paths with an index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from assay.machine.expression import ResponseFacts, RuleError, Scope, compile_rule
from assay.mock.patch import put
from assay.model.terms import Json

_PATH = re.compile(r"response\s*\.\s*body((?:\s*\.\s*[A-Za-z_]\w*)+)")
#: a text literal is one piece, whatever stands in it
_PIECES = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|&&|\|\||[=!<>]=|.""", re.DOTALL)
_UNSOLVABLE = frozenset({"||", "?", "!=", "<=", ">=", "<", ">"})


def solved(rule: str, body: Json, scope: Scope) -> Json:
    """`body` with every value that the rule's equalities give for `scope`; as it is where they give none."""
    status = scope.response.status if scope.response else 0
    for pointer, expression in equalities(rule):
        try:
            value = compile_rule(expression).value(replace(scope, response=ResponseFacts(status, {}, body)))
        except RuleError:
            continue
        body = put(body, pointer, value)
    return body


@lru_cache(maxsize=1024)
def equalities(rule: str) -> tuple[tuple[str, str], ...]:
    """(JSON Pointer into the body, CEL text of its value) for each conjunct that can be solved."""
    return tuple(found for conjunct in _split(rule, "&&") if (found := _equality(conjunct)) is not None)


def _equality(conjunct: str) -> tuple[str, str] | None:
    sides = _split(conjunct, "==")
    if len(sides) != 2 or any(piece in _UNSOLVABLE for piece, depth in _pieces(conjunct) if depth == 0):
        return None
    for side, other in (sides, sides[::-1]):
        if path := _PATH.fullmatch(side):
            return "".join(f"/{name.strip()}" for name in path[1].split(".")[1:]), other
    return None


def _split(text: str, operator: str) -> tuple[str, ...]:
    """`text` at each `operator` that stands in no bracket."""
    parts = [""]
    for piece, depth in _pieces(text):
        if piece == operator and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(part.strip() for part in parts)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Operators, literals and single characters, each with how many brackets are open around it."""
    depth = 0
    for found in _PIECES.finditer(text):
        piece = found[0]
        depth -= piece in {")", "]", "}"}
        yield piece, depth
        depth += piece in {"(", "[", "{"}
