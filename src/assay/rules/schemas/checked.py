"""Single values against small schemas, by the validator that judges answers."""

from __future__ import annotations

import json
from functools import lru_cache

from assay.inputs.validator import Validator


@lru_cache(maxsize=2_048)
def _compiled(schema: str) -> Validator:
    return Validator(json.loads(schema), {})


@lru_cache(maxsize=16_384)
def accepts(schema: str, value: str) -> bool:
    """True when the value fits; both as JSON texts."""
    return _compiled(schema).accepts(json.loads(value))
