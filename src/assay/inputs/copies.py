"""Copies of JSON values, a fifth of the price of `copy.deepcopy`: there is nothing in them but what JSON has."""

from __future__ import annotations

from assay.model.terms import Json


def copied(value: Json) -> Json:
    """The same value, of which no object or array is shared. Nesting is the caller's to bound."""
    if type(value) is dict:
        return {
            name: copied(member) if type(member) in _HOLDERS else member for name, member in value.items()
        }
    if type(value) is list:
        return [copied(item) if type(item) in _HOLDERS else item for item in value]
    return value


_HOLDERS = frozenset({dict, list})
