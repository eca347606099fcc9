"""From a planned case to a request in which what is known only later is left open.

What is left open: credentials, values that only a target's owner knows (`x-supplied`), ids that must never have been
issued, and what an earlier step of the same workflow makes known. No secret is ever in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assay.inputs.classify import text
from assay.inputs.fresh import Freshener
from assay.inputs.pointers import put
from assay.inputs.supplied import spots
from assay.machine.scope import MISSING
from assay.model.case import BodyKind, Case, Credentials, SubjectKind
from assay.model.contract import Api, Operation
from assay.model.copied import replace
from assay.model.terms import Json
from assay.openapi.workflow import Ask, CannotSay, Given, Input, Mixed, Value

#: (symbol of an instance, field or `id`) -> what stands for it
Instances = Callable[[str, str], Value]
#: (salt, an id like which it should look) -> an id that nobody has issued
NeverIssued = Callable[[str, str | None], str]

_INSTANCE = re.compile(r"\$instances\.([A-Za-z0-9_-]+)\.([A-Za-z_][A-Za-z0-9_-]*)")
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def safe(name: str) -> str:
    """The name in letters, digits, `_` and `-`."""
    return _UNSAFE.sub("-", name).strip("-") or "unnamed"


def unique(wanted: str, taken: Mapping[str, object]) -> str:
    """That name, or with a number behind it where it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


class Requests:
    """Makes the requests of one API's workflows, and keeps the inputs that they need."""

    def __init__(self, api: Api, never_issued: NeverIssued) -> None:
        self._api, self._never_issued = api, never_issued
        self._freshener = Freshener(api)
        self._schemes = list(dict.fromkeys(n for o in api.operations if o.secured for n in o.security[0]))
        self._names: dict[tuple[str, str], str] = {}
        self.inputs: dict[str, Input] = {}

    def ask(self, case: Case, instances: Instances, salt: str) -> Ask:
        """The request of a case; values that have to be fresh derive from `salt`.

        Raises `CannotSay` for a body that is no JSON, and for a reference that no format can spell.
        """
        operation = self._api.operation(case.operation)
        case = self._freshener(case, salt)
        if case.body.kind is BodyKind.RAW or (
            case.body.kind is BodyKind.ABSENT and operation.body is not None and operation.body.required
        ):
            raise CannotSay(f"the body that {operation.id} needs is not JSON")
        ask = Ask(
            operation,
            path={**case.path},
            query={**case.query},
            headers={**case.headers},
            cookies={**case.cookies},
            body=case.body.value if case.body.kind is BodyKind.JSON else MISSING,
            media_type=case.body.media_type or "",
        )
        stand_ins = {}
        for spot in spots(self._api, operation, case):
            stand_ins[spot.place] = spot.value
            if spot.place not in case.refs and spot.value == self._api.supplies.get(spot.name):
                ask = _placed(ask, spot.place, self._supplied(spot.name))
        for place, reference in case.refs.items():
            value = _referred(reference, instances)
            if isinstance(value, Given):
                value = replace(value, like=stand_ins.get(place))
            ask = _placed(ask, place, value)
        for place in self._carried(operation):
            ask = _placed(ask, place, self._subject(case, instances))
        if operation.secured and case.credentials is Credentials.VALID:
            for scheme in operation.security[0]:
                ask = self._let_in(ask, scheme)
        return ask

    def _carried(self, operation: Operation) -> list[str]:
        """The places that the subject's id goes into."""
        cycle = self._api.lifecycle_of(operation.id)
        if cycle is None or operation.id == cycle.created_by:
            return []
        declared = {(p.name, p.location) for p in operation.parameters}
        return [f"{where}.{name}" for name, where in cycle.carried_in.items() if (name, where) in declared]

    def _subject(self, case: Case, instances: Instances) -> Value:
        cycle = self._api.lifecycle_of(case.operation)
        if case.subject is not None and case.subject.kind is SubjectKind.KNOWN:
            if cycle is not None and cycle.url_expression is not None:
                raise CannotSay(f"{case.operation} is asked at a URL that an earlier answer names")
            return instances(case.subject.symbol, "id")
        if case.subject is None or case.subject.kind is not SubjectKind.NEVER_ISSUED or cycle is None:
            raise CannotSay(f"which instance {case.operation} is asked about is not known")
        like = self._like(case.operation)
        return self._input(
            ("never issued", cycle.name),
            f"unknown-{cycle.name}",
            f"An id of the form that {cycle.name} ids have, which was never issued.",
            self._never_issued(f"{self._api.name}/{cycle.name}", like),
        )

    def _like(self, operation_id: str) -> str | None:
        """The documented example of an id; `1` where it is a number."""
        operation = self._api.operation(operation_id)
        places = self._carried(operation)
        for parameter in operation.parameters:
            if f"{parameter.location}.{parameter.name}" not in places:
                continue
            if parameter.examples:
                return str(parameter.examples[0])
            kind = parameter.schema.get("type") if isinstance(parameter.schema, Mapping) else None
            return "1" if kind in {"integer", "number"} else None
        return None

    def _supplied(self, name: str) -> Given:
        says = f"A value that the target has: «{name}» in `supplies` of the contracts."
        return self._input(("supplied", name), name, says, self._api.supplies[name])

    def _let_in(self, ask: Ask, name: str) -> Ask:
        """The request with what the security scheme wants (OpenAPI 3.1 §4.8.27)."""
        scheme = self._api.security_schemes.get(name, {})
        kind, way = str(scheme.get("type", "http")), str(scheme.get("scheme", "bearer"))
        if kind == "mutualTLS":  # a certificate is no part of a request
            return ask
        says = f"Credential for the security scheme «{name}»"
        if kind == "apiKey":
            secret = self._secret(name, f"{says}: the key.")
            return _placed(ask, f"{scheme.get('in', 'header')}.{scheme.get('name', '')}", secret)
        if kind == "http" and way.lower() == "basic":
            secret = self._secret(name, f"{says}: `user:password` in Base64 (RFC 7617 §2).")
            return _placed(ask, "header.Authorization", Mixed(("Basic ", secret)))
        secret = self._secret(name, f"{says}: the token.")
        word = "Bearer" if kind != "http" or way.lower() == "bearer" else way
        return _placed(ask, "header.Authorization", Mixed((f"{word} ", secret)))

    def _secret(self, scheme: str, says: str) -> Given:
        wanted = "token" if len(self._schemes) == 1 else f"token-{scheme}"
        return self._input(("scheme", scheme), wanted, says, MISSING)

    def _input(self, key: tuple[str, str], wanted: str, says: str, default: Json) -> Given:
        if key not in self._names:
            name = self._names[key] = unique(safe(wanted), self.inputs)
            self.inputs[name] = Input(name, says, default)
        name = self._names[key]
        return Given(name, like=None if default is MISSING else default)


