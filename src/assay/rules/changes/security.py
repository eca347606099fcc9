"""Changes of who is let in: security schemes, and which of them an operation asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from assay.model.contract import Json, Operation
from assay.rules.changes.pairs import Both, two
from assay.rules.changes.spot import of_api
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.shape import text

#: what of a Security Scheme Object decides how a credential is sent (OpenAPI 3.1 §4.8.27)
_SENT: Final = ("type", "name", "in", "scheme", "openIdConnectUrl")


def scheme_changes(both: Both) -> Iterator[Change]:
    """Of the api's security schemes."""
    old, new = (api.security_schemes for api in both.apis)
    spots = two(
        of_api(contracts, api).below("components", "securitySchemes")
        for contracts, api in zip(both.contracts, both.apis, strict=True)
    )
    renamed = _renamed(both)
    for name in dict.fromkeys((*old, *new)):
        if name in renamed or name in renamed.values():
            continue
        places = two(spot.below(name).place for spot in spots)
        at = f"security scheme '{name}'"
        if name not in old or name not in new:
            kind = Kind.SCHEME_ADDED if name in new else Kind.SCHEME_REMOVED
            yield Change(kind, both.name, "", at, name, "", "", *places)
            continue
        one, other = (
            {key: scheme.get(key) for key in _SENT if key in scheme} for scheme in (old[name], new[name])
        )
        for scheme in (one, other):  # schemes of HTTP are case-insensitive (RFC 9110 §11.1)
            if isinstance(word := scheme.get("scheme"), str):
                scheme["scheme"] = word.lower()
        if one != other:
            used = any(name in way for operation in both.apis[0].operations for way in operation.security)
            facts = frozenset() if used else frozenset({"unused"})
            yield Change(
                Kind.SCHEME_CHANGED, both.name, "", at, name, _said(one), _said(other), *places, facts=facts
            )
        elif (before := old[name].get("flows", {})) != (after := new[name].get("flows", {})):
            yield from (
                Change(Kind.FLOW_CHANGED, both.name, "", at, what, left, right, *places)
                for what, left, right in _flows(before, after)
            )


def _renamed(both: Both) -> Mapping[str, str]:
    """Schemes that are only called otherwise: nothing of a name is sent. Old name -> new name."""
    old, new = (api.security_schemes for api in both.apis)
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    found: dict[str, str] = {}
    for name in gone:
        alike = [
            other for other in come if _means(old[name]) == _means(new[other]) and other not in found.values()
        ]
        if alike:
            found[name] = alike[0]
    return found


def _means(scheme: Mapping[str, Json]) -> Mapping[str, Json]:
    return {key: scheme[key] for key in (*_SENT, "flows") if key in scheme}


def _said(scheme: Mapping[str, Json]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in scheme.items())


def _flows(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
    for flow in dict.fromkeys((*old, *new)):
        before, after = (side.get(flow) for side in (old, new))
        if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
            yield f"flow {flow}", "there" if before else "", "there" if after else ""
            continue
        for key in ("authorizationUrl", "tokenUrl", "refreshUrl"):
            if before.get(key) != after.get(key):
                yield f"{key} of {flow}", str(before.get(key, "")), str(after.get(key, ""))
        scopes = before.get("scopes", {}), after.get("scopes", {})
        for scope in dict.fromkeys((*scopes[0], *scopes[1])):
            if (scope in scopes[0]) != (scope in scopes[1]):
                was, now = ("there" if scope in side else "" for side in scopes)
                yield f"scope {scope} of {flow}", was, now


def access_changes(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    """Of the ways into an operation: each is a set of credentials that is enough."""
    places = two(spot.below("security").place for spot in both.spots(old, new))
    called = _renamed(both)
    known = [
        [frozenset(called.get(name, name) for name in way) for way in old.security],
        map(frozenset, new.security),
    ]
    ways, now = (frozenset(side) or frozenset({frozenset()}) for side in known)
    scopes = _scopes(both, 0, old), _scopes(both, 1, new)
    for kind, mine, theirs in ((Kind.ACCESS_LOST, ways, now), (Kind.ACCESS_GAINED, now, ways)):
        for way in sorted(mine, key=sorted):
            if not any(other <= way for other in theirs):
                yield Change(kind, both.name, old.id, "security", _way(way), _ways(ways), _ways(now), *places)
    if ways == now and scopes[0] != scopes[1]:
        for name in sorted({*scopes[0], *scopes[1]}):
            asked, asks = scopes[0].get(name, frozenset()), scopes[1].get(name, frozenset())
            told = (
                f"{name}: {', '.join(sorted(asked)) or 'no scope'}",
                f"{name}: {', '.join(sorted(asks)) or 'no scope'}",
            )
            if asks - asked:
                yield Change(Kind.ACCESS_LOST, both.name, old.id, "security", told[0], *told, *places)
            elif asked - asks:
                yield Change(Kind.ACCESS_GAINED, both.name, old.id, "security", told[1], *told, *places)


def _scopes(both: Both, which: int, operation: Operation) -> Mapping[str, frozenset[str]]:
    """Scheme -> the scopes that are asked of it, where they can be told: with one way in."""
    asked = operation.document.get("security", both.apis[which].document.get("security", []))
    if not isinstance(asked, list) or len(asked) != 1:
        return {}
    called = _renamed(both) if which == 0 else {}
    return {called.get(name, name): frozenset(map(text, scopes)) for name, scopes in asked[0].items()}


def _way(way: frozenset[str]) -> str:
    return " with ".join(sorted(way)) or "no credentials"


def _ways(ways: frozenset[frozenset[str]]) -> str:
    return " or ".join(_way(way) for way in sorted(ways, key=sorted))
