"""What a contract says is compiled once in a run, however many exchanges are judged."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType

import cel
import pytest

from assay.inputs.validator import Validator
from assay.machine.expression import compile_rule, reader
from assay.machine.predicate import Predicate
from assay.model.lifecycle import Nothing
from fakes.overheard import Overheard, overheard


class _Compilations:
    """Counts what is compiled meanwhile, by watching the calls of this thread: nothing is patched."""

    def __init__(self) -> None:
        #: the schema's identity and its text -> how often it was compiled
        self.schemas: Counter[tuple[int, str]] = Counter()
        self.predicates: Counter[tuple[int, str]] = Counter()
        self.rules: Counter[str] = Counter()
        self.expressions: Counter[str] = Counter()
        self._alive: list[object] = []

    def __enter__(self) -> _Compilations:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: FrameType, event: str, what: object) -> None:
        if event == "c_call" and what is cel.compile:
            self.rules[str(frame.f_locals["text"])] += 1
        if event != "call":
            return
        if frame.f_code is Validator.__init__.__code__:
            self._count(self.schemas, frame.f_locals["schema"])
        elif frame.f_code is Predicate.__init__.__code__:
            if (schema := frame.f_locals["schema"]) is not Nothing.NOTHING:
                self._count(self.predicates, schema)
        elif frame.f_code is reader.__wrapped__.__code__:
            self.expressions[frame.f_locals["text"]] += 1

    def _count(self, counted: Counter[tuple[int, str]], schema: object) -> None:
        self._alive.append(schema)  # lest another come to lie where it was
        counted[id(schema), repr(schema)] += 1


def _judged(heard: Overheard) -> _Compilations:
    compile_rule.cache_clear()
    reader.cache_clear()
    with _Compilations() as seen:
        judge = heard.judge()
        for case, situation, exchange, said in heard.asked:
            assert judge(case, situation, exchange) == said
    return seen


@pytest.mark.parametrize("api", ["equos", "iplaygames"])
def test_a_whole_run_compiles_nothing_twice(api: str):
    """No schema, predicate, expression or CEL rule is compiled twice while the exchanges of a run are judged."""
    heard = next(one for one in overheard() if one.api.name == api)
    seen = _judged(heard)
    assert len(heard.asked) > 100
    for counted in (seen.schemas, seen.predicates, seen.rules, seen.expressions):
        assert counted, "nothing was watched"
        assert {what: times for what, times in counted.items() if times > 1} == {}
    # and what is compiled is what the contract says, not what is asked: a fraction of the exchanges
    assert sum(seen.schemas.values()) < 100
