"""What the documentation leaves open, and the honest ways of filling it in.

A server under any `Readings` keeps every documented promise. A run that fails one of `HONEST_READINGS` is
itself wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from miniatures.wire import Framing


@dataclass(frozen=True)
class Readings:
    """One honest reading of the two documentations (reference: what is silent there)."""

    #: how «null» is sent: `json` (the text null) or `empty` (no body, no Content-Type: NestJS does that)
    null: str = "json"
    #: a second end of a multi-session: 200, 404 or 409
    second_end: int = 200
    #: the status of an ended multi-session: 200 (with `ended`) or 404
    status_after_end: int = 200
    #: response fields nobody documented
    extra_fields: bool = False
    #: the 401 body of iPlayGames: `envelope` {success, message} or `middleware` {error, message, code}
    unauthorized_body: str = "envelope"
    #: integers in game_ids (the documented example has them, the schema forbids them)
    integer_game_ids: bool = False
    #: undeclared request fields are refused
    strict_fields: bool = False
    #: values that prose describes but no schema constrains (currency, country, device, an empty or a
    #: negative one …) are refused
    strict_values: bool = False
    #: invalid Equos input: 400 or 422 in NestJS's words, or `accept`: accepted where an answer is possible
    equos_invalid: int | str = 400
    #: Equos without a valid token: 401 or 403
    equos_unauthorized: int = 401
    #: `uuid`, `opaque` (short) or `counter` (digits)
    ids: str = "uuid"
    #: date-times: `Z`, or `offset` (+00:00, with a fraction)
    times: str = "Z"
    #: optional Equos response fields without a value: `absent`, `null`, or `filled` (the server has one)
    optional: str = "absent"
    #: an id that is not in the form the server issues, at iPlayGames: 404 or 400
    malformed_id: int = 404
    #: avatar and agent ids Equos knows; None: any
    known_references: frozenset[str] | None = None
    #: the request's Authorization header comes back in every answer (a leak, but no broken promise)
    echo_authorization: bool = False
    #: WWW-Authenticate on 401
    challenge: bool = True
    #: how answers are put on the wire
    framing: Framing = field(default_factory=Framing)


#: Between them every alternative of every field.
HONEST_READINGS: dict[str, Readings] = {
    "plain": Readings(),
    "null-as-empty-body": Readings(null="empty", framing=Framing(charset=True)),
    "end-twice-is-404": Readings(second_end=404, status_after_end=404, ids="opaque", times="offset"),
    "end-twice-is-409": Readings(second_end=409, ids="counter", unauthorized_body="middleware"),
    "talkative": Readings(extra_fields=True, optional="filled", framing=Framing(header_case="lower")),
    "tight-lipped": Readings(
        optional="null", challenge=False, framing=Framing(header_case="UPPER", charset=True)
    ),
    "strict": Readings(
        strict_fields=True, strict_values=True, malformed_id=400, equos_invalid=422, equos_unauthorized=403
    ),
    "lenient": Readings(integer_game_ids=True, equos_invalid="accept", null="empty", optional="filled"),
    "chunked": Readings(null="empty", times="offset", framing=Framing(body="chunked", header_case="lower")),
    "closes-after-each-answer": Readings(null="empty", framing=Framing(connection="close")),
    "body-until-close": Readings(ids="opaque", framing=Framing(body="close")),
    "compressed": Readings(optional="null", framing=Framing(compress=True, body="chunked")),
    "slow": Readings(status_after_end=404, framing=Framing(latency=0.05)),
    "piecemeal": Readings(ids="counter", framing=Framing(pieces=16)),
    "interim-100": Readings(framing=Framing(interim=100)),
    "leaks-the-token": Readings(echo_authorization=True, extra_fields=True),
}
