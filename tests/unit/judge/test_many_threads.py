"""A judge, the makers of requests and redaction may be used by many threads at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.inputs.fresh import Freshener
from assay.inputs.wire import build
from assay.machine.expression import compile_rule, reader
from fakes.overheard import Asked, Overheard, overheard

THREADS = 8
ID = "5f0c7a52-93b0-4b0e-8a52-d1f2a1f0c001"

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _often():
    """Threads take turns as often as they can, so that what could go wrong between two steps does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def _at_once(work: Callable[[Asked], T], asked: Sequence[Asked]) -> list[list[T]]:
    """What each of several threads made of all of it; they start together, each somewhere else."""
    barrier = Barrier(THREADS)

    def one(number: int) -> list[T]:
        start = number * len(asked) // THREADS
        barrier.wait()
        made = [work(item) for item in (*asked[start:], *asked[:start])]
        return made[len(asked) - start :] + made[: len(asked) - start]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("api", ["equos", "iplaygames"])
def test_eight_threads_judge_alike(api: str):
    """A judge that has seen nothing yet, asked by eight threads at once, says what it says to one."""
    heard = _heard(api)
    compile_rule.cache_clear()
    reader.cache_clear()
    judge = heard.judge()
    for said in _at_once(lambda asked: judge(*asked[:3]), heard.asked):
        assert said == [asked[3] for asked in heard.asked]


@pytest.mark.parametrize("api", ["equos", "iplaygames"])
def test_eight_threads_make_the_same_requests_and_evidence(api: str):
    """So are requests built and freshened, and exchanges and verdicts redacted."""
    heard = _heard(api)
    # a word that occurs, another that does not, and so many that their patterns take a while
    policy = Policy(("Support call", "assay-0123456789", *(f"s3cr3t-{n}-Book of Dead" for n in range(20))))
    freshener = Freshener(heard.api)

    def work(asked: Asked) -> tuple[object, ...]:
        case, situation, exchange, judgement = asked
        fresh = freshener(case, "1/1")
        return (
            build(heard.api, heard.api.operation(case.operation), fresh, situation.instance or ID),
            redact(exchange, policy),
            redact_verdicts(judgement.verdicts, policy),
        )

    alone = [work(asked) for asked in heard.asked]
    for made in _at_once(work, heard.asked):
        assert made == alone


def _heard(api: str) -> Overheard:
    return next(one for one in overheard() if one.api.name == api)