def _referred(reference: str, instances: Instances) -> Value:
    """What a reference of a case stands for."""
    whole = _INSTANCE.fullmatch(reference)
    if whole is not None:
        return instances(whole[1], whole[2])
    parts: list[Value] = []
    end = 0
    for embedded in _EMBEDDED.finditer(reference):
        inner = _INSTANCE.fullmatch(embedded[1])
        if inner is None:
            raise CannotSay(f"{reference} cannot be spelled by runners")
        parts += [reference[end : embedded.start()], instances(inner[1], inner[2])]
        end = embedded.end()
    if not parts:
        raise CannotSay(f"{reference} cannot be spelled by runners")
    whole_text = [text(part) if not isinstance(part, Given) else part for part in (*parts, reference[end:])]
    return Mixed(tuple(part for part in whole_text if part != ""))


def _placed(ask: Ask, place: str, value: Value) -> Ask:
    """The request with that value at `header.X`, `query.x`, `path.x`, `cookie.x` or `body#/x`."""
    kind, _, name = place.partition(".")
    match kind:
        case "header":
            kept = {key: told for key, told in ask.headers.items() if key.lower() != name.lower()}
            return replace(ask, headers={**kept, name: value})
        case "query":
            return replace(ask, query={**ask.query, name: value})
        case "path":
            return replace(ask, path={**ask.path, name: value})
        case "cookie":
            return replace(ask, cookies={**ask.cookies, name: value})
    if not place.startswith("body"):
        raise CannotSay(f"a value at {place} cannot be spelled by runners")
    before = {} if ask.body is MISSING else ask.body
    try:
        return replace(ask, body=put(before, place.removeprefix("body").removeprefix("#"), value))
    except LookupError as error:
        raise CannotSay(str(error)) from None
