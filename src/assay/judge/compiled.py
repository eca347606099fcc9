"""An API ready to be judged: every schema, predicate and rule compiled once."""

from __future__ import annotations

from collections.abc import Mapping

from assay.inputs.classify import Classifier, text, text_readings
from assay.inputs.constraints import constraints
from assay.inputs.known_good import Supply
from assay.inputs.validator import Validator
from assay.machine.predicate import Predicate
from assay.machine.step import Machine
from assay.model.contract import Api, Content, Header, Json, Operation, Parameter, Promise, Reply


class CompiledOperation:
    """One operation's validators, made on first use."""

    def __init__(self, api: Api, operation: Operation, supply: Supply) -> None:
        self.api = api
        self.operation = operation
        self.base = f"{api.name}/{operation.id}"
        self.lifecycle = api.lifecycle_of(operation.id)
        self._supply = supply
        self._classifier: Classifier | None = None
        self._constraints: frozenset[str] | None = None
        self._validators: dict[int, Validator] = {}
        self._predicates: dict[str, Predicate] = {}

    @property
    def constraints(self) -> frozenset[str]:
        """The ids of everything the documentation refuses: those that have a clause."""
        if self._constraints is None:
            self._constraints = frozenset(c.id for c in constraints(self.api, self.operation))
        return self._constraints

    @property
    def classify(self) -> Classifier:
        """The request classifier."""
        if self._classifier is None:
            self._classifier = Classifier(self.api, self.operation, self._supply)
        return self._classifier

    def validator(self, part: Content | Header | Parameter) -> Validator:
        """The validator of a body's, header's or parameter's schema."""
        key = id(part)
        if key not in self._validators:
            self._validators[key] = Validator(part.schema, self.api.components)
        return self._validators[key]

    def predicate(self, promise: Promise) -> Predicate:
        """The predicate of a promise's `body`."""
        if promise.id not in self._predicates:
            self._predicates[promise.id] = Predicate(promise.body, self.api.components)
        return self._predicates[promise.id]

    def spelled(self, location: str, sent: Mapping[str, Json]) -> dict[str, Json]:
        """What the parameters of one place say, as their schemas read it: on the wire they are all text.

        A value that no reading of its text fits stays as it was sent; so do arrays and objects, which have many
        spellings.
        """
        values = dict(sent)
        for parameter in self.operation.parameters:
            value = values.get(parameter.name)
            if parameter.location != location or value is None or isinstance(value, list | dict):
                continue
            accepts = self.validator(parameter).accepts
            values[parameter.name] = next((r for r in text_readings(text(value)) if accepts(r)), value)
        return values

    def clause(self, part: str, reply: Reply | None = None) -> str:
        """The clause id of a part, of a documented reply where one is given."""
        return f"{self.base}/{part}/{reply.status}" if reply else f"{self.base}/{part}"


class CompiledApi:
    """All operations and lifecycles of one API."""

    def __init__(self, api: Api, supply: Supply) -> None:
        self.api = api
        self.operations: Mapping[str, CompiledOperation] = {
            operation.id: CompiledOperation(api, operation, supply) for operation in api.operations
        }
        self.machines: Mapping[str, Machine] = {
            cycle.name: Machine(cycle, api.components) for cycle in api.lifecycles
        }

    def machine_of(self, operation: str) -> Machine | None:
        """The machine whose table has that operation, if any."""
        cycle = self.operations[operation].lifecycle
        return self.machines[cycle.name] if cycle else None
