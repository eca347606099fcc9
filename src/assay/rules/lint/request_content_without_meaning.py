"""A request body on GET, HEAD or DELETE, where it has no defined meaning (RFC 9110 §9.3.1, §9.3.2, §9.3.5)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "request-content-without-meaning"

_SECTIONS = {"get": "§9.3.1", "head": "§9.3.2", "delete": "§9.3.5"}


def check(look: Look) -> Iterator[Problem]:
    """Content that what lies between client and server may drop or refuse."""
    for operation in look.api.operations:
        if operation.body is not None and operation.method in _SECTIONS:
            message = (
                f"The body of '{operation.id}' may never arrive: because content of a {operation.method.upper()} "
                f"has no defined meaning, and proxies may drop or refuse it (RFC 9110 {_SECTIONS[operation.method]})."
            )
            fix = "Say it in parameters, or with POST, if the API is yours."
            yield advice(look.at(operation.place, "/requestBody"), RULE, message, fix)
