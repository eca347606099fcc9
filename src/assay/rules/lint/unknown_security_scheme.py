"""Security requirements that name a scheme which `components.securitySchemes` lacks (OpenAPI 3.1 §4.8.30)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "unknown-security-scheme"


def check(look: Look) -> Iterator[Problem]:
    """A scheme nobody described."""
    api = look.api
    places = [
        (look.at(o.place, "/security"), o.document["security"])
        for o in api.operations
        if "security" in o.document
    ]
    places.append((look.at(api.place, "/security"), api.document.get("security", [])))
    for place, requirements in places:
        for index, alternative in enumerate(requirements):
            for scheme in alternative:
                if scheme not in api.security_schemes:
                    message = (
                        f"Cannot use the security scheme '{scheme}': "
                        "because `components.securitySchemes` does not have it."
                    )
                    fix = choose(scheme, api.security_schemes) or f"Add it to {api.place.file}."
                    yield Problem(look.below(place, index, scheme), RULE, message, fix)
