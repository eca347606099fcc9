"""Where a request meets the table."""

from __future__ import annotations

from urllib.parse import parse_qsl

from assay.mock import aging, table
from assay.mock.engine import Engine
from assay.mock.faults.terms import Site
from assay.mock.world import MockRequest, World
from assay.model.lifecycle import ABSENT
from assay.model.terms import Json


def site(engine: Engine, world: World, request: MockRequest) -> Site | None:
    """The operation, the instance and its state; None for a request that asks for no operation."""
    route = engine.route(request)
    if route is None:
        return None
    cycle = route.api.lifecycle_of(route.operation.id)
    if cycle is None:
        return Site(route.api, route.operation)
    if route.operation.id == cycle.created_by:
        return Site(route.api, route.operation, cycle, state=ABSENT)
    carried: Json = None
    for name, location in cycle.carried_in.items():
        if location == "path" and name in route.path:
            carried = route.path[name]
        elif location == "header":
            carried = request.header(name.lower()) or carried
        elif location == "query":
            carried = _of_query(request.query).get(name, carried)
    if carried is None:
        return Site(route.api, route.operation, cycle, state=ABSENT)
    key = table.key_of(cycle, carried)
    instance = world.instance(key)
    if instance is None:
        return Site(route.api, route.operation, cycle, key, state=ABSENT)
    if aging.timed(cycle):
        instance = aging.aged(cycle, instance, route.operation.id, request.now)
    return Site(route.api, route.operation, cycle, key, instance, instance.state)


def _of_query(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))
