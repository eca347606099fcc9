"""Where an instance is asked whose API names that itself: an upload whose next URL stands in `Location`, for one.

A lifecycle says so with `instance.url`: an expression over what is remembered of the instance. Its requests then go to
that URL as it was named, whatever is in it (RFC 3986 §5), with their own query parameters behind it; the template of
the operation is only for whoever has no such URL, as for an id that was never issued. Never to another host: nobody
gave us leave to ask there.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from assay.explore.history import History, Instance
from assay.inputs.classify import strict_json
from assay.judge.facts import first_headers
from assay.machine.expression import MISSING, UNRESOLVED, InstanceFacts, ResponseFacts, Scope, evaluate
from assay.model.case import Case, Exchange, SubjectKind, WireRequest, WireResponse
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Lifecycle
from assay.model.terms import Json


class NoAddress(Exception):
    """Nobody can be asked there; the message says why."""


def rooted(base: str, named: str) -> str:
    """Path and query of the URL that an answer to `base` named. Raises `NoAddress` where it leads elsewhere."""
    try:
        joined = urlsplit(urljoin(base, named))
        home = urlsplit(base)
        elsewhere = (joined.scheme, joined.hostname, joined.port) != (home.scheme, home.hostname, home.port)
    except ValueError:
        raise NoAddress(f"{named!r} is no URL") from None
    if elsewhere or joined.username is not None:
        raise NoAddress(f"{named!r} leads to another host")
    return (joined.path or "/") + (f"?{joined.query}" if joined.query else "")


def sent_to(request: WireRequest, target: str) -> WireRequest:
    """The request at that target, with its own query behind the target's."""
    own = request.path.partition("?")[2]
    joint = "&" if "?" in target else "?"
    return replace(request, path=f"{target}{joint}{own}" if own else target, rooted=True)


def named(cycle: Lifecycle, subject: str, values: Mapping[str, Json]) -> str | None:
    """The URL that is remembered of an instance, as it was named; None where none is, or none is wanted."""
    if cycle.url_expression is None:
        return None
    found = evaluate(cycle.url_expression, Scope(instance=InstanceFacts(subject, values)))
    return None if found is UNRESOLVED or not isinstance(found, str) or not found else found


def newest(cycle: Lifecycle, operation: str, exchange: Exchange) -> str:
    """Where the answer to that operation says that its instance is asked from now on; empty where it does not say.

    Whatever the table makes of the answer: to bring an instance to an end it has to be found.
    """
    response = exchange.response
    if cycle.url_expression is None or response is None:
        return ""
    name = cycle.url_expression.removeprefix("$instance.")
    seen = Scope(response=ResponseFacts(response.status, first_headers(response), _body(response)))
    for cell in cycle.cells.get(operation, {}).values():
        for way in cell.transitions:
            found = evaluate(told, seen) if isinstance(told := way.set.get(name), str) else UNRESOLVED
            if isinstance(found, str) and found != told:
                try:
                    return rooted(exchange.url, found)
                except NoAddress:
                    return ""
    return ""


def _body(response: WireResponse) -> Json:
    try:
        return strict_json(response.body, vast=True)
    except ValueError:
        return MISSING


def addressed(api: Api, case: Case, request: WireRequest, history: History) -> WireRequest:
    """The request, sent to where its instance is asked. Raises `NoAddress` where that is not known."""
    cycle, instance = api.lifecycle_of(case.operation), history.instance(case)
    if cycle is None or cycle.url_expression is None or instance is None or not _carries(api, cycle, case):
        return request
    if not _of_its_own(api, cycle, case, history):
        return request
    url = named(cycle, instance.id, instance.values)
    if url is None:
        raise NoAddress("the URL at which it is asked is not known")
    return sent_to(request, rooted(_base(history, instance, url), url))


def _carries(api: Api, cycle: Lifecycle, case: Case) -> bool:
    parameters = api.operation(case.operation).parameters
    return case.operation != cycle.created_by and any(p.name in cycle.carried_in for p in parameters)


def _of_its_own(api: Api, cycle: Lifecycle, case: Case, history: History) -> bool:
    """False where another path is the point: what the URL would hide is asked below the operation's own template."""
    made = next((s.case for s in history.steps if _makes(s.case, case)), None)
    others = [p.name for p in api.operation(case.operation).parameters if p.location == "path"]
    return made is None or all(
        made.path[name] == case.path[name]
        for name in others
        if name not in cycle.carried_in and name in made.path and name in case.path
    )


def _makes(made: Case, case: Case) -> bool:
    return (
        made.subject is not None
        and case.subject is not None
        and made.subject.kind is SubjectKind.NEW
        and made.subject.symbol == case.subject.symbol
    )


def _base(history: History, instance: Instance, url: str) -> str:
    """The URL whose answer named that one: the newest about the instance that shows it."""
    own = [one for one in history.performed if instance.id in {one.judgement.issued, one.instance}]
    for one in reversed(own):
        response = one.exchange.response
        if response is not None and any(value == url for _, value in response.headers):
            return one.exchange.url
    return own[-1].exchange.url if own else ""
