"""Answers that a request asked for (`prefer`): another documented status, a named example.

They are made up for whoever asked, as if for somebody else's request: the world stays as it is. Where the request would
have got that very answer anyway, it gets it in earnest, with all that follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable

from assay.machine.expression import Scope
from assay.mock import explain, replies
from assay.mock.compose import Composer
from assay.mock.negotiation import Shown
from assay.mock.planned import Plan
from assay.mock.prefer import APPLIED, Wish
from assay.mock.refusal import Refusal
from assay.mock.world import MockReply
from assay.model.contract import Content, Operation, Reply
from assay.model.problem import NOWHERE

#: a final answer's status (RFC 9110 §15)
_FIRST, _LAST = 200, 599


def granted(reply: MockReply, wish: Wish) -> MockReply:
    """The reply, which says that it is what was preferred."""
    headers = (*reply.headers, (APPLIED, wish.applied))
    return MockReply(reply.status, headers, reply.body, reply.explanation, reply.manner)


def made_up(
    operation: Operation, composer: Composer, wish: Wish, natural: int, scope: Scope, fresh: str
) -> MockReply | None:
    """The preferred reply; None where the one that is due, of the status `natural`, is what was preferred."""
    if wish.code is not None and not _is_status(wish.code):
        return _nothing(f"'{wish.code}' is not the status of an answer")
    status = natural if wish.code is None else int(wish.code)
    if wish.example is not None:
        return _example(operation, composer, wish, status, scope)
    if status == natural:
        return None
    documented = operation.reply_for(status)
    if documented is None:
        return _nothing(
            f"{operation.id} documents no {status}, only {_listed(r.status for r in operation.replies)}"
        )
    composed = composer.compose(Plan(operation, status, scope, fresh=fresh))
    told = _told(operation, documented, status, wish, composed.unmet)
    return granted(replies.reply(composed, told), wish)


def _example(operation: Operation, composer: Composer, wish: Wish, status: int, scope: Scope) -> MockReply:
    """The example of that name: of that status, or where none was asked for of any."""
    offered: list[str] = []
    for code, reply in _candidates(operation, wish, status):
        for content in reply.content:
            offered += content.examples
            if wish.example in content.examples:
                return _shown(operation, composer, wish, (code, reply, content), scope)
    of = f"{operation.id}'s {status}" if wish.code is not None else operation.id
    there = f"only {_listed(offered)}" if offered else "none at all"
    return _nothing(f"{of} documents no example '{wish.example}', {there}")


def _candidates(operation: Operation, wish: Wish, status: int) -> list[tuple[int, Reply]]:
    first = operation.reply_for(status)
    found = [] if first is None else [(status, first)]
    if wish.code is None:
        found += [(int(r.status), r) for r in operation.replies if r.status.isdigit() and r is not first]
    return found


def _shown(
    operation: Operation, composer: Composer, wish: Wish, at: tuple[int, Reply, Content], scope: Scope
) -> MockReply:
    status, reply, content = at
    value = content.examples[wish.example or ""]
    composed = composer.compose(Plan(operation, status, scope, body=value))
    composed = Shown(content, value).instead_of(composed)
    return granted(replies.reply(composed, _told(operation, reply, status, wish, ())), wish)


def _told(operation: Operation, reply: Reply, status: int, wish: Wish, unmet: tuple[str, ...]) -> str:
    clause = f"{operation.api}/{operation.id}/status/{reply.status if reply.status != 'default' else status}"
    return explain.line(clause, "", f"preferred: {wish.applied}, nothing changes", reply.place, unmet)


def _nothing(why: str) -> MockReply:
    """What was preferred is not to be had. A 404, as those are used to who come from other mocks."""
    refusal = Refusal(404, f"Cannot answer as preferred: because {why}.")
    return replies.problem(refusal, explain.line("no such answer", "", refusal.why, NOWHERE))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or "nothing"


def _is_status(code: str) -> bool:
    return code.isascii() and code.isdecimal() and len(code) == 3 and _FIRST <= int(code) <= _LAST
