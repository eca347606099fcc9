"""Valid requests of an operation, built from the documentation: its examples first, else its schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assay.inputs.classify import Classifier, Validity, as_shown
from assay.inputs.constraints import json_content
from assay.inputs.known_good import Supply, narrow
from assay.inputs.sample import CannotSample, Sampler, sample
from assay.inputs.validator import Validator
from assay.model.case import BodyKind, Case, Payload
from assay.model.contract import Api, Json, Operation, Schema
from assay.model.copied import replace


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a request that the documentation shapes."""

    path: Mapping[str, Json] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: Payload = field(default_factory=Payload)

    def case(self, operation: Operation, title: str, origin: str) -> Case:
        """A case of these parts."""
        return Case(operation.api, operation.id, title, origin, path=self.path, query=self.query,
                    headers=self.headers, cookies=self.cookies, body=self.body)  # fmt: skip

    def with_json(self, value: Json) -> Parts:
        """The same with another JSON body."""
        return replace(self, body=Payload(BodyKind.JSON, value, media_type=self.body.media_type))


#: the known-good reading of a schema, both at once, and the examples that fit them
_Reading = tuple[Schema, Schema, list[Json]]


class Maker:
    """Builds requests that are as surely valid as the documentation allows.

    `supply` names what the target is known to hold; where it says nothing, the examples of `supplies` stand in and
    the request is unstated rather than valid.
    """

    def __init__(self, api: Api, operation: Operation, supply: Supply) -> None:
        self.api = api
        self.operation = operation
        self.classify = Classifier(api, operation, supply)
        #: what the target holds, with the examples of `supplies` standing in for the rest
        self.stand_in = Supply({**api.supplies, **supply.values})
        #: constraint -> the request that breaks it, which who knows how keeps here
        self.broken: dict[str, Case | None] = {}
        #: what was drawn already: seeds make it the same again
        self._drawn: dict[str, Json] = {}
        #: what each value may be: worked out once for the full and the minimal request
        self._readings: dict[str, _Reading] = {}
        self._full = self._parts(optional=True)
        self._minimal = self._parts(optional=False)

    @property
    def full(self) -> Parts:
        """Every optional part present."""
        return self._full

    @property
    def minimal(self) -> Parts:
        """Only what is required."""
        return self._minimal

    @cached_property
    def other(self) -> Parts | None:
        """A surely valid request with other values in its body, where there are others; to write something new with."""
        if json_content(self.operation) is None:
            return None
        for number in range(4):
            try:
                value = self.drawn(f"{self.operation.id}/other/{number}")
            except CannotSample:
                return None
            parts = self._full.with_json(value)
            case = parts.case(self.operation, "", "")
            if value != self._full.body.value and self.classify(case).validity is Validity.VALID:
                return parts
        return None

    @cached_property
    def headed(self) -> Mapping[str, Parts]:
        """Surely valid requests with one optional header field more, by its name."""
        found: dict[str, Parts] = {}
        for parameter in self.operation.parameters:
            if parameter.location != "header" or parameter.required:
                continue
            value = self._value(parameter.schema, parameter.examples, f"header/{parameter.name}", True)
            parts = replace(self._full, headers={**self._full.headers, parameter.name: str(value)})
            if self.classify(parts.case(self.operation, "", "")).validity is Validity.VALID:
                found[parameter.name] = parts
        return found

    def drawn(self, seed: str) -> Json:
        """A JSON body of its schema and known-good reading, not an example, drawn once for each seed.

        Raises `CannotSample`, and `LookupError` where no JSON body is documented.
        """
        if seed not in self._drawn:
            self._drawn[seed] = self._sampler.draw(seed)
        return self._drawn[seed]

    @cached_property
    def _sampler(self) -> Sampler:
        content = json_content(self.operation)
        if content is None:
            raise LookupError(f"{self.operation.id} documents no JSON body")
        good = narrow(content.schema, self.api.resolve, self.stand_in)
        return Sampler({"allOf": [content.schema, good]}, self.api.resolve)

    def usual(self) -> Parts:
        """The request to lead up to something else with: the surest of those we have."""
        return self._usual

    @cached_property
    def _usual(self) -> Parts:
        for parts in (self._minimal, self._full):
            if self.classify(parts.case(self.operation, "", "")).validity is Validity.VALID:
                return parts
        return self._full

    def _parts(self, *, optional: bool) -> Parts:
        values: dict[str, dict[str, Json]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for parameter in self.operation.parameters:
            if parameter.required or (optional and parameter.location != "header"):
                schema = {"x-supplied": parameter.supplied} if parameter.supplied else parameter.schema
                where = f"{parameter.location}/{parameter.name}"
                values[parameter.location][parameter.name] = self._value(
                    schema, parameter.examples, where, optional
                )
        texts = {name: str(value) for name, value in values["header"].items()}
        cookies = {name: str(value) for name, value in values["cookie"].items()}
        return Parts(values["path"], values["query"], texts, cookies, self._body(optional))

    def _body(self, optional: bool) -> Payload:
        content = json_content(self.operation)
        if not (optional or (self.operation.body and self.operation.body.required)):
            return Payload()
        if content is None:
            return self._shown(optional)
        value = self._value(content.schema, tuple(content.examples.values()), "body", optional)
        return Payload(BodyKind.JSON, value, media_type=content.media_type)

    def _shown(self, optional: bool) -> Payload:
        """A body that is not JSON: as the documentation shows one, for nothing else is known to be accepted."""
        shown = [*as_shown(self.operation)]
        if not shown:
            return Payload()
        media_type, raw = (max if optional else min)(shown, key=lambda one: len(one[1]))
        return Payload(BodyKind.RAW, raw=raw, media_type=media_type)

    def _value(self, schema: Schema, examples: tuple[Json, ...], where: str, optional: bool) -> Json:
        seed = f"{self.operation.id}/{where.partition('/')[2] or where}"
        if where not in self._readings:
            self._readings[where] = self._reading(schema, examples)
        good, both, surely = self._readings[where]
        if surely:  # the richest documented one, or the barest
            return (max if optional else min)(surely, key=lambda example: len(str(example)))
        for candidate in (good, both, schema):
            try:
                return sample(candidate, self.api.resolve, seed=seed, optional=optional)
            except CannotSample:
                continue
        return examples[0] if examples else None

    def _reading(self, schema: Schema, examples: tuple[Json, ...]) -> _Reading:
        good = narrow(schema, self.api.resolve, self.stand_in)
        both = {"allOf": [schema, good]} if not isinstance(schema, bool) else good
        known = Validator(both, self.api.components) if examples else None
        return good, both, [example for example in examples if known is not None and known.accepts(example)]
