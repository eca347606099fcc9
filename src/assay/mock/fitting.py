"""A reply in the media type that its client wants most (`negotiation`), or the refusal of one that it cannot use."""

from __future__ import annotations

from dataclasses import replace

from assay.inputs.constraints import is_json
from assay.machine.expression import MISSING
from assay.mock.compose import Composer
from assay.mock.negotiation import Shown, best
from assay.mock.planned import Composed
from assay.mock.refusal import Refusal
from assay.mock.world import MockReply
from assay.model.contract import Content, Operation


def negotiated(
    reply: MockReply, accept: str, operation: Operation, composer: Composer
) -> MockReply | Refusal:
    """The reply in the documented media type that is wanted most, or a 406.

    A reply that says that something is wrong is for everybody (RFC 9110 §15.5.7).
    """
    usual = reply.header("content-type")
    if usual is None or reply.status // 100 != 2:
        return reply
    documented = operation.reply_for(reply.status)
    content = {one.media_type: one for one in documented.content} if documented else {}
    wanted = best(accept, (usual, *content))
    if wanted is None:
        why = f"Nothing is documented that '{accept}' accepts, only {', '.join(content) or usual}."
        return Refusal(406, why, documented=(406,))
    if len(content) > 1:
        reply = replace(reply, headers=(*reply.headers, ("Vary", "Accept")))
    return (
        reply
        if wanted == usual
        else _instead(reply, content.get(usual), content[wanted], operation, composer)
    )


def _instead(
    reply: MockReply, usual: Content | None, wanted: Content, operation: Operation, composer: Composer
) -> MockReply:
    """The reply in another media type than the usual: the same body where that has the same schema."""
    body = reply.body
    if usual is None or not is_json(wanted.media_type) or not composer.alike(usual.schema, wanted.schema):
        shown = Shown(wanted, composer.shown(operation, reply.status, wanted))
        body = shown.instead_of(Composed(reply.status, {}, MISSING, None)).as_bytes()
    headers = (
        (name, wanted.media_type if name.lower() == "content-type" else value)
        for name, value in reply.headers
    )
    return replace(reply, headers=tuple(headers), body=body)
